# SPDX-License-Identifier: Apache-2.0
"""One account: its assistants, its calls, and its other listings."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from airflow_provider_assistants.sandbox.apis import FAMILY
from airflow_provider_assistants.sandbox.listed_rows import LISTED, ListedRows
from airflow_provider_assistants.sandbox.options import Options
from airflow_provider_assistants.sandbox.phone_calls import CallLog
from airflow_provider_assistants.sandbox.rows import ID_FIELDS, MAKERS, lengthen, updated_of

__all__ = ["Account", "RowCache"]

Row = dict[str, Any]

_NUMBERED_FROM = 1_000_000  # the first account's assistants have ids above this, the second's above twice this
_LONGEST_NUMBER = 15
_STATUSES = ("active", "inactive")
_ONE_MOMENT = "2026-01-31T12:00:00"


class RowCache:
    """
    A budget of bytes for encoded rows, over all accounts, so that many large rows do not exhaust memory.

    :param options: Holds the budget.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._held = 0

    def reserve(self, size: int) -> bool:
        """Count so many bytes and return True, or return False if they exceed the budget."""
        if self._held + size > self._options.kept_bytes:
            return False
        self._held += size
        return True

    def release(self, size: int) -> None:
        """Free bytes that are not kept any more."""
        self._held -= size


class Account:
    """
    One account: its assistants, known by when they were made (the first made has the index 0), its calls and what else it has.

    Rows are made when first requested and kept encoded, so that an account of 100,000 takes no time to make and a listing is
    joined from bytes.

    :param vendor: Of which vendor.
    :param number: The account's number, from 1.
    :param options: How the sandbox behaves.
    :param cache: The budget for encoded rows.
    """

    def __init__(self, vendor: str, number: int, options: Options, cache: RowCache) -> None:
        self.vendor = vendor
        self.number = number
        self.nights = 0  # that have passed
        self._options = options
        self._cache = cache
        self._changed: dict[int, Row] = {}
        self._encoded: dict[int, bytes] = {}
        self._switches: dict[int, tuple[Any, Any]] = {}
        self._present = list(range(options.assistants))
        self._made = options.assistants
        self._pretended: int | None = None
        self._shuffles = 0
        self._index_by_uuid: dict[str, int] | None = None
        self._by_updated: list[int] | None = None
        self._updated: dict[int, datetime] = {}
        self._identities: dict[int, Row] = {}
        self.calls = CallLog(vendor, number, options, self._identity)
        self.others = {name: ListedRows(vendor, name, number, options) for name in LISTED[vendor]}

    @property
    def seed(self) -> int:
        """What the account's values are made from."""
        return self._options.seed

    def __len__(self) -> int:
        return len(self._present) if self._pretended is None else self._pretended

    def endless(self, known: int) -> Self:
        """Return this account as one whose listing never ends, with ``known`` assistants so far."""
        twin = copy.copy(self)
        twin._pretended = known
        return twin

    def row(self, index: int) -> Row:
        """Return an assistant."""
        if index in self._changed:
            return self._changed[index]
        options = self._options
        row: Row = MAKERS[self.vendor](self.vendor, self.number, index, options.seed, options.padding)[1]
        if options.row_bytes:
            lengthen(self.vendor, row, options.row_bytes - len(_encode(row)))
        if self._order == "unstable":
            row["created_at"] = _ONE_MOMENT
        return row

    def encoded(self, index: int) -> bytes:
        """Return an assistant as JSON."""
        body = self._encoded.get(index)
        if body is None:
            body = _encode(self.row(index))
            if self._cache.reserve(len(body)):
                self._encoded[index] = body
        return body

    def switches(self, index: int) -> tuple[Any, Any]:
        """Return the fields by which Burki filters, ``is_active`` and ``user_id``, without making the row each time."""
        if index not in self._switches:
            row = self.row(index)
            self._switches[index] = (row.get("is_active"), row.get("user_id"))
        return self._switches[index]

    def listed(self) -> Sequence[int]:
        """Return which assistants there are, in the order of the listing."""
        return self.window(0, len(self))

    def window(self, start: int, end: int) -> Sequence[int]:
        """Return a window of the listing."""
        if self._pretended is not None:
            return range(start, end)
        match self._order:
            case "unstable":
                self._shuffles += 1
                values = random.Random(self._shuffles)  # noqa: S311 - nothing is kept secret by it
                return values.sample(self._present, len(self._present))[start:end]
            case "oldest":
                return self._present[start:end]
            case "newest":
                count = len(self._present)
                return self._present[max(count - end, 0) : max(count - start, 0)][::-1]
            case _:
                if self._by_updated is None:
                    self._by_updated = sorted(self._present, key=self._updated_at, reverse=True)
                return self._by_updated[start:end]

    @property
    def _order(self) -> str:
        return self._options.order.get(self.vendor, "newest" if self.vendor == "burki" else "oldest")

    def find(self, assistant_id: Any) -> int | None:
        """Return which assistant has this id, or UUID; None if there is none."""
        text = str(assistant_id)
        own = [index for index, row in self._changed.items() if text in self._names(row)]
        if own:
            index: int | None = own[0]
        elif self.vendor != "puretalk" and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
            index = int(text) - self.number * _NUMBERED_FROM - 1
        else:
            index = self._uuids().get(text) if "-" in text else None
        if index is None or not self._has(index):
            return None
        renamed = index in self._changed and index not in own
        return None if renamed else index

    def update(self, index: int, fields: Row) -> None:
        """Change fields of an assistant; ``updated_at`` moves unless it is among them."""
        self._changed[index] = {**self.row(index), "updated_at": _now(), **fields}
        self._forget(index)

    def set_status(self, index: int, status: str) -> None:
        """Switch an assistant on or off."""
        if self.vendor == "puretalk":
            raise ValueError("Puretalk's assistants have no status")
        if status not in _STATUSES:
            raise ValueError(f"There is no status {status!r} to set; there are {', '.join(_STATUSES)}")
        self.update(index, {"is_active": status == "active"} if self.vendor == "burki" else {"status": status})

    def insert(self, fields: Row) -> Any:
        """Add an assistant and return its id."""
        field = ID_FIELDS[self.vendor]
        if field in fields and self.find(fields[field]) is not None:
            raise ValueError(f"There is an assistant {fields[field]!r} already")
        index = self._made
        self._made += 1
        self._present.append(index)
        self.update(index, {"created_at": (stamp := _now()), "updated_at": stamp, **fields})
        return self._changed[index][field]

    def delete(self, index: int, *, soft: bool = False) -> None:
        """
        Remove an assistant.

        :param index: Its index.
        :param soft: Keep it in the listing, with ``deleted_at``; only the Autocalls family knows that.
        """
        if soft and self.vendor not in FAMILY:
            raise ValueError(f"{self.vendor} has no soft deletion; only {', '.join(FAMILY)} have")
        if soft:
            self.update(index, {"updated_at": (stamp := _now()), "deleted_at": stamp})
            return
        self._present.remove(index)
        self._forget(index)

    def resize(self, size: int) -> None:
        """Keep or add assistants up to a number, counted from the first."""
        self._present = list(range(size))
        self._made = max(self._made, size)
        self._by_updated = self._index_by_uuid = None

    def _identity(self, index: int) -> Row:
        """Return the id and name of an assistant, as calls have them, without making all of its row each time."""
        if index not in self._identities:
            row = self.row(index)
            self._identities[index] = {name: row.get(name) for name in ("id", "assistant_id", "name")}
        return self._identities[index]

    def _names(self, row: Row) -> tuple[str, ...]:
        return (str(row.get(ID_FIELDS[self.vendor])), str(row.get("uuid")))

    def _has(self, index: int) -> bool:
        count = len(self._present)
        if count and self._present[-1] == count - 1:
            return 0 <= index < count
        return index in self._present

    def _uuids(self) -> dict[str, int]:
        if self._index_by_uuid is None:
            field = "assistant_id" if self.vendor == "puretalk" else "uuid"
            self._index_by_uuid = {str(self.row(index).get(field)): index for index in self._present}
        return self._index_by_uuid

    def _updated_at(self, index: int) -> datetime:
        if index not in self._updated:
            row = self._changed.get(index)
            self._updated[index] = (
                updated_of(self.vendor, self.number, index, self._options.seed) if row is None else _read_time(row)
            )
        return self._updated[index]

    def _forget(self, index: int) -> None:
        """Drop what was derived from an assistant that has changed."""
        self._cache.release(len(self._encoded.pop(index, b"")))
        self._switches.pop(index, None)
        self._identities.pop(index, None)
        self._updated.pop(index, None)
        self._by_updated = self._index_by_uuid = None


def _encode(row: Row) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _read_time(row: Row) -> datetime:
    """Read when a changed row was last changed; what is no time comes last."""
    try:
        moment = datetime.fromisoformat(str(row.get("updated_at")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
