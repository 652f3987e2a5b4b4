# SPDX-License-Identifier: Apache-2.0
"""Watching for drift: fields that no document knows, and values of another type than documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

__all__ = ["FieldWatch"]

Row = dict[str, Any]
_Shape = tuple[tuple[str, ...], tuple[type, ...]]

_MAX_SHAPES = 4096


class FieldWatch:
    """
    Counts, over a listing, the rows in which a field is unknown or not of its documented type.

    Rows of one shape (the same fields with values of the same types) are judged once, so looking at a row costs little
    more than a look-up.

    :param columns: The documented fields with their kinds.
    :param json_types: What JSON decodes to, for each kind; null always fits.
    """

    def __init__(self, columns: Mapping[str, str], json_types: Mapping[str, tuple[type, ...]]) -> None:
        self._types = {name: json_types[kind] for name, kind in columns.items()}
        self._shapes: Counter[_Shape] = Counter()
        self._unknown: Counter[str] = Counter()
        self._mismatched: Counter[str] = Counter()

    def look(self, row: Row) -> None:
        """Look at a row."""
        shape = (tuple(row), tuple(map(_type_of, row.values())))
        self._shapes[shape] += 1
        if len(self._shapes) > _MAX_SHAPES:
            self._settle()

    @property
    def unknown_fields(self) -> dict[str, int]:
        """In how many rows each unknown field was."""
        self._settle()
        return dict(self._unknown)

    @property
    def mismatched_fields(self) -> dict[str, int]:
        """In how many rows each field had a value of another type than documented."""
        self._settle()
        return dict(self._mismatched)

    def _settle(self) -> None:
        for (names, types), rows in self._shapes.items():
            for name, kind in zip(names, types, strict=True):
                allowed = self._types.get(name)
                if allowed is None:
                    self._unknown[name] += rows
                elif not _fits(kind, allowed):
                    self._mismatched[name] += rows
        self._shapes.clear()


class _EmptyList(list[Any]):
    """Stands for the type of an empty list: PHP's way to write an empty object."""


def _type_of(value: Any) -> type:
    return _EmptyList if value == [] else type(value)


def _fits(kind: type, allowed: tuple[type, ...]) -> bool:
    if kind is type(None) or object in allowed:
        return True
    if kind is _EmptyList:
        return list in allowed or dict in allowed
    return kind in allowed
