# SPDX-License-Identifier: Apache-2.0
"""Whether a text was made by chance, as keys are, or by somebody who gives names; and what stands where a key was."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

__all__ = [
    "LONGER_WORD",
    "REDACTED",
    "SHORTEST_RANDOM",
    "count_changes",
    "has_both_cases",
    "has_random_run",
    "is_jumbled",
    "is_mixed",
    "is_symbol",
    "is_uuid",
    "looks_random",
]

#: What stands where a secret was.
REDACTED: Final = "***"
#: Nothing shorter looks random.
SHORTEST_RANDOM: Final = 12

_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_DIGIT = re.compile(r"[0-9]")
_KINDS = str.maketrans(
    {**dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a"), **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A")}
    | dict.fromkeys("0123456789", "0")
)
_WORD, _LONG_WORD = re.compile(r"[a-z]{9}"), re.compile(r"[a-z]{12}")
#: Letters that are words in a text of one case too, in which runs of letters are longer by chance.
LONGER_WORD: Final = re.compile(r"[a-z]{20}|[A-Z]{20}")
_LEAST_CHANGES: Final = 8
#: Of three letters of words one is a vowel, of five drawn by chance; and hardly any is one that chance draws as often as others.
_VOWELS, _LEAST_VOWELS = re.compile(r"[aeiouAEIOU]"), 0.28
#: Of the words that a program joins, which are shortened: ``RunTaskKwargs``.
_FEWEST_VOWELS: Final = 0.22
_LONGEST_SYMBOL: Final = 160
_RARE, _MOST_RARE = re.compile(r"[jqxzJQXZ]"), 0.08
_LEAST_OF_A_CASE: Final = 3
#: Words that a program joins: ``HTTPAuthorizationCredentials``, ``Ed25519PublicKey``, ``parse_s3_url``, ``conn.extra_dejson``.
_HUMP = (
    r"(?:[A-Z]{1,7}(?=[A-Z][a-z])|[A-Z][0-9]{1,3}(?=[A-Z])|[A-Z][a-z]{2,19}(?:[0-9]{1,2}(?=[A-Z_]))?"
    r"|(?:As|By|Of|To|In|Is|Id|On|Or|If|No|Up|At|DB|ID)(?![a-z]))"
)
_CAMEL = (
    r"(?:[a-z]{2,20}|[a-z]{1,6}[0-9]{1,2}(?=[A-Z])|(?:[A-Z]{1,3}|[A-Z][a-z]{1,3})[0-9]{1,5}(?=[A-Z]))?"
    rf"{_HUMP}{{1,10}}"
)
_PART = rf"(?:[a-z]{{1,20}}|[A-Z]{{2,20}}|{_CAMEL}|[a-z]{{1,6}}[0-9]{{1,2}}(?=[_.][A-Za-z]))"
_SYMBOL = re.compile(rf"(?:~|\*{{1,2}}|\.|_{{1,2}})?{_PART}(?:[_.]{{1,2}}{_PART}){{0,10}}")


def looks_random(segment: str) -> bool:
    """Whether a segment is a token rather than a word, a slug, a number or a UUID."""
    if len(segment) < SHORTEST_RANDOM:
        return False
    if "%" in segment:
        segment = unquote(segment)
    if has_random_run(segment):
        return True
    return (
        len(segment) >= 16
        and not (segment.islower() or segment.isupper())
        and _DIGIT.search(segment) is not None
        and " " not in segment
        and not is_symbol(segment)
    )


def has_random_run(text: str) -> bool:
    """Whether letters and digits of a text make a run that no word, number or identifier of a program makes."""
    for run in _RUN.findall(text):
        if run.isdigit():
            continue
        one_case = run.islower() or run.isupper()
        shortest_of_a_case, shortest = (24, 20) if run.isalpha() else (16, 0)
        if len(run) >= (shortest_of_a_case if one_case else shortest) and (one_case or not is_symbol(run)):
            return True
    return False


def is_symbol(text: str) -> bool:
    """Whether a text is a name in a program, all of words: ``HTTPAuthorizationCredentials``, ``conn.extra_dejson``."""
    if len(text) > _LONGEST_SYMBOL or not text[-1:].isalpha() or _SYMBOL.fullmatch(text) is None:
        return False
    letters = sum(map(str.isalpha, text))
    has_words = len(_VOWELS.findall(text)) >= _FEWEST_VOWELS * letters and len(_RARE.findall(text)) < 3
    return has_words and (text.isupper() or sum(map(str.isupper, text)) < 0.36 * letters)


def count_changes(text: str) -> tuple[set[str], int, int]:
    """
    Return which kinds of characters a text has (``a``, ``A``, ``0``), how many of them stand next to another kind, and how many
    next to any.
    """
    kinds = text.translate(_KINDS)
    pairs = [first != second for first, second in pairwise(kinds) if first.isalnum() and second.isalnum()]
    return set(kinds) & {"a", "A", "0"}, sum(pairs), len(pairs)


def has_both_cases(text: str) -> bool:
    """Whether a text has more than the few capitals of a time, or the few small letters of a code."""
    return sum(map(str.isupper, text)) >= _LEAST_OF_A_CASE and sum(map(str.islower, text)) >= _LEAST_OF_A_CASE


def is_mixed(text: str) -> bool:
    """Whether capitals, small letters and digits of a text change as often as chance has it, and no word is among them."""
    kinds, changes, pairs = count_changes(text)
    word = _LONG_WORD if len(text) >= 40 else _WORD
    return (
        len(kinds) == 3
        and has_both_cases(text)
        and changes >= max(_LEAST_CHANGES, 0.36 * pairs)
        and word.search(text) is None
    )


def is_jumbled(text: str) -> bool:
    """Whether the letters of a text were drawn by chance, as those of words are not."""
    letters = sum(map(str.isalpha, text))
    return (
        len(_VOWELS.findall(text)) < _LEAST_VOWELS * letters
        or len(_RARE.findall(text)) > max(1, _MOST_RARE * letters)
        or 0.36 * letters <= sum(map(str.isupper, text)) <= 0.7 * letters
    )


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    return _UUID.fullmatch(text) is not None
