# SPDX-License-Identifier: Apache-2.0
"""Sensors and watchers in a whole Airflow, whose triggerer is killed without a word."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.end_to_end.running_airflow import RunningAirflow, connections, until
from tests.statsd import StatsdServer

pytestmark = pytest.mark.end_to_end

FOLDER = Path(__file__).parent / "dags"
MODES = ("poke", "reschedule", "deferrable")
CROWD = 9
ENDED = 7
#: Of a listing that a person ends: it would take minutes.
PAGES = 1_000


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=12) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def statsd() -> Iterator[StatsdServer]:
    with StatsdServer() as server:
        yield server


@pytest.fixture(scope="module")
def airflow(world: Sandbox, statsd: StatsdServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAirflow]:
    Assistants(world).switch("inactive")  # before Airflow starts: its watchers poll as soon as there is a triggerer
    world.set_size("burki", PAGES, account=ENDED)
    world.fail("burki", "slow", times=None, seconds=0.2, account=ENDED)
    own = {f"cancelled_{mode}": world.connection("burki", account=2 + number) for number, mode in enumerate(MODES)}
    home = tmp_path_factory.mktemp("airflow")
    own["ended"] = world.connection("burki", account=ENDED)
    reached = connections(world, crowd=world.connection("autocalls", account=CROWD), **own)
    metrics = {**statsd.environment, "AIRFLOW__METRICS__METRICS_ALLOW_LIST": "assistants"}
    with RunningAirflow(home, FOLDER, connections=reached, settings=metrics) as running:
        yield running


class Assistants:
    """One assistant at each vendor that a sensor waits for, and that watchers see change."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._names = (f"name-{number}" for number in itertools.count())
        self.ids = {
            vendor: next(
                str(row.get("id") or row["assistant_id"]) for row in sandbox.rows(vendor) if not row.get("deleted_at")
            )
            for vendor in VENDORS
        }

    def switch(self, status: str) -> None:
        for vendor, each in self.ids.items():
            if vendor == "puretalk":
                self._sandbox.update(vendor, each, name=next(self._names))
            else:
                self._sandbox.set_status(vendor, each, status)


def waits(airflow: RunningAirflow, run_id: str) -> bool:
    return set(airflow.states("waiting", run_id).values()) == {"deferred"}


def reached(airflow: RunningAirflow, run_id: str) -> bool:
    states = airflow.states("waiting", run_id)
    assert "failed" not in states.values(), states
    return set(states.values()) == {"success"}


def emitted(airflow: RunningAirflow) -> dict[str, list[dict[str, Any]]]:
    """Return the changes that were emitted for each vendor, each once."""
    return {
        vendor: list({event["event_id"]: event for event in airflow.events(f"{vendor}_assistants")}.values())
        for vendor in VENDORS
    }


def polled_twice(world: Sandbox) -> bool:
    """Whether the account that is watched has been polled twice at each vendor; the crowd's is another one."""
    seen = [each["vendor"] for each in world.requests() if each["account"] == 1]
    return all(seen.count(vendor) >= 6 for vendor in VENDORS)


def requests_since(world: Sandbox, since: float, *, vendor: str, account: int) -> list[dict[str, Any]]:
    """Return the requests of an account since then; by time, since the log drops the oldest."""
    return [seen for seen in world.requests(vendor) if seen["account"] == account and seen["time"] >= since]


def test_waiting_and_reacting_through_the_death_of_the_triggerer(world: Sandbox, airflow: RunningAirflow) -> None:
    assistants = Assistants(world)
    until(lambda: polled_twice(world), "all watchers have polled")
    assert emitted(airflow) == {vendor: [] for vendor in VENDORS}, "a first poll emits nothing"

    run_id = airflow.trigger("waiting", **assistants.ids)
    until(lambda: waits(airflow, run_id), "all sensors are deferred")
    assistants.switch("active")
    until(lambda: reached(airflow, run_id), "all sensors are done")
    for vendor, each in assistants.ids.items():
        (seen,) = airflow.xcom("waiting", run_id, vendor).items()
        assert seen[0] == each
        assert seen[1]["status"] == ("present" if vendor == "puretalk" else "active")
    until(lambda: all(len(events) == 1 for events in emitted(airflow).values()), "each watcher has emitted the change")

    assistants.switch("inactive")
    until(
        lambda: all(len(events) == 2 for events in emitted(airflow).values()), "each watcher has emitted both changes"
    )
    waiting = airflow.trigger("waiting", **assistants.ids)
    until(lambda: waits(airflow, waiting), "all sensors are deferred once more")
    airflow.kill("triggerer")
    assistants.switch("active")
    airflow.start("triggerer")
    until(lambda: reached(airflow, waiting), "all sensors are done, although the triggerer was killed")
    until(
        lambda: all(len(events) == 3 for events in emitted(airflow).values()),
        "the change while it was dead was emitted",
    )

    for vendor, events in emitted(airflow).items():
        assert {event["assistant_id"] for event in events} == {assistants.ids[vendor]}
        if vendor != "puretalk":
            assert [(event["previous"], event["current"]) for event in events] == [
                ("inactive", "active"),
                ("active", "inactive"),
                ("inactive", "active"),
            ]
        heard = until(lambda vendor=vendor: payloads_heard(airflow, vendor, 3), f"Dags have run for {vendor}")  # type: ignore[misc]
        assert {event["event_id"] for event in heard} == {event["event_id"] for event in events}


def payloads_heard(airflow: RunningAirflow, vendor: str, count: int) -> list[dict[str, Any]]:
    """What the tasks of a vendor's Dag were given, once there are so many different ones."""
    dag_id = f"reacting_{vendor}"
    heard: dict[str, dict[str, Any]] = {}
    for run in airflow.get(f"dags/{dag_id}/dagRuns")["dag_runs"]:
        if run["state"] == "success":
            for event in airflow.xcom(dag_id, run["dag_run_id"], "heard"):
                heard[event["event_id"]] = event
    return list(heard.values()) if len(heard) >= count else []


def test_a_person_ends_the_wait_in_any_mode(world: Sandbox, airflow: RunningAirflow) -> None:
    from tests.end_to_end.dags.waiting import INTERVAL

    run_id = airflow.trigger("cancelled")
    accounts = {mode: 2 + number for number, mode in enumerate(MODES)}

    started = time.time()

    def polls(mode: str) -> int:
        return len(requests_since(world, started, vendor="burki", account=accounts[mode]))

    def is_quiet() -> bool:
        """Whether nobody polls for three intervals."""
        before = {mode: polls(mode) for mode in MODES}
        time.sleep(3 * INTERVAL)
        return before == {mode: polls(mode) for mode in MODES}

    until(lambda: all(polls(mode) >= 2 for mode in MODES), "all three wait")
    for mode in MODES:
        airflow.fail_task("cancelled", run_id, mode)
    until(lambda: airflow.states("cancelled", run_id) == dict.fromkeys(MODES, "failed"), "all three have failed")
    until(is_quiet, "nobody polls any more")
    for mode in MODES:
        entries = airflow.get(f"dags/cancelled/dagRuns/{run_id}/taskInstances/{mode}/xcomEntries")["xcom_entries"]
        assert "return_value" not in {entry["key"] for entry in entries}


@pytest.mark.parametrize("new_state", ["failed", "success"])
def test_a_person_ends_a_listing(world: Sandbox, airflow: RunningAirflow, tmp_path: Path, new_state: str) -> None:
    started = time.time()

    def requested() -> int:
        return len(requests_since(world, started, vendor="burki", account=ENDED))

    run_id = airflow.trigger("ended", destination=str(tmp_path / "assistants.jsonl"))
    until(lambda: requested() >= 10, "the listing is under way")
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    airflow.mark_task("ended", run_id, "list", new_state)
    marked = requested()

    def log() -> str:
        paths = airflow.home.glob(f"logs/dag_id=ended/run_id={run_id}/**/*.log")
        return "".join(path.read_text() for path in paths)

    until(lambda: "Task killed!" in log(), "Airflow has ended the process")
    # The server may still be busy with the last request, which it logs when it has responded.
    until(lambda: world.state.in_flight == 0, "the last request is over")
    ended = requested()
    print(f"{new_state}: {marked} requests before a person marked it, {ended - marked} after")
    assert "TaskKilled" in log()
    assert "signal=SIGKILL" not in log()
    assert list(tmp_path.iterdir()) == []
    assert airflow.states("ended", run_id) == {"list": new_state}
    assert ended < PAGES
    assert requested() == ended


def test_a_crowd_on_one_connection_makes_one_poll(world: Sandbox, airflow: RunningAirflow) -> None:
    from tests.end_to_end.dags.crowd import INTERVAL, SENSORS, WATCHERS

    def polls(since: float) -> list[float]:
        requests = requests_since(world, since, vendor="autocalls", account=CROWD)
        return [seen["time"] for seen in requests if seen["query"].get("page") == "1"]

    def watchers() -> int:
        return airflow.log_since_start("triggerer").count("Watching status of connection 'crowd'")

    def deferred() -> int:
        page = airflow.get(f"dags/crowd_waiting/dagRuns/{run_id}/taskInstances", state="deferred", limit=1)
        return int(page["total_entries"])

    until(lambda: watchers() >= WATCHERS, "all watchers watch")
    run_id = airflow.trigger("crowd_waiting")
    until(lambda: deferred() == SENSORS, "all sensors are deferred", limit=1_800)
    # The last sensor has polled before it deferred.
    since = time.time()
    until(lambda: len(polls(since)) > 10, "ten polls")
    seen = polls(since)
    intervals = (seen[-1] - seen[0]) / INTERVAL
    print(f"{len(seen) - 1} polls in {intervals:.2f} intervals, of {SENSORS} deferred sensors and {WATCHERS} watchers")
    assert len(seen) - 1 <= 1.1 * intervals


def test_metrics_of_a_task_and_of_the_triggerer(
    world: Sandbox, airflow: RunningAirflow, statsd: StatsdServer, tmp_path: Path
) -> None:
    run_id = airflow.trigger("listing", destination=str(tmp_path / "assistants.jsonl"))
    until(lambda: airflow.states("listing", run_id) == {"list": "success"}, "the listing is done")
    manifest = airflow.xcom("listing", run_id, "list")
    tags = {"vendor": "intellixent", "conn_id": "intellixent_default", "listing": "assistants"}
    rows = [each.number for each in statsd.received("assistants.listing.rows") if each.tags == tags]
    assert rows == [manifest["rows"]]
    # Only the triggerer knows when a poll was due.
    until(lambda: statsd.received("assistants.poll.lag"), "the triggerer has sent its metrics")


def test_no_key_in_any_log(world: Sandbox, airflow: RunningAirflow) -> None:
    keys = [world.api_key(vendor, account=account).encode() for vendor in VENDORS for account in range(1, 10)]
    paths = [path for path in airflow.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" for path in paths)
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # Airflow is running, and removes what was temporary
            content = path.read_bytes()
            assert not any(key in content for key in keys), path
