# SPDX-License-Identifier: Apache-2.0
"""
JSON inside a text: vendors keep headers, variables and whole flows so.

What is changed in it is put into the text in its place, and all else stays as it is written: white space, the order of keys,
escapes, and numbers such as ``1e400``, which no float can hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

__all__ = ["EmbeddedJson", "dump_json", "load_json", "splice_json"]

_TOKEN: Final = re.compile(r'("(?:[^"\\]+|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+)', re.DOTALL)


class EmbeddedJson(NamedTuple):
    """
    What a text holds.

    :param value: The value.
    :param repeats_keys: An object of it has a key twice, of which ``value`` holds the last: the text says more.
    """

    value: Any
    repeats_keys: bool


def load_json(text: str) -> EmbeddedJson | None:
    """Return what a text holds as JSON; None if it is none, or nested too deeply."""
    repeats = False

    def mapping_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        mapping = dict(pairs)
        repeats = repeats or len(mapping) < len(pairs)
        return mapping

    try:
        return EmbeddedJson(json.loads(text, object_pairs_hook=mapping_of), repeats)
    except (ValueError, RecursionError):
        return None


def dump_json(value: Any) -> str:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def splice_json(text: str, old: Any, new: Any) -> str:
    """
    Return a text with what was changed in it, and with all else as it is written.

    Of a repeated key only the last value stays, which is the one that was inspected.

    :param text: JSON, as :func:`load_json` read it.
    :param old: What it holds.
    :param new: The same, changed: members and items in the same order, renamed keys in the place of the old ones.
    """
    parts: list[str] = []
    written = _Written(text)
    done = written.splice(0, old, new, parts, 0)
    return "".join((*parts, text[done:]))


class _Written:
    """JSON as it is written: its tokens, and for each bracket the one that closes it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = [match.span(1) for match in _TOKEN.finditer(text)]
        self._closing: dict[int, int] = {}
        opened: list[int] = []
        for number, (begin, _) in enumerate(self._spans):
            if text[begin] in "{[":
                opened.append(number)
            elif text[begin] in "}]":
                self._closing[opened.pop()] = number

    def splice(self, number: int, old: Any, new: Any, parts: list[str], done: int) -> int:
        """
        Add to some parts what is written up to and with a changed value.

        :param number: The value's first token.
        :param done: How much of the text is in the parts.
        :return: How much of it is afterwards.
        """
        if old is new and not _is_container(old):
            return done
        if isinstance(old, dict) and isinstance(new, dict):
            return self._members(number, old, new, parts, done)
        if isinstance(old, list) and isinstance(new, list):
            for item, before, after in zip(self._values(number), old, new, strict=True):
                if before is not after or _is_container(after):
                    done = self.splice(item, before, after, parts, done)
            return done
        parts += (self._text[done : self._spans[number][0]], dump_json(new))
        return self._spans[self._last(number)][1]

    def _members(self, number: int, old: dict[str, Any], new: dict[str, Any], parts: list[str], done: int) -> int:
        changed = dict(zip(old, new.items(), strict=True))
        members = [(json.loads(self._token(key)), key) for key in self._values(number)]
        last = dict(members)
        for at, (name, key) in enumerate(members):
            begin, end = self._spans[key]
            if last[name] != key:
                # What comes next takes its place, with the comma that was behind it.
                parts.append(self._text[done:begin])
                done = self._spans[members[at + 1][1]][0]
                continue
            shown, value = changed[name]
            if shown != name:
                parts += (self._text[done:begin], dump_json(shown))
                done = end
            if value is not old[name] or _is_container(value):
                done = self.splice(key + 2, old[name], value, parts, done)
        return done

    def _values(self, number: int) -> Iterator[int]:
        """Iterate over the first tokens of a list's items, or of a mapping's keys."""
        is_mapping = self._token(number) == "{"
        close = self._closing[number]
        number += 1
        while number < close:
            yield number
            number = self._last(number + 2 if is_mapping else number) + 2

    def _last(self, number: int) -> int:
        return self._closing.get(number, number)

    def _token(self, number: int) -> str:
        begin, end = self._spans[number]
        return self._text[begin:end]


def _is_container(value: Any) -> bool:
    return isinstance(value, dict | list)
