# SPDX-License-Identifier: Apache-2.0
"""
Columns of CSV and Parquet: the same every night, and without loss.

The documented fields are the columns, in the document's order, whatever fields tonight's rows have. The last column,
``_extra``, is a JSON object of everything that the others do not hold exactly: undocumented fields, and values of another type
than their column's. Such a value is also cast into its column where that is possible, so that a vendor's ``"7"`` can be summed
and is still known to have been a text. To reconstruct a row, merge ``_extra`` over its columns; a documented field that was
missing becomes null.

Objects and lists are JSON texts: a column of a fixed structure would break the table on the night that the vendor changes their
shape. Numbers that are not finite, which JSON does not have, are texts there. Some vendors send objects and lists as JSON texts:
such a text is the cell as it is, and is in ``_extra`` too. Any other text becomes a JSON text, so that each cell of such a
column is JSON.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json

from airflow_provider_assistants.dotted_path import MISSING, dig

__all__ = ["EXTRA", "Column", "Table", "json_text", "read_cell", "select"]

Row = dict[str, Any]

#: The column of what no other column holds.
EXTRA = "_extra"


class _UnfitError(ValueError):
    """Raised for a value that cannot be cast to the type of its column."""


@dataclass(frozen=True)
class Column:
    """
    A column.

    :param name: Its name, which is that of the field.
    :param kind: Its type: ``id``, ``string``, ``integer``, ``number``, ``decimal``, ``boolean``, ``flag``, ``time``,
        ``timestamp``, ``object``, ``array``, ``any``, or ``plain`` for a selected field that no document knows.
    """

    name: str
    kind: str


def json_text(value: Any) -> str:
    """Return a value as compact JSON."""
    return to_json(value, inf_nan_mode="strings").decode()


def select(row: Row, fields: Sequence[str]) -> Row:
    """Return the chosen fields of a row, by dotted path; null where the row has none."""
    chosen = {}
    for field in fields:
        value = dig(row, field)
        chosen[field] = None if value is MISSING else value
    return chosen


def read_cell(kind: str, value: Any) -> Any:
    """
    Return what a column of this kind holds for a value that is not null.

    :raises ValueError: If the value does not fit.
    """
    found = _KINDS[kind]
    return value if type(value) in found.same else found.read(value)


class Table:
    """
    Turns rows into cells.

    :param columns: The columns, without ``_extra``.
    :param extra: Whether there is a column for what fits no other. Without one, as where fields were selected, a value
        that its column cannot hold is null; :class:`~airflow_provider_assistants.records.drift.DriftCounter` counts it.
    """

    def __init__(self, columns: Iterable[Column], *, extra: bool) -> None:
        self.columns = tuple(columns)
        self.extra = extra
        self._known = frozenset(column.name for column in self.columns)
        self._kinds = [(column.name, _KINDS[column.kind]) for column in self.columns]
        self._settled = False

    @property
    def names(self) -> list[str]:
        """The columns' names, ``_extra`` last."""
        return [column.name for column in self.columns] + ([EXTRA] if self.extra else [])

    def settle(self, rows: Sequence[Row]) -> None:
        """
        Decide from the first rows whether ids that are documented as numbers are texts at this deployment.

        Call it before :meth:`cells`; only the first call that has rows has an effect.
        """
        if self._settled or not rows:
            return
        self._settled = True
        texts = {
            column.name
            for column in self.columns
            if column.kind == "id" and any(isinstance(row.get(column.name), str) for row in rows)
        }
        self.columns = tuple(
            Column(column.name, "string") if column.name in texts else column for column in self.columns
        )
        self._kinds = [(column.name, _KINDS[column.kind]) for column in self.columns]

    def cells(self, row: Row) -> list[Any]:
        """Return a row's cells in the order of the columns; None for fields that it lacks."""
        cells: list[Any] = []
        extra: Row = {}
        for name, kind in self._kinds:
            value = row.get(name)
            if value is None or type(value) in kind.same:
                cells.append(value)
                continue
            try:
                cell = kind.read(value)
            except (ValueError, OverflowError):
                cell = None
            cells.append(cell)
            if not kind.holds(cell, value):
                extra[name] = value
        if self.extra:
            if not self._known.issuperset(row):
                extra.update((name, value) for name, value in row.items() if name not in self._known)
            cells.append(json_text(extra) if extra else None)
        return cells


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """
    How values become cells of a column.

    :param read: Casts a value to the column's type; raises ValueError if that is not possible.
    :param same: Types whose values are the cell unchanged.
    :param exact: Types whose values can be reconstructed from an equal cell; None if all can, but for a text that is the cell
        unchanged.
    """

    read: Callable[[Any], Any]
    same: frozenset[type] = frozenset()
    exact: frozenset[type] | None = frozenset()

    def holds(self, cell: Any, value: Any) -> bool:
        """Whether the value can be reconstructed from the cell."""
        if self.exact is None:
            return not (type(value) is str and cell == value)
        return type(value) in self.exact and bool(cell == value)


_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,19}\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*", re.ASCII)
_LEADING_ZERO = re.compile(r"\s*[+-]?0[0-9]")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _integer(value: Any) -> int:
    is_whole = type(value) is int or (isinstance(value, float) and value.is_integer())
    if not is_whole and not (isinstance(value, str) and _INTEGER.fullmatch(value)):
        raise _UnfitError
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise _UnfitError
    return number


def _id(value: Any) -> int:
    if isinstance(value, str) and _LEADING_ZERO.match(value):
        raise _UnfitError  # 007 and 7 are two ids
    return _integer(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _UnfitError
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise _UnfitError
    return float(value)


def _boolean(value: Any) -> bool:
    try:
        return _BOOLEANS[str(value).strip().lower()]
    except KeyError:
        raise _UnfitError from None


def _string(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json_text(value)
    raise _UnfitError


def _unfit(value: Any) -> Any:
    raise _UnfitError


_INTEGERS = frozenset({int})
_JSON_CONTAINER = re.compile(r"\s*[\[{]")


def _json_cell(value: Any) -> str:
    """Return a value as JSON; a text that is the JSON of an object or list is not encoded a second time."""
    if isinstance(value, str) and _JSON_CONTAINER.match(value):
        with contextlib.suppress(ValueError):
            from_json(value, allow_inf_nan=False)
            return value
    return json_text(value)


_TEXT = _Kind(read=_string, same=frozenset({str}))
_JSON = _Kind(read=_json_cell, exact=None)

_KINDS: Mapping[str, _Kind] = {
    "id": _Kind(read=_id, exact=_INTEGERS),
    "string": _TEXT,
    "integer": _Kind(read=_integer, exact=_INTEGERS),
    "number": _Kind(read=_number, same=frozenset({float}), exact=_INTEGERS),
    "decimal": _Kind(read=_number, same=frozenset({float}), exact=_INTEGERS),
    "boolean": _Kind(read=_boolean, same=frozenset({bool})),
    "flag": _Kind(read=_boolean, same=frozenset({bool}), exact=_INTEGERS),
    "time": _TEXT,
    "timestamp": _Kind(read=_unfit, same=frozenset({datetime})),
    "object": _JSON,
    "array": _JSON,
    "any": _JSON,
    "plain": _Kind(read=json_text, same=frozenset({str}), exact=None),
}
