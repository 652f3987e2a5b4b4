# SPDX-License-Identifier: Apache-2.0
"""CeleryExecutor with Redis and PostgreSQL, as it runs in production, in a few minutes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.deployment.deployments import celery_airflow, copy_dags
from tests.deployment.exports import Exports
from tests.deployment.redis import Redis
from tests.end_to_end.running_airflow import RunningAirflow, until
from tests.end_to_end.test_airflow import Assistants, emitted, polled_twice, reached, waits
from tests.postgres import Postgres

pytestmark = [pytest.mark.short, pytest.mark.deployment, pytest.mark.celery, pytest.mark.postgres]


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=12) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def exports(world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(world, tmp_path_factory.mktemp("lake"), accounts=range(11, 21))


@pytest.fixture(scope="module")
def airflow(
    world: Sandbox, exports: Exports, postgres: Postgres, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningAirflow]:
    Assistants(world).switch("inactive")
    folder = tmp_path_factory.mktemp("celery")
    with celery_airflow(
        folder / "airflow",
        world,
        dags=copy_dags(folder / "dags"),
        database=postgres.create_database("celery"),
        broker=redis.url,
        workers=1,
        triggerers=1,
        further=exports.connections(),
    ) as running:
        yield running


def test_mapped_exports(airflow: RunningAirflow, exports: Exports) -> None:
    run_id = exports.start(airflow)
    until(lambda: exports.are_done(airflow, run_id), "all accounts are exported")
    assert exports.check_whole() == 120


def test_sensors_and_watchers(world: Sandbox, airflow: RunningAirflow) -> None:
    assistants = Assistants(world)
    until(lambda: polled_twice(world), "all watchers have polled")
    run_id = airflow.trigger("waiting", **assistants.ids)
    until(lambda: waits(airflow, run_id), "all sensors are deferred")
    assistants.switch("active")
    until(lambda: reached(airflow, run_id), "all sensors are done")
    until(lambda: all(len(events) == 1 for events in emitted(airflow).values()), "each watcher has emitted the change")
    assert set(emitted(airflow)) == set(VENDORS)


def test_each_part_is_alive(airflow: RunningAirflow) -> None:
    airflow.assert_alive()
