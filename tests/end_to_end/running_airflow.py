# SPDX-License-Identifier: Apache-2.0
"""A whole Airflow: api-server, scheduler, Dag processor, triggerers and workers, each a process that can be killed."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from airflow_provider_assistants.sandbox import Sandbox

AIRFLOW = Path(sys.executable).parent / "airflow"
#: Long enough for the slowest machine; nothing waits for it unless something is broken.
LONG = 240.0
#: The processes of an Airflow whose scheduler runs the tasks, by name, with the command of each.
PARTS = {name: (name,) for name in ("api-server", "scheduler", "dag-processor", "triggerer")}


def until(condition: Callable[[], Any], what: str, *, limit: float = LONG, every: float = 0.2) -> Any:
    """Wait until a condition is true, and return its value; it is evaluated every so many seconds."""
    deadline = time.monotonic() + limit
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited in vain: {what}")
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningAirflow:
    """
    An Airflow in a folder of its own; a context manager.

    :param home: Where it lives; its logs are there too.
    :param dags: Its Dags.
    :param database: The URL of an empty database; SQLite if None.
    :param settings: More options, as environment variables.
    :param parts: Its processes by name, in the order in which they start, each with Airflow's command.
    """

    def __init__(
        self,
        home: Path,
        dags: Path,
        *,
        connections: dict[str, str],
        database: str | None = None,
        settings: Mapping[str, str] | None = None,
        parts: Mapping[str, tuple[str, ...]] = PARTS,
    ) -> None:
        self.home = home
        self.parts = parts
        port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        self.environment = {
            **inherited,
            **connections,
            "PATH": f"{AIRFLOW.parent}{os.pathsep}{inherited.get('PATH', '')}",
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__API_AUTH__JWT_SECRET": base64.b64encode(os.urandom(32)).decode(),
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
            "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1",
            "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "4",
            "PYTHONWARNINGS": "ignore",
            **(settings or {}),
        }
        if database:
            self.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = database
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LONG)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log_starts: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        self.run("db", "migrate")
        try:
            for name in self.parts:
                self.start(name)
            until(self.is_healthy, "Airflow is up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        for name in list(self._processes):
            self.kill(name)
        self._client.close()

    def run(self, *arguments: str) -> str:
        """Run a command of Airflow's."""
        command = [AIRFLOW, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=LONG, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run_python(self, script: str) -> str:
        """Run a script beside Airflow, with its database."""
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=LONG, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        """Start a part of it."""
        with (self.home / f"{name}.log").open("ab") as output:
            self._log_starts[name] = output.tell()
            self._processes[name] = subprocess.Popen(
                [AIRFLOW, *self.parts[name]],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill a part of it, and all it has started, without a word."""
        process = self._processes.pop(name)
        started = []
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(process.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for each in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait(timeout=30)

    def log_since_start(self, name: str) -> str:
        """Return what a part of it has logged since it was started last."""
        content = (self.home / f"{name}.log").read_bytes()
        return content[self._log_starts[name] :].decode(errors="replace")

    def get(self, path: str, **params: Any) -> Any:
        """Ask the API."""
        return self._call("GET", path, params=params)

    def trigger(self, dag_id: str, **conf: Any) -> str:
        """Start a run of a Dag, as soon as there is that Dag, and return its id."""
        return self.trigger_with(dag_id, conf=conf)

    def trigger_with(self, dag_id: str, **given: Any) -> str:
        """Start a run of a Dag with a data interval or a partition, as soon as there is that Dag, and return its id."""
        body = {"logical_date": None, **given}
        until(lambda: self._try("GET", f"dags/{dag_id}") is not None, f"the Dag {dag_id} is there")
        response = until(lambda: self._try("POST", f"dags/{dag_id}/dagRuns", json=body), f"{dag_id} was triggered")
        return str(response["dag_run_id"])

    def states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Return the states of a run's tasks."""
        response = self.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return {ti["task_id"]: ti["state"] for ti in response["task_instances"]}

    def xcom(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """Return the XCom result of a task."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
        return self.get(path, deserialize="true")["value"]

    def fail_task(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Mark a task failed, as a person does."""
        self.mark_task(dag_id, run_id, task_id, "failed")

    def mark_task(self, dag_id: str, run_id: str, task_id: str, state: str) -> None:
        """Mark a task failed or succeeded, as a person does."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        self._call("PATCH", path, json={"new_state": state})

    def events(self, asset: str) -> list[dict[str, Any]]:
        """Return the payloads that the watchers of an asset have emitted."""
        assets = self.get("assets", name_pattern=asset, limit=100)["assets"]
        ids = [each["id"] for each in assets if each["name"] == asset]
        if not ids:
            return []
        events = self.get("assets/events", asset_id=ids[0], limit=100, order_by="timestamp")["asset_events"]
        return [event["extra"]["payload"] for event in events]

    def log_of(self, dag_id: str, run_id: str, task_id: str) -> str:
        """Return the content of all log files of a task, its triggers' included."""
        folder = self.home / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task_id}"
        return "".join(path.read_text(errors="replace") for path in sorted(folder.rglob("*")) if path.is_file())

    def assert_alive(self) -> None:
        """Check that no part of it has ended by itself."""
        for name, process in self._processes.items():
            assert process.poll() is None, f"{name}: " + (self.home / f"{name}.log").read_text()[-4_000:]

    def is_healthy(self) -> bool:
        """Whether all parts are alive, and say so."""
        self.assert_alive()
        try:
            health = self._client.get("/api/v2/monitor/health").json()
        except (httpx.HTTPError, ValueError):
            return False
        wanted = {"scheduler", "dag_processor"} | (
            {"triggerer"} if any("triggerer" in name for name in self.parts) else set()
        )
        return all(health[part]["status"] == "healthy" for part in wanted)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        response = self._client.request(method, f"/api/v2/{path}", headers=self._headers(), **options)
        for _ in range(20):
            if response.status_code < 500:
                break
            # Airflow's own SQLite is locked now and then, when a process that held it was killed.
            time.sleep(0.5)
            response = self._client.request(method, f"/api/v2/{path}", headers=self._headers(), **options)
        assert response.status_code < 300, f"{method} {path}: {response.status_code} {response.text[:500]}"
        return response.json()

    def _try(self, method: str, path: str, **options: Any) -> Any:
        response = self._client.request(method, f"/api/v2/{path}", headers=self._headers(), **options)
        return response.json() if response.status_code < 300 else None

    def _headers(self) -> dict[str, str]:
        if not hasattr(self, "_token"):
            self._token = self._client.get("/auth/token").json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}


def connections(sandbox: Sandbox, **further: dict[str, Any]) -> dict[str, str]:
    """Connections to the sandbox as environment variables."""
    import json

    found = sandbox.connection_env()
    return found | {f"AIRFLOW_CONN_{name.upper()}": json.dumps(fields) for name, fields in further.items()}
