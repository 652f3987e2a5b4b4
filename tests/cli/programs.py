# SPDX-License-Identifier: Apache-2.0
"""The command lines as a person calls them: within this process, or as programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import airflow
import pytest

from airflow_provider_assistants.cli.main import main

BIN = Path(sys.executable).parent
#: Airflow takes commands from providers from 3.2 on.
AIRFLOW_TAKES_COMMANDS = not airflow.__version__.startswith("3.1.")
PROGRAM = [str(BIN / "airflow-assistants")]
AIRFLOW = [str(BIN / "airflow"), "assistants"]


@dataclass
class Done:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Here:
    """Runs commands within this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: str) -> Done:
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = self._capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out, err)


def start(command: list[str], *, env: Mapping[str, str] | None = None, **streams: Any) -> subprocess.Popen[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, env={**os.environ, **(env or {})}, text=True, **streams)


def finish(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=300)
    return Done(process.returncode, out, err)
