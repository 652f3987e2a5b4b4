# SPDX-License-Identifier: Apache-2.0
"""Filtering on our side: by status or any field, and by the time of the last change; no vendor offers either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.dotted import MISSING, dig

__all__ = ["RowFilter", "where_problems"]

Row = dict[str, Any]


def where_problems(where: Any) -> list[str]:
    """Tell in words what is wrong with a ``where``; nothing if all is well."""
    if where is None or isinstance(where, str | Mapping):
        return []
    if isinstance(where, list | tuple | set | frozenset) and all(isinstance(each, str) for each in where):
        return []
    return [f"where must be a status, a list of statuses, or a mapping of fields to values, and is {where!r}"]


class RowFilter:
    """
    Tells which rows are wanted.

    :param where: A status, several, or a mapping of fields (``status``, or dotted paths) to a value or several.
    :param changed_since: Only rows whose last change is not before this; a row that does not tell is kept.
    :param read_status: Reads a row's status.
    :param read_updated_at: Reads the time of a row's last change.
    """

    def __init__(
        self,
        *,
        where: Any,
        changed_since: datetime | None,
        read_status: Callable[[Row], str | None],
        read_updated_at: Callable[[Row], datetime | None],
    ) -> None:
        conditions = where if isinstance(where, Mapping) else {} if where is None else {"status": where}
        self._conditions = {path: _texts(wanted) for path, wanted in conditions.items()}
        since = changed_since
        self._since = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since
        self._read_status = read_status
        self._read_updated_at = read_updated_at

    @property
    def wants_all(self) -> bool:
        """Whether every row is wanted."""
        return not self._conditions and self._since is None

    def wants(self, row: Row) -> bool:
        """Tell whether a row is wanted."""
        for path, wanted in self._conditions.items():
            value = self._read_status(row) if path == "status" else dig(row, path)
            if _text(None if value is MISSING else value) not in wanted:
                return False
        if self._since is None:
            return True
        changed = self._read_updated_at(row)
        return changed is None or changed >= self._since


def _texts(wanted: Any) -> frozenset[str]:
    several = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
    return frozenset(_text(each) for each in several)


def _text(value: Any) -> str:
    return "null" if value is None else str(value).strip().lower()
