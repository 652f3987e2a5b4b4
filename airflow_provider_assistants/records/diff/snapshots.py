# SPDX-License-Identifier: Apache-2.0
"""
Snapshots: files that ``ListAssistantsOperator`` wrote, read row by row in any of its formats.

A snapshot that ends early, or is not what its manifest says, is an error: a half is never compared.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

from pydantic_core import from_json, to_json

from airflow_provider_assistants.exceptions import DestinationError, counted
from airflow_provider_assistants.records.columns import Row
from airflow_provider_assistants.records.diff.table_rows import csv_lines, make_row_reader
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.store.source import MeasuredFile, Source

__all__ = ["Expected", "Snapshot"]

_BUFFER = 1024 * 1024
#: So many rows of a Parquet file become Python's at a time.
_BATCH = 256


@dataclass(frozen=True, kw_only=True)
class Expected:
    """
    What a manifest says of a file; None where it says nothing.

    :param rows: How many rows it has.
    :param size: How many bytes.
    :param sha256: The SHA-256 of these, in hexadecimal.
    """

    rows: int | None = None
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """
    A snapshot that can be read.

    :param source: The file.
    :param format: How its rows are written.
    :param compression: How it is compressed.
    :param expected: What its manifest says of it.
    :param kinds: What the columns of CSV and Parquet hold.
    """

    source: Source
    format: Format
    compression: Compression
    expected: Expected = field(default_factory=Expected)
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        """Whether its format has columns, in which null and absent are the same."""
        return self.format in (Format.CSV, Format.PARQUET)

    def field_names(self) -> list[str]:
        """Return the names of the columns, or of the first row's fields; empty if there is no row."""
        with self._typed(), self._open() as (lines, _):
            if self.format is Format.PARQUET:
                return [str(name) for name in _parquet_file(lines).schema_arrow.names]
            if self.format is Format.CSV:
                return _header(csv_lines(_text_lines(lines)))
            return next((list(self.decode(text)) for text, _ in self._json_rows(lines)), [])

    def rows(self) -> Iterator[tuple[bytes, Row | None]]:
        """
        Return the JSON of each row, and the row where it had to be decoded for that: else :meth:`decode` does it.

        Equal texts are equal rows; different ones may be.

        :raises DestinationError: If the file cannot be read, ends early, or is not what the manifest says; where size and
            checksum are wrong, after the last row.
        """
        count = 0
        with self._typed(), self._open() as (stream, measured):
            for each in self._rows_of(stream):
                count += 1
                yield each
            if self.format is not Format.PARQUET:
                measured.drain()
        self._check(count, measured)

    def decode(self, text: bytes) -> Row:
        """
        Return the row that a text is the JSON of.

        :raises DestinationError: If it is none.
        """
        with self._typed():
            row = from_json(text)
            if not isinstance(row, dict):
                raise ValueError(f"expected an object per row, got {type(row).__name__}")
            return row

    def _rows_of(self, stream: IO[bytes]) -> Iterator[tuple[bytes, Row | None]]:
        if self.format is Format.PARQUET:
            return self._parquet_rows(stream)
        if self.format is Format.CSV:
            return self._csv_rows(stream)
        return self._json_rows(stream)

    @contextmanager
    def _open(self) -> Iterator[tuple[IO[bytes], MeasuredFile]]:
        if self.format is Format.PARQUET:
            with self.source.open_seekable() as opened:
                yield opened
            return
        with self.source.open() as measured:
            file = io.BufferedReader(measured, _BUFFER)
            if self.compression is Compression.GZIP:
                yield io.BufferedReader(gzip.GzipFile(fileobj=file), _BUFFER), measured
            elif self.compression is Compression.ZSTD:
                yield io.BufferedReader(_Unzstd(file), _BUFFER), measured
            else:
                yield file, measured

    def _json_rows(self, lines: IO[bytes]) -> Iterator[tuple[bytes, None]]:
        """Return rows that stand in a line each; an array that is not written so is read as a whole."""
        found: Iterable[bytes] = lines
        if self.format is Format.JSON:
            first, second = lines.readline(), lines.readline()
            if first.strip() == b"[" and second.strip().endswith((b"}", b"},", b"]")):
                found = _array_lines(chain((second,), lines))
            else:
                whole = from_json(first + second + lines.read())
                if not isinstance(whole, list):
                    raise ValueError("expected an array of rows")
                found = map(to_json, whole)
        for line in found:
            text = line.strip()
            if text:
                yield text, None

    def _csv_rows(self, lines: IO[bytes]) -> Iterator[tuple[bytes, Row]]:
        records = csv_lines(_text_lines(lines))
        names = _header(records)
        if not names:
            raise EOFError
        return self._table_rows(names, records)

    def _parquet_rows(self, stream: IO[bytes]) -> Iterator[tuple[bytes, Row]]:
        file = _parquet_file(stream)
        names = [str(name) for name in file.schema_arrow.names]
        cells = (
            line
            for batch in file.iter_batches(batch_size=_BATCH, use_threads=False)
            for line in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        )
        return self._table_rows(names, cells)

    def _table_rows(self, names: list[str], lines: Iterable[Sequence[Any]]) -> Iterator[tuple[bytes, Row]]:
        read = make_row_reader(names, self.kinds, is_text=self.format is Format.CSV)
        for cells in lines:
            row = read(cells)
            yield to_json(row, inf_nan_mode="strings"), row

    @contextmanager
    def _typed(self) -> Iterator[None]:
        try:
            yield
        except EOFError:
            raise self.source.error("it ends early", "Write it again") from None
        except (ValueError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
            what = f"it is no {self.format}, or ends early ({_first_line(error)})"
            raise self.source.error(what, "Check its format and compression, or write it again") from None

    def _check(self, rows: int, measured: MeasuredFile) -> None:
        expected = self.expected
        problems = []
        if expected.rows is not None and rows != expected.rows:
            problems.append(f"{counted(expected.rows, 'row')} and has {rows:,}")
        if expected.size is not None and measured.size != expected.size:
            problems.append(f"{counted(expected.size, 'byte')} and has {measured.size:,}")
        if expected.sha256 is not None and measured.sha256 != expected.sha256:
            problems.append("another SHA-256")
        if problems:
            raise self._is_other(" and ".join(problems))

    def _is_other(self, what: str) -> DestinationError:
        return self.source.error(
            f"its manifest says {what}",
            "It is truncated, or was replaced after the manifest was made: name the snapshot that belongs to the manifest",
        )


def _first_line(error: Exception) -> str:
    return type(error).__name__ if isinstance(error, UnicodeDecodeError) else str(error).partition("\n")[0][:120]


def _array_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Return the rows of an array that is written with a row a line."""
    for line in lines:
        if line.strip() == b"]":
            return
        yield line.strip().removesuffix(b",")
    raise EOFError


def _text_lines(stream: IO[bytes]) -> Iterator[str]:
    return io.TextIOWrapper(stream, encoding="utf-8", newline="\n")


def _header(records: Iterator[list[str | None]]) -> list[str]:
    return [name or "" for name in next(records, [])]


def _parquet_file(stream: IO[bytes]) -> Any:
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(stream, pre_buffer=False)


class _Unzstd(io.RawIOBase):
    """Decompresses Zstandard, and does not take an end that comes early for an end."""

    def __init__(self, stream: IO[bytes]) -> None:
        import zstandard

        self._stream = stream
        self._make = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            data = self._stream.read(65_536)
            if not data:
                if self._frame is not None:
                    raise EOFError
                return 0
            self._rest = self._decompressed(data)
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _decompressed(self, data: bytes) -> bytes:
        found = []
        while data:
            self._frame = self._frame or self._make()
            found.append(self._frame.decompress(data))
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        return b"".join(found)
