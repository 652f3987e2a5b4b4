# SPDX-License-Identifier: Apache-2.0
"""
A quick test whether a text can hold anything that has to be taken out, before it is inspected closely.

Rows come by the million and most texts hold nothing. To find that out in Python takes dozens of passes over a text;
Rust's regex, which pydantic brings along, takes one. It finds too much and never too little: what it finds is inspected
by :mod:`airflow_provider_assistants.redaction.text`, which has the last word.

Rust's regex makes the states of its automaton while it reads, and keeps 2 MB of them. A pattern that needs more is a thousand
times as slow from then on, for every text. So patterns that count characters are searched for one by one, and one that is
searched for together with hundreds of words counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache

from pydantic_core import SchemaValidator, core_schema

__all__ = ["Prefilter", "ascii_only", "prefix_tree"]

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: An escaped character, or a class of characters.
_CLASS = re.compile(r"\\.|\[(?P<negated>\^?)(?P<members>(?:\\.|[^\]\\])*)\]", re.DOTALL)


class Prefilter:
    """
    Whether a text can hold what any of some patterns finds; compiled at its first call.

    :param patterns: Patterns of Rust's regex, each searched for by itself; empty ones are passed over.
    :param sketches: Patterns of which one finds something wherever any of ``patterns`` does, and elsewhere too: these are
        searched for first. Each with what stands for it in a text that is ASCII.
    """

    def __init__(self, *patterns: str, sketches: Iterable[tuple[str, str]] = ()) -> None:
        self._patterns = tuple(filter(None, patterns))
        self._sketches = tuple(sketches)

    @cached_property
    def _finders(self) -> tuple[Callable[[str], bool], ...]:
        return tuple(map(_finder, self._patterns))

    @cached_property
    def _sketched(self) -> tuple[Callable[[str], bool], ...]:
        return tuple(_finder(anywhere) for anywhere, _ in self._sketches)

    @cached_property
    def _sketched_in_ascii(self) -> tuple[Callable[[str], bool], ...]:
        return tuple(_finder(ascii_only(in_ascii)) for _, in_ascii in self._sketches)

    def __call__(self, text: str) -> bool:
        """Whether anything is found in a text; a text that is no Unicode is always suspicious."""
        is_ascii = text.isascii()
        if self._sketches:
            for found in self._sketched_in_ascii if is_ascii else self._sketched:
                if found(text):
                    break
            else:
                return not (is_ascii or _is_unicode(text))
        for found in self._finders:
            if found(text):
                return True
        return not (is_ascii or _is_unicode(text))


def prefix_tree(branches: Iterable[tuple[tuple[str, ...], str]]) -> str:
    """
    Return a pattern for any of some branches that shares what they have in common at the beginning, the longest first.

    :param branches: Each a sequence of patterns, such as the letters of a word, and what follows it.
    """
    below: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    ends: dict[str, None] = {}
    for steps, rest in branches:
        if steps:
            below.setdefault(steps[0], []).append((steps[1:], rest))
        else:
            ends[rest] = None
    found = [first + prefix_tree(rests) for first, rests in sorted(below.items(), reverse=True)] + list(ends)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


@lru_cache(maxsize=16)
def ascii_only(pattern: str) -> str:
    """
    Return a pattern of Rust's regex that finds the same in a text that is ASCII, and needs fewer states.

    It distinguishes fewer bytes: above 128 kinds of them, each state takes twice the memory, and the search a third longer. It is
    short, too: pydantic copies the pattern each time that nothing is found.
    """

    def narrowed(match: re.Match[str]) -> str:
        return match[0] if match["members"] is None else f"[{_ranges(match[0])}]"

    # A letter that is not ASCII is never met; what stands for it may find too much.
    return "(?-u)" + _NOT_ASCII.sub(r"\\x7f", _CLASS.sub(narrowed, pattern))


def _matched_by(pattern: re.Pattern[str]) -> frozenset[int]:
    return frozenset(code for code in range(128) if pattern.fullmatch(chr(code)))


#: Classes that have a name.
_NAMED_CLASSES = tuple((name, _matched_by(re.compile(name, re.ASCII))) for name in (r"\w", r"\d"))


@cache
def _ranges(members: str) -> str:
    """Return what stands between the brackets of a class for its ASCII characters, as short as can be; if it has none, DEL."""
    pattern = re.compile(members, re.ASCII)
    found = _matched_by(pattern) or {127}
    short = ""
    for name, codes in _NAMED_CLASSES:
        if codes <= found:
            short += name
            found = found - codes
    starts = sorted(code for code in found if code - 1 not in found)
    ends = sorted(code for code in found if code + 1 not in found)
    return short + "".join(
        _written(start) if start == end else f"{_written(start)}-{_written(end)}"
        for start, end in zip(starts, ends, strict=True)
    )


def _written(code: int) -> str:
    """Return a character as it is written in a class."""
    character = chr(code)
    if not character.isprintable():
        return rf"\x{code:02x}"
    return f"\\{character}" if character in "[]^-&~\\" else character


@lru_cache(maxsize=256)
def _finder(pattern: str) -> Callable[[str], bool]:
    """Return the search for a pattern in a text; it finds nothing in one that is no Unicode."""
    return SchemaValidator(
        core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True)
    ).isinstance_python


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
