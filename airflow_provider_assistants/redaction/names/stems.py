# SPDX-License-Identifier: Apache-2.0
"""
Where a text holds a word that the name of a secret can hold: a pattern made from the tables of words.

Python's ``re`` and Rust's ``regex`` read the pattern alike, so that the quick search in rows and the close one cannot
differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import airflow_provider_assistants.redaction.names.words as secret_words
from airflow_provider_assistants.redaction.names.secret_names import fold
from airflow_provider_assistants.redaction.prefilter import Prefilter, prefix_tree

__all__ = ["ASCII_STEMS", "NAME_STEMS", "STEMS", "holds_plain_stem", "stem_spans"]

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
#: As short as these, a word counts only where it stands alone: ``cle`` begins a good many others.
_SHORT: Final = 4
_JOINT: Final = r"[ _.'\-]{0,2}"
#: Short, and in no other word; and words that count in a part of a name, or right before what is assigned.
_RARE: Final = ("pwd", "jwt", "hmac", "totp", "key")
_PARTS: Final = tuple(
    (
        '_pass|-pass|pass =|pass :|pass"|pass is|rootpw|bindpw|dbpw|adminpw|userpw|_auth|-auth|auth ='
        "|codigo_|código_|codice_|kod_|kode_|код_|cod_|_kod|_kód|_codigo"
    ).split("|")
)
#: Names of much besides, which are those of secrets where they stand alone in a sentence.
_WORDS_OF_SENTENCES: Final = ("pat", "pats", "license", "licence")


def lowered(text: str) -> str:
    """Return a text with its ASCII letters in lower case, and every letter at its place."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _spellings(word: str) -> set[str]:
    """Return a word as it may be written: with accents, without, in capitals, taken apart."""
    plain = word.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    forms = {word, word.lower(), fold(word).casefold(), fold(plain)}
    forms |= {form.capitalize() for form in forms} | {form.upper() for form in forms}
    return {lowered(each) for form in forms for each in (form, unicodedata.normalize("NFD", form))}


def _code_phrases() -> Iterator[str]:
    """Iterate over what codes that open something are called in languages whose words for it have a gap."""
    qualifiers = secret_words.CODE_QUALIFIERS.split()
    for qualifier in qualifiers:
        yield f"{qualifier} code"
        if qualifier.isascii():
            yield f"code {qualifier}"


def _unjoined(phrase: str) -> str:
    """Return a phrase as names have it, without the words that only join others."""
    joining = secret_words.JOINING.split()
    return " ".join(word for word in phrase.replace("'", " ").split() if word not in joining)


def _stems() -> tuple[list[str], list[str]]:
    """Return the words to search for: anywhere, and alone."""
    tables = (secret_words.SECRET_WORDS, secret_words.TOKEN_WORDS, secret_words.KEY_WORDS, secret_words.UNSPACED)
    forms = {form for word in " ".join(tables).split() for form in _spellings(word)}
    phrases = {
        form for phrase in (*secret_words.SECRET_PHRASES, *_code_phrases()) for form in (phrase, _unjoined(phrase))
    }
    forms |= {form for phrase in phrases for form in _spellings(phrase)}
    forms |= {form for word in _WORDS_OF_SENTENCES for form in _spellings(word)}
    alone = {form for form in forms if len(form) <= _SHORT and form.isascii() and form not in _RARE}
    anywhere: list[str] = []
    for form in sorted(forms - alone, key=lambda each: (len(each), each)):
        if not any(shorter in form for shorter in anywhere):
            anywhere.append(form)
    return sorted((*anywhere, *_PARTS)), sorted(alone)


def _any_of(stems: Iterable[str]) -> str:
    """Return a pattern for any of some stems; what stands between their words may be written in any way."""
    return prefix_tree((tuple(_JOINT if each in " '" else _literally(each) for each in stem), "") for stem in stems)


def _literally(character: str) -> str:
    return character if character.isalnum() or character in '_=:"' else re.escape(character)


_ANYWHERE, _ALONE = _stems()
#: Those that are written in one way.
_PLAIN = tuple(stem for stem in _ANYWHERE if stem.isascii() and stem.isalnum())
#: The pattern, for a text in lower case.
NAME_STEMS: Final = re.compile(rf"{_any_of(_ANYWHERE)}|(?<![a-z]){_any_of(_ALONE)}(?![a-z])")
#: The same for Rust, whatever the case; and those of them that are ASCII.
STEMS, ASCII_STEMS = (
    rf"(?i:{_any_of(anywhere)})|(?:^|[^A-Za-z])(?i:{_any_of(alone)})(?:[^A-Za-z]|$)"
    for anywhere, alone in (
        (_ANYWHERE, _ALONE),
        (filter(str.isascii, _ANYWHERE), filter(str.isascii, _ALONE)),
    )
)
#: A long text is searched in windows, and no word that begins in one reaches farther than this into the next.
_WINDOW: Final = 256
_REACH: Final = max(len(stem) + 2 * len(re.findall(r"[ ']", stem)) for stem in (*_ANYWHERE, *_ALONE)) + 1
_holds_stem = Prefilter(STEMS)


def holds_plain_stem(word: str) -> bool:
    """Whether a word holds one that is searched for anywhere, so that a text with it is read closely for names."""
    return any(stem in word.lower() for stem in _PLAIN)


def stem_spans(text: str) -> Iterator[tuple[int, int]]:
    """
    Iterate over the places of the words that a secret's name can hold, from the left and without overlaps.

    Python's search takes a hundred times as long as Rust's, which does not say where: so it searches where Rust found some.
    """
    for begin, end in _windows(text):
        before = max(0, begin - 1)
        for hit in NAME_STEMS.finditer(lowered(text[before : end + _REACH]), begin - before):
            if before + hit.start() < end:
                yield before + hit.start(), before + hit.end()


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Iterate over the parts of a text in which such words begin."""
    if len(text) <= _WINDOW:
        yield 0, len(text)
        return
    begin = -1
    for at in range(0, len(text), _WINDOW):
        if _holds_stem(text[max(0, at - 1) : at + _WINDOW + _REACH]):
            begin = at if begin < 0 else begin
        elif begin >= 0:
            yield begin, at
            begin = -1
    if begin >= 0:
        yield begin, len(text)
