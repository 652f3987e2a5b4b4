# SPDX-License-Identifier: Apache-2.0
"""
The provider is upgraded while sensors and watchers wait: today's classes go on with what an earlier commit left in the database.

The files below ``tests/fixtures/earlier`` were written by those commits; see :mod:`tests.upgrades.record`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowSensorTimeout

from airflow_provider_assistants.exceptions import AuthenticationError, StatusError
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from tests.triggers.running import Listener, only_event
from tests.upgrades.earlier_version import ENDS, IDS, WAITS, WATCHERS, Store
from tests.watching.test_outbox import AsyncStore

FOLDER = Path(__file__).parents[1] / "fixtures" / "earlier"
COMMITS = sorted(path.stem for path in FOLDER.glob("*.json"))
FIRST, SECOND = IDS


@pytest.fixture(params=COMMITS)
def left(request: pytest.FixtureRequest) -> Any:
    """What that commit left."""
    return json.loads((FOLDER / f"{request.param}.json").read_text())


@pytest.fixture
def world(sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was when the earlier version polled last."""
    for vendor in ("burki", "puretalk"):
        sandbox.set_size(vendor, 3)
    for each in IDS:
        sandbox.insert("burki", id=int(each), name="Ada")
        sandbox.set_status("burki", each, "inactive")
    sandbox.insert("puretalk", assistant_id="agent-1", agent_name="Ada")
    return sandbox


def sensor(**given: Any) -> AssistantStatusSensor:
    return AssistantStatusSensor(**{"task_id": "wait", "conn_id": "burki_default", "timeout": 60, **given})


def change(world: Sandbox) -> None:
    """Let all that the sensors wait for happen."""
    for each in IDS:
        world.update("burki", each, name="Grace")
        world.set_status("burki", each, "active")
    world.update("puretalk", "agent-1", agent_name="Grace")


def check(name: str, result: Any, recorded: dict[str, Any]) -> None:
    """Check a wait's result: it compares with what the earlier version observed first."""
    ids = WAITS[name]["assistant_id"]
    assert list(result) == ([ids] if isinstance(ids, str) else ids)
    for each, state in result.items():
        assert state["previous"] == recorded["baseline"][each]
        assert state["status"] == ("present" if name == "time" else "active")
        assert state.get("value", "Grace") == (state["updated_at"] if name == "time" else "Grace")


@pytest.mark.parametrize("name", WAITS)
def test_a_deferred_sensor_goes_on(world: Sandbox, left: Any, name: str) -> None:
    deferral = left["deferrals"][name]
    trigger = resolve_name(deferral["classpath"])(**deferral["kwargs"])
    assert trigger.serialize() == (deferral["classpath"], deferral["kwargs"])
    change(world)
    event = asyncio.run(only_event(trigger.run()))
    task = sensor(**WAITS[name], deferrable=True)
    next_kwargs = {**(deferral["next_kwargs"] or {}), "event": event}
    check(name, task.resume_execution(deferral["method_name"], next_kwargs, {}), deferral["kwargs"]["past"])


@pytest.mark.parametrize("name", WAITS)
def test_a_rescheduled_sensor_goes_on(world: Sandbox, left: Any, name: str) -> None:
    store = Store(left["reschedules"][name])
    recorded = dict(store["assistants_wait"])
    change(world)
    context: Any = {"task_state_store": store}
    check(name, sensor(**WAITS[name], mode="reschedule").execute(context), recorded)
    assert store == {}


@pytest.mark.parametrize("end", ENDS)
def test_an_event_that_was_stored_before_ends_the_task_after(world: Sandbox, left: Any, end: str) -> None:
    task = sensor(**ENDS[end])
    event = left["events"][end]
    if end == "reached":
        assert task.execute_complete({}, event) == event["result"]
        return
    errors = {"failed": StatusError, "timed out": AirflowSensorTimeout, "error": AuthenticationError}
    with pytest.raises(errors[end]) as caught:
        task.execute_complete({}, event)
    if end != "timed out":
        assert event["error"]["what"] in str(caught.value)


@pytest.mark.parametrize("name", WATCHERS)
def test_a_watcher_goes_on(
    world: Sandbox, left: Any, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr("airflow_provider_assistants.watching.outbox.ACK_DELAY", 0.1)
    watcher = left["watchers"][name]
    trigger = resolve_name(watcher["classpath"])(**watcher["kwargs"])
    assert trigger.serialize() == (watcher["classpath"], watcher["kwargs"]), "Airflow knows a watcher by these"
    trigger.asset_state_store = store = AsyncStore()
    store.values = {key: json.dumps(value) for key, value in watcher["store"].items()}
    # What the earlier version emitted last, and a change while nobody watched.
    change(world)
    world.delete("burki", SECOND)

    async def listen() -> list[dict[str, Any]]:
        async with Listener(trigger) as listener:
            return list(await listener.hears(2))

    first, second = asyncio.run(listen())
    assert first == watcher["event"], "it was not acknowledged, so it is emitted again, under the same id"
    if name == "time":
        assert (second["assistant_id"], second["previous"]) == ("agent-1", first["current"])
    else:
        previous = "Ada" if name == "name" else "inactive"
        assert (second["assistant_id"], second["previous"], second["current"]) == (SECOND, previous, "deleted")
    assert caplog.records == []


def test_each_commit_is_there() -> None:
    assert len(COMMITS) >= 3
