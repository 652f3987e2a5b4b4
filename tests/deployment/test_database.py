# SPDX-License-Identifier: Apache-2.0
"""Tests that run Dags in a real Airflow, run once more with PostgreSQL as its database: they use SQLite otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Postgres

pytestmark = [pytest.mark.deployment, pytest.mark.postgres]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", ["tests/sensors/test_parity.py", "tests/test_dags.py"])
def test_on_postgres(postgres: Postgres, path: str) -> None:
    database = postgres.create_database(Path(path).stem)
    environment = {**os.environ, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database}
    environment.pop("WRITE_DOCS", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=3_600, check=False
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    connection = postgres.connect(Path(path).stem)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM task_instance")
        (tasks,) = cursor.fetchone()
    connection.close()
    assert tasks, "the tests used another database"
