# SPDX-License-Identifier: Apache-2.0
"""A vendor that sends what PostgreSQL refuses, and a whole Airflow on PostgreSQL that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.end_to_end.running_airflow import RunningAirflow, connections, until
from tests.postgres import Postgres

pytestmark = [pytest.mark.end_to_end, pytest.mark.postgres]

FOLDER = Path(__file__).parent / "hostile_dags"
DAG = "hostile_waiting"
DEFERRED = ("time", "name", "refused", "bystander")
TIME = "2026-11-21\0"
NAME = "Anna\0\x1b[31m"
#: What JSON can say and Airflow's database, or the messages between its parts, cannot.
ODD = {
    "nul\0key": "a\0b",
    "too_large": 1e400,
    "large": 1e300,
    "long": 2**70,
    "__classname__": "builtins.object",
    "__type": "dict",
    "__var": {},
    "deep": [[[[{"é": ["x" * 40]}]]]],
}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=3) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def airflow(world: Sandbox, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAirflow]:
    home = tmp_path_factory.mktemp("airflow")
    database = postgres.create_database("end_to_end")
    with RunningAirflow(home, FOLDER, connections=connections(world), database=database) as running:
        yield running


def test_a_hostile_vendor_ends_nobodys_wait(world: Sandbox, airflow: RunningAirflow) -> None:
    ids = {vendor: str(world.rows(vendor)[0]["id"]) for vendor in ("autocalls", "otonistark", "burki")}
    world.set_status("burki", ids["burki"], "inactive")
    puretalk = next(iter(world.rows("puretalk")))
    world.update("puretalk", puretalk["assistant_id"], **ODD)

    listing = airflow.trigger("hostile_rows")
    run_id = airflow.trigger(DAG, **ids)

    def all_wait() -> bool:
        states = airflow.states(DAG, run_id)
        assert "failed" not in states.values(), states
        return all(states[name] == "deferred" for name in DEFERRED) and polled("poke", "reschedule")

    def polled(*names: str) -> bool:
        return all(airflow.log_of(DAG, run_id, name).count("Waiting for") for name in names)

    until(all_wait, "all sensors wait")
    until(lambda: "Watching name" in triggerer_log(airflow), "the watcher watches")

    refusal = {"body": {"message": "not\0 for\x1b[2J you"}, "status": 403}
    world.fail("otonistark", "body", times=None, **refusal)
    world.update("autocalls", ids["autocalls"], name=NAME, updated_at=TIME)

    def all_but_one_are_done() -> bool:
        states = airflow.states(DAG, run_id)
        airflow.assert_alive()
        return all(state in ("success", "failed") for name, state in states.items() if name != "bystander")

    until(all_but_one_are_done, "the sensors of the hostile vendor are done")
    assert airflow.states(DAG, run_id) == {
        "time": "success",
        "name": "success",
        "poke": "success",
        "reschedule": "success",
        "refused": "failed",
        "bystander": "deferred",
    }
    for name in ("name", "poke", "reschedule"):
        (seen,) = airflow.xcom(DAG, run_id, name).values()
        assert seen["value"] == r"Anna\x00\x1b[31m"
    (seen,) = airflow.xcom(DAG, run_id, "time").values()
    assert seen["updated_at"] == r"2026-11-21\x00"
    refused = airflow.log_of(DAG, run_id, "refused")
    assert r"not\\x00 for\\x1b[2J you" in refused

    until(lambda: heard(airflow), "the Dag that waits for the asset has run")
    assert {event["current"] for event in heard(airflow)} == {r"Anna\x00\x1b[31m"}
    # A value that was normalized is the same at each poll: nothing changes any more.
    polls = len(world.requests("autocalls"))
    until(lambda: len(world.requests("autocalls")) > polls + 3, "the watcher has polled again")
    assert len(airflow.events("hostile_assistants")) == 1

    world.set_status("burki", ids["burki"], "active")
    until(lambda: airflow.states(DAG, run_id)["bystander"] == "success", "another's wait goes on")
    airflow.assert_alive()

    until(lambda: set(airflow.states("hostile_rows", listing).values()) == {"success"}, "rows went through XCom")
    for task_id in ("list", "read"):
        rows = {row["assistant_id"]: row for row in airflow.xcom("hostile_rows", listing, task_id)}
        assert len(rows) == 3
        row: dict[str, Any] = rows[puretalk["assistant_id"]]
        assert row[r"nul\x00key"] == r"a\x00b"
        assert (row["too_large"], row["large"], row["long"]) == ("Infinity", "1e+300", str(2**70))
        assert (row[r"\x5f_classname__"], row[r"\x5f_type"], row[r"\x5f_var"]) == ("builtins.object", "dict", {})
        assert row["deep"] == ODD["deep"]


def triggerer_log(airflow: RunningAirflow) -> str:
    return (airflow.home / "triggerer.log").read_text(errors="replace")


def heard(airflow: RunningAirflow) -> list[dict[str, Any]]:
    """What the tasks that wait for the asset were given, and returned."""
    return [
        event
        for run in airflow.get("dags/hostile_reacting/dagRuns")["dag_runs"]
        if run["state"] == "success"
        for event in airflow.xcom("hostile_reacting", run["dag_run_id"], "heard")
    ]
