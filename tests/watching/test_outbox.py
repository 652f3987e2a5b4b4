# SPDX-License-Identifier: Apache-2.0
"""What a watcher tells and remembers, whatever happens, and whenever its process dies."""

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
from tests.watching.seen import snapshot


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
    """A triggerer's life: a watch, the events it has told, a clock."""

    def __init__(self, store: Any, **options: Any) -> None:
        self.now = 0.0
        given = {"conn_id": "mine", "ids": None, "statuses": (), "watch": "status", **options}
        self.watch = ChangeOutbox(**given, store=store, clock=lambda: self.now)
        asyncio.run(self.watch.load())

    def look(
        self, world: dict[str, str | None], *, die_after: int | None = None, **fields: Any
    ) -> list[dict[str, Any]]:
        """PollResult, and tell; perhaps die after so many events."""
        events = asyncio.run(self.watch.take(snapshot(world, **fields), "burki", since_last=None))
        if die_after is not None:
            return [dict(event) for event in events[:die_after]]
        self.watch.told()
        return [dict(event) for event in events]

    def settle(self) -> list[dict[str, Any]]:
        self.now += ACK_DELAY
        events = asyncio.run(self.watch.settle())
        self.watch.told()
        return [dict(event) for event in events]


def test_the_first_look_teaches_and_tells_nothing() -> None:
    store = AsyncStore()
    process = Process(store)
    assert process.look({"1": "active", "2": "inactive"}) == []
    assert process.look({"1": "active", "2": "inactive"}) == []
    (event,) = process.look({"1": "inactive", "2": "inactive"})
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


def test_who_comes_and_who_goes() -> None:
    process = Process(AsyncStore())
    process.look({"1": "active"})
    assert [
        (e["assistant_id"], e["previous"], e["current"]) for e in process.look({"10": "inactive", "9": "active"})
    ] == [
        ("1", "active", "deleted"),
        ("9", None, "active"),
        ("10", None, "inactive"),
    ]
    process.settle()
    (back,) = process.look({"1": "active", "10": "inactive", "9": "active"})
    assert (back["previous"], back["current"], back["name"]) == ("deleted", "active", "Name of 1")


def test_a_change_while_no_triggerer_ran_is_told_when_one_runs() -> None:
    store = AsyncStore()
    Process(store).look({"1": "active"})
    (event,) = Process(store).look({"1": "inactive"})
    assert event["previous"] == "active"


def test_only_some_assistants_and_only_some_statuses() -> None:
    process = Process(AsyncStore(), ids=["1"], statuses=["inactive"])
    process.look({"1": "active", "2": "active"})
    assert process.look({"1": "deleted", "2": "inactive"}) == []
    (event,) = process.look({"1": "inactive", "2": "active"})
    assert (event["previous"], event["current"]) == ("deleted", "inactive")


def test_watching_a_field() -> None:
    process = Process(AsyncStore(), watch="voice_id")
    process.look({"1": "active"}, voice_id="a")
    assert process.look({"1": "inactive"}, voice_id="a") == []
    (event,) = process.look({"1": "inactive"}, voice_id="b")
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
    Dedupe by event_id, replay the events, and what results is the world as it was seen last.

    A triggerer dies at any moment: having told some of a look's changes or none, and before they have settled.
    """
    store = AsyncStore() if asynchronous else Store()
    process = Process(store)
    replayed: dict[str, Any] = {}
    heard: set[str] = set()
    last = life[-1][0]

    def hear(told: list[dict[str, Any]]) -> None:
        for event in told:
            if event["event_id"] not in heard:
                heard.add(event["event_id"])
                assert event["previous"] == replayed.get(event["assistant_id"])
                replayed[event["assistant_id"]] = event["current"]

    for number, (world, die_after, settle) in enumerate([*life, (last, None, True)]):
        told = process.look(dict(world), die_after=die_after)
        if number == 0:
            assert told == []
            replayed |= world
        hear(told)
        if die_after is not None:
            process = Process(store)
        elif settle:
            hear(process.settle())
    hear(process.settle())
    assert {each: value for each, value in replayed.items() if value != "deleted"} == last


def test_the_same_change_has_one_id_and_the_next_like_it_another() -> None:
    store = AsyncStore()
    process = Process(store)
    process.look({"1": "active"})
    (first,) = process.look({"1": "inactive"})
    (again,) = Process(store).look({"1": "inactive"})
    assert again == first
    process = Process(store)
    assert process.look({"1": "active"}) == [first], "what was undone meanwhile was told, so it is told before that"
    (undone,) = process.settle()
    assert (undone["previous"], undone["current"]) == ("inactive", "active")
    process.settle()
    (second,) = process.look({"1": "inactive"})
    assert second["event_id"] != first["event_id"]
    process.settle()
    assert Process(store).look({"1": "inactive"}) == []


@pytest.mark.parametrize("ids", ["number", "uuid"])
@pytest.mark.parametrize("kind", [Store, AsyncStore])
def test_ten_thousand_assistants_fit(ids: str, kind: type[Store]) -> None:
    chance = random.Random(1)
    names = [str(1_000_000 + n) if ids == "number" else f"{chance.getrandbits(128):032x}" for n in range(10_000)]
    world: dict[str, str | None] = dict.fromkeys(names, "active")
    store = kind()
    process = Process(store)
    process.look(world)
    assert max(map(len, store.values.values())) <= MAX_VALUE_BYTES
    parts = len(store.values) - 1
    assert parts > 4
    before = store.writes
    (event,) = process.look({**world, names[77]: "inactive"})
    process.settle()
    assert store.writes == before + 2, "one change writes one value, before and after it is told"
    assert Process(store).look({**world, names[77]: "inactive"}) == []
    (missed,) = Process(store).look(world)
    assert missed["assistant_id"] == event["assistant_id"]


def test_values_that_grow_are_spread_anew() -> None:
    store = AsyncStore()
    process = Process(store)
    process.look({"1": "active"})
    world: dict[str, str | None] = {str(n): "active" for n in range(1, 5_001)}
    assert len(process.look(world)) == 4_999
    process.settle()
    name = store_name(conn_id="mine", ids=None, watch="status", watch_name=None)
    count = json.loads(store.values[name])["count"]
    assert count > 1
    assert len(store.values) == count + 1, "nothing of the old spread is left"
    assert Process(store).look(world) == []


def test_those_that_are_gone_are_not_remembered_for_ever() -> None:
    store = AsyncStore()
    process = Process(store)
    process.look({str(n): "active" for n in range(2_000)})
    assert len(process.look({"1": "active"})) == 1_999
    process.settle()
    assert sum(len(value) for value in store.values.values()) < 1_000
    assert process.look({"1": "active"}) == []
    (back,) = process.look({"1": "active", "7": "active"})
    assert back["previous"] is None


def test_those_that_are_gone_are_counted_over_a_restart() -> None:
    store = AsyncStore()
    process = Process(store)
    process.look({str(n): "active" for n in range(2_000)})
    process.look({str(n): "active" for n in range(600, 2_000)})
    process.settle()
    process = Process(store)
    process.look({str(n): "active" for n in range(1_200, 2_000)})
    process.settle()
    kept = [json.loads(value) for key, value in store.values.items() if key.count(".") > 1]
    assert sum(map(len, kept)) == 800, "1,200 are gone, more than are there"
    assert process.look({str(n): "active" for n in range(1_200, 2_000)}) == []


def test_neither_a_change_nor_its_settling_goes_through_all_that_is_known() -> None:
    class NeverWalked(ChainMap[str, Any]):
        def __iter__(self) -> Any:
            raise AssertionError("an account is long, and a thousand watchers settle at once")

    process = Process(AsyncStore())
    process.look({"1": "active", "2": "active"})
    tracker = process.watch._tracker
    assert tracker is not None
    assert tracker._known is not None
    tracker._known = NeverWalked(*tracker._known.maps)
    changed = snapshot({"1": "inactive"})
    assert len(asyncio.run(process.watch.take(changed, "burki", since_last={"1", "2"}))) == 2
    process.watch.told()
    assert process.settle() == []
    assert (tracker.gone, tracker.there) == (1, 1)


def test_watchers_that_were_restarted_share_what_they_know_and_change_apart() -> None:
    world: dict[str, str | None] = {str(n): "active" for n in range(3_000)}
    stores = [AsyncStore(), AsyncStore()]
    for store in stores:
        process = Process(store)
        process.watch._began_at = "then"
        process.look(world)
    one, other = (Process(store) for store in stores)
    assert one.watch._loaded is other.watch._loaded is not None
    assert len(one.look({**world, "7": "inactive", "new": "active"})) == 2
    one.settle()
    assert other.look(world) == []
    assert [event["assistant_id"] for event in other.look({**world, "7": "inactive"})] == ["7"]
    assert [event["assistant_id"] for event in one.look({**world, "7": "inactive"})] == ["new"]


def test_watchers_of_one_asset_do_not_mix() -> None:
    store = AsyncStore()
    one, other = Process(store), Process(store, watch="updated_at")
    one.look({"1": "active"})
    other.look({"1": "active"})
    assert Process(store).look({"1": "active"}) == []
    assert Process(store, watch="updated_at").look({"1": "active"}) == []
    watchers: list[tuple[list[str] | None, str, str | None]]
    watchers = [(None, "a", None), (["1"], "a", None), (None, "b", None), (None, "a", "x")]
    names = {store_name(conn_id="c", ids=ids, watch=watch, watch_name=name) for ids, watch, name in watchers}
    assert len(names) == 4


def test_a_store_that_fails_costs_the_memory_and_not_the_watching(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox_module, "LOAD_PAUSES", (0.0, 0.0))
    store = AsyncStore()
    process = Process(store)
    process.look({"1": "active"})
    store.broken = True
    assert len(process.look({"1": "inactive"})) == 1
    assert "written again with the next change" in caplog.text
    store.broken = False
    process.settle()
    assert Process(store).look({"1": "inactive"}) == []
    store.broken = True
    crippled = Process(store)
    assert "cannot be used" in caplog.text
    assert crippled.look({"1": "active"}) == []
    assert len(crippled.look({"1": "inactive"})) == 1


def test_a_trigger_of_several_assets_has_no_store(caplog: pytest.LogCaptureFixture) -> None:
    class Several(AsyncStore):
        async def aget(self, key: str, default: Any = None) -> Any:
            raise ValueError("Task has 2 concrete inlets and outlets")

    process = Process(Several())
    assert "give each a watch_name" in caplog.text
    process.look({"1": "active"})
    assert len(process.look({"1": "inactive"})) == 1


def test_a_part_that_was_lost_is_learned_anew_and_invents_no_change() -> None:
    store = AsyncStore()
    world: dict[str, str | None] = {str(n): "active" for n in range(5_000)}
    Process(store).look(world)
    store.values.pop(next(key for key in store.values if key.count(".") > 1))
    assert Process(store).look(world) == []


def test_a_store_of_an_unknown_version_is_learned_anew() -> None:
    store = AsyncStore()
    store.set(store_name(conn_id="mine", ids=None, watch="status", watch_name=None), {"version": 99})
    assert asyncio.run(StateStore(store, name="x").load()) is None
    assert Process(store).look({"1": "active"}) == []
