# SPDX-License-Identifier: Apache-2.0
"""
Values that a database refuses, through everything that Airflow stores: XCom, deferrals, events, the state stores.

They end no wait and no process, and come back alike from each database. With ``WRITE_DOCS=1`` the values as they are stored go
to ``docs/deployment_values.csv``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.storable import storable
from tests.deployment.table import Table
from tests.end_to_end.running_airflow import RunningAirflow, connections, until
from tests.postgres import Postgres

pytestmark = pytest.mark.deployment

TABLE = Table("deployment_values.csv", ("database", "from the vendor", "in XCom", "in events and state"), keys=2)
DAGS = Path(__file__).parent / "hostile_dags"
MODES = ("poke", "reschedule", "deferrable")
PATIENCE = 900


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


VALUES: dict[str, Any] = {
    "NUL": "a\0b",
    "NUL in a key": {"a\0b": "c"},
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x9b",
    "terminal escapes": "\x1b[2J\x1b]0;title\x07",
    "half of an emoji": "cut \ud83d",
    "the other half": "\ude00 cut",
    "noncharacters, direction": "\ufffe\uffff\u202e\u2028",
    "an emoji, four bytes of UTF-8": "😀",
    "1e400": math.inf,
    "-1e400": -math.inf,
    "NaN": math.nan,
    "1e300": 1e300,
    "2**70": 2**70,
    "nested 40 deep": nested(40),
    "nested 90 deep": nested(90),
    "key of 100,000 characters": {"k" * 100_000: 1},
    "string of 1,000,000 characters": "x" * 1_000_000,
    "Airflow's own key": {"__classname__": "builtins.object", "__type": "dict", "__var": {}},
    "a template": "{{ 1 / 0 }}",
    "SQL": "'; DROP TABLE xcom; --\\",
}
IDS = {name: f"agent-{number}" for number, name in enumerate(VALUES)}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=0) as sandbox:
        for each in IDS.values():
            sandbox.insert("puretalk", assistant_id=each, voice="plain")
        yield sandbox


@pytest.fixture(scope="module", params=["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> tuple[str, str | None]:
    """Its name, and the URL."""
    if request.param == "SQLite":
        return "SQLite", None
    server: Postgres = request.getfixturevalue("postgres")
    return "PostgreSQL", server.create_database("values")


@pytest.fixture(scope="module")
def airflow(
    world: Sandbox, database: tuple[str, str | None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningAirflow]:
    for each in IDS.values():
        world.update("puretalk", each, voice="plain")
    home = tmp_path_factory.mktemp("airflow")
    with RunningAirflow(home, DAGS, connections=connections(world), database=database[1]) as running:
        until(lambda: "Watching voice" in (home / "triggerer.log").read_text(errors="replace"), "the watcher watches")
        yield running


def switch(world: Sandbox, *, hostile: bool) -> None:
    for name, value in VALUES.items():
        world.update("puretalk", IDS[name], voice=value if hostile else "plain")


def events(airflow: RunningAirflow) -> list[dict[str, Any]]:
    """The events of the watcher, each once."""
    return list({event["event_id"]: event for event in airflow.events("values")}.values())


def wait(world: Sandbox, airflow: RunningAirflow, *, hostile: bool) -> dict[str, dict[str, Any]]:
    """Let sensors of all modes wait for the values to change, and return what they have seen, which is alike."""
    run_id = airflow.trigger("values_waiting", ids=list(IDS.values()))

    def all_wait() -> bool:
        airflow.assert_alive()
        return all("Waiting for" in airflow.log_of("values_waiting", run_id, mode) for mode in MODES)

    def are_done() -> bool:
        airflow.assert_alive()
        states = airflow.states("values_waiting", run_id)
        assert "failed" not in states.values(), states
        return set(states.values()) == {"success"}

    until(all_wait, "all sensors wait", limit=PATIENCE)
    switch(world, hostile=hostile)
    until(are_done, "all sensors are done", limit=PATIENCE)
    seen = [airflow.xcom("values_waiting", run_id, mode) for mode in MODES]
    changes = [{each: (state["previous"], state["value"]) for each, state in found.items()} for found in seen]
    assert changes[0] == changes[1] == changes[2]
    return dict(seen[0])


def test_values_come_and_go(
    world: Sandbox, airflow: RunningAirflow, database: tuple[str, str | None], tmp_path: Path
) -> None:
    came = wait(world, airflow, hostile=True)
    until(lambda: len(events(airflow)) == len(IDS), "each change was emitted")
    emitted = {event["assistant_id"]: event["current"] for event in events(airflow)}
    assert emitted == {each: state["value"] for each, state in came.items()}

    target = tmp_path / "all.jsonl"
    run_id = airflow.trigger("values_rows", destination=str(target))
    until(lambda: set(airflow.states("values_rows", run_id).values()) == {"success"}, "rows went through XCom")
    rows = {row["assistant_id"]: row["voice"] for row in airflow.xcom("values_rows", run_id, "read")}
    # The depth of a value counts from its row.
    stored = [storable({"voice": received(value)}) for value in VALUES.values()]
    assert [{"voice": rows[each]} for each in IDS.values()] == stored
    assert airflow.xcom("values_rows", run_id, "export")["rows"] == len(IDS)
    written = [json.loads(line) for line in target.read_text().split("\n") if line]
    for row in written:
        name = next(name for name, each in IDS.items() if each == row["assistant_id"])
        value = received(VALUES[name])
        # JSON has no number that is not finite.
        is_finite = not isinstance(value, float) or math.isfinite(value)
        assert json.dumps(row["voice"]) == json.dumps(value if is_finite else storable(value))

    # The triggerer that comes next reads what this one has kept: nothing has changed.
    airflow.kill("triggerer")
    airflow.start("triggerer")
    until(lambda: "Watching voice" in airflow.log_since_start("triggerer"), "the watcher watches again")
    went = wait(world, airflow, hostile=False)
    until(lambda: len(events(airflow)) == 2 * len(IDS), "each change back was emitted")
    for event in events(airflow)[len(IDS) :]:
        assert event["current"] == "plain"
        assert event["previous"] == emitted[event["assistant_id"]] == went[event["assistant_id"]]["previous"]
    airflow.assert_alive()
    for name, each in IDS.items():
        TABLE.add(database[0], name, shown(rows[each]), shown(emitted[each]))


def received(value: Any) -> Any:
    """What can be encoded: half of a surrogate pair cannot."""
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value


def shown(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text):,} characters)"
