# SPDX-License-Identifier: Apache-2.0
"""
What a watcher knows, kept in Airflow's asset state store, so that a change while no triggerer ran is still a change.

A value of the store may have 64 KiB and an account 10,000 assistants, so what is known is spread over several values:
``<name>`` says over how many, ``<name>.<count>.<number>`` each hold the assistants whose id falls there. A change writes
the one value it is in. When they grow too large, all are written anew under twice the count, and ``<name>`` last.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.watching.tracker import Known, KnownState

__all__ = ["StateStore", "call_store", "store_name"]

log = logging.getLogger(__name__)

#: Under the 64 KiB that Airflow advises, with room for what its own encoding adds.
MAX_VALUE_BYTES = 48 * 1024

_VERSION = 1
#: So many assistants are worked on before others have their turn.
_AT_ONCE = 500
#: So many watchers load at a time.
_LOADING_AT_ONCE = 4


def store_name(*, conn_id: str, ids: Iterable[str] | None, watch: str, watch_name: str | None) -> str:
    """Return the name under which a watcher keeps what it knows: watchers of one asset do not share it."""
    watched = json.dumps([conn_id, sorted(ids) if ids is not None else None, watch, watch_name])
    return f"assistants.{hashlib.sha256(watched.encode()).hexdigest()[:12]}"


async def call_store(store: Any, method: str, *arguments: Any) -> Any:
    """Call a method of Airflow's state store: without a thread where it can (3.3.2)."""
    own = getattr(store, f"a{method}", None)
    if own is not None:
        return await own(*arguments)
    return await asyncio.to_thread(getattr(store, method), *arguments)


class StateStore:
    """
    Loads and saves what is known.

    :param store: Airflow's store: ``get``, ``set`` and ``delete``, and from 3.3.2 ``aget``, ``aset`` and ``adelete``.
    :param name: Begins all keys.
    """

    def __init__(self, store: Any, *, name: str) -> None:
        self._store = store
        self._name = name
        self._count = 0
        self._began_at = ""
        # Which assistants are in which value: those of the last time that all were written, and those that came since.
        self._placed: Mapping[int, Collection[str]] = {}
        self._loaded: _Loaded | None = None
        self._came: dict[int, dict[str, None]] = {}

    async def load(self) -> tuple[str, KnownState] | None:
        """
        Give when the watching began and what is known; None if nothing is.

        A triggerer that starts has all its watchers load at once: few do at a time, and who loads the same shares it.
        """
        async with _loading_turn():
            index = await self._call("get", self._name)
            if not isinstance(index, dict) or index.get("version") != _VERSION:
                return None
            self._count, self._began_at = int(index["count"]), str(index["began_at"])
            parts: list[tuple[bytes, _Part]] = []
            for number in range(self._count):
                part = await self._call("get", self._key(number))
                if not isinstance(part, dict):
                    log.warning(
                        "Part of what was known is not in the state store any more: learning anew, telling nothing"
                    )
                    return None
                parts.append(await _shared_part(part))
            loaded = await _shared(parts)
        self._loaded, self._placed, self._came = loaded, loaded.placed, {}
        return self._began_at, loaded.learned

    async def save_all(
        self,
        known: Mapping[str, Known],
        *,
        began_at: str,
        shared: dict[Hashable, Any] | None = None,
        watch: str = "",
    ) -> None:
        """
        Write all that is known, spread over as many values as it needs.

        :param shared: Where many watchers that know the same keep what was worked out for one of them.
        :param watch: What is known of each assistant; tells one such group of watchers from another.
        """
        place = f"parts of {watch}"
        if shared is None or place not in shared:
            async with one_at_a_time():
                parts = shared.get(place) if shared is not None else None
                parts = parts or await _fitting_parts(known)
                if shared is not None:
                    shared[place] = parts
        else:
            parts = shared[place]
        count = len(parts)
        before, self._count, self._began_at = self._count, count, began_at
        self._placed, self._came = parts, {}
        for number, part in parts.items():
            await self._call("set", self._key(number), part)
        await self._call("set", self._name, {"version": _VERSION, "count": count, "began_at": began_at})
        if before != count:
            for number in range(before):
                await self._call("delete", f"{self._name}.{before}.{number}")

    async def save(self, known: Mapping[str, Known], changed: Iterable[str]) -> None:
        """Write what is known of these assistants, with those that share a value with them."""
        if not self._count:
            await self.save_all(known, began_at=self._began_at)
            return
        async with one_at_a_time():
            parts = self._parts_of(known, changed)
            too_large = _largest(parts) > MAX_VALUE_BYTES
        if too_large:
            await self.save_all(known, began_at=self._began_at)
            return
        for number, part in parts.items():
            await self._call("set", self._key(number), part)

    def _parts_of(self, known: Mapping[str, Known], changed: Iterable[str]) -> dict[int, dict[str, list[Any]]]:
        """Return the values that these assistants are in, with all that is in them."""
        numbers = set()
        for each in changed:
            number = _hashed(each) % self._count
            numbers.add(number)
            if each not in self._placed.get(number, ()):
                self._came.setdefault(number, {})[each] = None
        return {
            number: {
                each: known[each].as_list()
                for each in (*self._placed.get(number, ()), *self._came.get(number, ()))
                if each in known
            }
            for number in numbers
        }

    def _key(self, number: int) -> str:
        return f"{self._name}.{self._count}.{number}"

    async def _call(self, method: str, *arguments: Any) -> Any:
        return await call_store(self._store, method, *arguments)


class _Part(dict[str, Known]):
    """A value of a store as it was read; whoever read the same shares it, and it goes with the last of them."""


class _Loaded:
    """
    All that was read from a store; shared likewise.

    :param parts: Its values.
    """

    def __init__(self, parts: list[_Part]) -> None:
        self.learned = KnownState({each: entry for part in parts for each, entry in part.items()})
        self.placed = dict(enumerate(parts))


_parts: WeakValueDictionary[bytes, _Part] = WeakValueDictionary()
_loaded: WeakValueDictionary[tuple[bytes, ...], _Loaded] = WeakValueDictionary()
_loading: WeakKeyDictionary[Any, asyncio.Semaphore] = WeakKeyDictionary()


def _loading_turn() -> asyncio.Semaphore:
    return _loading.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_LOADING_AT_ONCE))


async def _shared_part(read: dict[str, list[Any]]) -> tuple[bytes, _Part]:
    async with one_at_a_time():
        digest = hashlib.blake2b(json.dumps(read).encode(), digest_size=16).digest()
        part = _parts.get(digest)
        if part is None:
            # What an earlier version kept is compared with what is observed today.
            kept = storable(read)
            part = _parts[digest] = _Part({each: Known.from_list(entry) for each, entry in kept.items()})
    return digest, part


async def _shared(parts: list[tuple[bytes, _Part]]) -> _Loaded:
    async with one_at_a_time():
        digests = tuple(digest for digest, _ in parts)
        loaded = _loaded.get(digests)
        if loaded is None:
            loaded = _loaded[digests] = _Loaded([part for _, part in parts])
    return loaded


async def _fitting_parts(known: Mapping[str, Known]) -> dict[int, dict[str, list[Any]]]:
    """Spread what is known over as few values as can hold it, a power of two; an account is long, and the loop has others."""
    entries: list[tuple[int, str, list[Any], int]] = []
    for each, entry in known.items():
        listed = entry.as_list()
        entries.append((_hashed(each), each, listed, len(json.dumps([each, listed])) + 2))
        if len(entries) % _AT_ONCE == 0:
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
    parts: dict[int, dict[str, list[Any]]] = {number: {} for number in range(count)}
    for hashed, each, listed, _ in entries:
        parts[hashed % count][each] = listed
    return parts


def _hashed(assistant_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(assistant_id.encode(), digest_size=4).digest())


def _largest(parts: Mapping[int, Any]) -> int:
    return max((len(json.dumps(part)) for part in parts.values()), default=0)
