# SPDX-License-Identifier: Apache-2.0
"""Row writers: JSON, JSON Lines and CSV here, Parquet in :mod:`.parquet`, and the compression around them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, BinaryIO, Literal, Protocol

from pydantic_core import to_json

from airflow_provider_assistants.records.columns import Row, Table
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.parquet import ParquetRows

__all__ = ["RowWriter", "compressed", "open_writer"]


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

    An abandoned writer needs no clean-up, but its destructor may still write: the stream has to drop that, as
    :class:`~airflow_provider_assistants.records.store.streams.MeasuredStream` does.

    :param table: The columns of CSV and Parquet.
    :param csv_formulas: How texts in CSV are written that a spreadsheet would run, see :class:`CsvRows`.
    """
    if format is Format.PARQUET:
        return ParquetRows(stream, table=table, compression=compression)
    packed = compressed(stream, compression)
    if format is Format.CSV:
        return CsvRows(packed, table=table, formulas=csv_formulas)
    return JsonRows(packed, array=format is Format.JSON)


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


class JsonRows:
    """
    JSON: an object a line, or an array with a row a line.

    :param array: One array instead of lines.
    """

    def __init__(self, stream: IO[bytes], *, array: bool) -> None:
        self._stream = stream
        self._array = array
        self._started = False

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows; a number that is not finite, which JSON does not have, becomes a text."""
        if not rows:
            return
        lines = [to_json(row, inf_nan_mode="strings") for row in rows]
        if self._array:
            self._stream.write((b",\n" if self._started else b"[\n") + b",\n".join(lines))
        else:
            self._stream.write(b"\n".join([*lines, b""]))
        self._started = True

    def close(self) -> None:
        """Close the array."""
        if self._array:
            self._stream.write(b"\n]\n" if self._started else b"[]\n")
        self._stream.close()


_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$|^$')
#: What spreadsheets take for the beginning of a formula, also in full width; further quotes before it are kept apart.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
#: A number with a sign, or a telephone number: it begins like a formula, and nothing in it can be run.
_SIGNED_NUMBER = re.compile(r"[+-][0-9 ().,/-]*(?:[eE][+-]?[0-9]+)?")


class CsvRows:
    """
    CSV as of RFC 4180: UTF-8, a header, lines that end in CR LF.

    Null is an empty cell and the empty text a quoted one, so that readers can distinguish them; in a table of one column both
    are quoted, since most readers skip an empty line. Times are ISO 8601, booleans ``true`` and
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
