# SPDX-License-Identifier: Apache-2.0
"""A table in the documentation that tests fill when they are run by hand with WRITE_DOCS=1."""

from __future__ import annotations

import csv
import os
from pathlib import Path

__all__ = ["Table"]

DOCS = Path(__file__).parents[2] / "docs"


class Table:
    """
    Rows of a CSV file below ``docs``, by their first columns: a row that is measured anew replaces the one before.

    :param header: The names of the columns.
    :param keys: How many of the columns say what was measured.
    """

    def __init__(self, name: str, header: tuple[str, ...], *, keys: int) -> None:
        self._path = DOCS / name
        self._header = header
        self._keys = keys

    def add(self, *row: object) -> None:
        """Print a row, and write it if that is wanted."""
        cells = [str(cell) for cell in row]
        assert len(cells) == len(self._header)
        print(" | ".join(cells))
        if not os.environ.get("WRITE_DOCS"):
            return
        rows = {}
        if self._path.exists():
            with self._path.open(newline="") as file:
                rows = {tuple(each[: self._keys]): each for each in list(csv.reader(file))[1:]}
        rows[tuple(cells[: self._keys])] = cells
        with self._path.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self._header, *rows.values()])
