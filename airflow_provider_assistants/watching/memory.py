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
from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.changes import Known

__all__ = ["KnownStore", "store_name", "without_old_gone"]

log = logging.getLogger(__name__)

#: Under the 64 KiB that Airflow advises, with room for what its own encoding adds.
MAX_VALUE_BYTES = 48 * 1024
#: So many assistants that are gone are remembered besides one for each that is there.
MAX_GONE = 1_000

_VERSION = 1


def store_name(*, conn_id: str, ids: Iterable[str] | None, watch: str, watch_name: str | None) -> str:
    """Give the name under which a watcher keeps what it knows: watchers of one asset do not share it."""
    watched = json.dumps([conn_id, sorted(ids) if ids is not None else None, watch, watch_name])
    return f"assistants.{hashlib.sha256(watched.encode()).hexdigest()[:12]}"


class KnownStore:
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

    async def load(self) -> tuple[str, dict[str, Known]] | None:
        """Give when the watching began and what is known; None if nothing is."""
        index = await self._call("get", self._name)
        if not isinstance(index, dict) or index.get("version") != _VERSION:
            return None
        self._count, self._began_at = int(index["count"]), str(index["began_at"])
        known: dict[str, Known] = {}
        for number in range(self._count):
            part = await self._call("get", self._key(number))
            if not isinstance(part, dict):
                log.warning("Part of what was known is not in the state store any more: learning anew, telling nothing")
                return None
            known.update({each: Known.from_list(entry) for each, entry in part.items()})
        return self._began_at, known

    async def save_all(self, known: Mapping[str, Known], *, began_at: str) -> None:
        """Write all that is known, spread over as many values as it needs."""
        count = 1
        while _largest(parts := _spread(known, count)) > MAX_VALUE_BYTES:
            count *= 2
        before, self._count, self._began_at = self._count, count, began_at
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
        numbers = {_number(each, self._count) for each in changed}
        parts = _spread(known, self._count, only=numbers)
        if _largest(parts) > MAX_VALUE_BYTES:
            await self.save_all(known, began_at=self._began_at)
            return
        for number, part in parts.items():
            await self._call("set", self._key(number), part)

    def _key(self, number: int) -> str:
        return f"{self._name}.{self._count}.{number}"

    async def _call(self, method: str, *arguments: Any) -> Any:
        own = getattr(self._store, f"a{method}", None)
        if own is not None:
            return await own(*arguments)
        return await asyncio.to_thread(getattr(self._store, method), *arguments)


def without_old_gone(known: Mapping[str, Known]) -> dict[str, Known] | None:
    """Give what is known without those that are gone, if these have become too many; None if they have not."""
    there = {each: entry for each, entry in known.items() if entry.value != AssistantStatus.DELETED}
    return there if len(known) - len(there) > max(MAX_GONE, len(there)) else None


def _spread(known: Mapping[str, Known], count: int, *, only: set[int] | None = None) -> dict[int, dict[str, list[Any]]]:
    parts: dict[int, dict[str, list[Any]]] = {number: {} for number in (range(count) if only is None else only)}
    for each, entry in known.items():
        number = _number(each, count)
        if number in parts:
            parts[number][each] = entry.as_list()
    return parts


def _number(assistant_id: str, count: int) -> int:
    return int.from_bytes(hashlib.blake2b(assistant_id.encode(), digest_size=4).digest()) % count


def _largest(parts: Mapping[int, Any]) -> int:
    return max((len(json.dumps(part)) for part in parts.values()), default=0)
