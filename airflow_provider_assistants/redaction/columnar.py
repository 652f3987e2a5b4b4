# SPDX-License-Identifier: Apache-2.0
"""
Rows key by key: what has to be found out of every value is found out of all values of a key at once.

Rows of a vendor are alike and come by the page, so most questions (is there a text among them? one of an unexpected
type?) have one short answer for a whole column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

__all__ = ["columns_by_key"]


def columns_by_key(rows: Sequence[dict[str, Any]]) -> Iterable[tuple[str, Sequence[int], Sequence[Any]]]:
    """Return each key of some rows, the places of those rows that have it, in no order, and its values in these."""
    shapes = list(map(tuple, rows))
    if not shapes:
        return ()
    if shapes.count(shapes[0]) == len(shapes):
        return zip(shapes[0], repeat(range(len(shapes))), zip(*map(dict.values, rows), strict=True), strict=False)
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, shape in enumerate(shapes):
        groups[shape].append(place)
    columns: defaultdict[str, tuple[list[int], list[Any]]] = defaultdict(lambda: ([], []))
    for shape, places in groups.items():
        values = zip(*(rows[place].values() for place in places), strict=True)
        for key, column in zip(shape, values, strict=True):
            columns[key][0].extend(places)
            columns[key][1].extend(column)
    return ((key, places, column) for key, (places, column) in columns.items())
