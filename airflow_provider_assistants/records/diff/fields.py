# SPDX-License-Identifier: Apache-2.0
"""
What changed in a row: one change for each field, by its dotted path.

A path leads to the field in the row, as :func:`airflow_provider_assistants.dotted_path.dig` reads it. Objects are compared key
by key, lists element by element; lists of objects that each have an ``id`` of their own are compared by that id, so that an
item inserted at the top is one change. Paths into such a list have the index in the later row; an item that is gone has its
index in the earlier one. If the items that both lists have are in another order, the list as a whole is one change.

Where a path would lead elsewhere (a nested key with a dot in it, an empty key), the object around it is one change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING
from airflow_provider_assistants.records.columns import Row
from airflow_provider_assistants.records.diff.equality import same, same_cell, same_of_kind

__all__ = ["FieldChange", "RowComparer", "is_ignored_by"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """
    A field that differs.

    :param path: Dotted path; empty if the row as a whole is the change.
    :param before: The earlier value; :data:`~airflow_provider_assistants.dotted_path.MISSING` if the field was absent.
    :param after: The later value; MISSING if the field is gone.
    """

    path: str
    before: Any = MISSING
    after: Any = MISSING


def is_ignored_by(patterns: Iterable[str]) -> Callable[[str], bool]:
    """
    Return what says of a path whether it is ignored.

    :param patterns: Dotted paths, each with everything below it. ``[]`` after a name stands for the items of a list, ``*`` for
        any key. A pattern that begins with ``!`` takes those back that were named before it.
    """
    chosen: list[str] = []
    for pattern in patterns:
        if pattern.startswith("!"):
            taken_back = _pattern([pattern[1:]])
            chosen = [each for each in chosen if not taken_back.fullmatch(each)]
        else:
            chosen.append(pattern)
    if not chosen:
        return lambda path: False
    found = _pattern(chosen)
    return lambda path: found.fullmatch(path) is not None


def _pattern(paths: Iterable[str]) -> re.Pattern[str]:
    parts = [re.escape(path).replace(r"\[\]", r"\.\d+").replace(r"\*", r"[^.]+") for path in paths]
    return re.compile(rf"(?s)(?:{'|'.join(parts)})(?:\..*)?")


@dataclass(kw_only=True)
class RowComparer:
    """
    Compares two rows of one assistant.

    :param kinds: The documented fields of the rows with their kinds.
    :param is_ignored: Says of a path whether changes there do not count.
    :param read_time: Reads a time as vendors write it.
    :param nullable: Documented fields are null where they were absent: true if either row comes from CSV or Parquet.
    :param lossy: The rows hold selected fields, and either comes from CSV or Parquet, which then has no column for values
        that do not fit.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    is_ignored: Callable[[str], bool] = field(default=lambda path: False)
    read_time: Callable[[Any], Any] = field(default=lambda value: None)
    nullable: bool = False
    lossy: bool = False

    def changes(self, before: Row, after: Row) -> list[FieldChange]:
        """Return what changed, in the order of the earlier row's keys and then of the later one's; empty if nothing did."""
        found: list[FieldChange] = []
        names = [*before, *(name for name in after if name not in before)]
        dotted = [name for name in names if "." in name]
        if _is_ambiguous(before, after, dotted):
            return [] if same(before, after) else [FieldChange("", before, after)]
        for name in names:
            one, other = before.get(name, MISSING), after.get(name, MISSING)
            if one is other or self._same_field(name, one, other):
                continue
            if any(each.startswith(f"{name}.") for each in dotted) or "." in name:
                found.append(FieldChange(name, one, other))
            else:
                _compare(name, one, other, found)
        return [each for each in found if not self.is_ignored(each.path)]

    def _same_field(self, name: str, one: Any, other: Any) -> bool:
        if same(one, other):
            return True
        kind = self.kinds.get(name)
        if kind is None:
            return self.lossy and same_cell("plain", one, other)
        if self.nullable and (one is MISSING or one is None) and (other is MISSING or other is None):
            return True
        if self.lossy and same_cell(kind, one, other):
            return True
        return same_of_kind(kind, one, other, self.read_time)


def _is_ambiguous(before: Row, after: Row, dotted: Sequence[str]) -> bool:
    """Whether a path could lead to another field: an empty key, or a key ``a.b`` that came or went beside an ``a``."""
    if "" in before or "" in after:
        return True
    for name in dotted:
        if name not in before or name not in after:
            first = name.partition(".")[0]
            if first in before or first in after:
                return True
    return False


def _is_plain(key: str) -> bool:
    return key != "" and "." not in key


def _compare(path: str, one: Any, other: Any, found: list[FieldChange]) -> None:
    if type(one) is dict and type(other) is dict:
        _compare_objects(path, one, other, found)
    elif type(one) is list and type(other) is list:
        _compare_lists(path, one, other, found)
    elif not same(one, other):
        found.append(FieldChange(path, one, other))


def _compare_objects(path: str, one: dict[str, Any], other: dict[str, Any], found: list[FieldChange]) -> None:
    if not (all(map(_is_plain, one)) and all(map(_is_plain, other))):
        if not same(one, other):
            found.append(FieldChange(path, one, other))
        return
    for key, value in one.items():
        _compare(f"{path}.{key}", value, other.get(key, MISSING), found)
    found += [FieldChange(f"{path}.{key}", MISSING, value) for key, value in other.items() if key not in one]


def _compare_lists(path: str, one: list[Any], other: list[Any], found: list[FieldChange]) -> None:
    ids, other_ids = _item_ids(one), _item_ids(other)
    if ids is not None and other_ids is not None:
        _compare_by_id(path, dict(zip(ids, one, strict=True)), dict(zip(other_ids, other, strict=True)), found)
        return
    for index in range(max(len(one), len(other))):
        item = one[index] if index < len(one) else MISSING
        opposite = other[index] if index < len(other) else MISSING
        _compare(f"{path}.{index}", item, opposite, found)


def _item_ids(items: list[Any]) -> list[str] | None:
    """Return the ids of a list's items, if each is an object with one of its own whose fields can be named."""
    ids: list[str] = []
    for item in items:
        value = item.get("id") if type(item) is dict else None
        if isinstance(value, bool) or not isinstance(value, int | str) or not all(map(_is_plain, item)):
            return None
        ids.append(str(value))
    return ids if len({*ids}) == len(ids) else None


def _compare_by_id(path: str, one: dict[str, Any], other: dict[str, Any], found: list[FieldChange]) -> None:
    if [each for each in one if each in other] != [each for each in other if each in one]:
        found.append(FieldChange(path, [*one.values()], [*other.values()]))
        return
    came = {index: item for index, (each, item) in enumerate(other.items()) if each not in one}
    for index, (each, item) in enumerate(one.items()):
        if each not in other:
            found.append(FieldChange(f"{path}.{index}", item, came.pop(index, MISSING)))
    for index, (each, item) in enumerate(other.items()):
        if each in one:
            _compare(f"{path}.{index}", one[each], item, found)
        elif index in came:
            found.append(FieldChange(f"{path}.{index}", MISSING, item))
