# SPDX-License-Identifier: Apache-2.0
"""``make ui``: reached from this machine only, and all of it stops together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.end_to_end.running_airflow import free_port, until

pytestmark = pytest.mark.end_to_end
SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "ui.py"


def start(home: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "UI_HOME": str(home), "PORT": str(port)}
    with log.open("wb") as output:
        return subprocess.Popen([sys.executable, SCRIPT], env=environment, stdout=output, stderr=output)


def test_a_taken_port_is_named_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path / "home", port, tmp_path / "ui.log")
        assert process.wait(timeout=60) == 1
    assert (tmp_path / "ui.log").read_text() == (
        f"Port {port} of 127.0.0.1 is taken. Choose another one: make ui PORT={port + 1}\n"
    )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("end", ["a part is killed", "it gets SIGTERM"])
def test_only_this_machine_reaches_it_and_all_of_it_stops_together(tmp_path: Path, end: str) -> None:
    log = tmp_path / "ui.log"
    process = start(tmp_path / "home", free_port(), log)
    everything: list[psutil.Process] = []
    try:
        until(lambda: b"Stop all with Ctrl-C" in log.read_bytes() or process.poll() is not None, "it is up")
        assert process.poll() is None, log.read_text()
        everything += [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        listening = addresses(everything)
        assert len(listening) >= 2
        assert {address for address, _ in listening} == {"127.0.0.1"}
        if end == "a part is killed":
            [part] = [each for each in psutil.Process(process.pid).children() if "triggerer" in command_of(each)]
            part.kill()
            assert process.wait(timeout=120) == 1
            assert re.search(r"airflow triggerer ended with -9; its whole log is \S+triggerer\.log", log.read_text())
        else:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=120) == 0
        until(lambda: not [each for each in everything if is_alive(each)], "nothing of it is left", limit=30)
    finally:
        for each in everything:
            if is_alive(each):
                each.kill()
        process.kill()


def addresses(processes: list[psutil.Process]) -> set[tuple[str, int]]:
    found: list[Any] = [each for process in processes for each in process.net_connections("inet")]
    return {(each.laddr.ip, each.laddr.port) for each in found if each.status == psutil.CONN_LISTEN}


def command_of(process: psutil.Process) -> str:
    return " ".join(process.cmdline())


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
