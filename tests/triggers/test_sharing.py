# SPDX-License-Identifier: Apache-2.0
"""Many who wait on one connection, through Airflow's own manager of shared streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from airflow.triggers.shared_stream import SharedStreamManager

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.triggers.status import (
    AssistantStatusEventTrigger,
    AssistantStatusTrigger,
    PollingTrigger,
)
from tests.triggers.running import CLOCK, Listener, RecordedPolls, until


def manager() -> SharedStreamManager:
    import structlog

    return SharedStreamManager(log=structlog.get_logger())


def shared(manager: SharedStreamManager, number: int, trigger: PollingTrigger) -> AsyncIterator[Any]:
    """Return the events of a trigger as the triggerer takes them."""
    key = trigger.shared_stream_key()
    assert key is not None
    events = trigger.filter_shared_stream(manager.subscribe(trigger_id=number, trigger=trigger, key=key))

    async def until_done() -> AsyncIterator[Any]:
        try:
            async for event in events:
                yield event
        finally:
            await manager.unsubscribe(number, key)

    return until_done()


def listings(sandbox: Sandbox, vendor: str) -> int:
    """Return how many times the listing was started."""
    return sum(seen["query"].get("page") == "1" for seen in sandbox.requests(vendor))


def test_sensors_and_watchers_of_a_connection_share_one_poll(sandbox: Sandbox) -> None:
    ids = [str(row["id"]) for row in sandbox.rows("autocalls")]
    for each in ids:
        sandbox.set_status("autocalls", each, "inactive")
    interval = 0.5

    async def wait_all() -> None:
        streams = manager()
        async with AsyncExitStack() as stack:
            sensors = [
                Listener(
                    trigger := AssistantStatusTrigger(
                        conn_id="autocalls_default", assistant_ids=[ids[number % len(ids)]], poll_interval=interval
                    ),
                    shared(streams, number, trigger),
                )
                for number in range(200)
            ]
            watchers = [
                Listener(
                    trigger := AssistantStatusEventTrigger(
                        conn_id="autocalls_default", poll_interval=interval, watch_name=str(number)
                    ),
                    shared(streams, 1_000 + number, trigger),
                )
                for number in range(200)
            ]
            started = time.monotonic()
            for each in (*sensors, *watchers):
                await stack.enter_async_context(each)
            await until(lambda: listings(sandbox, "autocalls") >= 4)
            for each_id in ids:
                sandbox.set_status("autocalls", each_id, "active")
            await until(lambda: all(sensor.heard for sensor in sensors))
            await until(lambda: all(len(watcher.heard) == len(ids) for watcher in watchers))
            intervals = (time.monotonic() - started) / interval
            assert listings(sandbox, "autocalls") <= intervals + 1
            assert {sensor.heard[0]["outcome"] for sensor in sensors} == {"reached"}
            for watcher in watchers:
                assert sorted(event["assistant_id"] for event in watcher.heard) == sorted(ids)
                assert not watcher.ended
        await streams.stop_all()

    asyncio.run(wait_all())


def test_a_later_subscription_adds_fields_and_ids(sandbox: Sandbox) -> None:
    row = sandbox.rows("burki")[0]
    each, other = str(row["id"]), str(sandbox.rows("burki")[1]["id"])
    sandbox.set_status("burki", each, "active")

    def sensor(**given: Any) -> AssistantStatusTrigger:
        return AssistantStatusTrigger(conn_id="burki_default", poll_interval=0.1, **given)

    async def subscribe_later() -> None:
        streams = manager()
        waiting = sensor(assistant_ids=[each], target_statuses=["inactive"])
        async with Listener(waiting, shared(streams, 1, waiting)) as first:
            await until(lambda: len(sandbox.requests("burki")) >= 2)
            assert {seen["path"] for seen in sandbox.requests("burki")} == {f"/api/v1/assistants/{each}"}
            watching = AssistantStatusEventTrigger(conn_id="burki_default", poll_interval=0.1, watch="description")
            field = sensor(assistant_ids=[other], until="changed", target_statuses=(), watch="name")
            async with (
                Listener(watching, shared(streams, 2, watching)) as second,
                Listener(field, shared(streams, 3, field)) as third,
            ):
                await until(lambda: any("limit" in seen["query"] for seen in sandbox.requests("burki")))
                await until(lambda: sum("limit" in seen["query"] for seen in sandbox.requests("burki")) > 4)
                sandbox.update("burki", other, name="Renamed", description="New")
                await until(lambda: third.heard)
                assert third.heard[0]["result"][other]["value"] == "Renamed"
                (event,) = await second.hears(1)
                assert (event["assistant_id"], event["current"], event["name"]) == (other, "New", "Renamed")
            sandbox.clear_requests()
            sandbox.set_status("burki", each, "inactive")
            await until(lambda: first.heard)
        await streams.stop_all()

    asyncio.run(subscribe_later())


def test_a_finished_sensor_costs_no_more_requests(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    polls = RecordedPolls(monkeypatch)
    ids = [str(row["id"]) for row in sandbox.rows("autocalls")]
    for each in ids:
        sandbox.set_status("autocalls", each, "inactive")

    async def wait_all() -> None:
        streams = manager()
        async with AsyncExitStack() as stack:
            sensors = []
            for number, each in enumerate(ids):
                trigger = AssistantStatusTrigger(conn_id="autocalls_default", assistant_ids=[each], poll_interval=0.2)
                sensors.append(await stack.enter_async_context(Listener(trigger, shared(streams, number, trigger))))
            await until(lambda: listings(sandbox, "autocalls") >= 2)
            sandbox.set_status("autocalls", ids[0], "active")
            await until(lambda: sensors[0].heard)
            started, before = polls.count, listings(sandbox, "autocalls")
            await until(lambda: listings(sandbox, "autocalls") >= before + 6)
            # One poll may have been under way: one listing each, and none for the assistant that nobody waits for.
            assert listings(sandbox, "autocalls") - before <= polls.count - started + 1
            assert min(polls.pauses()) >= 0.2 - CLOCK
        await streams.stop_all()

    asyncio.run(wait_all())


def test_a_poll_without_news_wakes_nobody(sandbox: Sandbox) -> None:
    async def count() -> None:
        trigger = AssistantStatusEventTrigger(conn_id="autocalls_default", poll_interval=0.05)
        streams = manager()
        key = trigger.shared_stream_key()
        assert key is not None
        woken = 0
        raw = streams.subscribe(trigger_id=1, trigger=trigger, key=key)

        async def counting() -> AsyncIterator[Any]:
            nonlocal woken
            async for result in raw:
                woken += 1
                yield result

        async with Listener(trigger, trigger.filter_shared_stream(counting())):
            await until(lambda: listings(sandbox, "autocalls") >= 6)
            assert woken == 1
        await streams.stop_all()

    asyncio.run(count())


def test_an_outage_of_the_vendor_ends_no_watcher(sandbox: Sandbox) -> None:
    each = str(sandbox.rows("autocalls")[0]["id"])
    sandbox.set_status("autocalls", each, "active")

    async def survive() -> None:
        streams = manager()
        triggers = [
            AssistantStatusEventTrigger(conn_id="autocalls_default", poll_interval=0.05, watch_name=str(n))
            for n in range(3)
        ]
        async with AsyncExitStack() as stack:
            listeners = [
                await stack.enter_async_context(Listener(trigger, shared(streams, number, trigger)))
                for number, trigger in enumerate(triggers)
            ]
            await until(lambda: listings(sandbox, "autocalls") >= 2)
            for fault in ("login_page", "401", "truncated", "wrong_shape"):
                sandbox.fail("autocalls", fault, times=1)
            sandbox.set_status("autocalls", each, "inactive")
            for listener in listeners:
                (event,) = await listener.hears(1)
                assert event["current"] == "inactive"
        await streams.stop_all()

    asyncio.run(survive())
