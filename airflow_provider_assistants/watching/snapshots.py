# SPDX-License-Identifier: Apache-2.0
"""Take a snapshot of an account: the fewest requests that cover the scope, and proof for what is gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.redaction import KnownSecrets, Redactor
from airflow_provider_assistants.storable import storable, storable_name, storable_text
from airflow_provider_assistants.vendors.base import Vendor
from airflow_provider_assistants.vendors.rows import RowReader
from airflow_provider_assistants.watching.observations import (
    BUILT_IN_WATCHES,
    Observation,
    PollScope,
    Snapshot,
    Watched,
)

__all__ = ["RowObserver", "Unseen", "take_snapshot"]

#: Given the observations of a poll, returns the ids of assistants that existed before and are not among them.
Unseen = Callable[[Mapping[str, Observation]], Awaitable[Set[str]]]

_MAX_VALUE_CHARS = 200
_MAX_NAME_CHARS = 1_000
_NO_FIELDS: Mapping[str, Watched] = {}


async def take_snapshot(
    client: AssistantsClient,
    scope: PollScope,
    *,
    unseen: Unseen | None = None,
    secrets: tuple[str, ...] = (),
    last: Snapshot | None = None,
) -> Snapshot:
    """
    Poll once.

    An assistant that existed before and is missing now is looked up once more, in another way, before it counts as deleted:
    a page boundary can hide a row while a listing changes, and a misconfigured proxy may return 404 for everything.

    :param unseen: Returns the assistants that existed before and were not observed now.
    :param secrets: Values to redact, such as the API key.
    :param last: The last snapshot, whose observations are reused where they are equal: thousands of new long-lived objects
        per poll trigger Python's garbage collector, which stops everything that shares the event loop.
    :raises AssistantsError: If any request failed; there is no partial snapshot.
    """
    observer = RowObserver(client.vendor, watches=scope.watches, secrets=secrets)
    before = last.observations if last else {}
    observations: dict[str, Observation] = {}
    if scope.everything:
        async with aclosing(client.pages(fields=observer.fields)) as pages:
            async for page in pages:
                async with one_at_a_time():
                    for row in page.rows:
                        own, *others = observer.ids(row)
                        observation = _reused(observer.observe(row), before.get(own))
                        observations[own] = observation
                        observations.update((other, observation) for other in others if other in scope.ids)
    else:
        rows = await client.rows(scope.ids, fields=observer.fields)
        observations = {each: _reused(observer.observe(row), before.get(each)) for each, row in rows.items()}
    if unseen and (missing := await unseen(observations)):
        listed = scope.everything or not client.asks_singly(scope.ids)
        # What cannot be requested by its id was listed under it, so it can only be found in the listing again.
        singly = listed and client.asks_singly(missing)
        again = (client.rows if singly else client.find)(missing, fields=observer.fields)
        observations |= {each: observer.observe(row) for each, row in (await again).items()}
    return Snapshot(observations=observations, scope=scope, observed_at=datetime.now(UTC))


class RowObserver:
    """
    Reads rows into observations.

    :param watches: Paths of fields to keep besides those that are always kept.
    :param secrets: Values to redact, such as the API key.
    """

    def __init__(self, vendor: Vendor, *, watches: Iterable[str], secrets: tuple[str, ...] = ()) -> None:
        # For names: to search each name of each poll for anything that may be a secret takes too long.
        self._known_secrets = KnownSecrets(secrets)
        self._reader: RowReader = vendor.assistants.reader
        self._paths = [path for path in sorted(set(watches)) if path not in BUILT_IN_WATCHES]
        #: The fields of a row that are read.
        self.fields = self._reader.fields | {name for path in self._paths for name in (path, path.partition(".")[0])}
        self._redactor = Redactor("secrets", known_secrets=secrets, secret_paths=vendor.sensitive.secrets)

    def observe(self, row: dict[str, Any]) -> Observation:
        """Return the state that a row shows."""
        reader = self._reader
        status = reader.row_status(row)
        updated = reader.row_updated_at(row)
        raw_time = dig(row, reader.updated_at) if reader.updated_at else None
        name = reader.row_name(row)
        return Observation(
            status=None if status is None else storable_name(str(status)),
            name=None if name is None else storable_text(self._known_secrets.redact(name)[:_MAX_NAME_CHARS]),
            updated_at=updated.isoformat()
            if updated
            else None
            if raw_time in (None, MISSING)
            else self._time(raw_time),
            fields=self._watched(row) if self._paths else _NO_FIELDS,
        )

    def ids(self, row: dict[str, Any]) -> tuple[str, ...]:
        """Return every id by which the row may be requested, its own first, as state stores and events hold it."""
        return tuple(storable_name(each) for each in self._reader.all_ids(row))

    def _time(self, value: Any) -> str:
        return storable_text(self._redactor.text(str(storable(value)))[:40])

    def _watched(self, row: dict[str, Any]) -> dict[str, Watched]:
        return {path: self._value(path, value) for path in self._paths if (value := dig(row, path)) is not MISSING}

    def _value(self, path: str, value: Any) -> Watched:
        """
        Return the value itself if it is short, plain and no secret, else its fingerprint.

        A fingerprint changes when the value does, which is all that watching needs.
        """
        plain = value is None or isinstance(value, str | int | float | bool)
        kept = storable(value) if plain else None
        if plain and len(str(kept)) <= _MAX_VALUE_CHARS and not self._is_secret(path, value):
            return kept
        return _fingerprint(value)

    def _is_secret(self, path: str, value: Any) -> bool:
        row: Any = value
        for key in reversed(path.split(".")):
            row = [row] if key.isdecimal() else {key: row}
        return isinstance(row, dict) and self._redactor.row(row) != row


def _reused(observation: Observation, before: Observation | None) -> Observation:
    return before if before is not None and before == observation else observation


def _fingerprint(value: Any) -> str:
    text = json.dumps(storable(value), sort_keys=True, ensure_ascii=True, default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]
