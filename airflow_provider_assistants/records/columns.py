# SPDX-License-Identifier: Apache-2.0
"""
Columns for CSV and Parquet: the same ones every night, and nothing lost that does not fit them.

The documented fields are the columns, in the document's order, whatever fields tonight's rows have. A field that is not
documented, and a value that cannot be read as what its column holds, goes as JSON into the last column, ``_extra``.
Objects and lists are JSON texts: their shape is the vendor's to change, and a column of a fixed structure would break
the table on the night it does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_assistants.dotted import MISSING, dig

__all__ = ["EXTRA", "Column", "Table", "json_text", "select"]

Row = dict[str, Any]

#: The column of what no other column holds.
EXTRA = "_extra"


class _UnfitError(ValueError):
    """The value cannot be read as what the column holds."""


@dataclass(frozen=True)
class Column:
    """
    A column.

    :param name: Its name, and the field it is about.
    :param kind: What it holds: ``id``, ``string``, ``integer``, ``number``, ``boolean``, ``flag``, ``time``,
        ``timestamp``, ``object``, ``array``, ``any``, or ``plain`` for a selected field that no document knows.
    """

    name: str
    kind: str


def json_text(value: Any) -> str:
    """Give a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def select(row: Row, fields: Sequence[str]) -> Row:
    """Give the chosen fields of a row, by dotted path; null where the row has none."""
    chosen = {}
    for field in fields:
        value = dig(row, field)
        chosen[field] = None if value is MISSING else value
    return chosen


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    number = int(value) if isinstance(value, int | str) else None
    if number is None or not -(2**63) <= number < 2**63:
        raise _UnfitError
    return number


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _UnfitError
    return float(value)


_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return _BOOLEANS[str(value).strip().lower()]
    except KeyError:
        raise _UnfitError from None


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json_text(value)
    raise _UnfitError


def _timestamp(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise _UnfitError
    return value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "id": _integer,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "flag": _boolean,
    "time": _string,
    "timestamp": _timestamp,
    "object": json_text,
    "array": json_text,
    "any": json_text,
    "plain": _plain,
}


class Table:
    """
    Turns rows into cells.

    :param columns: The columns, without ``_extra``.
    :param extra: Whether there is a column for what fits no other.
    """

    def __init__(self, columns: Iterable[Column], *, extra: bool) -> None:
        self.columns = tuple(columns)
        self.extra = extra
        self._known = frozenset(column.name for column in self.columns)
        self._readers = [(column.name, _READERS[column.kind]) for column in self.columns]
        self._settled = False

    @property
    def names(self) -> list[str]:
        """The columns' names, ``_extra`` last."""
        return [column.name for column in self.columns] + ([EXTRA] if self.extra else [])

    def settle(self, rows: Iterable[Row]) -> None:
        """
        Decide from the first rows whether ids that are documented as numbers are texts at this deployment.

        Has to be called before the first cell is made; it changes nothing once it was.
        """
        if self._settled:
            return
        self._settled = True
        texts = {
            column.name
            for column in self.columns
            if column.kind == "id" and any(not _fits(_integer, row.get(column.name)) for row in rows)
        }
        self.columns = tuple(
            Column(column.name, "string") if column.name in texts else column for column in self.columns
        )
        self._readers = [(column.name, _READERS[column.kind]) for column in self.columns]

    def cells(self, row: Row) -> list[Any]:
        """Give a row's cells in the order of the columns; None for what it does not have."""
        cells: list[Any] = []
        unfit: Row = {}
        for name, read in self._readers:
            value = row.get(name)
            if value is None:
                cells.append(None)
                continue
            try:
                cells.append(read(value))
            except (ValueError, OverflowError):
                cells.append(None)
                unfit[name] = value
        if self.extra:
            unknown = {name: value for name, value in row.items() if name not in self._known}
            cells.append(json_text({**unknown, **unfit}) if unknown or unfit else None)
        return cells


def _fits(read: Callable[[Any], Any], value: Any) -> bool:
    if value is None:
        return True
    try:
        read(value)
    except (ValueError, OverflowError):
        return False
    return not isinstance(value, str)
