# SPDX-License-Identifier: Apache-2.0
"""A whole Airflow is upgraded from an earlier commit of this package while sensors are deferred and watchers watch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.deployment.deployments import copy_dags, local_airflow
from tests.end_to_end.running_airflow import until
from tests.end_to_end.test_airflow import Assistants, emitted, polled_twice, reached, waits
from tests.postgres import Postgres
from tests.upgrades.record import extract

pytestmark = [pytest.mark.deployment, pytest.mark.postgres]


@pytest.mark.optional  # a clone may have no history
@pytest.mark.parametrize("commit", ["5f727aa", "28a4d82"])
def test_waiting_and_watching_through_an_upgrade(postgres: Postgres, commit: str, tmp_path: Path) -> None:
    try:
        extract(commit, tmp_path / "earlier")
    except subprocess.CalledProcessError:
        pytest.skip(f"this clone has no commit {commit}")
    dags = copy_dags(tmp_path / "dags")
    (dags / "exports.py").unlink()
    with Sandbox(assistants=12) as world:
        assistants = Assistants(world)
        assistants.switch("inactive")
        airflow = local_airflow(
            tmp_path / "airflow", world, dags=dags, database=postgres.create_database(f"upgrade_{commit}")
        )
        airflow.environment["PYTHONPATH"] = str(tmp_path / "earlier")
        with airflow:
            script = "import sys; del sys.path[0]; import airflow_provider_assistants as a; print(a.__file__)"
            where = airflow.run_python(script).strip().splitlines()[-1]
            assert where.startswith(str(tmp_path / "earlier"))
            until(lambda: polled_twice(world), "all watchers have polled")
            run_id = airflow.trigger("waiting", **assistants.ids)
            until(lambda: waits(airflow, run_id), "all sensors are deferred")
            for name in airflow.parts:
                airflow.kill(name)
            assistants.switch("active")
            del airflow.environment["PYTHONPATH"]
            for name in airflow.parts:
                airflow.start(name)
            until(airflow.is_healthy, "Airflow is up again")
            until(lambda: reached(airflow, run_id), "all sensors are done")
            until(lambda: all(emitted(airflow).values()), "each watcher has emitted the change")
            assistants.switch("inactive")
            until(lambda: all(len(events) >= 2 for events in emitted(airflow).values()), "and the way back")
            for events in emitted(airflow).values():
                assert len(events) == 2
