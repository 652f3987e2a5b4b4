# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pyarrow.csv
import pytest
import zstandard

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.formats import Compression, Format, check_available, resolve_format
from tests.records.tables import KINDS, csv_cells, parquet_cells, written

ROWS: list[dict[str, Any]] = [
    {"id": 1, "name": 'Ann "A", Ü\n2', "settings": {"model": "gpt"}, "record": True, "new": [1]},
    {"id": 2, "name": "", "speed": 1.5, "voice": None},
    {"id": 3, "name": None, "tags": [], "created_at": "2025-08-04 14:30:00"},
]


def unpacked(data: bytes, compression: Compression) -> bytes:
    if compression is Compression.GZIP:
        return gzip.decompress(data)
    if compression is Compression.ZSTD:
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data


@pytest.mark.parametrize(
    ("destination", "arguments", "expected"),
    [
        ("s3://b/a.jsonl", {}, ("jsonl", "none")),
        ("/lake/a.NDJSON.GZ", {}, ("jsonl", "gzip")),
        ("a.json.zst", {}, ("json", "zstd")),
        ("gs://b/2026.11.20/a.csv.gz", {}, ("csv", "gzip")),
        ("abfs://c/a.parquet", {}, ("parquet", "zstd")),
        ("a.parquet", {"compression": "none"}, ("parquet", "none")),
        ("a.parquet", {"compression": "gzip"}, ("parquet", "gzip")),
        ("s3://b/a.csv?versionId=3", {}, ("csv", "none")),
        ("s3://b/latest", {"format": "csv"}, ("csv", "none")),
        ("s3://b/latest.gz", {"format": "csv"}, ("csv", "gzip")),
        ("s3://b/run-2026-11-20T00:00:00.000", {"format": "jsonl", "compression": "zstd"}, ("jsonl", "zstd")),
        ("a.jsonl", {"format": "jsonl", "compression": "gzip"}, ("jsonl", "gzip")),
    ],
)
def test_the_suffix_names_the_format(destination: str, arguments: dict[str, str], expected: tuple[str, str]) -> None:
    assert resolve_format(destination, **arguments) == expected


@pytest.mark.parametrize(
    ("destination", "arguments", "words"),
    [
        ("s3://b/latest", {}, ["s3://b/latest", ".parquet", "format"]),
        ("s3://b/a.txt.gz", {}, ["a.txt.gz", ".jsonl"]),
        ("a.csv", {"format": "parquet"}, ["'parquet'", "'csv'", "a.csv"]),
        ("a.csv.gz", {"compression": "zstd"}, ["'zstd'", "'gzip'", "a.csv.gz"]),
        ("a.csv.gz", {"compression": "none"}, ["'none'", "'gzip'"]),
        ("a.parquet.gz", {}, [".parquet", "compression='gzip'"]),
        ("a", {"format": "excel"}, ["'excel'", "'jsonl'", "'parquet'"]),
        ("a.csv", {"compression": "brotli"}, ["'brotli'", "'zstd'"]),
    ],
)
def test_what_cannot_be_is_reported(destination: str, arguments: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        resolve_format(destination, **arguments)
    for word in words:
        assert word in str(error.value)


def test_no_password_of_a_destination_is_reported() -> None:
    with pytest.raises(ConfigurationError) as error:
        resolve_format("sftp://me:hunter2secret@host/latest")
    assert "hunter2secret" not in str(error.value)


@pytest.mark.parametrize(
    ("format", "compression", "missing", "extra"),
    [
        (Format.PARQUET, Compression.ZSTD, "pyarrow", "parquet"),
        (Format.JSONL, Compression.ZSTD, "zstandard", "zstd"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, format: Format, compression: Compression, missing: str, extra: str
) -> None:
    check_available(format, compression)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    monkeypatch.delitem(sys.modules, missing)
    with pytest.raises(ConfigurationError, match=rf"{missing}.*airflow-provider-assistants\[{extra}\]"):
        check_available(format, compression)


def test_parquet_needs_no_zstandard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    check_available(Format.PARQUET, Compression.ZSTD)
    assert parquet_cells(written(ROWS, Format.PARQUET, Compression.ZSTD))


@pytest.mark.parametrize("compression", Compression)
def test_jsonl_is_a_row_a_line(compression: Compression) -> None:
    data = unpacked(written(ROWS, Format.JSONL, compression), compression)
    assert [json.loads(line) for line in data.decode().splitlines()] == ROWS
    assert data.endswith(b"}\n")
    assert b"\xc3\x9c" in data
    assert b'{"id":1,' in data


@pytest.mark.parametrize("compression", Compression)
def test_json_is_one_array(compression: Compression) -> None:
    data = unpacked(written(ROWS, Format.JSON, compression), compression)
    assert json.loads(data) == ROWS
    assert len(data.splitlines()) == len(ROWS) + 2


@pytest.mark.parametrize("compression", Compression)
def test_csv_has_the_documented_columns(compression: Compression) -> None:
    data = unpacked(written(ROWS, Format.CSV, compression), compression)
    lines = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert list(lines[0]) == [*KINDS, "_extra"]
    assert [line["id"] for line in lines] == ["1", "2", "3"]
    assert lines[0]["name"] == ROWS[0]["name"]
    assert lines[0]["settings"] == '{"model":"gpt"}'
    assert lines[0]["record"] == "true"
    assert json.loads(lines[0]["_extra"]) == {"new": [1]}
    assert [row["name"] for row in csv_cells(data)][1:] == ["", None]


@pytest.mark.parametrize("compression", Compression)
def test_parquet_has_the_documented_columns(compression: Compression) -> None:
    rows = parquet_cells(written(ROWS, Format.PARQUET, compression))
    assert list(rows[0]) == [*KINDS, "_extra"]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert [row["name"] for row in rows] == [row["name"] for row in ROWS]
    assert rows[1]["speed"] == 1.5
    assert rows[2]["created_at"] == "2025-08-04 14:30:00"


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("format", Format)
def test_no_rows_are_a_valid_file(format: Format, compression: Compression) -> None:
    data = written([], format, compression)
    if format is Format.PARQUET:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(data))
        assert table.schema == pyarrow.parquet.read_schema(pyarrow.BufferReader(written(ROWS, format)))
        assert table.num_rows == 0
        return
    text = unpacked(data, compression).decode()
    expected = {Format.JSONL: "", Format.JSON: "[]\n", Format.CSV: ",".join([*KINDS, "_extra"]) + "\r\n"}
    assert text == expected[format]


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("format", Format)
def test_the_same_rows_are_the_same_bytes_however_they_were_paged(format: Format, compression: Compression) -> None:
    rows = [{"id": n, "name": f"Assistant {n}", "settings": {"n": n}} for n in range(500)]
    assert written(rows, format, compression, page=7) == written(rows, format, compression, page=100)


def test_times_of_the_common_record_are_utc() -> None:
    time = datetime(2026, 11, 20, 12, 30, 0, 250, tzinfo=UTC)
    kinds = {"id": "string", "updated_at": "timestamp"}
    rows = [{"id": "1", "updated_at": time}, {"id": "2", "updated_at": None}]
    assert parquet_cells(written(rows, Format.PARQUET, kinds=kinds, extra=False)) == rows
    assert b"2026-11-20T12:30:00.000250Z" in written(rows, Format.JSONL)
    lines = written(rows, Format.CSV, kinds=kinds, extra=False).decode().splitlines()
    assert datetime.fromisoformat(lines[1].split(",")[1]) == time


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("- be kind", "'- be kind"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("-5.2e-7", "-5.2e-7"),
        ("+49 (30) 123-45", "+49 (30) 123-45"),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_of_csv_is_a_formula(text: str, cell: str) -> None:
    kinds = {"id": "id", "name": "string"}
    for formulas, expected in (("escape", cell), ("keep", text)):
        data = written([{"id": -1, "name": text}], Format.CSV, kinds=kinds, csv_formulas=formulas)
        assert list(csv.reader(io.StringIO(data.decode(), newline="")))[1] == ["-1", expected, ""]


def test_a_null_in_a_table_of_one_column_is_still_a_row() -> None:
    data = written([{"name": None}, {"name": "A"}], Format.CSV, kinds={"name": "string"}, extra=False)
    assert pyarrow.csv.read_csv(pyarrow.BufferReader(data)).num_rows == 2
    assert len(list(csv.reader(io.StringIO(data.decode(), newline="")))) == 3


def test_a_number_that_json_cannot_say_does_not_break_the_file() -> None:
    rows = [{"id": 1, "speed": float("nan"), "settings": {"x": float("inf")}}]
    assert json.loads(written(rows, Format.JSONL))["speed"] == "NaN"
    assert json.loads(parquet_cells(written(rows, Format.PARQUET))[0]["settings"]) == {"x": "Infinity"}


def test_optional_packages_are_loaded_only_where_they_are_used() -> None:
    script = (
        "import sys, importlib, pkgutil; from airflow_provider_assistants import client, records;"
        "[importlib.import_module(one.name) for each in (client, records)"
        " for one in pkgutil.walk_packages(each.__path__, f'{each.__name__}.')];"
        "print([name for name in ('pyarrow', 'airflow') if name in sys.modules])"  # httpx loads zstandard
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
