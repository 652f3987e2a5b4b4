# SPDX-License-Identifier: Apache-2.0
"""
The tables of :doc:`reliability` that say what came of each case at each store.

A test compares its outcome with the table; ``WRITE_DOCS=1`` writes it. ``python -m tests.stores.outcomes`` prints them.
"""

from __future__ import annotations

import csv
import fcntl
import os
import sys
from pathlib import Path

from tests.stores.servers import SERVERS

__all__ = ["check", "check_message"]

DOCS = Path(__file__).parents[2] / "docs"
TABLE, MESSAGES = DOCS / "stores.csv", DOCS / "store_errors.csv"


def check(case: str, server: str, outcome: str) -> None:
    """Compare an outcome with its cell: one line per case, one column per server."""
    _compare(TABLE, ["Case", *SERVERS], case, 1 + list(SERVERS).index(server), outcome)


def check_message(case: str, server: str, message: str) -> None:
    """Compare an error message with its line."""
    _compare(MESSAGES, ["Fault", "Server", "Message"], f"{case}\t{server}", 2, message)


def _compare(path: Path, heading: list[str], case: str, column: int, outcome: str) -> None:
    print(f"{path.stem}: {case}: {outcome}")
    if os.environ.get("WRITE_DOCS"):
        _write(path, heading, case, column, outcome)
    written = {_key(path, line): line for line in _read(path)}
    expected = written.get(case, [""] * (column + 1))[column]
    assert outcome == expected, "run with WRITE_DOCS=1, and look at what has changed"


def _key(path: Path, line: list[str]) -> str:
    return "\t".join(line[: 2 if path == MESSAGES else 1])


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


def _write(path: Path, heading: list[str], case: str, column: int, outcome: str) -> None:
    with path.open("a+", newline="") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # several processes of pytest may write
        stream.seek(0)
        lines = list(csv.reader(stream)) or [heading]
        line = next((each for each in lines if _key(path, each) == case), None)
        if line is None:
            line = [*case.split("\t"), *[""] * (len(heading) - 1 - case.count("\t"))]
            lines.append(line)
        line[column] = outcome
        stream.seek(0)
        stream.truncate()
        csv.writer(stream, lineterminator="\n").writerows(lines)
        stream.flush()


if __name__ == "__main__":
    for table in (TABLE, MESSAGES):
        sys.stdout.write(table.read_text())
