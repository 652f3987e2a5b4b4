# SPDX-License-Identifier: Apache-2.0
"""A local Airflow with its own home folder, for the demo and the UI."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parent.parent


def airflow_environment(home: Path) -> dict[str, str]:
    """Return the environment of an Airflow that lives in ``home`` and knows nothing but the example Dags."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {
        **inherited,
        # Airflow calls itself by name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{inherited.get('PATH', '')}",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "example_dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "ASSISTANTS_LAKE": str(home / "lake"),
        "PYTHONWARNINGS": "ignore",
    }


def airflow(environment: dict[str, str], *arguments: str, log: Path) -> None:
    """Run an ``airflow`` command; see :func:`run`."""
    run([str(Path(sys.executable).parent / "airflow"), *arguments], environment, log=log)


def run(command: list[str], environment: dict[str, str], *, log: Path) -> None:
    """Run a command with its output in a file; show the end of it and exit if the command fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as output:
        done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        shown = " ".join([Path(command[0]).name, *command[1:]])
        sys.exit(f"{tail}\n\n{shown} failed; the whole output is in {log}")


def migrate(environment: dict[str, str], *, log: Path) -> None:
    """Make the metadata database, unless it was made before."""
    home = Path(environment["AIRFLOW_HOME"])
    made = home / ".migrated"
    if not made.exists():
        airflow(environment, "db", "migrate", log=log)
        made.touch()


def keys(home: Path) -> dict[str, str]:
    """Return the keys that the parts of one Airflow have in common, made once and kept beside its database."""
    kept = home / ".keys.json"
    if not kept.exists():
        made = {
            "AIRFLOW__API_AUTH__JWT_SECRET": base64.b64encode(os.urandom(48)).decode(),
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        }
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(made))
    found: dict[str, str] = json.loads(kept.read_text())
    return found


class Parts:
    """
    The commands that make up a running Airflow; a context manager that ends all of them, however it is left.

    :param environment: Of each command.
    :param logs: The folder of their logs, one file each.
    """

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment = environment
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        # A second Ctrl-C must not leave anything running.
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop, signal.SIG_IGN)
        print("\nStopping ...", flush=True)
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + 20
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
        # What a part has started is in its session and may outlive it.
        self._signal(signal.SIGKILL)

    def start(self, name: str, *options: str) -> None:
        """Start a command of Airflow's, in a session of its own, so that all it starts can be ended with it."""
        command = [str(Path(sys.executable).parent / "airflow"), name, *options]
        with (self._logs / f"{name}.log").open("wb") as output:
            self._running[name] = subprocess.Popen(
                command, env=self._environment, stdout=output, stderr=output, cwd=ROOT, start_new_session=True
            )

    def check(self) -> None:
        """Exit, naming the part and its log, if one has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                log = self._logs / f"{name}.log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                sys.exit(f"{tail}\n\nairflow {name} ended with {process.returncode}; its whole log is {log}")

    def _signal(self, number: signal.Signals) -> None:
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
