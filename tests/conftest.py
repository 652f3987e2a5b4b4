# SPDX-License-Identifier: Apache-2.0
"""What all tests share: an Airflow home of their own, the sandbox, and connections to it."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Airflow reads these when it is first imported, so they are set before anything imports it.
HOME = Path(tempfile.mkdtemp(prefix="assistants-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
DAGS = HOME / "dags"
DAGS.mkdir()
for folder in (Path(__file__).parent.parent / "example_dags", Path(__file__).parent / "dags"):
    for dag_file in folder.glob("*.py"):
        shutil.copy(dag_file, DAGS)
os.environ.update(
    AIRFLOW_HOME=str(HOME),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    ASSISTANTS_LAKE=str(HOME / "lake"),
)
for name in [name for name in os.environ if name.startswith("AIRFLOW_CONN_") or name.lower().endswith("_proxy")]:
    del os.environ[name]

# A shell starts what runs in the background with Ctrl-C ignored, and programs inherit it; tests send it to theirs.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import tests.fuzzing  # noqa: E402, F401 - how many cases the property tests try
from airflow_provider_assistants.sandbox import Sandbox  # noqa: E402
from tests.postgres import Postgres, postgres_binaries  # noqa: E402

VENDORS = ("autocalls", "otonistark", "intellixent", "burki", "puretalk")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where all tests have to run, a skipped one has failed, unless it is marked as optional."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    may_skip = hasattr(report, "wasxfail") or item.get_closest_marker("optional") is not None
    if report.skipped and os.environ.get("REQUIRE_ALL_TESTS") and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox(assistants=12) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox as new, with Airflow's default connections to it."""
    for name, connection in running_sandbox.connection_env().items():
        monkeypatch.setenv(name, connection)
    # What an earlier test gave up may have been served after that test.
    running_sandbox.reset()
    yield running_sandbox
    running_sandbox.reset()
    running_sandbox.set_options(latency=0.0, page_cap=None, requests_per_minute=None)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Define an Airflow connection and return its id."""

    def define(conn_id: str = "mine", **fields: Any) -> str:
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(fields))
        return conn_id

    return define


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's metadata database, made once."""
    airflow = Path(sys.executable).parent / "airflow"
    subprocess.run([airflow, "db", "migrate"], check=True, capture_output=True, timeout=300)
    from airflow.sdk.execution_time import supervisor

    # dag.test() of Airflow 3.1 makes an API for each task, in seconds; later ones keep the first.
    if not hasattr(supervisor.in_process_api_server, "cache_info"):
        supervisor.in_process_api_server = functools.cache(supervisor.in_process_api_server)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the tests with it are skipped where it is not installed."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with Postgres(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 server, over HTTP."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def documents() -> dict[str, Any]:
    """The examples of the vendors' documents, as they are there."""
    folder = Path(__file__).parent / "fixtures" / "documents"
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
