# SPDX-License-Identifier: Apache-2.0
"""
Tables and forms whose columns have ids: what a column is called stands once, and its values lie under its id.

``{"fields": [{"id": "c2", "name": "Password"}], "rows": [{"c2": …}]}``, rows of cells (``{"columnId": 7, "value": …}``), and
``{"questions": [{"id": "q1", "title": "Wifi password"}], "answers": {"q1": …}}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from airflow_provider_assistants.redaction.members.beside import answers, is_simple_name
from airflow_provider_assistants.redaction.members.pairs import heading, lists_names
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning

__all__ = ["named_ids", "values_of"]

_MOST_COLUMNS: Final = 64
#: A larger mapping is no description of columns.
_MOST_MEMBERS: Final = 16
#: So deep lies what describes the columns.
_MOST_HELD: Final = 2
_IDS = frozenset(
    "id uid uuid key ref field accessor accessorkey dataindex datafield dataid prop columnid fieldid questionid colid".split()
)
_COLUMNS = frozenset("field question column".split())
_CELLS = frozenset("cells fields values answers data responses".split())


def named_ids(mapping: dict[str, Any], meaning: Callable[[str], KeyMeaning | None], depth: int = 0) -> dict[str, str]:
    """Return the ids of the columns of a mapping that are called after a secret, and what each is called."""
    found: dict[str, str] = {}
    for key, value in mapping.items():
        if not lists_names(key):
            continue
        if isinstance(value, dict) and len(value) <= _MOST_MEMBERS and depth < _MOST_HELD:
            found |= named_ids(value, meaning, depth + 1)
        for column_id, column in _columns(value):
            called = column if isinstance(column, str) else heading(column)
            if isinstance(called, str) and column_id != called and is_simple_name(called.rstrip("?: *"), meaning):
                found[column_id] = called.rstrip("?: *")
    return found


def _columns(value: Any) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Iterate over the columns that a value describes, each with its id."""
    if isinstance(value, list):
        for each in islice(value, _MOST_COLUMNS):
            if isinstance(each, dict) and len(each) <= _MOST_MEMBERS:
                column_id = _id_of(each)
                if column_id:
                    yield column_id, each
    elif isinstance(value, dict):
        for key, each in islice(value.items(), _MOST_COLUMNS):
            if isinstance(each, str) or (isinstance(each, dict) and len(each) <= _MOST_MEMBERS):
                yield key, each


def _id_of(mapping: dict[str, Any]) -> str:
    """Return the id of the column that a mapping describes or belongs to; an empty text if it has none."""
    for key, value in mapping.items():
        if isinstance(value, str | int) and _is_id(key):
            return str(value)
        if isinstance(value, dict) and key.lower() in _COLUMNS and isinstance(value.get("id"), str | int):
            return str(value["id"])
    return ""


def _is_id(key: str) -> bool:
    return key.lower().replace("_", "") in _IDS


def values_of(row: Any, ids: dict[str, str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """
    Iterate over where in a row, or in a mapping of answers, the values of some columns lie.

    :param ids: What the columns are called, by their ids.
    :return: The steps to each value, and what it is called.
    """
    if not isinstance(row, dict):
        return
    yield from _cell(row, ids)
    if _id_of(row) in ids:
        return
    for key in row.keys() & _CELLS:
        cells = row[key]
        if isinstance(cells, list):
            for at, cell in enumerate(islice(cells, _MOST_COLUMNS)):
                for steps, name in _cell(cell, ids):
                    yield (key, at, *steps), name
        else:
            for steps, name in _cell(cells, ids):
                yield (key, *steps), name


def _cell(cell: Any, ids: dict[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Iterate over the members of a mapping that are values of the columns: under the id of one, or beside it."""
    if not isinstance(cell, dict):
        return
    column_id = _id_of(cell)
    for key in cell:
        if key in ids:
            yield (key,), ids[key]
        elif column_id in ids and answers(key):
            yield (key,), ids[column_id]
