# SPDX-License-Identifier: Apache-2.0
"""Parquet, row group by row group, with a schema that is the same every night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from airflow_provider_assistants.records.columns import EXTRA, Row, Table
from airflow_provider_assistants.records.formats import Compression

if TYPE_CHECKING:
    import pyarrow

__all__ = ["ParquetRows"]

#: A row group is written when it has so many rows, or takes about so many bytes.
_GROUP_ROWS, _GROUP_BYTES = 10_000, 8 * 1024 * 1024
#: Bytes of a cell besides its text: a reference here, and the value and its validity in Arrow.
_CELL_BYTES = 24


class ParquetRows:
    """
    Writes rows as Parquet, with one row group in memory at most.

    :param compression: The codec inside.
    """

    def __init__(self, stream: BinaryIO, *, table: Table, compression: Compression) -> None:
        self._stream = stream
        self._table = table
        self._codec = str(compression)
        self._writer: Any = None
        self._schema: pyarrow.Schema | None = None
        self._begin_group()

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows to the row group, and write it once it is large enough."""
        self._table.settle(rows)
        for row in rows:
            for column, cell in zip(self._cells, self._table.cells(row), strict=True):
                column.append(cell)
                if type(cell) is str:
                    self._bytes += len(cell) if cell.isascii() else 3 * len(cell)
            self._rows += 1
            self._bytes += _CELL_BYTES * len(self._cells)
            if self._rows >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
                self._write_group()

    def close(self) -> None:
        """Write what is left and the footer."""
        if self._rows or self._writer is None:
            self._write_group()
        self._writer.close()

    def _begin_group(self) -> None:
        self._cells: list[list[Any]] = [[] for _ in self._table.names]
        self._rows = self._bytes = 0

    def _write_group(self) -> None:
        import pyarrow
        import pyarrow.parquet

        if self._schema is None:
            self._schema = self._make_schema()
            self._writer = pyarrow.parquet.ParquetWriter(
                pyarrow.PythonFile(self._stream, mode="w"), self._schema, compression=self._codec
            )
        arrays = [pyarrow.array(cells, type=field.type) for cells, field in zip(self._cells, self._schema, strict=True)]
        self._writer.write_table(
            pyarrow.Table.from_arrays(arrays, schema=self._schema), row_group_size=max(self._rows, 1)
        )
        self._begin_group()

    def _make_schema(self) -> pyarrow.Schema:
        import pyarrow

        types = {
            "id": pyarrow.int64(),
            "integer": pyarrow.int64(),
            "number": pyarrow.float64(),
            "decimal": pyarrow.float64(),
            "boolean": pyarrow.bool_(),
            "flag": pyarrow.bool_(),
            "timestamp": pyarrow.timestamp("us", tz="UTC"),
        }
        fields = [(column.name, types.get(column.kind, pyarrow.string())) for column in self._table.columns]
        if self._table.extra:
            fields.append((EXTRA, pyarrow.string()))
        return pyarrow.schema(fields)
