# SPDX-License-Identifier: Apache-2.0
"""
Lists whose items say what others are: tables with headings, pairs of a name and a value, and the arguments of commands.

``{"columns": ["user", "password"], "rows": [[…, …]]}``, ``[["name", "password"], [[…, …]]``, ``["X-Api-Key", …]`` and
``["curl", "-u", …]``; what names a secret is decided by :mod:`.pairs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from airflow_provider_assistants.redaction.answered import HidingAnswers
from airflow_provider_assistants.redaction.columnar import RowColumn
from airflow_provider_assistants.redaction.hiding import Row, differ
from airflow_provider_assistants.redaction.keys import RowKeys
from airflow_provider_assistants.redaction.members.beside import MOST_MEMBERS
from airflow_provider_assistants.redaction.members.keyed import named_ids, values_of
from airflow_provider_assistants.redaction.members.pairs import (
    cell_text,
    lists_names,
    row_cells,
    secret_columns,
    secret_items,
    secret_names,
)
from airflow_provider_assistants.redaction.paths import PathNode
from airflow_provider_assistants.redaction.row_text import LONGEST_REMEMBERED, RowTexts

__all__ = ["HidingInLists"]

_CONTAINERS = frozenset({dict, list})


#: With one of them, ``-p`` is a password rather than a port.
_USER_OPTIONS = frozenset(("-u", "-U", "--user", "--username", "--login"))


def _is_password(argument: Any) -> bool:
    return type(argument) is str and argument[:1] != "-" and not argument.isdigit() and argument[:1] not in ("/", ".")


def _are_rows(value: Any) -> bool:
    return type(value) is list and bool(value) and type(value[0]) is list and all(type(row) is list for row in value)


def _holds_rows(value: Any) -> bool:
    """Whether a value is a table, or holds one."""
    return _are_rows(value) or (
        type(value) is dict and len(value) <= MOST_MEMBERS and any(map(_are_rows, value.values()))
    )


class HidingInLists(HidingAnswers):
    """
    Replaces the items of lists that other items, or a list beside, say are secret.

    :param keys: What is known of keys.
    :param texts: What takes secrets out of texts.
    """

    def __init__(self, keys: RowKeys, texts: RowTexts) -> None:
        super().__init__(keys)
        self._texts = texts

    def _hide_below_headings(
        self,
        mappings: Sequence[Row],
        columns: Iterable[RowColumn],
        place: PathNode,
        depth: int,
        changes: dict[int, Row],
    ) -> None:
        """
        Replace the columns of tables that a list of names beside them calls secret.

        :param columns: The columns of the mappings.
        :param changes: What was replaced so far, by the place of the mapping; what is replaced here is added.
        """
        ids: dict[int, dict[str, str]] = {}
        for key, indexes, values, kinds in columns:
            for index, value in zip(indexes, values, strict=True) if not kinds.isdisjoint(_CONTAINERS) else ():
                if len(mappings[index]) > MOST_MEMBERS:
                    continue
                if value and not lists_names(key) and isinstance(value, dict | list):
                    if index not in ids:
                        ids[index] = named_ids(mappings[index], self._keys.meaning)
                    rows = changes.get(index, {}).get(key, value)
                    clean = self._hide_keyed(rows, ids[index], self._below(place, key).path) if ids[index] else rows
                    if clean is not rows:
                        changes.setdefault(index, {})[key] = clean
                if not _holds_rows(value):
                    continue
                secret = secret_columns(mappings[index], key, self._keys.meaning)
                rows = changes.get(index, {}).get(key, value)
                clean = self._rows_below(rows, secret, self._below(place, key), depth) if secret else rows
                if clean is not rows:
                    changes.setdefault(index, {})[key] = clean

    def _hide_keyed(self, value: Any, ids: dict[str, str], path: str) -> Any:
        """Replace what lies under the ids of columns that are called after a secret, if it looks like one."""
        if isinstance(value, list):
            rows = [self._hide_keyed(each, ids, f"{path}[]") for each in value]
            return rows if differ(rows, value) else value
        new = value
        for steps, name in values_of(value, ids):
            new = self._hide_at(new, steps, name, path)
        return new

    def _hide_at(self, value: Any, steps: Sequence[str | int], name: str, path: str) -> Any:
        if not steps:
            return self._hide_likely(value, name, path, is_answer=True)
        step = steps[0]
        below = f"{path}[]" if isinstance(step, int) else f"{path}.{self._keys.shown(step)}"
        clean = self._hide_at(value[step], steps[1:], name, below)
        if clean is value[step]:
            return value
        new = value.copy()
        new[step] = clean
        return new

    def _rows_below(self, value: Any, columns: Sequence[int], place: PathNode, depth: int) -> Any:
        """Redact rows by what their headings say of their columns, in a list or in the members of a mapping."""
        if type(value) is dict:
            new = {
                key: self._rows_below(each, columns, self._below(place, key), depth + 1) if _are_rows(each) else each
                for key, each in value.items()
            }
            return new if differ(new.values(), value.values()) else value
        if any(len(row) <= columns[-1] for row in value):
            return value
        return self._columns(value, columns, place, depth)

    def _columns(self, value: list[Any], columns: Sequence[int], place: PathNode, depth: int) -> list[Any]:
        """Redact a list whose items at some places are secret, or a list of such lists; the very same list if none is."""
        path = place.items().path
        clean: list[Any] = []
        for index, item in enumerate(value):
            cells = row_cells(item)
            if cells is not None:
                row = [self._hide(each, path, depth) if at in columns else each for at, each in enumerate(cells)]
                is_row = cells is item
                clean.append(row if is_row else {key: row if each is cells else each for key, each in item.items()})
            else:
                clean.append(self._hide(item, path, depth) if index in columns else item)
        clean = list(self._values(clean, {*map(type, clean)}, place.items(), depth + 1))
        return value if clean == value else clean

    def _tables(
        self, lists: Sequence[list[Any]], place: PathNode, depth: int, *, are_cells: bool
    ) -> Sequence[list[Any]]:
        """Redact columns below a row of headings of which one names a secret; the very same lists if none does."""
        new = []
        for rows in lists:
            first = (row_cells(rows[0]) if rows else None) or []
            first = list(map(cell_text, first)) if are_cells else first
            columns = secret_names(first, self._keys.meaning) if len(rows) > 1 else []
            below = rows[1:] if columns else []
            clean = self._columns(below, columns, place, depth)
            new.append(rows if clean is below else [rows[0], *clean])
        return new if differ(new, lists) else lists

    def _named_items(
        self, lists: Sequence[list[Any]], items: list[Any], place: PathNode, depth: int, *, are_cells: bool
    ) -> Sequence[list[Any]]:
        """Redact items that the item before them names; the very same lists if none is."""
        texts = [item for item in (map(cell_text, items) if are_cells else items) if type(item) is str]
        if len(items) < 2 or not texts:
            return lists
        if "-" in {text[:1] for text in texts}:
            lists = self._arguments(lists, place)
        if not self._texts.hold_name(texts):
            return lists
        are_pairs = len(lists) > 1 and all(len(each) == 2 for each in lists)
        new = []
        for each in lists:
            read = list(map(cell_text, each)) if are_cells else each
            indexes = secret_items(read, self._keys.meaning, is_pair=are_pairs)
            clean = list(each) if indexes else each
            for index in indexes:
                clean[index] = self._hide(each[index], place.path, depth)
            new.append(clean if differ(clean, each) else each)
        return new if differ(new, lists) else lists

    def _arguments(self, lists: Sequence[list[Any]], place: PathNode) -> Sequence[list[Any]]:
        """Redact the arguments of commands, each with the option before it, as in a line; the very same lists if none is."""
        new = []
        for each in lists:
            clean = list(each)
            has_user = not _USER_OPTIONS.isdisjoint(item for item in each if type(item) is str)
            for index, item in enumerate(each):
                if type(item) is not str or item[:1] != "-" or len(item) > LONGEST_REMEMBERED:
                    continue
                if has_user and item == "-p" and index + 1 < len(each) and _is_password(each[index + 1]):
                    clean[index + 1] = self._hide(each[index + 1], place.path, 0)
                    continue
                program = f"{each[0]} " if index and type(each[0]) is str else ""
                for at, before in ((index, program), (index + 1, f"{program}{item} ")):
                    if at < len(each) and type(clean[at]) is str and len(clean[at]) <= LONGEST_REMEMBERED:
                        line = self._texts.redact(before + clean[at])
                        if line != before + clean[at] and line.startswith(before):
                            clean[at] = line.removeprefix(before)
                            self._count(place.path)
            new.append(clean if differ(clean, each) else each)
        return new if differ(new, lists) else lists
