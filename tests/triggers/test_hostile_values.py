# SPDX-License-Identifier: Apache-2.0
"""Values that Airflow's database refuses, watched: each change is emitted once, in a form that can be stored, and never again."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any

import msgspec
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger
from airflow_provider_assistants.watching.health import health_key
from airflow_provider_assistants.watching.state_store import store_name
from tests.triggers.running import Listener, until
from tests.watching.test_outbox import AsyncStore

VENDOR = "puretalk"
LONG_ID = "x" * 100_000


class StrictStore(AsyncStore):
    """Takes what PostgreSQL and the messages to the api-server take, and nothing else."""

    async def aset(self, key: str, value: Any) -> None:
        check_storable([key, value])
        assert len(json.dumps(value)) <= 64 * 1024
        await super().aset(key, value)


def check_storable(value: Any) -> None:
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    assert "\0" not in json.dumps(json.loads(text), ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode()
    msgspec.msgpack.encode(value)


@pytest.fixture(autouse=True)
def _settle_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was emitted counts as arrived after a moment."""
    monkeypatch.setattr("airflow_provider_assistants.watching.outbox.ACK_DELAY", 0.1)


def make(store: AsyncStore, **given: Any) -> AssistantStatusEventTrigger:
    trigger = AssistantStatusEventTrigger(**{"conn_id": f"{VENDOR}_default", "poll_interval": 0.05, **given})
    trigger.asset_state_store = store  # type: ignore[assignment]
    return trigger


async def polls(sandbox: Sandbox, times: int = 3) -> None:
    before = len(sandbox.requests(VENDOR))
    await until(lambda: len(sandbox.requests(VENDOR)) >= before + 3 * times)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Anna\0\x1b[31m", r"Anna\x00\x1b[31m"),
        (2**70, str(2**70)),
        (1e300, "1e+300"),
        (math.inf, "Infinity"),
        (math.nan, "NaN"),
        ("\0" * 300, None),
        ({"a\0": "b"}, None),
        ([[[[math.nan]]]], None),
    ],
)
def test_a_hostile_value_is_emitted_once(sandbox: Sandbox, value: Any, kept: str | None) -> None:
    each = sandbox.rows(VENDOR)[0]["assistant_id"]
    store = StrictStore()

    async def listen() -> None:
        async with Listener(make(store, watch="voice")) as listener:
            await polls(sandbox)
            sandbox.update(VENDOR, each, voice=value)
            (event,) = await listener.hears(1)
            check_storable(event)
            assert event["current"] == kept or (kept is None and event["current"].startswith("sha256:"))
            await polls(sandbox)
            assert len(listener.heard) == 1, "what was emitted has not changed"
        async with Listener(make(store, watch="voice")) as listener:
            await polls(sandbox)
            assert {heard["event_id"] for heard in listener.heard} <= {event["event_id"]}
            sandbox.update(VENDOR, each, voice="plain")
            await until(lambda: any(heard["current"] == "plain" for heard in listener.heard))

    asyncio.run(listen())


@pytest.mark.parametrize("odd_id", ["a\0b", "a/b", "../x", "\x1b[2J", LONG_ID, "__classname__", "a\\x00b"])
def test_an_assistant_with_a_hostile_id_comes_and_goes(sandbox: Sandbox, odd_id: str) -> None:
    store = StrictStore()

    async def listen() -> None:
        async with Listener(make(store)) as listener:
            await polls(sandbox)
            sandbox.insert(VENDOR, assistant_id=odd_id, name="n\0" * 100_000)
            (came,) = await listener.hears(1)
            check_storable(came)
            assert len(json.dumps(came)) < 2_000
            await polls(sandbox)
            assert len(listener.heard) == 1
            sandbox.delete(VENDOR, odd_id)
            _, went = await listener.hears(2)
            assert (went["assistant_id"], went["current"]) == (came["assistant_id"], "deleted")
            check_storable(went)

    asyncio.run(listen())


def test_what_an_earlier_version_kept_is_no_change(sandbox: Sandbox) -> None:
    """It kept a NUL as it came, which a text column takes as an escape."""
    each = sandbox.rows(VENDOR)[0]["assistant_id"]
    sandbox.update(VENDOR, each, voice="a\0b")
    store = AsyncStore()

    async def listen() -> None:
        async with Listener(make(store, watch="voice")):
            await until(lambda: store.values)
            await polls(sandbox)
        for key, value in list(store.values.items()):
            store.values[key] = value.replace(r"a\\x00b", r"a\u0000b")
        assert r"a\u0000b" in "".join(store.values.values())
        async with Listener(make(store, watch="voice")) as listener:
            await polls(sandbox)
            assert listener.heard == []

    asyncio.run(listen())


@pytest.mark.parametrize("name", ["plain", "a\0b", "\ud800", "x" * 10_000, "über/ ?#", "__classname__"])
def test_a_key_of_a_state_store_is_short_and_plain(name: str) -> None:
    for key in (
        store_name(conn_id=name, ids=[name], watch=name, watch_name=name),
        health_key(conn_id=name, ids=["1"], watch=name, watch_name=name),
    ):
        assert key.isascii()
        assert key.isprintable()
        assert len(key) < 500, "a column of 512 characters takes it, with the numbers that follow"


def test_connections_of_like_names_keep_apart() -> None:
    keys = {
        health_key(conn_id=name, ids=None, watch="status", watch_name=None) for name in ("a_b", "a b", "a/b", "ä_b")
    }
    assert len(keys) == 4
    assert "assistants.health.a_b" in keys
