# SPDX-License-Identifier: Apache-2.0
"""Long texts side by side: what was taken out and put in, word by word, with some of the text around it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Piece", "word_diff"]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
#: Characters of what did not change that are shown on either side of a change.
_CONTEXT = 80
#: Above so many words on both sides a passage is shown as taken out and put in as a whole: finding out more takes too long.
_MAX_WORDS = 3_000
#: Below this part of words in common, single words that happen to be on both sides only make it harder to read.
_ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A piece of the text.

    :param kind: ``same``, ``out``, ``in``, or ``gap`` for text that did not change and is left out.
    :param text: The text; of a gap, how many characters are left out.
    """

    kind: Literal["same", "out", "in", "gap"]
    text: str


def word_diff(before: str, after: str, *, limit: int) -> list[Piece]:
    """
    Return the pieces of two texts in reading order.

    :param limit: How many characters to return at most; what follows is a gap.
    """
    pieces = _with_context([*_merged(_pieces(before, after))])
    return _cut(pieces, limit)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    """Compare line by line first, and word by word only within lines that differ: texts are long, and most lines are alike."""
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, start, end, from_, to in _opcodes(one, other):
        if tag == "equal":
            yield Piece("same", "".join(one[start:end]))
        else:
            yield from _words("".join(one[start:end]), "".join(other[from_:to]))


def _words(before: str, after: str) -> Iterator[Piece]:
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    if len(one) <= _MAX_WORDS and len(other) <= _MAX_WORDS:
        matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
        if matcher.ratio() >= _ALIKE:
            yield from _phrases(one, other, matcher.get_opcodes())
            return
    yield Piece("out", before)
    yield Piece("in", after)


def _phrases(one: list[str], other: list[str], opcodes: Sequence[tuple[str, int, int, int, int]]) -> Iterator[Piece]:
    """Take changed words with nothing but blanks between them as one change: a phrase reads better than its words by turns."""
    taken_out = put_in = ""
    for tag, start, end, from_, to in opcodes:
        old, new = "".join(one[start:end]), "".join(other[from_:to])
        between_changes = (taken_out or put_in) and end < len(one) and old.isspace()
        if tag != "equal" or between_changes:
            taken_out, put_in = taken_out + old, put_in + new
            continue
        yield from (Piece("out", taken_out), Piece("in", put_in), Piece("same", old))
        taken_out = put_in = ""
    yield from (Piece("out", taken_out), Piece("in", put_in))


def _opcodes(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    if len(one) > _MAX_WORDS or len(other) > _MAX_WORDS:
        yield "replace", 0, len(one), 0, len(other)
        return
    yield from difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind, and drop empty ones."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _with_context(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        if piece.kind != "same":
            found.append(piece)
            continue
        head = _CONTEXT if index > 0 else 0
        tail = _CONTEXT if index < len(pieces) - 1 else 0
        left_out = len(piece.text) - head - tail
        if left_out <= _CONTEXT:
            found.append(piece)
            continue
        first = _to_blank(piece.text[:head]) if head else ""
        last = _to_blank(piece.text[-tail:][::-1])[::-1] if tail else ""
        gap = Piece("gap", f"{len(piece.text) - len(first) - len(last):,}")
        found += [each for each in (Piece("same", first), gap, Piece("same", last)) if each.text]
    return found


def _to_blank(text: str) -> str:
    """Return the beginning of a text without its last word, which may be half a one; all of it if it is one word."""
    end = max(text.rfind(" "), text.rfind("\n"))
    return text[: end + 1] or text


def _cut(pieces: list[Piece], limit: int) -> list[Piece]:
    found: list[Piece] = []
    left = limit
    for piece in pieces:
        if left <= 0:
            rest = sum(len(each.text) for each in pieces[len(found) :] if each.kind != "gap")
            return [*found, Piece("gap", f"{rest:,}")] if rest else found
        found.append(piece if len(piece.text) <= left else Piece(piece.kind, f"{piece.text[:left]}…"))
        left -= len(piece.text)
    return found
