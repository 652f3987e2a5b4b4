# SPDX-License-Identifier: Apache-2.0
"""Schema drift: undocumented fields, and values of another type than documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_assistants.redaction import RowColumn, columns_by_key

__all__ = ["DriftCounter"]

Row = dict[str, Any]

#: Names of unknown fields that are kept; beyond that the rarest are dropped.
_MAX_NAMES = 4_096


class DriftCounter:
    """
    Counts, over a listing, the rows in which a field is unknown or not of its documented type.

    :param columns: The documented fields with their kinds.
    :param json_types: What JSON decodes to, for each kind; null always fits, and an empty list is an object too, since
        PHP writes one so.
    """

    def __init__(self, columns: Mapping[str, str], json_types: Mapping[str, tuple[type, ...]]) -> None:
        self._types = {name: frozenset({*json_types[kind], type(None)}) for name, kind in columns.items()}
        self._unknown: Counter[str] = Counter()
        self._mismatched: Counter[str] = Counter()

    def count(self, rows: Sequence[Row], columns: Sequence[RowColumn] | None = None) -> None:
        """
        Count the fields of a page's rows.

        :param columns: What :func:`.columns_by_key` returns for these rows, if that is known already.
        """
        for name, _, column, kinds in columns_by_key(rows) if columns is None else columns:
            allowed = self._types.get(name)
            if allowed is None:
                self._unknown[name] += len(column)
            elif object not in allowed and not kinds <= allowed:
                php = dict in allowed and list not in allowed
                unfit = sum(type(value) not in allowed and not (php and value == []) for value in column)
                if unfit:
                    self._mismatched[name] += unfit
        if len(self._unknown) > _MAX_NAMES:
            self._unknown = Counter(dict(self._unknown.most_common(_MAX_NAMES // 2)))

    @property
    def unknown_fields(self) -> dict[str, int]:
        """In how many rows each unknown field was."""
        return dict(self._unknown)

    @property
    def mismatched_fields(self) -> dict[str, int]:
        """In how many rows each field had a value of another type than documented."""
        return dict(self._mismatched)
