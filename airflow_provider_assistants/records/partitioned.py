# SPDX-License-Identifier: Apache-2.0
"""Rows in parts of a fixed number of rows: each a whole file of its format, all with the same columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from airflow_provider_assistants.records.columns import Row, Table
from airflow_provider_assistants.records.store.part_spool import PartSpool
from airflow_provider_assistants.records.writers import RowWriter

__all__ = ["PartitionedRows"]


class PartitionedRows(RowWriter):
    """
    Writes rows to one part after another.

    There is always a part, so that a reader of an empty listing finds its columns.

    :param parts: Collects the parts.
    :param rows_per_file: Rows of a part; the last one may have fewer.
    :param table: The columns of all parts: types come from the documented fields, never from what a part happens to hold.
    :param open_writer: Opens a writer with that table on a stream.
    """

    def __init__(
        self, parts: PartSpool, *, rows_per_file: int, table: Table, open_writer: Callable[[Any], RowWriter]
    ) -> None:
        self._parts = parts
        self._limit = rows_per_file
        self._table = table
        self._open_writer = open_writer
        self._writer: RowWriter | None = None
        self._rows = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        # By the whole page, as a single file does: the first part may be a single row.
        self._table.settle(rows)
        start = 0
        while start < len(rows):
            if self._writer is None:
                self._begin()
            portion = rows[start : start + self._limit - self._rows]
            self._writer.write(portion)  # type: ignore[union-attr]
            start += len(portion)
            self._rows += len(portion)
            if self._rows == self._limit:
                self._end()

    def close(self) -> None:
        """Complete the last part."""
        if self._writer is None and not self._parts.files:
            self._begin()
        if self._writer is not None:
            self._end()

    def _begin(self) -> None:
        self._writer = self._open_writer(self._parts.begin())

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._parts.end(rows=self._rows)
        self._writer, self._rows = None, 0
