# SPDX-License-Identifier: Apache-2.0
"""
Processes of an Airflow are killed by SIGKILL while it exports, waits and watches, with either executor.

Every job ends whole. With ``WRITE_DOCS=1`` the outcomes go to ``docs/deployment_kills.csv``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.deployment.deployments import celery_airflow, copy_dags, local_airflow
from tests.deployment.exports import Exports, most_at_once
from tests.deployment.redis import Redis
from tests.deployment.table import Table
from tests.end_to_end.running_airflow import RunningAirflow, until
from tests.end_to_end.test_airflow import Assistants, emitted, polled_twice, reached, waits
from tests.postgres import Postgres

pytestmark = [pytest.mark.deployment, pytest.mark.postgres]

TABLE = Table("deployment_kills.csv", ("executor", "job", "killed", "outcome", "tried again"), keys=3)
#: Seconds: hundreds of tasks on two cores, and some that Airflow has to miss first.
PATIENCE = 1_800
#: The accounts of the exports; the others are waited for and watched.
ACCOUNTS = range(11, 211)
ROWS = 12
#: Seconds of a response, so that a listing is under way when its process is killed.
LATENCY = 0.5

#: The parts that are killed, by the word in the table; a part that is not there has another executor.
KILLED = {
    "one triggerer of two": ("triggerer-1",),
    "all triggerers": ("triggerer-1", "triggerer-2"),
    "scheduler": ("scheduler",),
    "one worker of two": ("worker-1",),
    "all workers": ("worker-1", "worker-2"),
}


@dataclass(frozen=True)
class Running:
    """An Airflow, its executor and the changes that its watchers have seen."""

    executor: str
    airflow: RunningAirflow
    world: Sandbox
    assistants: Assistants

    def kill(self, killed: str) -> tuple[str, ...]:
        """Kill parts; return their names."""
        for name in KILLED[killed]:
            self.airflow.kill(name)
        return KILLED[killed]


@pytest.fixture(scope="module", params=[pytest.param("CeleryExecutor", marks=pytest.mark.celery), "LocalExecutor"])
def running(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp(request.param.lower())
    dags = copy_dags(folder / "dags")
    with Sandbox(assistants=ROWS, accounts=max(ACCOUNTS) + 1) as world:
        assistants = Assistants(world)
        assistants.switch("inactive")
        common = {
            "dags": dags,
            "database": postgres.create_database(request.param.lower()),
            "further": Exports(world, folder, accounts=ACCOUNTS).connections(),
        }
        if request.param == "CeleryExecutor":
            redis: Redis = request.getfixturevalue("redis")
            airflow = celery_airflow(folder / "airflow", world, broker=redis.url, **common)  # type: ignore[arg-type]
        else:
            airflow = local_airflow(folder / "airflow", world, **common)  # type: ignore[arg-type]
        with airflow:
            until(lambda: polled_twice(world), "all watchers have polled")
            yield Running(request.param, airflow, world, assistants)


@pytest.fixture
def accounts(running: Running) -> Iterator[None]:
    """Responses take a while, so that a listing is under way when something is killed."""
    running.world.set_options(latency=LATENCY)
    yield
    running.world.set_options(latency=0.0)


def needs(running: Running, killed: str, number: int = 0) -> None:
    if killed == "nothing" and number != (200 if running.executor == "CeleryExecutor" else 40):
        pytest.skip("hundreds of exports want several machines, so CeleryExecutor")
    if killed not in KILLED or running.executor == "CeleryExecutor" or not KILLED[killed][0].startswith("worker"):
        return
    pytest.skip("LocalExecutor's workers are the scheduler's own processes")


@pytest.mark.optional  # the combinations that an executor does not have are skipped
@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("killed", "number"),
    [("nothing", 200), ("nothing", 40), ("one worker of two", 40), ("all workers", 40), ("scheduler", 40)],
)
def test_exports(running: Running, killed: str, number: int, tmp_path: Path) -> None:
    needs(running, killed, number)
    airflow, world = running.airflow, running.world
    exports = Exports(world, tmp_path / "lake", accounts=ACCOUNTS[:number])
    since = time.time()
    run_id = exports.start(airflow)
    if killed != "nothing":
        until(lambda: len([*exports.lake.glob(".*.part")]) >= 2, "listings are under way")
        names = running.kill(killed)
        assert not exports.are_done(airflow, run_id)
        for name in names:
            airflow.start(name)
    until(lambda: exports.are_done(airflow, run_id), "all accounts are exported", limit=PATIENCE)
    rows = exports.check_whole()
    assert rows == number * ROWS
    again = exports.check_nothing_twice(exports.tasks(airflow, run_id), since)
    if killed == "nothing":
        assert again == 0
    outcome = f"{number} accounts whole, {rows:,} rows, each once"
    TABLE.add(running.executor, f"{number} mapped exports", killed, outcome, f"{again} tasks")


@pytest.mark.optional  # as above
@pytest.mark.parametrize(
    "killed", ["one triggerer of two", "all triggerers", "scheduler", "one worker of two", "all workers"]
)
def test_waits_and_watchers(running: Running, killed: str) -> None:
    needs(running, killed)
    airflow, assistants = running.airflow, running.assistants
    before = {vendor: len(events) for vendor, events in emitted(airflow).items()}
    run_id = airflow.trigger("waiting", **assistants.ids)
    until(lambda: waits(airflow, run_id), "all sensors are deferred")

    def emitted_more(count: int) -> bool:
        return all(len(events) >= before[vendor] + count for vendor, events in emitted(airflow).items())

    names = running.kill(killed)
    assistants.switch("active")
    # One of two is not started again before the other one has taken over.
    for name in names if len(names) > 1 or killed == "scheduler" else ():
        airflow.start(name)
    until(lambda: reached(airflow, run_id), "all sensors are done", limit=PATIENCE)
    until(lambda: emitted_more(1), "the change was emitted", limit=PATIENCE)
    if len(names) == 1 and killed != "scheduler":
        airflow.start(names[0])
    assistants.switch("inactive")
    until(lambda: emitted_more(2), "the way back was emitted", limit=PATIENCE)

    twice = 0
    for vendor, events in emitted(airflow).items():
        assert len(events) == before[vendor] + 2, f"{vendor}: a change under two ids"
        twice += len(airflow.events(f"{vendor}_assistants")) - len(events)
    again = sum(
        ti["try_number"] > 1 for ti in airflow.get(f"dags/waiting/dagRuns/{run_id}/taskInstances")["task_instances"]
    )
    outcome = f"5 waits reached; {2 * len(VENDORS)} changes emitted, 0 lost, 0 under two ids"
    TABLE.add(running.executor, "5 deferred sensors, 5 watchers", killed, outcome, f"{again} tasks")
    print(f"events that were stored twice under one id, in all rounds so far: {twice}")


@pytest.mark.usefixtures("accounts")
def test_a_pool_limits_a_vendor(running: Running, tmp_path: Path) -> None:
    airflow = running.airflow
    airflow.run("pools", "set", "one_vendor", "2", "at most two accounts of this vendor at once")
    at_once = {}
    for dag_id in ("exports", "pooled_exports"):
        exports = Exports(running.world, tmp_path / dag_id, accounts=ACCOUNTS[:12])
        since = time.time()
        run_id = exports.start(airflow, dag_id)
        until(lambda e=exports, r=run_id, d=dag_id: e.are_done(airflow, r, d), "all are exported", limit=PATIENCE)  # type: ignore[misc]
        exports.check_whole()
        at_once[dag_id] = most_at_once(exports.requests(since))
    assert at_once["pooled_exports"] <= 2
    outcome = (
        f"12 accounts whole; at most {at_once['pooled_exports']} listed at once, {at_once['exports']} without the pool"
    )
    TABLE.add(running.executor, "12 exports in a pool of 2", "nothing", outcome, "0 tasks")


@pytest.mark.optional  # a message queue is Celery's
def test_a_message_that_is_delivered_again_starts_no_second_export(running: Running, tmp_path: Path) -> None:
    """The listing takes longer than the visibility timeout of the queue."""
    if running.executor != "CeleryExecutor":
        pytest.skip("LocalExecutor has no message queue")
    airflow, world = running.airflow, running.world
    exports = Exports(world, tmp_path / "lake", accounts=ACCOUNTS[:2])
    world.set_options(latency=25.0)
    since = time.time()
    try:
        run_id = exports.start(airflow)
        until(lambda: exports.are_done(airflow, run_id), "both are exported", limit=PATIENCE)
    finally:
        world.set_options(latency=0.0)
    rows = exports.check_whole()
    assert exports.check_nothing_twice(exports.tasks(airflow, run_id), since) == 0
    listed = max(max(times) - min(times) for times in exports.requests(since).values())
    outcome = f"2 accounts whole, {rows} rows, each once"
    TABLE.add(running.executor, f"2 exports of {listed:.0f} s, visibility timeout 30 s", "nothing", outcome, "0 tasks")
