# SPDX-License-Identifier: Apache-2.0
"""Client-side filters: by status or any field, and by the time of the last change; no vendor offers either."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING, dig

__all__ = ["FieldPresence", "RowFilter", "close_names", "where_problems"]

Row = dict[str, Any]

#: A text that reads as a number: as JSON writes numbers, so that ``007`` and ``+49`` stay texts.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SEVERAL = (list, tuple, set, frozenset)


def where_problems(where: Any) -> list[str]:
    """Return in words what is wrong with a ``where``; nothing if all is well."""
    if where is None:
        return []
    if isinstance(where, Mapping):
        problems = [
            f"where must map field names to values, got the key {name!r}"
            for name in where
            if not isinstance(name, str) or not name.strip()
        ]
        problems += [
            f"where must have a value for {name!r}, got an empty list"
            for name, wanted in where.items()
            if _is_empty(wanted)
        ]
        return problems
    if isinstance(where, str) and not where.strip():
        return ["where must be a status, got an empty text; leave it out to select all rows"]
    if isinstance(where, str):
        return []
    if isinstance(where, _SEVERAL) and where and all(isinstance(each, str) for each in where):
        return []
    return [f"where must be a status, a list of statuses, or a mapping of fields to values, got {where!r}"]


def close_names(unknown: str, known: Iterable[str]) -> str:
    """Return a hint in words: the known names that resemble an unknown one, or all of them if none does."""
    names = list(known)
    close = difflib.get_close_matches(unknown, names, n=3)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else f"there are {', '.join(names)}"


class RowFilter:
    """
    Selects rows.

    :param where: A status, several, or a mapping of fields (``status``, or dotted paths) to a value or several.
    :param changed_since: Only rows whose last change is not before this; a row without that time is kept.
    :param read_status: Reads a row's status.
    :param read_updated_at: Reads the time of a row's last change.
    :param shape: Makes the record that is written of a row; a field that it has is compared there and not in the row.
    :param shaped: The fields of that record.
    """

    def __init__(
        self,
        *,
        where: Any,
        changed_since: datetime | None,
        read_status: Callable[[Row], str | None],
        read_updated_at: Callable[[Row], datetime | None],
        shape: Callable[[Row], Row] | None = None,
        shaped: Collection[str] = (),
    ) -> None:
        conditions = where if isinstance(where, Mapping) else {} if where is None else {"status": where}
        self._conditions = {path: _Wanted(wanted) for path, wanted in conditions.items()}
        since = changed_since
        self._since = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since
        self._read_status = read_status
        self._read_updated_at = read_updated_at
        self._shape = shape if shape and {*self._conditions} & {*shaped} - {"status"} else None
        self._shaped = frozenset(shaped) if self._shape else frozenset()

    @property
    def matches_all(self) -> bool:
        """Whether every row is selected."""
        return not self._conditions and self._since is None

    def matches(self, row: Row) -> bool:
        """Whether a row is selected."""
        record = self._shape(row) if self._shape else row
        for path, wanted in self._conditions.items():
            value = self._read_status(row) if path == "status" else dig(record if path in self._shaped else row, path)
            if not wanted.matches(value):
                return False
        if self._since is None:
            return True
        changed = self._read_updated_at(row)
        return changed is None or changed >= self._since


class _Wanted:
    """
    The values that a field may have.

    A number equals a number of the same value (``1`` and ``1.0``), a bool only a bool, None only null or a field that is not
    there, and a text a text in any case. Where just one of the two is a text, as templates make them and as some deployments
    send them, it is read as what the other is: ``"1"`` equals 1, ``"true"`` equals true, ``"null"`` equals null.
    """

    def __init__(self, wanted: Any) -> None:
        self._others: list[Any] = []
        self._texts: set[str] = set()
        self._bools: set[bool] = set()
        self._numbers: set[float] = set()
        self._moments: set[datetime] = set()
        self._null = self._times = False
        for each in wanted if isinstance(wanted, _SEVERAL) else [wanted]:
            self._add(each)
        self._read = {number for text in self._texts if (number := _number(text)) is not None}

    def _add(self, value: Any) -> None:
        match value:
            case None:
                self._null = True
            case bool():
                self._bools.add(value)
            case int() | float():
                self._numbers.add(value)
            case datetime() | date():
                self._moments |= _moments(value)
                self._times = True
            case str():
                self._texts.add(value.strip().lower())
                self._moments |= _moments(value)
            case _:
                self._others.append(value)

    def matches(self, value: Any) -> bool:
        """Whether a row's value is one of those."""
        match value:
            case bool():
                return value in self._bools or str(value).lower() in self._texts
            case int() | float():
                return value in self._numbers or value in self._read
            case str():
                return self._matches_text(value.strip().lower(), value)
            case datetime():
                return value in self._moments
            case _ if value is None or value is MISSING:
                return self._null or "null" in self._texts
            case _:
                return value in self._others

    def _matches_text(self, text: str, value: str) -> bool:
        if text in self._texts or (self._bools and {"true": True, "false": False}.get(text) in self._bools):
            return True
        if self._numbers and _number(text) in self._numbers:
            return True
        return self._times and bool(self._moments & _moments(value))


class FieldPresence:
    """
    Finds fields that no row has: undocumented fields may exist, misspelt ones do not.

    :param names: The fields, by dotted path.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.missing = {*names}
        self._rows = 0

    def observe(self, rows: Sequence[Row]) -> None:
        """Check rows."""
        self._rows += len(rows)
        for row in rows:
            if not self.missing:
                return
            self.missing -= {name for name in self.missing if dig(row, name) is not MISSING}

    def problems(self, known: Iterable[str], *, noun: str = "assistant") -> list[str]:
        """Return in words which fields no row has; nothing if there were no rows."""
        names = list(known)
        return [f"no {noun} has {name!r}; {close_names(name, names)}" for name in sorted(self.missing) if self._rows]


def _is_empty(wanted: Any) -> bool:
    return isinstance(wanted, _SEVERAL) and not wanted


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text) or len(text) > 400:
        return None
    return int(text) if text.removeprefix("-").isdecimal() else float(text)


def _moments(value: str | date) -> set[datetime]:
    """Return the time that a value is, in UTC, or nothing; a bare date is its midnight."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return set()
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    try:
        return {value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)}
    except OverflowError:
        return set()
