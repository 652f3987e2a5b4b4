# SPDX-License-Identifier: Apache-2.0
"""Random pairs of rows, and laying changes over a row: what a reader of a diff would do with it."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING
from airflow_provider_assistants.records.diff.fields import FieldChange

Row = dict[str, Any]

_KEYS = ("id", "name", "a", "b", "settings", "tools", "é", "x y", "0", "7")
_ODD_KEYS = ("", "a.b", ".", "settings.model", "tools.0", "a.")
_LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 2**70, -0.0, 1e300),
    *(
        "",
        "1",
        "true",
        "null",
        "prompt with words",
        "two\nlines",
        "[]",
        '{"a": 1}',
        '{"a":1.0}',
        "[1, 2",
        "***",
        "é\U0001f600",
    ),
)


def random_value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.random()
    if depth > 3 or kind < 0.5:
        return rng.choice(_LEAVES)
    if kind < 0.7:
        return {_key(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(4))}
    if kind < 0.85:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    ids = rng.sample(range(6), rng.randrange(5))
    return [{"id": each, **{_key(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(3))}} for each in ids]


def random_row(rng: random.Random) -> Row:
    return {_key(rng): random_value(rng) for _ in range(rng.randrange(8))}


def edited(rng: random.Random, value: Any) -> Any:
    """A value with a few things changed somewhere in it: pairs of values that have nothing in common show little."""
    if rng.random() < 0.15:
        return random_value(rng, 2)
    if isinstance(value, dict):
        kept = {
            key: edited(rng, each) if rng.random() < 0.4 else each for key, each in value.items() if rng.random() > 0.1
        }
        if rng.random() < 0.2:
            kept[_key(rng)] = random_value(rng, 2)
        return dict(rng.sample(list(kept.items()), len(kept)))
    if isinstance(value, list):
        kept_items = [edited(rng, each) if rng.random() < 0.4 else each for each in value if rng.random() > 0.15]
        if rng.random() < 0.3:
            kept_items.insert(rng.randrange(len(kept_items) + 1), random_value(rng, 2))
        if rng.random() < 0.1:
            rng.shuffle(kept_items)
        return kept_items
    return value


def edited_row(rng: random.Random, row: Row) -> Row:
    while not isinstance(changed := edited(rng, row), dict):
        pass
    return changed


def _key(rng: random.Random) -> str:
    return rng.choice(_ODD_KEYS if rng.random() < 0.04 else _KEYS)


def applied(row: Row, changes: Sequence[FieldChange]) -> Row:
    """
    Lay changes over a row by their paths alone.

    A path whose first part is no key of the row is a key itself. Outer changes come first, since a path below a list has the
    index that the item has afterwards. Of one list, items that go are taken out from the end, then those that come are put in
    from the beginning.
    """
    if any(change.path == "" for change in changes):
        [change] = changes
        return copy.deepcopy(change.after)
    by_parts = []
    for change in changes:
        is_key = change.path in row or change.path.partition(".")[0] not in row
        by_parts.append(([change.path] if is_key else change.path.split("."), change))
    new: Row = _applied(copy.deepcopy(row), by_parts)
    return new


def _applied(value: Any, changes: Sequence[tuple[list[str], FieldChange]]) -> Any:
    here = [(parts[0], change) for parts, change in changes if len(parts) == 1]
    below: dict[str, list[tuple[list[str], FieldChange]]] = {}
    for parts, change in changes:
        if len(parts) > 1:
            below.setdefault(parts[0], []).append((parts[1:], change))
    if isinstance(value, dict):
        for key, change in here:
            if change.after is MISSING:
                del value[key]
            else:
                value[key] = copy.deepcopy(change.after)
        return value | {key: _applied(value[key], deeper) for key, deeper in below.items()}
    by_index = sorted(((int(key), change) for key, change in here), key=lambda each: each[0])
    for index, change in reversed(by_index):
        if change.before is not MISSING:
            del value[index]
    for index, change in by_index:
        if change.after is not MISSING:
            value.insert(index, copy.deepcopy(change.after))
    for key, deeper in below.items():
        value[int(key)] = _applied(value[int(key)], deeper)
    return value
