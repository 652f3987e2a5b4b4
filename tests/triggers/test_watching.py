# SPDX-License-Identifier: Apache-2.0
"""The trigger of asset watchers, by a poll of its own, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_assistants.client.ids import id_problem
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.triggers.shared_poll import PollResult
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.watching import outbox
from airflow_provider_assistants.watching.observations import Observation, PollScope, Snapshot
from tests.conftest import VENDORS
from tests.triggers.running import CLOCK, LONG, Listener, RecordedPolls, until
from tests.watching.test_outbox import AsyncStore

KEYS = [
    "event_id",
    "vendor",
    "conn_id",
    "assistant_id",
    "name",
    "previous",
    "current",
    "observed_at",
    "updated_at",
]


def make(**given: Any) -> AssistantStatusEventTrigger:
    return AssistantStatusEventTrigger(**{"conn_id": "burki_default", "poll_interval": 0.05, **given})


def polled(sandbox: Sandbox, vendor: str, times: int = 1) -> Callable[[], bool]:
    """Whether so many polls are over: a poll makes three requests at most, and the next one starts after it."""
    before = len(sandbox.requests(vendor))
    return lambda: len(sandbox.requests(vendor)) > before + 3 * times


@pytest.mark.parametrize("vendor", VENDORS)
def test_changes_are_emitted_at_every_vendor(sandbox: Sandbox, vendor: str) -> None:
    row = sandbox.rows(vendor)[0]
    each = str(row.get("id") or row["assistant_id"])
    watch = "updated_at" if vendor == "puretalk" else "status"

    async def listen() -> None:
        if vendor != "puretalk":
            sandbox.set_status(vendor, each, "active")
        async with Listener(make(conn_id=f"{vendor}_default", watch=watch)) as listener:
            await until(polled(sandbox, vendor))
            assert listener.heard == []
            if vendor == "puretalk":
                sandbox.update(vendor, each)
            else:
                sandbox.set_status(vendor, each, "inactive")
            (event,) = await listener.hears(1)
            assert list(event) == KEYS
            assert (event["vendor"], event["conn_id"], event["assistant_id"]) == (vendor, f"{vendor}_default", each)
            assert event["name"] == row["name"]
            if vendor != "puretalk":
                assert (event["previous"], event["current"]) == ("active", "inactive")
            json.dumps(event)

    asyncio.run(listen())


def test_new_and_deleted_assistants(sandbox: Sandbox) -> None:
    async def listen() -> None:
        async with Listener(make(conn_id="autocalls_default")) as listener:
            await until(polled(sandbox, "autocalls"))
            new = str(sandbox.insert("autocalls", status="inactive"))
            (came,) = await listener.hears(1)
            assert (came["assistant_id"], came["previous"], came["current"]) == (new, None, "inactive")
            gone = str(sandbox.rows("autocalls")[0]["id"])
            sandbox.delete("autocalls", gone)
            _, went = await listener.hears(2)
            assert (went["assistant_id"], went["current"], went["updated_at"]) == (gone, "deleted", None)
            assert went["name"]

    asyncio.run(listen())


def test_only_the_statuses_asked_for(sandbox: Sandbox) -> None:
    first, second = (str(row["id"]) for row in sandbox.rows("burki")[:2])
    for each in (first, second):
        sandbox.set_status("burki", each, "active")

    async def listen() -> None:
        async with Listener(make(statuses=["inactive"], assistant_ids=[first])) as listener:
            await until(polled(sandbox, "burki"))
            sandbox.set_status("burki", second, "inactive")
            sandbox.set_status("burki", first, "inactive")
            (event,) = await listener.hears(1)
            assert event["assistant_id"] == first

    asyncio.run(listen())


def test_a_change_while_no_triggerer_ran(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    # However busy the machine is, it is killed before that.
    monkeypatch.setattr(outbox, "ACK_DELAY", 10 * LONG)
    each = str(sandbox.rows("burki")[0]["id"])
    sandbox.set_status("burki", each, "active")
    store = AsyncStore()

    async def listen(expected: int) -> list[dict[str, Any]]:
        trigger = make()
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger) as listener:
            await until(polled(sandbox, "burki"))
            return list(await listener.hears(expected))

    assert asyncio.run(listen(0)) == []
    sandbox.set_status("burki", each, "inactive")
    (event,) = asyncio.run(listen(1))
    (again,) = asyncio.run(listen(1))
    assert again == event, "it was killed before the change was acknowledged"


def test_it_never_ends_and_backs_off(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    polls = RecordedPolls(monkeypatch)
    each = str(sandbox.rows("autocalls")[0]["id"])
    sandbox.set_status("autocalls", each, "active")

    async def listen() -> None:
        async with Listener(make(conn_id="autocalls_default", poll_interval=0.2)) as listener:
            await until(polled(sandbox, "autocalls"))
            sandbox.fail("autocalls", "401", times=4)
            sandbox.set_status("autocalls", each, "inactive")
            (event,) = await listener.hears(1)
            assert event["current"] == "inactive"

    asyncio.run(listen())
    refused = [seen for seen in sandbox.requests("autocalls") if seen["status"] == 401]
    pauses = polls.pauses_after_failures()
    assert (len(refused), len(pauses)) == (4, 3), "the first one twice, since the key could have been rotated"
    assert all(pause >= decided - CLOCK for pause, decided in zip(pauses, (0.2, 0.4, 0.8), strict=True))


def test_health_and_log_show_that_a_watcher_fails_and_recovers(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    store = AsyncStore()

    def health() -> dict[str, Any]:
        return dict(store.get("assistants.health.burki_default") or {})

    async def listen() -> None:
        trigger = make()
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger):
            await until(lambda: health().get("state") == "ok")
            assert health()["assistants"] == 12
            assert health()["watching"] == "status of all assistants"
            assert health()["last_poll"] == health()["last_success"]
            sandbox.fail("burki", "403", times=None)
            await until(lambda: health()["state"] == "failing")
            failing = health()
            assert failing["consecutive_failures"] == 1
            assert failing["failing_since"] == failing["last_poll"]
            assert "403" in failing["last_error"]
            await until(polled(sandbox, "burki"))
            assert health() == failing, "no write for each failed poll"
            sandbox.heal()
            await until(lambda: health()["state"] == "ok")

    asyncio.run(listen())
    warnings = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert len([each for each in warnings if "Poll of connection 'burki_default' failed" in each]) == 1
    assert len([each for each in warnings if "succeeded again" in each]) == 1


def test_a_connection_that_is_not_there_yet_is_waited_for(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    async def listen() -> None:
        async with Listener(make(conn_id="later")) as listener:
            await asyncio.sleep(0.3)
            connect("later", **sandbox.connection("burki"))
            await until(lambda: sandbox.requests("burki"))
            assert not listener.ended

    asyncio.run(listen())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"statuses": ["off"]}, "active, deleted, inactive, present"),
        ({"assistant_ids": []}, "leave it out to watch all"),
        ({"watch": "a..b"}, "watch must be"),
        ({"poll_interval": 0}, "poll_interval must be"),
        ({"poll_interval": "60"}, "poll_interval must be"),
    ],
)
def test_an_invalid_argument_fails_when_the_dag_is_parsed(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        make(**given)


def test_an_asset_takes_it_and_airflow_distinguishes_it_by_its_arguments() -> None:
    from airflow.sdk import Asset, AssetWatcher

    trigger = make(assistant_ids=[2, 1], statuses={"inactive"}, watch_name="mine")
    Asset("assistants", watchers=[AssetWatcher(name="watcher", trigger=trigger)])
    path, kwargs = trigger.serialize()
    assert kwargs == json.loads(json.dumps(kwargs))
    assert kwargs["assistant_ids"] == ["1", "2"]
    same = AssistantStatusEventTrigger(**kwargs)
    assert same.hash(*same.serialize()) == trigger.hash(path, kwargs)
    other = make(assistant_ids=[2, 1], statuses={"inactive"}, watch_name="another")
    assert other.hash(*other.serialize()) != trigger.hash(path, kwargs)


def test_a_status_that_the_vendor_never_reports_is_logged(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    async def listen() -> None:
        async with Listener(make(conn_id="puretalk_default", statuses=["inactive"], watch="no_such_field")):
            await until(polled(sandbox, "puretalk"))

    asyncio.run(listen())
    out = capsys.readouterr().out
    assert "no change to inactive will ever be emitted" in out
    assert "No assistant has a field 'no_such_field'" in out


@pytest.mark.parametrize(("vendor", "impossible"), [("burki", "abc"), ("burki", ".."), ("puretalk", "../x")])
def test_an_id_that_the_vendor_cannot_have_is_a_warning_and_the_others_are_watched(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], vendor: str, impossible: str
) -> None:
    problem = id_problem(get_vendor(vendor), impossible)
    assert problem is not None
    assert repr(impossible) in problem
    row = sandbox.rows(vendor)[0]
    each = str(row.get("id") or row["assistant_id"])
    sandbox.update(vendor, each, name="Before")
    store = AsyncStore()

    def health() -> dict[str, Any]:
        entries = [store.get(key) for key in store.values if key.startswith("assistants.health.")]
        return dict(entries[0]) if entries else {}

    async def listen() -> None:
        trigger = make(conn_id=f"{vendor}_default", assistant_ids=[impossible, each], watch="name")
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger) as listener:
            await until(health)
            assert health()["state"] == "ok"
            assert health()["warnings"] == [f"{problem}: no change of it will ever be emitted"]
            sandbox.update(vendor, each, name="After")
            (event,) = await listener.hears(1)
            assert (event["assistant_id"], event["current"]) == (each, "After")

    asyncio.run(listen())
    logged = [line for line in capsys.readouterr().out.splitlines() if problem in line]
    assert len(logged) == 1
    assert "warning" in logged[0]


def test_many_impossible_ids_make_a_short_warning(sandbox: Sandbox) -> None:
    store = AsyncStore()

    async def listen() -> None:
        trigger = make(assistant_ids=[f"id-{number}" for number in range(5_000)])
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger):
            await until(lambda: any(key.startswith("assistants.health.") for key in store.values))

    asyncio.run(listen())
    (health,) = [store.get(key) for key in store.values if key.startswith("assistants.health.")]
    assert len(health["warnings"]) == 6
    assert health["warnings"][-1] == "4995 more of assistant_ids are not there"


def test_an_id_that_does_not_exist_is_a_warning_until_it_does(sandbox: Sandbox) -> None:
    store = AsyncStore()
    key = str(1 + max(row["id"] for row in sandbox.rows("autocalls")))

    def warnings() -> list[str]:
        return [each for name in store.values if ".health." in name for each in store.get(name)["warnings"]]

    async def listen() -> None:
        trigger = make(conn_id="autocalls_default", assistant_ids=["abc", key])
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger) as listener:
            await until(warnings)
            assert [each.partition(":")[0] for each in warnings()] == [
                f"There is no assistant '{key}'",
                "There is no assistant 'abc'",
            ]
            created = str(sandbox.insert("autocalls", status="inactive"))
            (event,) = await listener.hears(1)
            assert event["assistant_id"] == created == key
            sandbox.fail("autocalls", "401", times=None)  # a failure makes it write the health
            await until(lambda: len(warnings()) == 1)

    asyncio.run(listen())


def test_a_watcher_whose_arguments_exist_has_no_warnings(sandbox: Sandbox) -> None:
    store = AsyncStore()
    odd = "../x"
    sandbox.insert("puretalk", assistant_id=odd)

    async def listen() -> None:
        trigger = make(conn_id="puretalk_default", assistant_ids=[odd])
        trigger.asset_state_store = store  # type: ignore[assignment]
        async with Listener(trigger):
            await until(lambda: any(key.startswith("assistants.health.") for key in store.values))

    asyncio.run(listen())
    (health,) = [store.get(key) for key in store.values if key.startswith("assistants.health.")]
    assert health["warnings"] == [], "the vendor lists it, whatever its id looks like"
    assert health["assistants"] == 1


@pytest.mark.parametrize("watch", ["status", "name"])
def test_a_thousand_watchers_do_not_each_iterate_over_a_snapshot_for_their_warnings(watch: str) -> None:
    iterations = 0

    class Counted(dict[str, Observation]):
        def values(self) -> Any:
            nonlocal iterations
            iterations += 1
            return super().values()

        def __iter__(self) -> Any:
            nonlocal iterations
            iterations += 1
            return super().__iter__()

    taken = Snapshot(
        Counted({"1": Observation("active", "Anna", None)}), PollScope(everything=True), observed_at=datetime.now(UTC)
    )
    for _ in range(1_000):
        make(watch=watch)._warnings(get_vendor("burki"), PollResult("burki", taken, None))
    assert iterations <= 1
