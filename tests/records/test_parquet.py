# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pyarrow
import pyarrow.parquet
import pytest

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.columns import Table
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.store.destination import MeasuredStream
from airflow_provider_assistants.records.writers import open_writer
from tests.records.tables import KINDS, Row, columns, written

MIB = 1024 * 1024


def test_types_are_those_of_the_document_whatever_the_rows_hold() -> None:
    schema = pyarrow.parquet.read_schema(pyarrow.BufferReader(written([{"tries": "7", "x": 1}], Format.PARQUET)))
    assert dict(zip(schema.names, map(str, schema.types), strict=True)) == {
        "id": "int64",
        "name": "string",
        "tries": "int64",
        "speed": "double",
        "record": "bool",
        "fillers": "bool",
        "created_at": "string",
        "settings": "string",
        "tags": "string",
        "voice": "string",
        "_extra": "string",
    }


@pytest.mark.parametrize("text", ["x" * 4000, "ü" * 2000])
def test_row_groups_are_bounded_by_bytes(text: str) -> None:
    data = written([{"id": n, "name": f"{n}{text}"} for n in range(6000)], Format.PARQUET, Compression.NONE, page=500)
    metadata = pyarrow.parquet.read_metadata(pyarrow.BufferReader(data))
    sizes = [metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)]
    assert metadata.num_rows == 6000
    assert len(sizes) >= 3
    assert max(sizes) < 12 * MIB


def test_memory_is_one_row_group_however_many_rows() -> None:
    def pages() -> Iterator[list[Row]]:
        for start in range(0, 20_000, 500):
            yield [{"id": n, "name": f"{n}" + "x" * 4000, "settings": {"n": n}} for n in range(start, start + 500)]

    class Sink(io.RawIOBase):
        def write(self, data: object) -> int:
            return memoryview(data).nbytes  # type: ignore[arg-type]

    pyarrow.default_memory_pool().release_unused()
    arrow_before = pyarrow.total_allocated_bytes()
    tracemalloc.start()
    try:
        stream = MeasuredStream(Sink())  # type: ignore[arg-type]
        table = Table(columns(), extra=True)
        writer = open_writer(stream, format=Format.PARQUET, compression=Compression.ZSTD, table=table)  # type: ignore[arg-type]
        arrow = 0
        for page in pages():
            writer.write(page)
            arrow = max(arrow, pyarrow.total_allocated_bytes() - arrow_before)
        writer.close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 * MIB
    assert arrow < 16 * MIB


def test_what_a_store_says_reaches_the_caller() -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise DestinationError("full")

        def flush(self) -> None:
            pass

    stream = MeasuredStream(Full())
    table = Table(columns(KINDS), extra=True)
    writer = open_writer(stream, format=Format.PARQUET, compression=Compression.ZSTD, table=table)  # type: ignore[arg-type]
    with pytest.raises(DestinationError, match="full"):
        writer.close()
    stream.end()
