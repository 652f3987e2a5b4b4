# SPDX-License-Identifier: Apache-2.0
"""Folders of parts in the hands of those who read them: pyarrow, DuckDB, pandas, and Spark by its rules for names."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pyarrow.fs
import pytest
from fsspec.implementations.local import LocalFileSystem
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.records.columns import Table
from airflow_provider_assistants.records.formats import Compression, Format, part_suffix
from airflow_provider_assistants.records.partitioned import PartitionedRows
from airflow_provider_assistants.records.store import folder as folder_module
from airflow_provider_assistants.records.store.folder import Folder
from airflow_provider_assistants.records.writers import open_writer
from tests.fuzzing import cases
from tests.records.store.folders import after_each_step
from tests.records.store.stores import StoreFolder
from tests.records.tables import Row, any_rows, columns, written

duckdb = pytest.importorskip("duckdb")
pandas = pytest.importorskip("pandas")

NONE, GZIP, ZSTD = Compression.NONE, Compression.GZIP, Compression.ZSTD
WAYS = [(Format.JSONL, NONE), (Format.JSONL, ZSTD), (Format.JSON, GZIP), (Format.CSV, NONE), (Format.PARQUET, ZSTD)]


def write(path: str, rows: Sequence[Row], way: tuple[Format, Compression], rows_per_file: int, fs: Any = None) -> None:
    """Write a folder as the operator does, page by page."""
    fs, protocol = (fs, "s3") if fs else (LocalFileSystem(), "file")
    folder = Folder(lambda: fs, path, uri=path, protocol=protocol)
    folder.prepare(overwrite=True)
    table = Table(columns(), extra=True)
    with folder.write(part_suffix(*way)) as parts:
        writer = PartitionedRows(
            parts.spool,
            rows_per_file=rows_per_file,
            table=table,
            open_writer=lambda stream: open_writer(stream, format=way[0], compression=way[1], table=table),
        )
        for start in range(0, len(rows), 4):
            writer.write(rows[start : start + 4])
        writer.close()
        parts.commit(lambda: json.dumps({"files": [{"name": part.name} for part in parts.spool.files]}).encode())


def by_duckdb(pattern: str, format: Format) -> list[int]:
    read = {Format.JSON: "read_json", Format.JSONL: "read_json", Format.CSV: "read_csv"}.get(format, "read_parquet")
    with duckdb.connect() as database:
        return [row[0] for row in database.execute(f"select id from {read}('{pattern}') order by id").fetchall()]


def by_pandas(paths: Sequence[Path], format: Format) -> list[int]:
    readers: dict[Format, Callable[[Path], Any]] = {
        Format.JSON: pandas.read_json,
        Format.JSONL: lambda path: pandas.read_json(path, lines=True),
        Format.CSV: pandas.read_csv,
        Format.PARQUET: pandas.read_parquet,
    }
    return sorted(pandas.concat([readers[format](path) for path in paths])["id"])


def by_pyarrow(folder: Any, format: str, filesystem: Any = None) -> list[int]:
    """Everything below the folder, whatever it is called: pyarrow itself knows which names are hidden."""
    table = pyarrow.dataset.dataset(folder, format=format, filesystem=filesystem).to_table()
    return sorted(table.column("id").to_pylist())


def for_spark(folder: Path) -> list[Path]:
    """Return what Spark and Hive read of a folder: all but what begins with an underscore or a dot."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith(("_", ".")))


def rows_of(run: int, count: int = 10) -> list[Row]:
    """Return rows whose ids say which run listed them; the first part is the same in all."""
    return [{"id": number if number < 3 else 1000 * run + number, "name": f"a{number}"} for number in range(count)]


def ids_of(run: int, count: int = 10) -> list[int]:
    return sorted(row["id"] for row in rows_of(run, count))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "_".join(way))
@pytest.mark.parametrize("rows_per_file", [1, 3, 10])
def test_each_reader_reads_one_table(tmp_path: Path, way: tuple[Format, Compression], rows_per_file: int) -> None:
    folder, expected = tmp_path / "table", ids_of(1)
    write(str(folder), rows_of(1), way, rows_per_file)
    assert by_duckdb(f"{folder}/part-*", way[0]) == expected
    assert by_duckdb(f"{folder}/*{part_suffix(*way)}", way[0]) == expected
    assert by_pandas(for_spark(folder), way[0]) == expected
    assert for_spark(folder) == sorted(folder.glob("part-*"))
    if way[0] in (Format.CSV, Format.PARQUET) or way == (Format.JSONL, NONE):  # what pyarrow reads
        assert by_pyarrow(folder, "json" if way[0] is Format.JSONL else way[0]) == expected
    if way[0] is Format.PARQUET:
        assert sorted(pandas.read_parquet(folder)["id"]) == expected


def test_uncompressed_json_needs_a_pattern_that_begins_with_part(tmp_path: Path) -> None:
    """DuckDB hides no names, so ``*.json`` finds the manifest too; the documentation says so."""
    write(f"{tmp_path}/table", rows_of(1), (Format.JSON, NONE), 3)
    assert by_duckdb(f"{tmp_path}/table/part-*.json", Format.JSON) == ids_of(1)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "_".join(way))
def test_an_empty_table_has_columns(tmp_path: Path, way: tuple[Format, Compression]) -> None:
    write(f"{tmp_path}/table", [], way, 3)
    if way[0] in (Format.CSV, Format.PARQUET):
        assert by_duckdb(f"{tmp_path}/table/part-*", way[0]) == []
        assert by_pyarrow(tmp_path / "table", way[0]) == []
        (part,) = for_spark(tmp_path / "table")
        read = pandas.read_csv if way[0] is Format.CSV else pandas.read_parquet
        assert list(read(part).columns) == Table(columns(), extra=True).names


@pytest.mark.parametrize("way", [*WAYS, (Format.CSV, GZIP), (Format.JSON, NONE)], ids=lambda way: "_".join(way))
def test_no_reader_takes_a_folder_that_is_being_replaced(
    tmp_path: Path, way: tuple[Format, Compression], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step each reader fails or has the table of one run."""
    monkeypatch.setattr(folder_module, "_renamed", lambda *_: False)
    folder = tmp_path / "table"
    write(str(folder), rows_of(1), way, 3)
    met: list[str] = []

    def step(_: str) -> None:
        readers = [
            lambda: by_duckdb(f"{folder}/part-*", way[0]),
            lambda: by_duckdb(f"{folder}/part-*{part_suffix(*way)}", way[0]),
            lambda: by_pandas(for_spark(folder), way[0]),
        ]
        if way[0] in (Format.CSV, Format.PARQUET):
            readers.append(lambda: by_pyarrow(folder, way[0]))
        for read in readers:
            try:
                found = read()
            except Exception:
                met.append("error")
            else:
                assert found in (ids_of(1), ids_of(2, 13))
                met.append("new" if found == ids_of(2, 13) else "old")

    with after_each_step(step):
        write(str(folder), rows_of(2, 13), way, 3)
    assert met[0] == "error"
    assert met[-1] == "new"
    assert "old" not in met


@pytest.mark.store
def test_no_reader_of_a_bucket_takes_a_mixture(s3: StoreFolder, s3_endpoint: str) -> None:
    """pyarrow with its own client for S3."""
    filesystem = pyarrow.fs.S3FileSystem(
        access_key="testing", secret_key="testing", endpoint_override=s3_endpoint, region="us-east-1"
    )
    path = f"{s3.folder}/table"
    way = (Format.PARQUET, ZSTD)
    write(path, rows_of(1), way, 3, s3.fs)
    assert by_pyarrow(path, "parquet", filesystem) == ids_of(1)
    met: list[str] = []

    def step(_: str) -> None:
        try:
            met.append("new" if by_pyarrow(path, "parquet", filesystem) == ids_of(2) else "mixture")
        except (OSError, pyarrow.ArrowInvalid) as error:
            met.append("error" if "is-being-replaced" in str(error) else str(error))

    with after_each_step(step):
        write(path, rows_of(2), way, 3, s3.fs)
    assert {*met[:-1]} == {"error"}
    assert met[-1] == "new"


def test_readers_while_a_folder_is_replaced_again_and_again(tmp_path: Path) -> None:
    """A reader finds the table of one run, or what it has listed is gone: then it reads again."""
    folder, runs = tmp_path / "table", 30
    known = {tuple(ids_of(run, 8 + run % 3)) for run in range(runs)}
    way = (Format.PARQUET, ZSTD)
    write(str(folder), rows_of(0, 8), way, 3)
    done = threading.Event()
    wrong: list[Any] = []

    def read_on() -> None:
        while not done.is_set():
            try:
                found = by_pyarrow(folder, "parquet")
            except (OSError, KeyError):  # a file is gone, or all are and with them the column
                continue
            except Exception as error:
                wrong.append(error)
                return
            if tuple(found) not in known:
                wrong.append(found)

    threads = [threading.Thread(target=read_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for run in range(runs):
            write(str(folder), rows_of(run, 8 + run % 3), way, 3)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert by_pyarrow(folder, "parquet") == ids_of(runs - 1, 8 + (runs - 1) % 3)


@cases(60)
@given(rows=any_rows, rows_per_file=st.integers(1, 8), way=st.sampled_from(WAYS))
def test_the_parts_together_are_the_file(
    rows: list[Row], rows_per_file: int, way: tuple[Format, Compression], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the rows, the parts hold what one file holds, in its order."""
    folder = tmp_path_factory.mktemp("parts") / "table"
    write(str(folder), rows, way, rows_per_file)
    parts = [path.read_bytes() for path in for_spark(folder)]
    assert len(parts) == max(1, -(-len(rows) // rows_per_file))
    assert [row for part in parts for row in _decoded(part, way)] == _decoded(written(rows, *way, page=4), way)


def _decoded(data: bytes, way: tuple[Format, Compression]) -> list[Any]:
    if way[0] is Format.PARQUET:
        table = pyarrow.parquet.read_table(io.BytesIO(data))
        return [repr(row) for row in table.to_pylist()]
    from tests.records.test_formats import unpacked

    text = unpacked(data, way[1]).decode()
    if way[0] is Format.JSON:
        return [json.dumps(row) for row in json.loads(text)]
    import csv

    return list(csv.DictReader(io.StringIO(text, newline=""))) if way[0] is Format.CSV else text.splitlines()


MEMORY = """
import sys, tracemalloc
from tests.records.test_readers import write, rows_of
from airflow_provider_assistants.records.formats import Compression, Format
rows = [{"id": number, "name": "x" * 1000} for number in range(int(sys.argv[2]))]
write(sys.argv[1], rows[:10], (Format.PARQUET, Compression.ZSTD), 10)
tracemalloc.start()
write(sys.argv[1], rows, (Format.PARQUET, Compression.ZSTD), 500)
print(tracemalloc.get_traced_memory()[1])
"""


def test_memory_does_not_grow_with_the_number_of_parts(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, f"{tmp_path}/{rows}", str(rows)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    assert peak(40_000) < peak(5_000) + 1024 * 1024
