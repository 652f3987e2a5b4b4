# SPDX-License-Identifier: Apache-2.0
"""
What one poll shows of an assistant, and of all assistants that were asked for: small, without secrets, and storable.

An observation is compared with what an earlier one left in a state store, and goes to events and XCom. So it is brought
into the form that Airflow can store as soon as it is made, and no later step can make two equal ones differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.storable import storable, storable_name, storable_text
from airflow_provider_assistants.vendors.base import Vendor
from airflow_provider_assistants.vendors.rows import RowReader

__all__ = ["BUILT_IN_WATCHES", "Observation", "RowObserver", "Snapshot", "Watched"]

#: What a watched field can hold in a payload: larger and secret values are told by a fingerprint.
Watched = str | int | float | bool | None

#: What can be watched at every vendor; anything else is a dotted path into the row.
BUILT_IN_WATCHES = ("status", "updated_at")

_LONGEST_VALUE = 200
_LONGEST_NAME = 1_000
_NOTHING: Mapping[str, Watched] = {}


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One assistant at one look.

    :param status: As :meth:`~.RowReader.row_status` has it.
    :param updated_at: In UTC and ISO form; the vendor's own text where that is no time.
    :param fields: What was watched besides, by path; a path that the row does not have is not in it.
    """

    status: str | None
    name: str | None
    updated_at: str | None
    fields: Mapping[str, Watched] = field(default_factory=dict)

    def value(self, watch: str) -> Watched:
        """Return what is watched: the status, ``updated_at`` or a field."""
        if watch == "status":
            return self.status
        if watch == "updated_at":
            return self.updated_at
        return self.fields.get(watch)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    What one look showed.

    :param seen: By the ids that were asked for, and of everything by the vendor's own id.
    :param asked: Which ids were asked for: one of these that was not seen is not there.
    :param everything: Whether all assistants of the account were looked at.
    :param watches: The fields that were looked at.
    :param observed_at: When, in UTC.
    :param derived: What was worked out from it once, for all who look at it.
    """

    seen: Mapping[str, Observation]
    asked: frozenset[str]
    everything: bool
    watches: frozenset[str]
    observed_at: datetime
    derived: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def covers(self, ids: frozenset[str] | None, watch: str) -> bool:
        """Whether this look was for all of these ids, or for everything if None, and for this field."""
        told = watch in BUILT_IN_WATCHES or watch in self.watches
        return told and (self.everything if ids is None else ids <= self.asked)


class RowObserver:
    """
    Reads rows into observations.

    :param watches: Paths of fields to keep besides what is always kept.
    :param secrets: What must never be seen, such as the key.
    """

    def __init__(self, vendor: Vendor, *, watches: Iterable[str], secrets: tuple[str, ...] = ()) -> None:
        from airflow_provider_assistants.redaction.redactor import Redactor
        from airflow_provider_assistants.redaction.text import KnownSecrets

        # For names: to look for anything else that may be a secret takes too long in each name of each poll.
        self._known = KnownSecrets(secrets)
        self._reader: RowReader = vendor.assistants.reader
        self._paths = [path for path in sorted(set(watches)) if path not in BUILT_IN_WATCHES]
        #: The fields of a row that are looked at.
        self.fields = self._reader.fields | {name for path in self._paths for name in (path, path.partition(".")[0])}
        self._redactor = Redactor("secrets", known_secrets=secrets, secret_paths=vendor.sensitive.secrets)

    def observe(self, row: dict[str, Any]) -> Observation:
        """Read a row."""
        reader = self._reader
        status = reader.row_status(row)
        updated = reader.row_updated_at(row)
        told = dig(row, reader.updated_at) if reader.updated_at else None
        name = reader.row_name(row)
        return Observation(
            status=None if status is None else storable_name(str(status)),
            name=None if name is None else storable_text(self._known.redact(name)[:_LONGEST_NAME]),
            updated_at=updated.isoformat() if updated else None if told in (None, MISSING) else self._time_text(told),
            fields=self._watched(row) if self._paths else _NOTHING,
        )

    def _time_text(self, told: Any) -> str:
        return storable_text(self._redactor.text(str(storable(told)))[:40])

    def _watched(self, row: dict[str, Any]) -> dict[str, Watched]:
        return {path: self._shown(path, value) for path in self._paths if (value := dig(row, path)) is not MISSING}

    def ids(self, row: dict[str, Any]) -> tuple[str, ...]:
        """Return every id by which the row may be asked for, its own first, as state stores and events hold it."""
        return tuple(storable_name(each) for each in self._reader.all_ids(row))

    def _shown(self, path: str, value: Any) -> Watched:
        """
        Give a value that may be passed on: itself if it is short, plain and no secret, else a fingerprint.

        A fingerprint changes when the value does, which is all that watching needs.
        """
        plain = value is None or isinstance(value, str | int | float | bool)
        kept = storable(value) if plain else None
        if plain and len(str(kept)) <= _LONGEST_VALUE and not self._is_secret(path, value):
            return kept
        return _fingerprint(value)

    def _is_secret(self, path: str, value: Any) -> bool:
        row: Any = value
        for key in reversed(path.split(".")):
            row = [row] if key.isdecimal() else {key: row}
        return isinstance(row, dict) and self._redactor.row(row) != row


def _fingerprint(value: Any) -> str:
    text = json.dumps(storable(value), sort_keys=True, ensure_ascii=True, default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]
