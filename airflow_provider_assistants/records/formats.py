# SPDX-License-Identifier: Apache-2.0
"""The formats of a listing's file: which one a destination asks for, and the writers of each."""

from __future__ import annotations

import gzip
import importlib.util
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, Literal, Protocol

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.columns import Row, Table
from airflow_provider_assistants.records.destination_uri import display_uri, file_name

__all__ = ["Compression", "Format", "RowWriter", "check_available", "compressed", "open_writer", "resolve_format"]


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Compression(StrEnum):
    """How a file is compressed; Parquet compresses inside."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


_FORMATS = {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSON, ".csv": Format.CSV}
_FORMATS[".parquet"] = Format.PARQUET
_COMPRESSIONS = {
    ".gz": Compression.GZIP,
    ".gzip": Compression.GZIP,
    ".zst": Compression.ZSTD,
    ".zstd": Compression.ZSTD,
}

#: What a format or compression needs that is not installed with the package: module, and the extra that brings it.
_NEEDS = {Format.PARQUET: ("pyarrow", "parquet"), Compression.ZSTD: ("zstandard", "zstd")}


def resolve_format(
    destination: str, *, format: str | None = None, compression: str | None = None
) -> tuple[Format, Compression]:
    """
    Tell the format and compression of a destination, by its suffix or as told.

    :param destination: A path or URI; its suffixes count, such as ``.jsonl``, ``.csv.gz``, ``.parquet``.
    :param format: One of ``jsonl``, ``json``, ``csv``, ``parquet``; needed where the suffix says nothing.
    :param compression: One of ``none``, ``gzip``, ``zstd``; Parquet is compressed inside, with zstd unless told.
    :raises ConfigurationError: If it cannot be told, or the suffix says otherwise than the arguments.
    """
    shown = display_uri(destination)
    suffixes = [suffix.lower() for suffix in PurePosixPath(file_name(destination)).suffixes]
    named_compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    if named_compression:
        suffixes.pop()
    named_format = _FORMATS.get(suffixes[-1]) if suffixes else None
    chosen = _agreed("format", format, Format, named_format, shown)
    if chosen is None:
        if file_name(destination) in ("", ".", ".."):
            raise ConfigurationError(f"{shown!r} is a directory", advice="Name a file, such as assistants.jsonl in it")
        raise ConfigurationError(
            f"The format of {shown!r} is not known",
            advice=f"Let it end in {', '.join(_FORMATS)}, or set format",
        )
    if chosen is Format.PARQUET and named_compression:
        raise ConfigurationError(
            f"A Parquet file is compressed inside and {shown!r} would be compressed again",
            advice="Let it end in .parquet, and set compression='gzip' or 'zstd' for the codec inside",
        )
    packed = _agreed("compression", compression, Compression, named_compression, shown)
    return chosen, packed or (Compression.ZSTD if chosen is Format.PARQUET else Compression.NONE)


def _agreed(name: str, told: str | None, kind: type[StrEnum], named: Any, destination: str) -> Any:
    if told is None:
        return named
    if told not in set(kind):
        raise ConfigurationError(f"{name} is {told!r} and must be one of {', '.join(map(repr, map(str, kind)))}")
    if named is not None and named != told:
        raise ConfigurationError(
            f"{name} is {told!r} and {destination!r} ends like {str(named)!r}", advice="Let the two say the same"
        )
    return kind(told)


def check_available(format: Format, compression: Compression) -> None:
    """
    Make sure that what the format needs is installed, before a request is made.

    :raises ConfigurationError: If it is not; it names the extra that brings it.
    """
    needed = [_NEEDS[each] for each in (format, compression) if each in _NEEDS]
    if format is Format.PARQUET:
        needed = [_NEEDS[Format.PARQUET]]
    for module, extra in needed:
        if importlib.util.find_spec(module) is None:
            raise ConfigurationError(
                f"Writing this needs {module}, which is not installed",
                advice=f"pip install 'airflow-provider-assistants[{extra}]'",
            )


def compressed(stream: BinaryIO, compression: Compression) -> Any:
    """
    Wrap a stream so that what is written comes out compressed; closing the wrapper leaves the stream open.

    The same bytes in give the same bytes out: no time and no name is recorded.
    """
    if compression is Compression.GZIP:
        return gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0, compresslevel=6)
    if compression is Compression.ZSTD:
        import zstandard

        return zstandard.ZstdCompressor(level=3).stream_writer(stream, closefd=False)
    return _Uncompressed(stream)


class _Uncompressed:
    """Passes bytes on, and does not close what it passes them to."""

    def __init__(self, stream: BinaryIO) -> None:
        self.write = stream.write

    def close(self) -> None:
        """Leave the stream open."""


class RowWriter(Protocol):
    """Writes rows in a format; ``close`` completes the format and leaves the stream open."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Complete the file."""


def open_writer(
    stream: BinaryIO,
    *,
    format: Format,
    compression: Compression,
    table: Table,
    csv_formulas: Literal["escape", "keep"] = "escape",
) -> RowWriter:
    """
    Open a writer.

    A writer that is given up needs nothing; what its destructor may still write has to find a stream that drops it,
    as :class:`~airflow_provider_assistants.records.store.MeasuredStream` does.

    :param table: The columns of CSV and Parquet.
    :param csv_formulas: What becomes of texts in CSV that a spreadsheet would run, see :class:`CsvRows`.
    """
    if format is Format.PARQUET:
        from airflow_provider_assistants.records.parquet import ParquetRows

        return ParquetRows(stream, table=table, compression=compression)
    packed = compressed(stream, compression)
    if format is Format.CSV:
        return CsvRows(packed, table=table, formulas=csv_formulas)
    return JsonRows(packed, array=format is Format.JSON)


class JsonRows:
    """
    JSON: an object a line, or an array with a row a line.

    :param array: One array instead of lines.
    """

    def __init__(self, stream: IO[bytes], *, array: bool) -> None:
        from pydantic_core import to_json

        self._stream = stream
        self._array = array
        self._to_json = to_json
        self._begun = False

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows; a number that is not finite, which JSON cannot say, becomes a text."""
        if not rows:
            return
        lines = [self._to_json(row, inf_nan_mode="strings") for row in rows]
        if self._array:
            self._stream.write((b",\n" if self._begun else b"[\n") + b",\n".join(lines))
        else:
            self._stream.write(b"\n".join([*lines, b""]))
        self._begun = True

    def close(self) -> None:
        """Close the array."""
        if self._array:
            self._stream.write(b"\n]\n" if self._begun else b"[]\n")
        self._stream.close()


_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$|^$')
#: What spreadsheets take for the beginning of a formula, also in full width; further quotes before it are kept apart.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
#: A number with a sign, or a telephone number: it begins like a formula, and nothing in it can be run.
_SIGNED_NUMBER = re.compile(r"[+-][0-9 ().,/-]*(?:[eE][+-]?[0-9]+)?")


class CsvRows:
    """
    CSV as of RFC 4180: UTF-8, a header, lines that end in CR LF.

    Null is an empty cell and the empty text a quoted one, so that readers that care can tell them apart; in a table of
    one column both are quoted, since an empty line is no row to most readers. Times are ISO 8601, booleans ``true`` and
    ``false``.

    :param formulas: ``escape`` puts a ``'`` before a text that a spreadsheet would take for a formula (a prompt may
        begin with ``=HYPERLINK``): one that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break. Numbers with
        a sign and telephone numbers stay as they are. It can be undone: take one ``'`` away where several or one stand
        before such a character. ``keep`` writes texts as they came.
    """

    def __init__(self, stream: IO[bytes], *, table: Table, formulas: Literal["escape", "keep"] = "escape") -> None:
        self._stream = stream
        self._table = table
        self._escape = formulas == "escape"
        self._write_lines([table.names])

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        self._table.settle(rows)
        self._write_lines([self._table.cells(row) for row in rows])

    def close(self) -> None:
        """Complete the file."""
        self._stream.close()

    def _write_lines(self, lines: list[list[Any]]) -> None:
        text = "".join((",".join(map(self._cell, line)) or '""') + "\r\n" for line in lines)
        self._stream.write(text.encode("utf-8", "replace"))

    def _cell(self, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            return _plain_text(value)
        is_formula = self._escape and _FORMULA.match(value) and not _SIGNED_NUMBER.fullmatch(value)
        text = f"'{value}" if is_formula else value
        return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
