# SPDX-License-Identifier: Apache-2.0
"""
Where a text holds a word that the name of a secret can hold: a pattern made from the tables of words.

The pattern is read alike by Python's ``re`` and by Rust's ``regex``, so that what is looked for quickly in rows and what is
looked for closely cannot differ.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from airflow_provider_assistants.redaction import words as secret_words
from airflow_provider_assistants.redaction.names import fold

__all__ = ["NAME_STEMS", "STEMS", "lowered"]

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
#: As short as these, a word counts only where it stands alone: ``cle`` begins a good many others.
_SHORT: Final = 4
_JOINT: Final = r"[ _.'\-]{0,2}"
#: Short, and in no other word; and words that count in a part of a name, or right before what is assigned.
_RARE: Final = ("pwd", "jwt", "hmac", "totp", "key")
_PARTS: Final = ("_pass", "-pass", "pass=", "pass:", 'pass"', "_auth", "-auth", "auth=")


def lowered(text: str) -> str:
    """Return a text with its ASCII letters in lower case, and every letter at its place."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _spellings(word: str) -> set[str]:
    """Return a word as it may be written: with accents, without, in capitals, taken apart."""
    plain = word.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    forms = {word, word.lower(), fold(word).casefold(), fold(plain)}
    forms |= {form.capitalize() for form in forms} | {form.upper() for form in forms}
    return {lowered(each) for form in forms for each in (form, unicodedata.normalize("NFD", form))}


def _stems() -> tuple[list[str], list[str]]:
    """Return the words to be looked for: anywhere, and alone."""
    tables = (secret_words.SECRET_WORDS, secret_words.TOKEN_WORDS, secret_words.KEY_WORDS, secret_words.UNSPACED)
    forms = {form for word in " ".join(tables).split() for form in _spellings(word)}
    forms |= {form for phrase in secret_words.SECRET_PHRASES for form in _spellings(phrase)}
    alone = {form for form in forms if len(form) <= _SHORT and form.isascii() and form not in _RARE}
    anywhere: list[str] = []
    for form in sorted(forms - alone, key=lambda each: (len(each), each)):
        if not any(shorter in form for shorter in anywhere):
            anywhere.append(form)
    return sorted((*anywhere, *_PARTS)), sorted(alone)


def _pattern(group: str) -> str:
    anywhere, alone = (
        "|".join(_JOINT.join("".join(map(_literally, part)) for part in re.split(r"[ ']", stem)) for stem in stems)
        for stems in _stems()
    )
    return f"{group}{anywhere})|(?:^|[^A-Za-z]){group}{alone})(?:[^A-Za-z]|$)"


def _literally(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() or character in '_=:"' else re.escape(character)
    return f"\\u{ord(character):04x}"


#: The pattern, for a text in lower case; what it found is its first or its second group.
NAME_STEMS: Final = re.compile(_pattern("("))
#: The same for Rust, whatever the case.
STEMS: Final = _pattern("(?i:")
