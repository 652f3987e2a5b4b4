# SPDX-License-Identifier: Apache-2.0
"""
Rows key by key: what has to be found out of every value is found out of all values of a key at once.

Rows of a vendor are alike and come by the page, so most questions (is there a text among them? one of an unexpected
type?) have one short answer for a whole column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

__all__ = ["RowColumn", "columns_by_key"]


class RowColumn(NamedTuple):
    """
    The values of some rows under one key.

    :param key: The key.
    :param places: The places of the rows that have it, in no order.
    :param values: Its values in these rows.
    :param kinds: The types among the values.
    """

    key: str
    places: Sequence[int]
    values: Sequence[Any]
    kinds: set[type]


def columns_by_key(rows: Sequence[dict[str, Any]]) -> Sequence[RowColumn]:
    """Return the columns of some rows, one for each key that any of them has."""
    if not rows:
        return ()
    keys = list(rows[0])
    if all(map(keys.__eq__, map(list, rows))):
        all_places = range(len(rows))
        by_key = zip(keys, zip(*map(dict.values, rows), strict=True), strict=True)
        return [RowColumn(key, all_places, values, {*map(type, values)}) for key, values in by_key]
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[tuple(row)].append(place)
    columns: defaultdict[str, tuple[list[int], list[Any]]] = defaultdict(lambda: ([], []))
    for shape, places in groups.items():
        values = zip(*(rows[place].values() for place in places), strict=True)
        for key, column in zip(shape, values, strict=True):
            columns[key][0].extend(places)
            columns[key][1].extend(column)
    return [RowColumn(key, places, values, {*map(type, values)}) for key, (places, values) in columns.items()]
