# SPDX-License-Identifier: Apache-2.0
"""What a watcher emits and keeps, whatever happens, and whenever its process dies."""

from __future__ import annotations

import asyncio
import json
import random
from collections import ChainMap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.watching import outbox as outbox_module
from airflow_provider_assistants.watching.outbox import ACK_DELAY, ChangeOutbox
from airflow_provider_assistants.watching.state_store import MAX_VALUE_BYTES, StateStore, store_name
from tests.fuzzing import cases
from tests.watching.snapshots import snapshot


class Store:
    """Keeps what Airflow's store would: JSON of 64 KiB at most."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.writes = 0
        self.broken = False

    def get(self, key: str, default: Any = None) -> Any:
        if self.broken:
            raise RuntimeError("API server is down")
        return json.loads(self.values[key]) if key in self.values else default

    def set(self, key: str, value: Any) -> None:
        if self.broken:
            raise RuntimeError("API server is down")
        text = json.dumps(value)
        assert len(text) <= 65_535
        self.values[key] = text
        self.writes += 1

    def delete(self, key: str) -> None:
        self.values.pop(key, None)


class AsyncStore(Store):
    """As Airflow's from 3.3.2 on."""

    async def aget(self, key: str, default: Any = None) -> Any:
        return self.get(key, default)

    async def aset(self, key: str, value: Any) -> None:
        self.set(key, value)

    async def adelete(self, key: str) -> None:
        self.delete(key)


class Process:
    """The life of a triggerer: an outbox and a clock."""

    def __init__(self, store: Any, **options: Any) -> None:
        self.now = 0.0
        given = {"conn_id": "mine", "ids": None, "statuses": (), "watch": "status", **options}
        self.outbox = ChangeOutbox(**given, store=store, clock=lambda: self.now)
        asyncio.run(self.outbox.load())

    def poll(
        self, world: dict[str, str | None], *, die_after: int | None = None, **fields: Any
    ) -> list[dict[str, Any]]:
        """Process a snapshot and return the events emitted; perhaps die after so many of them."""
        events = asyncio.run(self.outbox.process(snapshot(world, **fields), "burki", changed=None))
        if die_after is not None:
            return [dict(event) for event in events[:die_after]]
        self.outbox.mark_emitted()
        return [dict(event) for event in events]

    def acknowledge(self) -> list[dict[str, Any]]:
        self.now += ACK_DELAY
        events = asyncio.run(self.outbox.acknowledge())
        self.outbox.mark_emitted()
        return [dict(event) for event in events]


def test_the_first_poll_sets_the_baseline_and_emits_nothing() -> None:
    store = AsyncStore()
    process = Process(store)
    assert process.poll({"1": "active", "2": "inactive"}) == []
    assert process.poll({"1": "active", "2": "inactive"}) == []
    (event,) = process.poll({"1": "inactive", "2": "inactive"})
    assert event == {
        "event_id": event["event_id"],
        "vendor": "burki",
        "conn_id": "mine",
        "assistant_id": "1",
        "name": "Name of 1",
        "previous": "active",
        "current": "inactive",
        "observed_at": "2026-11-21T12:00:00.000+00:00",
        "updated_at": "2026-01-01T00:00:00+00:00",
    }
    assert len(event["event_id"]) == 32


def test_new_and_deleted_assistants() -> None:
    process = Process(AsyncStore())
    process.poll({"1": "active"})
    assert [
        (e["assistant_id"], e["previous"], e["current"]) for e in process.poll({"10": "inactive", "9": "active"})
    ] == [
        ("1", "active", "deleted"),
        ("9", None, "active"),
        ("10", None, "inactive"),
    ]
    process.acknowledge()
    (back,) = process.poll({"1": "active", "10": "inactive", "9": "active"})
    assert (back["previous"], back["current"], back["name"]) == ("deleted", "active", "Name of 1")


def test_a_change_while_no_triggerer_ran_is_emitted_when_one_runs() -> None:
    store = AsyncStore()
    Process(store).poll({"1": "active"})
    (event,) = Process(store).poll({"1": "inactive"})
    assert event["previous"] == "active"


def test_only_some_assistants_and_only_some_statuses() -> None:
    process = Process(AsyncStore(), ids=["1"], statuses=["inactive"])
    process.poll({"1": "active", "2": "active"})
    assert process.poll({"1": "deleted", "2": "inactive"}) == []
    (event,) = process.poll({"1": "inactive", "2": "active"})
    assert (event["previous"], event["current"]) == ("deleted", "inactive")


def test_watching_a_field() -> None:
    process = Process(AsyncStore(), watch="voice_id")
    process.poll({"1": "active"}, voice_id="a")
    assert process.poll({"1": "inactive"}, voice_id="a") == []
    (event,) = process.poll({"1": "inactive"}, voice_id="b")
    assert (event["previous"], event["current"]) == ("a", "b")


worlds = st.dictionaries(st.sampled_from("12345"), st.sampled_from(["active", "inactive"]))


@cases(400)
@given(
    st.lists(st.tuples(worlds, st.none() | st.integers(0, 4), st.booleans()), min_size=1, max_size=12), st.booleans()
)
def test_nothing_is_lost_and_nothing_twice_whenever_it_dies(
    life: list[tuple[dict[str, str], int | None, bool]], asynchronous: bool
) -> None:
    """
    Deduplicate by event_id and replay the events: the result is the world as it was polled last.

    A triggerer dies at any moment: with some of a poll's changes emitted or none, and before they are acknowledged.
    """
    store = AsyncStore() if asynchronous else Store()
    process = Process(store)
    replayed: dict[str, Any] = {}
    heard: set[str] = set()
    last = life[-1][0]

    def hear(emitted: list[dict[str, Any]]) -> None:
        for event in emitted:
            if event["event_id"] not in heard:
                heard.add(event["event_id"])
                assert event["previous"] == replayed.get(event["assistant_id"])
                replayed[event["assistant_id"]] = event["current"]

    for number, (world, die_after, acknowledge) in enumerate([*life, (last, None, True)]):
        emitted = process.poll(dict(world), die_after=die_after)
        if number == 0:
            assert emitted == []
            replayed |= world
        hear(emitted)
        if die_after is not None:
            process = Process(store)
        elif acknowledge:
            hear(process.acknowledge())
    hear(process.acknowledge())
    assert {each: value for each, value in replayed.items() if value != "deleted"} == last


def test_the_same_change_has_one_id_and_the_next_like_it_another() -> None:
    store = AsyncStore()
    process = Process(store)
    process.poll({"1": "active"})
    (first,) = process.poll({"1": "inactive"})
    (again,) = Process(store).poll({"1": "inactive"})
    assert again == first
    process = Process(store)
    assert process.poll({"1": "active"}) == [first], (
        "what was undone meanwhile was pending, so it is emitted before that"
    )
    (undone,) = process.acknowledge()
    assert (undone["previous"], undone["current"]) == ("inactive", "active")
    process.acknowledge()
    (second,) = process.poll({"1": "inactive"})
    assert second["event_id"] != first["event_id"]
    process.acknowledge()
    assert Process(store).poll({"1": "inactive"}) == []


@pytest.mark.parametrize("ids", ["number", "uuid"])
@pytest.mark.parametrize("kind", [Store, AsyncStore])
def test_ten_thousand_assistants_fit_into_the_store(ids: str, kind: type[Store]) -> None:
    chance = random.Random(1)
    names = [str(1_000_000 + n) if ids == "number" else f"{chance.getrandbits(128):032x}" for n in range(10_000)]
    world: dict[str, str | None] = dict.fromkeys(names, "active")
    store = kind()
    process = Process(store)
    process.poll(world)
    assert max(map(len, store.values.values())) <= MAX_VALUE_BYTES
    parts = len(store.values) - 1
    assert parts > 4
    before = store.writes
    (event,) = process.poll({**world, names[77]: "inactive"})
    process.acknowledge()
    assert store.writes == before + 2, "one change writes one value, before and after it is emitted"
    assert Process(store).poll({**world, names[77]: "inactive"}) == []
    (missed,) = Process(store).poll(world)
    assert missed["assistant_id"] == event["assistant_id"]


def test_shards_that_grow_are_spread_anew() -> None:
    store = AsyncStore()
    process = Process(store)
    process.poll({"1": "active"})
    world: dict[str, str | None] = {str(n): "active" for n in range(1, 5_001)}
    assert len(process.poll(world)) == 4_999
    process.acknowledge()
    name = store_name(conn_id="mine", ids=None, watch="status", watch_name=None)
    count = json.loads(store.values[name])["count"]
    assert count > 1
    assert len(store.values) == count + 1, "nothing of the old shards is left"
    assert Process(store).poll(world) == []


def test_deleted_assistants_are_not_kept_for_ever() -> None:
    store = AsyncStore()
    process = Process(store)
    process.poll({str(n): "active" for n in range(2_000)})
    assert len(process.poll({"1": "active"})) == 1_999
    process.acknowledge()
    assert sum(len(value) for value in store.values.values()) < 1_000
    assert process.poll({"1": "active"}) == []
    (back,) = process.poll({"1": "active", "7": "active"})
    assert back["previous"] is None


def test_deleted_assistants_are_counted_over_a_restart() -> None:
    store = AsyncStore()
    process = Process(store)
    process.poll({str(n): "active" for n in range(2_000)})
    process.poll({str(n): "active" for n in range(600, 2_000)})
    process.acknowledge()
    process = Process(store)
    process.poll({str(n): "active" for n in range(1_200, 2_000)})
    process.acknowledge()
    kept = [json.loads(value) for key, value in store.values.items() if key.count(".") > 1]
    assert sum(map(len, kept)) == 800, "1,200 are gone, more than are there"
    assert process.poll({str(n): "active" for n in range(1_200, 2_000)}) == []


def test_neither_a_change_nor_its_acknowledgement_iterates_over_the_whole_state() -> None:
    class NeverIterated(ChainMap[str, Any]):
        def __iter__(self) -> Any:
            raise AssertionError("an account is long, and a thousand watchers acknowledge at once")

    process = Process(AsyncStore())
    process.poll({"1": "active", "2": "active"})
    tracker = process.outbox._tracker
    assert tracker is not None
    assert tracker._states is not None
    tracker._states = NeverIterated(*tracker._states.maps)
    changed = snapshot({"1": "inactive"})
    assert len(asyncio.run(process.outbox.process(changed, "burki", changed={"1", "2"}))) == 2
    process.outbox.mark_emitted()
    assert process.acknowledge() == []
    assert (tracker.gone, tracker.existing) == (1, 1)


def test_restarted_watchers_share_their_baseline_and_change_apart() -> None:
    world: dict[str, str | None] = {str(n): "active" for n in range(3_000)}
    stores = [AsyncStore(), AsyncStore()]
    for store in stores:
        process = Process(store)
        process.outbox._began_at = "then"
        process.poll(world)
    one, other = (Process(store) for store in stores)
    assert one.outbox._loaded is other.outbox._loaded is not None
    assert len(one.poll({**world, "7": "inactive", "new": "active"})) == 2
    one.acknowledge()
    assert other.poll(world) == []
    assert [event["assistant_id"] for event in other.poll({**world, "7": "inactive"})] == ["7"]
    assert [event["assistant_id"] for event in one.poll({**world, "7": "inactive"})] == ["new"]


def test_watchers_of_one_asset_do_not_mix() -> None:
    store = AsyncStore()
    one, other = Process(store), Process(store, watch="updated_at")
    one.poll({"1": "active"})
    other.poll({"1": "active"})
    assert Process(store).poll({"1": "active"}) == []
    assert Process(store, watch="updated_at").poll({"1": "active"}) == []
    watchers: list[tuple[list[str] | None, str, str | None]]
    watchers = [(None, "a", None), (["1"], "a", None), (None, "b", None), (None, "a", "x")]
    names = {store_name(conn_id="c", ids=ids, watch=watch, watch_name=name) for ids, watch, name in watchers}
    assert len(names) == 4


def test_a_store_that_fails_costs_the_state_and_not_the_watching(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox_module, "LOAD_PAUSES", (0.0, 0.0))
    store = AsyncStore()
    process = Process(store)
    process.poll({"1": "active"})
    store.broken = True
    assert len(process.poll({"1": "inactive"})) == 1
    assert "the next change writes the whole state again" in caplog.text
    store.broken = False
    process.acknowledge()
    assert Process(store).poll({"1": "inactive"}) == []
    store.broken = True
    crippled = Process(store)
    assert "cannot be used" in caplog.text
    assert crippled.poll({"1": "active"}) == []
    assert len(crippled.poll({"1": "inactive"})) == 1


def test_a_trigger_of_several_assets_has_no_store(caplog: pytest.LogCaptureFixture) -> None:
    class Several(AsyncStore):
        async def aget(self, key: str, default: Any = None) -> Any:
            raise ValueError("Task has 2 concrete inlets and outlets")

    process = Process(Several())
    assert "give each a watch_name" in caplog.text
    process.poll({"1": "active"})
    assert len(process.poll({"1": "inactive"})) == 1


def test_a_lost_shard_makes_a_new_baseline_and_no_change() -> None:
    store = AsyncStore()
    world: dict[str, str | None] = {str(n): "active" for n in range(5_000)}
    Process(store).poll(world)
    store.values.pop(next(key for key in store.values if key.count(".") > 1))
    assert Process(store).poll(world) == []


def test_a_state_of_an_unknown_version_makes_a_new_baseline() -> None:
    store = AsyncStore()
    store.set(store_name(conn_id="mine", ids=None, watch="status", watch_name=None), {"version": 99})
    assert asyncio.run(StateStore(store, name="x").load()) is None
    assert Process(store).poll({"1": "active"}) == []
