# SPDX-License-Identifier: Apache-2.0
"""
The state of a watcher, sharded over values of Airflow's asset state store, so that it survives a restart.

A value of the store holds 64 KiB at most and an account may have 10,000 assistants. So the state is spread by the hash of
the assistant's id: ``<name>`` has the number of shards, and each ``<name>.<count>.<number>`` holds one. A change writes only
its own shard. When shards grow too large, all are written anew under twice the count, and ``<name>`` last.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from airflow_provider_assistants.event_loop import one_at_a_time, per_loop
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.watching.tracker import Baseline, TrackedState

__all__ = ["StateStore", "call_store", "store_name"]

log = logging.getLogger(__name__)

#: Under the 64 KiB that Airflow advises, with room for what its own encoding adds.
MAX_VALUE_BYTES = 48 * 1024

_VERSION = 1
#: How many assistants are encoded before other tasks of the event loop run.
_BATCH = 500
#: How many watchers load at the same time.
_CONCURRENT_LOADS = 4


def store_name(*, conn_id: str, ids: Iterable[str] | None, watch: str, watch_name: str | None) -> str:
    """Return the name under which a watcher keeps its state: watchers of one asset do not share it."""
    identity = json.dumps([conn_id, sorted(ids) if ids is not None else None, watch, watch_name])
    return f"assistants.{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


async def call_store(store: Any, method: str, *arguments: Any) -> Any:
    """Call a method of Airflow's state store: its asynchronous twin if there is one (3.3.2), else in a thread."""
    own = getattr(store, f"a{method}", None)
    if own is not None:
        return await own(*arguments)
    return await asyncio.to_thread(getattr(store, method), *arguments)


class StateStore:
    """
    Loads and saves the state of a watcher.

    :param store: Airflow's store: ``get``, ``set`` and ``delete``, and from 3.3.2 ``aget``, ``aset`` and ``adelete``.
    :param name: Prefix of all keys.
    """

    def __init__(self, store: Any, *, name: str) -> None:
        self._store = store
        self._name = name
        self._count = 0
        self._began_at = ""
        # The ids in each shard: those of the last complete load or save, and those that were added since.
        self._sharded_ids: Mapping[int, Collection[str]] = {}
        self._added_ids: dict[int, dict[str, None]] = {}
        # Keeps alive what other watchers that load the same state share.
        self._loaded: _LoadedState | None = None

    async def load(self) -> tuple[str, Baseline] | None:
        """
        Return the start of the watching and its state; None if there is none.

        A triggerer that starts has all its watchers load at once: few do at a time, and those that load the same state
        share it.
        """
        async with _load_slots():
            index = await self._call("get", self._name)
            if not isinstance(index, dict) or index.get("version") != _VERSION:
                return None
            self._count, self._began_at = int(index["count"]), str(index["began_at"])
            shards: list[tuple[bytes, _Shard]] = []
            for number in range(self._count):
                value = await self._call("get", self._key(number))
                if not isinstance(value, dict):
                    log.warning(
                        "Part of a watcher's state is missing in the state store: the next poll is a new baseline"
                    )
                    return None
                shards.append(await _shared_shard(value))
            loaded = await _shared_state(shards)
        self._loaded, self._sharded_ids, self._added_ids = loaded, loaded.shards, {}
        return self._began_at, loaded.baseline

    async def save_all(
        self,
        states: Mapping[str, TrackedState],
        *,
        began_at: str,
        shared: dict[Hashable, Any] | None = None,
        watch: str = "",
    ) -> None:
        """
        Write the whole state, spread over as many shards as it needs.

        :param shared: Cache of what watchers with the same state compute; None if nobody has the same.
        :param watch: What is watched; part of the cache's key.
        """
        cache_key = f"shards of {watch}"
        if shared is None or cache_key not in shared:
            async with one_at_a_time():
                shards = shared.get(cache_key) if shared is not None else None
                shards = shards or await _spread(states)
                if shared is not None:
                    shared[cache_key] = shards
        else:
            shards = shared[cache_key]
        count = len(shards)
        before, self._count, self._began_at = self._count, count, began_at
        self._sharded_ids, self._added_ids = shards, {}
        for number, shard in shards.items():
            await self._call("set", self._key(number), shard)
        await self._call("set", self._name, {"version": _VERSION, "count": count, "began_at": began_at})
        if before != count:
            for number in range(before):
                await self._call("delete", f"{self._name}.{before}.{number}")

    async def save(self, states: Mapping[str, TrackedState], changed: Iterable[str]) -> None:
        """Write the shards of these assistants."""
        if not self._count:
            await self.save_all(states, began_at=self._began_at)
            return
        async with one_at_a_time():
            shards = self._shards_of(states, changed)
            too_large = _largest(shards) > MAX_VALUE_BYTES
        if too_large:
            await self.save_all(states, began_at=self._began_at)
            return
        for number, shard in shards.items():
            await self._call("set", self._key(number), shard)

    def _shards_of(self, states: Mapping[str, TrackedState], changed: Iterable[str]) -> dict[int, dict[str, list[Any]]]:
        """Return the shards that hold these assistants, with all their content."""
        numbers = set()
        for each in changed:
            number = _hashed(each) % self._count
            numbers.add(number)
            if each not in self._sharded_ids.get(number, ()):
                self._added_ids.setdefault(number, {})[each] = None
        return {
            number: {
                each: states[each].as_list()
                for each in (*self._sharded_ids.get(number, ()), *self._added_ids.get(number, ()))
                if each in states
            }
            for number in numbers
        }

    def _key(self, number: int) -> str:
        return f"{self._name}.{self._count}.{number}"

    async def _call(self, method: str, *arguments: Any) -> Any:
        return await call_store(self._store, method, *arguments)


class _Shard(dict[str, TrackedState]):
    """A shard as it was read; shared by all who read an equal one, and freed with the last of them."""


class _LoadedState:
    """
    The whole state as it was read; shared in the same way.

    :param shards: In order.
    """

    def __init__(self, shards: list[_Shard]) -> None:
        self.baseline = Baseline({each: state for shard in shards for each, state in shard.items()})
        self.shards = dict(enumerate(shards))


_shards: WeakValueDictionary[bytes, _Shard] = WeakValueDictionary()
_loaded_states: WeakValueDictionary[tuple[bytes, ...], _LoadedState] = WeakValueDictionary()
_load_slots = per_loop(lambda: asyncio.Semaphore(_CONCURRENT_LOADS))


async def _shared_shard(value: dict[str, list[Any]]) -> tuple[bytes, _Shard]:
    async with one_at_a_time():
        digest = hashlib.blake2b(json.dumps(value).encode(), digest_size=16).digest()
        shard = _shards.get(digest)
        if shard is None:
            # What an earlier version kept is compared with what is observed today.
            kept = storable(value)
            shard = _shards[digest] = _Shard({each: TrackedState.from_list(state) for each, state in kept.items()})
    return digest, shard


async def _shared_state(shards: list[tuple[bytes, _Shard]]) -> _LoadedState:
    async with one_at_a_time():
        digests = tuple(digest for digest, _ in shards)
        loaded = _loaded_states.get(digests)
        if loaded is None:
            loaded = _loaded_states[digests] = _LoadedState([shard for _, shard in shards])
    return loaded


async def _spread(states: Mapping[str, TrackedState]) -> dict[int, dict[str, list[Any]]]:
    """Return the state in as few shards as can hold it, a power of two; yield to the event loop on the way."""
    entries: list[tuple[int, str, list[Any], int]] = []
    for each, state in states.items():
        fields = state.as_list()
        entries.append((_hashed(each), each, fields, len(json.dumps([each, fields])) + 2))
        if len(entries) % _BATCH == 0:
            await asyncio.sleep(0)
    count = 1
    while True:
        sizes = [2] * count
        for hashed, _, _, size in entries:
            sizes[hashed % count] += size
        await asyncio.sleep(0)
        if max(sizes) <= MAX_VALUE_BYTES or count > len(entries):
            break
        count *= 2
    shards: dict[int, dict[str, list[Any]]] = {number: {} for number in range(count)}
    for hashed, each, fields, _ in entries:
        shards[hashed % count][each] = fields
    return shards


def _hashed(assistant_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(assistant_id.encode(), digest_size=4).digest())


def _largest(shards: Mapping[int, Any]) -> int:
    return max((len(json.dumps(shard)) for shard in shards.values()), default=0)
