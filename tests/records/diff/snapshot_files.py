# SPDX-License-Identifier: Apache-2.0
"""Writing snapshots as the operator does, and comparing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from airflow_provider_assistants.records.diff.comparison import AssistantChange, Comparison, Counts
from airflow_provider_assistants.records.diff.fields import RowComparer
from airflow_provider_assistants.records.diff.snapshots import Expected, Snapshot
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.store.source import Source
from airflow_provider_assistants.vendors.rows import RowReader, parse_time
from tests.records.tables import KINDS, Row, written

NOTHING_EXPECTED = Expected()
#: Every way in which a snapshot can be written.
WAYS = [
    (format, compression)
    for format in Format
    for compression in Compression
    if format is not Format.PARQUET or compression is Compression.ZSTD
]


def snapshot(
    folder: Path,
    rows: Sequence[Row],
    way: tuple[Format, Compression] = (Format.JSONL, Compression.NONE),
    *,
    name: str = "rows",
    kinds: Mapping[str, str] = KINDS,
    extra: bool = True,
    expected: Expected = NOTHING_EXPECTED,
) -> Snapshot:
    path = folder / f"{name}.{way[0]}"
    path.write_bytes(written(rows, *way, kinds=kinds, extra=extra))
    return opened(path, way, kinds=kinds, expected=expected)


def opened(
    path: Path,
    way: tuple[Format, Compression],
    *,
    kinds: Mapping[str, str] = KINDS,
    expected: Expected = NOTHING_EXPECTED,
) -> Snapshot:
    source = Source(LocalFileSystem, str(path), uri=str(path))
    return Snapshot(source=source, format=way[0], compression=way[1], kinds=kinds, expected=expected)


def read(snapshot: Snapshot) -> list[Row]:
    return [row or snapshot.decode(text) for text, row in snapshot.rows()]


def compared(before: Snapshot, after: Snapshot, **options: Any) -> tuple[list[AssistantChange], Counts]:
    comparison = Comparison(
        before=before,
        after=after,
        row_id=RowReader().row_id,
        comparer=RowComparer(
            kinds=before.kinds,
            read_time=parse_time,
            nullable=before.is_table or after.is_table,
            **options,
        ),
        redact=lambda rows: rows,
    )
    return list(comparison.changes()), comparison.counts
