# SPDX-License-Identifier: Apache-2.0
"""Watching for drift: fields that no document knows, and values of another type than documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FieldWatch"]

Row = dict[str, Any]
_Shape = tuple[tuple[str, ...], tuple[type, ...]]

#: So many shapes are remembered, and so many names of unknown fields; beyond it the rarest are forgotten.
_MAX_SHAPES, _MAX_NAMES = 2048, 4096


@dataclass(slots=True)
class _Verdict:
    """
    What is to be said of every row of one shape.

    :param unknown: Fields that no document knows.
    :param mismatched: Fields with values of another type than documented.
    :param lists: Fields that hold a list where an object is documented: as documented only if the list is empty.
    :param rows: How many rows there were.
    """

    unknown: tuple[str, ...]
    mismatched: tuple[str, ...]
    lists: tuple[str, ...]
    rows: int = 0


class FieldWatch:
    """
    Counts, over a listing, the rows in which a field is unknown or not of its documented type.

    Rows of one shape (the same fields with values of the same types) are judged once, so looking at a row costs little
    more than a look-up.

    :param columns: The documented fields with their kinds.
    :param json_types: What JSON decodes to, for each kind; null always fits, and an empty list is an object too, since
        PHP writes one so.
    """

    def __init__(self, columns: Mapping[str, str], json_types: Mapping[str, tuple[type, ...]]) -> None:
        self._types = {name: json_types[kind] for name, kind in columns.items()}
        self._verdicts: dict[_Shape, _Verdict] = {}
        self._unknown: Counter[str] = Counter()
        self._mismatched: Counter[str] = Counter()

    def look(self, row: Row) -> None:
        """Look at a row."""
        shape = (tuple(row), tuple(map(type, row.values())))
        verdict = self._verdicts.get(shape)
        if verdict is None:
            if len(self._verdicts) >= _MAX_SHAPES:
                self._settle()
                self._verdicts.clear()
            verdict = self._verdicts[shape] = self._judge(shape)
        verdict.rows += 1
        for name in verdict.lists:
            if row[name]:
                self._mismatched[name] += 1

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

    def _judge(self, shape: _Shape) -> _Verdict:
        unknown, mismatched, lists = [], [], []
        for name, kind in zip(*shape, strict=True):
            allowed = self._types.get(name)
            if allowed is None:
                unknown.append(name)
            elif kind is list and dict in allowed and list not in allowed:
                lists.append(name)
            elif kind is not type(None) and kind not in allowed and object not in allowed:
                mismatched.append(name)
        return _Verdict(tuple(unknown), tuple(mismatched), tuple(lists))

    def _settle(self) -> None:
        for verdict in self._verdicts.values():
            for name in verdict.unknown:
                self._unknown[name] += verdict.rows
            for name in verdict.mismatched:
                self._mismatched[name] += verdict.rows
            verdict.rows = 0
        if len(self._unknown) > _MAX_NAMES:
            self._unknown = Counter(dict(self._unknown.most_common(_MAX_NAMES // 2)))
