# SPDX-License-Identifier: Apache-2.0
"""The commands where their users call them: ``airflow assistants``, and the program on a machine without anything."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.models import Connection
from airflow.utils.session import create_session

from airflow_provider_assistants.sandbox import Sandbox
from tests.cli.programs import AIRFLOW, AIRFLOW_TAKES_COMMANDS, PROGRAM
from tests.operators.running import held, read_back

STORED = "kept_in_the_database"


@pytest.fixture
def stored(sandbox: Sandbox, airflow_database: None) -> Iterator[str]:
    """The id of a connection that only Airflow's metadata database has."""
    fields = sandbox.connection("burki")
    with create_session() as session:
        session.add(Connection(conn_id=STORED, **{**fields, "extra": json.dumps(fields.get("extra", {}))}))
    yield STORED
    with create_session() as session:
        session.query(Connection).filter(Connection.conn_id == STORED).delete()


@pytest.mark.airflow
def test_a_connection_of_the_database_into_a_file(sandbox: Sandbox, stored: str, tmp_path: Path) -> None:
    """With Airflow's own command where it takes ours, and with the program on Airflow 3.1."""
    path = tmp_path / "burki.parquet"
    command = AIRFLOW if AIRFLOW_TAKES_COMMANDS else PROGRAM
    done = subprocess.run(
        [*command, "list", stored, "--to", str(path), "-o", "json"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    manifest = json.loads(done.stdout)
    assert (manifest["conn_id"], manifest["rows"]) == (stored, 12)
    assert len(read_back(path)) == 12
    assert sandbox.api_key("burki") not in done.stdout + done.stderr


@pytest.mark.airflow
def test_the_group_is_one_of_airflows(airflow_database: None) -> None:
    done = subprocess.run([AIRFLOW[0], "--help"], capture_output=True, text=True, timeout=300, check=False)
    shown = "assistants" in done.stdout
    assert shown is AIRFLOW_TAKES_COMMANDS
    assert "Failed to load CLI commands" not in done.stdout + done.stderr


@pytest.mark.airflow
def test_check_of_all_finds_those_of_the_database(sandbox: Sandbox, stored: str) -> None:
    done = subprocess.run(
        [*PROGRAM, "check", "--all", "-o", "json"], capture_output=True, text=True, timeout=300, check=False
    )
    assert {"conn_id": stored, "ok": True, "message": "Burki: 12 assistants visible"} in json.loads(done.stdout)
    assert done.returncode == 0


def test_on_a_machine_without_anything(sandbox: Sandbox, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    [connection] = sandbox.connection_env("burki").items()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), connection[0]: connection[1]}
    done = subprocess.run(
        [*PROGRAM, "list", "burki_default", "-o", "json"],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == held(sandbox, "burki")
    assert list(home.rglob("*.db")) == [], "no database is made to look for a connection in it"
