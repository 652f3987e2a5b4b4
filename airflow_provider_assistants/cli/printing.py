# SPDX-License-Identifier: Apache-2.0
"""Rows on standard output: as a table, as plain columns, as JSON or as YAML, each row as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from pydantic_core import to_json
from rich.cells import cell_len, set_cell_size

from airflow_provider_assistants.cli.terminal import Colour, JsonStream, Terminal
from airflow_provider_assistants.records.columns import Row, json_text
from airflow_provider_assistants.records.writers import JsonRows, RowWriter
from airflow_provider_assistants.storable import one_line, storable

__all__ = ["open_printer", "print_mapping"]

#: The columns of a table are as wide as the cells of so many rows.
_SAMPLE = 500
_GAP = "  "
#: No column is made narrower than this.
_NARROW = 8
_STATUSES: Mapping[str, Colour] = {"active": "green", "inactive": "yellow", "deleted": "red"}


def open_printer(terminal: Terminal, output: str, *, columns: Sequence[str] | None = None) -> RowWriter:
    """
    Return what prints rows.

    :param output: ``table``, ``plain``, ``json`` or ``yaml``.
    :param columns: The columns of a table; those of the first rows if None.
    """
    match output:
        case "json":
            return JsonRows(JsonStream(terminal), array=True)  # type: ignore[arg-type]
        case "yaml":
            return _YamlRows(terminal)
        case _:
            return _Columns(terminal, columns=columns, is_table=output == "table")


def print_mapping(terminal: Terminal, row: Mapping[str, Any], output: str) -> None:
    """Print one row: as one object, or a field a line."""
    match output:
        case "json":
            JsonStream(terminal).write(to_json(row, indent=2, inf_nan_mode="strings") + b"\n")
        case "yaml":
            terminal.write(_yaml(row))
        case _:
            fields = [{"field": name, "value": value} for name, value in _flat(row)]
            printer = _Columns(terminal, columns=("field", "value"), is_table=output == "table")
            printer.write(fields)
            printer.close()


class _YamlRows:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._started = False

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        for row in rows:
            self._terminal.write(_yaml([row]))
            self._started = True

    def close(self) -> None:
        """Write an empty list if there were no rows."""
        if not self._started:
            self._terminal.print("[]")


class _Columns:
    """
    Prints rows in columns.

    :param columns: The names of the columns; those of the first rows if None.
    :param is_table: Underline the header, colour statuses and fit into the terminal; else print whole cells.
    """

    def __init__(self, terminal: Terminal, *, columns: Sequence[str] | None, is_table: bool) -> None:
        self._terminal = terminal
        self._columns = columns
        self._is_table = is_table
        self._waiting: list[Row] = []
        self._widths: list[int] | None = None

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows, once there are enough of them to know how wide the columns are."""
        if self._widths is None:
            self._waiting += rows
            if len(self._waiting) >= _SAMPLE:
                self._begin()
            return
        for row in rows:
            self._line([_cell(row.get(name)) for name in self._columns or ()])

    def close(self) -> None:
        """Write the rows that wait."""
        if self._widths is None:
            self._begin()

    def _begin(self) -> None:
        if self._columns is None:
            self._columns = list(dict.fromkeys(name for row in self._waiting for name in row))
        lines = [[_cell(row.get(name)) for name in self._columns] for row in self._waiting]
        if not lines:
            self._widths = []
            return
        widths = [
            max(cell_len(one_line(name)), *map(cell_len, cells))
            for name, *cells in zip(self._columns, *lines, strict=True)
        ]
        self._widths = self._fitted(widths)
        self._line([one_line(name) for name in self._columns], header=True)
        if self._is_table:
            rules = ["─" * width for width in self._widths]
            self._terminal.print(self._terminal.paint(_GAP.join(rules), "dim"))
        for cells in lines:
            self._line(cells)
        self._waiting = []

    def _fitted(self, widths: list[int]) -> list[int]:
        """Return widths that fit into the terminal, the widest columns cut first."""
        width = self._terminal.width if self._is_table else None
        if width is None:
            return widths
        room = width - len(_GAP) * (len(widths) - 1)
        while sum(widths) > room and max(widths) > _NARROW:
            widest = widths.index(max(widths))
            others = sorted(widths)[-2] if len(widths) > 1 else 0
            widths[widest] = max(_NARROW, min(widths[widest] - 1, max(others, widths[widest] - (sum(widths) - room))))
        return widths

    def _line(self, cells: Sequence[str], *, header: bool = False) -> None:
        widths, columns = self._widths or [], self._columns or ()
        shown = []
        for place, (cell, width, name) in enumerate(zip(cells, widths, columns, strict=True)):
            last = place == len(widths) - 1
            text = self._cut(cell, width)
            padding = "" if last else " " * (width - cell_len(text))
            colour: Colour | None = "bold" if header else _STATUSES.get(cell) if name == "status" else None
            shown.append((self._terminal.paint(text, colour) if self._is_table else text) + padding)
        self._terminal.print(_GAP.join(shown).rstrip())

    def _cut(self, cell: str, width: int) -> str:
        if self._terminal.width is None or not self._is_table or cell_len(cell) <= width:
            return cell
        return set_cell_size(cell, width - 1).rstrip() + "…"


def _cell(value: Any) -> str:
    """Return a value as a cell shows it: in one line, and without what moves a terminal's cursor."""
    match value:
        case None:
            return ""
        case str():
            return one_line(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case _:
            return one_line(json_text(value))


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Return the fields of a row, and of the objects in it, by dotted path."""
    for name, value in row.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _yaml(value: Any) -> bytes:
    """Return a value as YAML, with control characters as their escapes."""
    text = yaml.safe_dump(storable(value), allow_unicode=True, sort_keys=False, default_flow_style=False, width=110)
    return str(text).encode("utf-8", "replace")
