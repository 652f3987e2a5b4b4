# SPDX-License-Identifier: Apache-2.0
"""
Keys with a prefix that nobody listed: some words, a separator, and a long run that only chance makes.

Ids of objects look the same. What makes them ids is their prefix, a noun of what they identify (``call_…``, ``asst_…``), and
the key that they stand under (:mod:`.object_ids`).
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.tokens.context import is_named_otherwise
from airflow_provider_assistants.redaction.values.object_ids import AMBIGUOUS, OBJECTS, has_opening_word
from airflow_provider_assistants.redaction.values.randomness import (
    LONGER_WORD,
    REDACTED,
    count_changes,
    is_jumbled,
    is_mixed,
)

__all__ = ["SUSPICIOUS_PREFIXED", "has_marked_body", "redact_prefixed_keys"]

_SEPARATED_RUN = re.compile(r"[_\-](?P<run>[A-Za-z0-9]{20,})")
_PREFIX = re.compile(r"(?<![A-Za-z0-9])(?P<words>(?:[A-Za-z][A-Za-z0-9]{0,11}[_\-]){0,3}[A-Za-z][A-Za-z0-9]{0,11})\Z")
#: The same with a part of the key, or a number, before the run.
_PREFIX_AND_PART = re.compile(
    r"(?<![A-Za-z0-9])(?P<words>(?:[A-Za-z][A-Za-z0-9]{0,11}[_\-]){0,2}[A-Za-z][A-Za-z0-9]{0,11})"
    r"[_\-](?=[A-Za-z]*[0-9])[A-Za-z0-9]{6,32}\Z"
)
_REST = re.compile(r"(?:[_\-.][A-Za-z0-9]{3,64}){0,3}")
_LONGEST_PREFIX: Final = 84
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_WORD = re.compile(r"[a-z]{9}|[A-Z]{9}")
_LONGEST: Final = 512
#: Ids with a prefix have 27 characters at most.
_LONGER_THAN_IDS: Final = 28
#: Likewise if all letters are small, or capitals; and whatever the prefix.
_LONGER_THAN_CODES: Final = 28
_LONGER_THAN_NAMES: Final = 50
#: What a flow of OAuth gives away is longer than the ids in it.
_LONGER_THAN_OAUTH: Final = 32
#: The longest number of hexadecimal digits in ids; longer ones are digests, or keys.
_LONGEST_HEX_ID: Final = 64
_DIGESTS = frozenset({96, 128})
_SEPARATOR = re.compile(r"[_\-]+")
_PREFIX_WORD = re.compile(r"[A-Za-z]{1,12}|[A-Za-z]{1,8}[0-9]{1,3}")
_LEAST_CHANGES, _LEAST_DIGITS = 3, 2
_MOST_WORDS, _LEAST_OPENED, _LEAST_MARKED = 4, 20, 28
#: Objects whose ids say whether they are of a test: a checkout's session.
_TESTED = frozenset({"cs"})
#: What finds, in Rust's regex, every text that :func:`redact_prefixed_keys` changes.
SUSPICIOUS_PREFIXED: Final = r"[_\-](?:[A-Za-z0-9]{20}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
#: A UUID behind the word for what lets somebody in, or behind two words of which the last says where.
_SECRET_UUID = re.compile(
    r"(?<![A-Za-z0-9_\-])(?:(?:[A-Za-z0-9]{1,12}[_\-]){0,2}(?:[A-Za-z]{0,8}(?:key|token|secret)|pat|sk|priv|private)(?:[_\-][a-z]{2}[0-9]?)?|[a-z]{0,8}api"
    r"|(?P<place>[a-z]{2,12})[_\-](?:sandbox|production|development|live|prod))"
    r"[_\-][0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![A-Za-z0-9\-])"
)


def redact_prefixed_keys(text: str) -> str:
    """Take out keys that a prefix and a random run make; the very same text if there is none."""
    parts: list[str] = []
    done = 0
    for match in _SEPARATED_RUN.finditer(text):
        at = match.start()
        if at < done or not _holds_letters_and_digits(match["run"]):
            continue
        prefix = _PREFIX.search(text, max(done, at - _LONGEST_PREFIX), at)
        if prefix is None:
            prefix = _PREFIX_AND_PART.search(text, max(done, at - _LONGEST_PREFIX), at)
        if prefix is None or not _is_key(prefix["words"], match["run"]):
            continue
        end = _REST.match(text, match.end()).end()  # type: ignore[union-attr]
        if is_named_otherwise(text, prefix.start(), end):
            continue
        parts += (text[done : prefix.start()], REDACTED)
        done = end
    if parts:
        text = "".join((*parts, text[done:]))
    return _SECRET_UUID.sub(_uuid, text)


def _uuid(match: re.Match[str]) -> str:
    """Hide a UUID with a prefix, unless the prefix is an object's."""
    is_object = match["place"] in OBJECTS and match["place"] not in AMBIGUOUS
    return match[0] if is_object or len(set(match[0][-12:])) == 1 else REDACTED


def _holds_letters_and_digits(run: str) -> bool:
    return len(run) <= _LONGEST and not run.isalpha() and not run.isdigit()


def _is_key(prefix: str, run: str) -> bool:
    """Whether a run of letters and digits is a key, by the words before it."""
    words = re.split(r"[_\-]", prefix.lower())
    if len(words) > 1 and words[0] in _TESTED:
        return False
    is_one_case = run.islower() or run.isupper()
    is_opening = has_opening_word(words)
    changes = count_changes(run)[1]
    if is_one_case and is_opening:
        return changes >= 0.2 * len(run) or (changes >= _LEAST_CHANGES and is_jumbled(run))
    if sum(map(str.isdigit, run)) < _LEAST_DIGITS and not (changes >= 0.36 * len(run) and is_jumbled(run)):
        return False
    if (LONGER_WORD if is_one_case and len(run) >= _LONGER_THAN_CODES else _WORD).search(run) is not None:
        return False
    if is_opening:
        return True
    if len(run) >= _LONGER_THAN_NAMES and (
        _HEX.fullmatch(run) is None or (len(run) > _LONGEST_HEX_ID and len(run) not in _DIGESTS)
    ):
        return True
    return (
        len(run) >= _LONGER_THAN_IDS
        and (words[-1].rstrip("0123456789") not in OBJECTS or (words[-1] == "oauth" and len(run) >= _LONGER_THAN_OAUTH))
        and (_HEX.fullmatch(run) is not None or len(run) >= _LONGER_THAN_CODES or not is_one_case)
    )


def has_marked_body(chunk: str) -> bool:
    """Whether what follows the words of a prefix is a key, with hyphens and underscores among its characters."""
    pieces = _SEPARATOR.split(chunk)
    words: list[str] = []
    while pieces and len(words) < _MOST_WORDS and _PREFIX_WORD.fullmatch(pieces[0]):
        words.append(pieces.pop(0).lower())
    body, is_opening = "-".join(pieces), has_opening_word(words)
    if not words or not pieces or words[0] in _TESTED or (words[-1] in OBJECTS and not is_opening):
        return False
    if len(pieces) > 1 and len(body) >= (_LEAST_OPENED if is_opening else _LEAST_MARKED) and is_mixed(body):
        return True
    return is_opening and _is_opened(chunk)


def _is_opened(chunk: str) -> bool:
    """Whether what follows the first word of a prefix that says that a key follows is one, be its first part like a word."""
    pieces = _SEPARATOR.split(chunk)
    while not has_opening_word([pieces.pop(0).lower()]):
        pass
    while pieces and has_opening_word([pieces[0].lower()]):
        pieces.pop(0)
    body = "-".join(pieces)
    return len(body) >= _LEAST_OPENED and is_mixed(body) and is_jumbled(body)
