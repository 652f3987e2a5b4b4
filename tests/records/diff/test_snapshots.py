# SPDX-License-Identifier: Apache-2.0
"""Snapshots are read back in every format as they were written, and a half of one is none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.diff.equality import same
from airflow_provider_assistants.records.diff.snapshots import Expected
from airflow_provider_assistants.records.diff.table_rows import csv_lines
from airflow_provider_assistants.records.formats import Compression, Format
from tests.records.diff.snapshot_files import WAYS, opened, read, snapshot
from tests.records.tables import Row, any_rows, with_nulls

ROWS: list[Row] = [
    {
        "id": number,
        "name": name,
        "tries": 3,
        "speed": 1.5,
        "record": True,
        "fillers": 1,
        "created_at": "2026-01-01T00:00:00Z",
        "settings": {"a": [1, {"b": None}], "text": 'with "quotes", commas\r\nand lines'},
        "tags": ["x", ""],
        "voice": "nova",
        "unknown": {"kept": True},
    }
    for number, name in enumerate(
        ["plain", "", None, '"', "a,b", "two\r\nlines\n", "=1+1", "'=1", " blank ", "7", "ünï\u2028"]
    )
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rows_come_back(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    rows = read(snapshot(tmp_path, ROWS, way))
    assert [row | {"fillers": 1} for row in rows] == ROWS
    assert [row["fillers"] in (1, True) for row in rows] == [True] * len(ROWS)


@given(any_rows)
def test_any_rows_come_back_from_a_table(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    for way in ((Format.CSV, Compression.NONE), (Format.PARQUET, Compression.ZSTD)):
        found = read(snapshot(folder, rows, way))
        for row, wanted in zip(found, with_nulls(rows), strict=True):
            assert {*row} == {*wanted}
            # A number of a documented flag or text comes back as the column has it, and `_extra` has it exactly.
            assert all(
                same(row[name], wanted[name]) or (row[name], wanted[name]) in ((True, 1), (False, 0)) for name in row
            )


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_snapshot_without_rows(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    empty = snapshot(tmp_path, [], way)
    assert read(empty) == []
    assert ("id" in empty.field_names()) is empty.is_table


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_names_of_the_fields(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    names = snapshot(tmp_path, ROWS, way).field_names()
    assert names[:3] == ["id", "name", "tries"]
    assert names[-1] in ("unknown", "_extra")


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_snapshot_that_ends_early(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    whole = snapshot(tmp_path, ROWS * 40, way).source.path
    data = Path(whole).read_bytes()
    for size in (1, len(data) // 2 + 7, len(data) - 3):
        Path(whole).write_bytes(data[:size])
        with pytest.raises(DestinationError, match=r"cannot be read: it (ends early|is no)"):
            read(opened(Path(whole), way))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_snapshot_is_held_against_its_manifest(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    path = Path(snapshot(tmp_path, ROWS, way).source.path)
    size, sha256 = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(read(opened(path, way, expected=Expected(rows=len(ROWS), size=size, sha256=sha256)))) == len(ROWS)
    wrong: dict[str, Any]
    for wrong, words in (
        ({"rows": 12}, "12 rows and has 11"),
        ({"size": size + 1}, f"{size + 1:,} bytes and has {size:,}"),
        ({"sha256": "0" * 64}, "another SHA-256"),
    ):
        with pytest.raises(DestinationError, match=f"its manifest says {words}"):
            read(opened(path, way, expected=Expected(**wrong)))


def test_jsonl_cut_between_two_rows_is_found_by_its_manifest_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id":1}\n')
    assert read(opened(path, (Format.JSONL, Compression.NONE))) == [{"id": 1}]
    with pytest.raises(DestinationError, match="2 rows and has 1"):
        read(opened(path, (Format.JSONL, Compression.NONE), expected=Expected(rows=2)))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"id": 1}, {"id": 2}], indent=2),
        '[{"id": 1}, {"id": 2}]',
        '[\n  {\n "id": 1}, {"id":2}\n]',
        ' [{"id":1},\n{"id":2}]\n',
    ],
)
def test_an_array_that_was_written_otherwise(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert read(opened(path, (Format.JSON, Compression.NONE))) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("jsonl", b'{"id": 1}\n[1]\n'),
        ("jsonl", b"<html>\n"),
        ("json", b'{"id": 1}'),
        ("json", b"[1]"),
        ("csv", b'id,name\r\n1,"a"b\r\n'),
        ("csv", b"id,name\r\n1\r\n"),
        ("csv", b"id,name\r\n1,\xff\r\n"),
        ("parquet", b"PAR1 and nothing more"),
    ],
)
def test_what_is_none(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / f"x.{name}"
    path.write_bytes(data)
    with pytest.raises(DestinationError, match=f"x.{name} cannot be read: it (is no {name}|ends early)"):
        read(opened(path, (Format(name), Compression.NONE)))


def test_what_is_not_there(tmp_path: Path) -> None:
    missing = opened(tmp_path / "x.jsonl", (Format.JSONL, Compression.NONE))
    assert not missing.source.exists()
    with pytest.raises(DestinationError, match=r"x\.jsonl cannot be read: there is no such file"):
        read(missing)


def test_null_and_the_empty_text_are_two_cells() -> None:
    assert list(csv_lines(iter(['a,,"",b\r\n', ",\r\n", '""\r\n', '"x\r\n', 'y""z",\r\n']))) == [
        ["a", None, "", "b"],
        [None, None],
        [""],
        ['x\r\ny"z', None],
    ]


def test_a_row_group_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many: list[dict[str, Any]] = [{"id": number, "name": "x" * 100} for number in range(1_000)]
    found = snapshot(tmp_path, many, (Format.PARQUET, Compression.ZSTD))
    assert [row["id"] for row in read(found)] == [row["id"] for row in many]
    assert json.loads(next(found.rows())[0])["name"] == "x" * 100
