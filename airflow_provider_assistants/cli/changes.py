# SPDX-License-Identifier: Apache-2.0
"""``diff``: the comparison of the operator, read back from a temporary file and shown assistant by assistant."""

from __future__ import annotations

import json
import logging
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from pydantic_core import to_json

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.cli.paths import absolute, relative
from airflow_provider_assistants.cli.terminal import JsonStream, Terminal
from airflow_provider_assistants.exceptions import counted
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.operators.diff_run import run_diff
from airflow_provider_assistants.records.columns import Row, json_text
from airflow_provider_assistants.records.diff.word_diff import Piece, word_diff
from airflow_provider_assistants.storable import one_line, storable_text

__all__ = ["compare"]

log = logging.getLogger(__name__)

#: Changes as of :class:`~.change_rows.ChangeRows`, and a summary before them; raised when a reader has to change.
FORMAT_VERSION = 1
#: Texts from so many characters on are compared word by word.
_LONG = 60
_MAX_DIFF, _MAX_VALUE = 2_000, 160
#: What the summary says of the operator's run and not of the snapshots.
_OF_THE_TASK = ("uri", "truncated", "baseline")


def compare(arguments: Namespace, terminal: Terminal) -> bool:
    """
    Compare two snapshots and print what changed; nothing is printed before the comparison is complete.

    :return: Whether anything changed.
    """
    with _compared(arguments) as (summary, rows):
        if arguments.output == "json":
            _print_json(terminal, summary, rows)
        else:
            _Summary(terminal).print(summary, rows)
        terminal.flush()
    if arguments.report:
        terminal.say(f"Report: {relative(summary['report'])}")
    return bool(summary["added"] or summary["removed"] or summary["changed"])


@contextmanager
def _compared(arguments: Namespace) -> Iterator[tuple[dict[str, Any], Iterator[Row]]]:
    """Compare; return the summary and the rows of all changes, which only a file may be large enough for."""
    with tempfile.TemporaryDirectory(prefix="assistants-diff-") as folder:
        path = Path(folder) / "changes.jsonl"
        given = {
            "before": absolute(arguments.before),
            "after": absolute(arguments.after),
            "destination": str(path),
            "report": absolute(arguments.report),
            "object_storage_conn_id": arguments.object_storage_conn_id,
            "ignore": arguments.ignore or (),
            "on_missing_before": "fail",
            "on_no_change": "success",
            "max_xcom_bytes": 1,
            "redact": arguments.redact,
        }
        caller = SimpleNamespace(log=log, executor="LocalExecutor")
        summary, _ = run_diff(caller, given, {}, kill_switch=KillSwitch(), max_xcom_bytes=1, lineage=TaskLineage())
        with path.open("rb") as file:
            yield {name: value for name, value in summary.items() if name not in _OF_THE_TASK}, _rows(file)


def _rows(file: IO[bytes]) -> Iterator[Row]:
    for line in file:
        yield json.loads(line)


def _print_json(terminal: Terminal, summary: Mapping[str, Any], rows: Iterator[Row]) -> None:
    """Print one object, a change a line."""
    stream = JsonStream(terminal)
    head = to_json({"format_version": FORMAT_VERSION, **summary}).decode()
    stream.write(f'{head[:-1]},"changes":['.encode())
    comma = "\n"
    for row in rows:
        stream.write(comma.encode() + to_json(row))
        comma = ",\n"
    stream.write(b"]}\n" if comma == "\n" else b"\n]}\n")


class _Summary:
    """Prints changes for people: ``+`` came, ``-`` went, ``~`` changed, each with its fields, and the totals."""

    def __init__(self, terminal: Terminal) -> None:
        self._print = terminal.print
        self._paint = terminal.paint

    def print(self, summary: Mapping[str, Any], rows: Iterator[Row]) -> None:
        """Print all changes, then the totals."""
        paint, place = self._paint, ""
        self._print(paint(f"--- {one_line(relative(summary['before']))}", "dim"))
        self._print(paint(f"+++ {one_line(relative(summary['after']))}", "dim"))
        for (_, kind, vendor, account), changes in groupby(rows, key=_assistant):
            first = next(changes)
            here = " · ".join(one_line(each) for each in (vendor, account) if each)
            if here != place:
                self._print(paint(here, "bold"))
                place = here
            title = f"{one_line(first['name'] or '(no name)')} ({one_line(first['assistant_id'])})"
            if kind == "insert":
                self._print(f"  {paint('+', 'green')} {title}")
            elif kind == "delete":
                self._print(f"  {paint('-', 'red')} {title}")
            else:
                self._print(f"  {paint('~', 'yellow')} {title}")
                for change in (first, *changes):
                    self._field(change)
        self._print("")
        totals = (
            paint(f"{summary['added']:,} added", "green" if summary["added"] else None),
            paint(f"{summary['removed']:,} removed", "red" if summary["removed"] else None),
            paint(f"{summary['changed']:,} changed", "yellow" if summary["changed"] else None)
            + (
                f" ({counted(summary['changes'] - summary['added'] - summary['removed'], 'field')})"
                if summary["changed"]
                else ""
            ),
            f"{summary['unchanged']:,} unchanged",
        )
        self._print(f"{', '.join(totals)}.")

    def _field(self, change: Row) -> None:
        paint = self._paint
        path = one_line(change["path"] or "(the whole row)")
        before, after = change.get("before"), change.get("after")
        if "before" not in change:
            self._print(f"      {paint('+', 'green')} {path}: {paint(_value(after), 'green')}")
        elif "after" not in change:
            self._print(f"      {paint('-', 'red')} {path}: {paint(_value(before), 'red')}")
        elif isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) >= _LONG:
            self._print(f"      {paint('~', 'yellow')} {path}:")
            pieces = word_diff(storable_text(before), storable_text(after), limit=_MAX_DIFF)
            for line in self._text(pieces).split("\n"):
                self._print(f"          {line}".rstrip())
        else:
            self._print(
                f"      {paint('~', 'yellow')} {path}: {paint(_value(before), 'red')} -> {paint(_value(after), 'green')}"
            )

    def _text(self, pieces: list[Piece]) -> str:
        """Return a long text with what was taken out and put in, as ``wdiff`` marks them, or in colour."""
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: Piece) -> str:
        colour = self._paint.enabled
        # Line by line, since each line is indented, and a pager forgets a colour at the end of a line.
        match piece.kind:
            case "gap":
                return self._paint(f"… {piece.text} characters …", "dim")
            case "out":
                return (
                    "\n".join(self._paint(line, "struck") for line in piece.text.split("\n"))
                    if colour
                    else f"[-{piece.text}-]"
                )
            case "in":
                return (
                    "\n".join(self._paint(line, "green") for line in piece.text.split("\n"))
                    if colour
                    else f"{{+{piece.text}+}}"
                )
            case _:
                return piece.text


def _assistant(row: Row) -> tuple[str, str, str | None, str | None]:
    return row["assistant_id"], row["change_type"], row["vendor"], row["account"]


def _value(value: Any) -> str:
    text = one_line(json_text(value))
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}… ({len(text):,} characters)"
