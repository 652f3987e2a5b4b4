# SPDX-License-Identifier: Apache-2.0
"""
Tables inside text: a line of headings of which one names a secret, and lines of as many cells below it.

Cells are parted by bars, tabs, semicolons, commas or several blanks. A line is read as part of one table only, so the time is
linear.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, secret_meaning
from airflow_provider_assistants.redaction.values.plausible import is_key_like, is_pin, is_secret_under, is_stated_word

__all__ = ["TextTables"]

_CELLS = {
    "|": re.compile(r"[^|\n]+"),
    "\t": re.compile(r"[^\t\n]+"),
    ";": re.compile(r"[^;\n]+"),
    ",": re.compile(r"[^,\n]+"),
    "  ": re.compile(r"[^\s](?:[^\s]| (?! ))*"),
}
_HEADING = re.compile(r"[ \"'*_`]{0,4}[^\W\d_][\w\-./#() ]{1,40}[ \"'*_`]{0,4}")
_RULE = re.compile(r"[\s|:+=\-]+")
_LONGEST_LINE: Final = 2_000
_MOST_WORDS: Final = 3
_OPAQUE = frozenset({KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER})


class _Cell(NamedTuple):
    begin: int
    end: int
    text: str


class TextTables:
    """
    The tables of a text.

    :param text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        #: Up to where lines were read.
        self._read = 0

    def secrets(self, at: int) -> list[tuple[int, int]]:
        """Return where the secrets lie in the table whose headings the place of a name is in; none if it is in no such line."""
        if at < self._read:
            return []
        text = self._text
        begin = text.rfind("\n", self._read, at) + 1
        end = text.find("\n", at)
        self._read = len(text) if end < 0 else end
        if end < 0 or end - begin > _LONGEST_LINE:
            return []
        line = text[begin:end]
        separator = next((each for each in _CELLS if each in line.strip()), None)
        if separator is None:
            return []
        headings = _cells(separator, line, begin)
        if len(headings) < 2 or not all(map(_is_heading, headings)):
            return []
        named = [index for index, cell in enumerate(headings) if secret_meaning(_name(cell)) in _OPAQUE]
        return self._column(separator, headings, named) if named else []

    def _column(self, separator: str, headings: list[_Cell], named: list[int]) -> list[tuple[int, int]]:
        text, found = self._text, []
        while self._read < len(text):
            begin = self._read + 1
            end = text.find("\n", begin)
            end = len(text) if end < 0 else end
            line = text[begin:end] if end - begin <= _LONGEST_LINE else ""
            cells = _cells(separator, line, begin)
            is_rule = bool(line) and _RULE.fullmatch(line) is not None
            if len(cells) != len(headings) and not is_rule:
                break
            self._read = end
            if not is_rule:
                found += [cells[index][:2] for index in named if _is_secret(_name(headings[index]), cells[index].text)]
        return found


def _cells(separator: str, line: str, begin: int) -> list[_Cell]:
    cells = []
    for match in _CELLS[separator].finditer(line):
        bare = match[0].strip(" \t\r\"'`*")
        if bare:
            first = match.start() + match[0].index(bare)
            cells.append(_Cell(begin + first, begin + first + len(bare), bare))
    return cells


def _name(cell: _Cell) -> str:
    return cell.text.strip(" \"'*_`")


def _is_heading(cell: _Cell) -> bool:
    return _HEADING.fullmatch(cell.text) is not None and len(cell.text.split()) <= _MOST_WORDS


def _is_secret(name: str, value: str) -> bool:
    """Whether a cell below the name of a secret is one rather than its type, or a remark."""
    if " " in value or not is_secret_under(secret_meaning(name), value):
        return False
    return is_key_like(value) or is_pin(name, value) or is_stated_word(name, value)
