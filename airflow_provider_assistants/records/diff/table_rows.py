# SPDX-License-Identifier: Apache-2.0
"""
From the cells of a table back to rows: what :class:`~airflow_provider_assistants.records.columns.Table` made of them.

``_extra`` is laid over the other cells, JSON cells are decoded, and the texts of CSV become what their columns hold. What a
table cannot express stays unknown: a documented field that was absent is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from airflow_provider_assistants.records.columns import EXTRA, Row

__all__ = ["csv_lines", "make_row_reader"]

#: A cell of a line, quoted or not, and what ends it.
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^,"]*))(?:,|\Z)')
#: A text that was escaped, so that a spreadsheet does not run it.
_ESCAPED = re.compile(r"'('*[=+\-@\t\r\n＝＋－＠])")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")


def csv_lines(lines: Iterator[str]) -> Iterator[list[str | None]]:
    """
    Return the cells of each record of a CSV file: None for an empty cell, a text for a quoted one.

    :param lines: The file's lines with their ends; a record with a line break in a cell takes several.
    :raises ValueError: If it is no CSV.
    :raises EOFError: If it ends amid a record; each ends with a line break.
    """
    for first in lines:
        record, quotes = first, first.count('"')
        if quotes % 2:
            parts = [first]
            for line in lines:
                parts.append(line)
                quotes += line.count('"')
                if quotes % 2 == 0:
                    break
            else:
                raise EOFError
            record = "".join(parts)
        if not record.endswith("\n"):
            raise EOFError
        yield _cells(record.removesuffix("\n").removesuffix("\r"))


def _cells(record: str) -> list[str | None]:
    if '"' not in record:
        return [cell or None for cell in record.split(",")]
    cells: list[str | None] = []
    position = 0
    while True:
        cell = _CELL.match(record, position)
        if cell is None:
            raise ValueError(f"there is a quote out of place in column {len(cells) + 1}")
        quoted, plain = cell.groups()
        cells.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        position = cell.end()
        if position == len(record) and not cell[0].endswith(","):
            return cells
        if position == len(record):
            return [*cells, None]


def make_row_reader(names: Sequence[str], kinds: Mapping[str, str], *, is_text: bool) -> Callable[[Sequence[Any]], Row]:
    """
    Return what makes a row of a table's cells.

    :param names: The table's columns.
    :param kinds: What they hold; a column without a kind is what it is.
    :param is_text: All cells are texts, as in CSV.
    """
    table = _TEXTS if is_text else _VALUES
    readers = [table.get(kinds.get(name, ""), _plain_text if is_text else None) for name in names]
    extra = names.index(EXTRA) if EXTRA in names else None
    if extra is not None:
        readers[extra] = None
    count = len(names)

    def read(cells: Sequence[Any]) -> Row:
        if len(cells) != count:
            raise ValueError(f"expected {count} columns, got {len(cells)}")
        row = {
            name: cell if cell is None or reader is None else reader(cell)
            for name, reader, cell in zip(names, readers, cells, strict=True)
        }
        if extra is not None:
            more = row.pop(EXTRA)
            if more is not None:
                row.update(from_json(more))
        return row

    return read


def _plain_text(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def _boolean(cell: str) -> Any:
    return {"true": True, "false": False}.get(cell, cell)


def _id(cell: str) -> Any:
    return int(cell) if _WHOLE.fullmatch(cell) else _plain_text(cell)


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return _plain_text(cell)


def _time(cell: Any) -> Any:
    return (cell.isoformat() if isinstance(cell, datetime) else str(cell)).replace("+00:00", "Z")


def _json(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return from_json(_plain_text(cell))
    except ValueError:
        return _plain_text(cell)


_VALUES: Mapping[str, Callable[[Any], Any]] = {"object": _json, "array": _json, "any": _json, "timestamp": _time}
_TEXTS: Mapping[str, Callable[[Any], Any]] = {
    **_VALUES,
    "id": _id,
    "integer": _id,
    "number": _number,
    "boolean": _boolean,
    "flag": _boolean,
}
