# SPDX-License-Identifier: Apache-2.0
"""Which names of secrets a text has around a word: the word alone, or with its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, is_lookup_key, secret_meaning

__all__ = ["ASSIGNABLE", "OPAQUE", "names_around"]

#: What is a secret whatever it looks like, and what a mark can assign.
OPAQUE: Final = frozenset({KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER})
ASSIGNABLE: Final = frozenset(
    {KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH, KeyMeaning.DESCRIPTION}
)
_WORD_BEFORE = re.compile(r"([\w.\-]{1,24})[ \-'’]{1,2}\Z")
_WORD_AFTER = re.compile(r"[ ](?:(?:de|da|do|d['’]|of|der|du|la|die|für|for|za|van)[ ]?)?([\w\-]{2,24})")
_MOST_NEIGHBOURS: Final = 3
#: What stands before a name that means something else there: ``the boarding pass is …``, ``prior authorization``.
_OTHER_MEANINGS = {
    "pass": re.compile(
        r"(?i)(?:boarding|bus|ski|season|day|week|month|guest|visitor|parking|event|gate|rail|train|travel|hall|press|backstage"
        r"|mountain|single|first|second|third|last|next|final|each|every|one|two|a|lunch|festival|conference|museum|city|free)"
        r"[ \-]\Z"
    ),
    "authorization": re.compile(
        r"(?i)(?:prior|pre|payment|insurance|referral|travel|medical|work|treatment|export)[ \-]\Z"
    ),
}

#: What stands behind one: a keyword.
_OTHER_BEHIND = {"parola": re.compile(r"[ ]chiave"), "parole": re.compile(r"[ ]chiave")}


def names_around(text: str, start: int, end: int) -> list[tuple[KeyMeaning, int, int]]:
    """Return what the names around a word mean, each with its end and its start: the word alone, and with its neighbours."""
    identifier = text[start:end]
    other = _OTHER_MEANINGS.get(identifier.lower())
    if other is not None and other.search(text, max(0, start - 20), start):
        return []
    behind = _OTHER_BEHIND.get(identifier.lower())
    if behind is not None and behind.match(text, end):
        return []
    own = secret_meaning(identifier.lstrip("-"))
    if own is KeyMeaning.SECRET_IF_RANDOM and identifier.lower() == "clave":
        return [(KeyMeaning.SECRET, end, start)]  # a password more often than a key
    if own in ASSIGNABLE and not (identifier.lower() in ("token", "tokens") and _is_of_language(text, start, end)):
        return [(own, end, start)]
    # The longer name of the two says more: a word before qualifies what is kept secret, one behind says whose it is.
    names = [*_longer_name(text, start, end, _before), *_longer_name(text, start, end, _behind)]
    word = _before(text, start, end)
    if not names and word is not None and is_lookup_key(text[word[0] : end]):
        return []
    if own is KeyMeaning.SECRET_IF_RANDOM or identifier.lower() in ("key", "keys"):
        own = KeyMeaning.SECRET_IF_RANDOM
        names.append((own, end, start))
    elif own is KeyMeaning.AUTHENTICATION:
        names.append((KeyMeaning.SECRET if text[end : end + 1] == "=" else KeyMeaning.SECRET_IF_RANDOM, end, start))
    return names


def _before(text: str, start: int, end: int) -> tuple[int, int] | None:
    word = _WORD_BEFORE.search(text, max(0, start - 26), start)
    return None if word is None else (word.start(), end)


def _behind(text: str, start: int, end: int) -> tuple[int, int] | None:
    word = _WORD_AFTER.match(text, end)
    return None if word is None else (start, word.end())


def _longer_name(
    text: str, start: int, end: int, longer: Callable[[str, int, int], tuple[int, int] | None]
) -> Iterator[tuple[KeyMeaning, int, int]]:
    """Find the shortest name of a secret that a word makes with up to three neighbours on one side."""
    for _ in range(_MOST_NEIGHBOURS):
        place = longer(text, start, end)
        if place is None:
            return
        start, end = place
        if secret_meaning(text[start:end]) is KeyMeaning.SECRET:
            yield KeyMeaning.SECRET, end, start
            return


def _is_of_language(text: str, start: int, end: int) -> bool:
    """Whether the word before a token says that it is one of a language or a design: ``colour tokens``."""
    word = _before(text, start, end)
    return word is not None and secret_meaning(text[word[0] : end]) is KeyMeaning.PLAIN
