# SPDX-License-Identifier: Apache-2.0
"""
Keys without any mark: long runs of letters and digits that only chance makes.

A run of 48 and more hexadecimal digits is a key unless what stands beside it calls it a checksum or an id; so is a run of 32
and more characters of base64, or of letters and digits, that mixes them as no name does. Shorter ones are ids
as often as keys; two that a mark joins are an id and its key.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.tokens.context import is_named_otherwise
from airflow_provider_assistants.redaction.tokens.prefixed import has_marked_body
from airflow_provider_assistants.redaction.values.object_ids import OBJECTS, is_object_id, names_object
from airflow_provider_assistants.redaction.values.randomness import (
    LONGER_WORD,
    REDACTED,
    count_changes,
    has_both_cases,
    is_jumbled,
    is_mixed,
    is_symbol,
)

__all__ = ["DIGEST", "PUBLISHABLE", "SHORTEST_BARE", "SKETCHED_BARE", "SUSPICIOUS_BARE", "redact_bare_keys"]

SHORTEST_BARE: Final = 28
_SHORTEST_RUN: Final = 30
#: With marks in it, a run of 30 characters is the id of an object.
_SHORTEST_MARKED: Final = 32
#: With separators in it, a shorter run may be an id with a prefix.
_SHORTEST_JOINED: Final = 40
_RUN = re.compile(rf"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{{{_SHORTEST_RUN},}}={{0,2}}(?![A-Za-z0-9])")
#: Letters and digits of one case, some of which no hexadecimal number has.
#: What vendors issue for everybody to see, so that it is a secret only where no name says so.
PUBLISHABLE: Final = re.compile(
    r"(?:pk[_\-](?:live|test|sandbox|prod|lf)[_\-]|6L|0x4|pub(?:lic)?[_\-])[A-Za-z0-9_\-$=.]{8,200}"
)
_ONE_CASE = re.compile(r"[a-z0-9]{30,64}|[A-Z0-9]{30,64}")
#: What follows a key without its being a part of what surrounds it.
_REST = re.compile(r"(?:[=.:|~!\-]{1,3}(?=[A-Za-z0-9+/_]*[0-9])[A-Za-z0-9+/_\-]{12,}={0,2})*")
#: What a mark joins to a key of a known shape.
_SECOND_PART = re.compile(r"\*\*\*[.:|~](?P<part>[A-Za-z0-9_\-]{16,}+)(?!\.[a-z])")
#: The directories before a file, or dates as directories have them.
_DIRECTORIES = re.compile(r"/?(?:[a-z][a-z\-_]{4,}|(?:[a-z_\-]{2,}|[0-9]{1,4})/(?:[a-z_\-]{2,}|[0-9]{1,4}))/")
#: The number of an account or an app, which is no time, and its token; or a place and a token for it.
_NUMBERED = re.compile(
    r"(?<![A-Za-z0-9_\-.:|/@+])(?:(?:[a-z]{2,5}[.:_\-]){0,2}(?!1[4-9][0-9]{8}(?:[0-9]{3})?[^0-9])[0-9]{5,20}(?:\.pt\.|[:|.~$])"
    r"|(?P<place>[a-z][a-z0-9\-]{1,24})[:|])(?P<token>[A-Za-z0-9_\-]{24,}+)(?![.][a-z]|/)"
)
#: An organisation by name and number; digests have other names.
_SLUG = re.compile(r"[a-z]{3,16}-[0-9]{2,8}")
#: Two parts of a key, neither of which is long enough for one.
_PARTS = re.compile(
    r"(?<![A-Za-z0-9_\-./@+])(?:[A-Za-z0-9]{1,4}[.:|])?(?P<first>[A-Za-z0-9_\-]{24,80}+)[.:|~]"
    r"(?P<second>[A-Za-z0-9_\-]{24,}+)(?![.][a-z]|/)"
)
#: A run with a prefix and marks in it.
_CHUNK = re.compile(r"(?<![A-Za-z0-9_\-./+])[A-Za-z][A-Za-z0-9_\-]{23,255}(?![A-Za-z0-9_\-+/])")
_HEX_TOKEN = re.compile(r"[0-9a-f]{32,64}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SHORTEST_HEX: Final = 48
#: The token of a build server: a mark, and 32 digits.
_SHORTEST_HEX_MARKED: Final = 34
_BASE32 = re.compile(r"[A-Z2-7]+")
_LEAST_CHANGES: Final = 7
_LEAST_OF_CAPITALS: Final = 4
#: The words of a prefix.
_LEADING_WORDS = re.compile(r"(?:[A-Za-z]{1,12}[_\-]){1,3}(?=[A-Za-z0-9+/_\-]{40})")
#: An address or a hash of a chain of blocks, which is public.
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
#: For whom a file is encrypted, which is public.
_RECIPIENT = re.compile(r"age1[a-z0-9]{58}")
#: The id of a user or an object: a capital or two, and 32 digits.
_MARKED_DIGEST = re.compile(r"[A-Z]{1,2}[0-9a-f]{32}")
_UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
#: An id and its key.
_JOINED = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9a-f]{32}[.:](?![0-9a-f]{16}(?![0-9a-f]))[A-Za-z0-9]{16,64}"
    rf"|(?:[0-9a-f]{{32}}|{_UUID}):[0-9a-f]{{32}}|[0-9a-f]{{32}}-{_UUID}|[0-9a-f]{{16}}-[0-9a-f]{{16}}-[0-9a-f]{{16}}"
    rf"|[0-9a-f]{{32}}:api_token|{_UUID}:fx|[0-9a-f]{{8,64}}(?:\.[0-9a-f]{{40,64}}){{2,3}}(?!\.[a-z]))(?![A-Za-z0-9])"
)
#: A certificate, or a key that everybody may know.
_PUBLIC = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}(?:CERTIFICATE|PUBLIC KEY|REQUEST)-----[^\-]*")
#: What a mark joins to a key, before it.
_PIECE_BEFORE = re.compile(
    r"(?<![A-Za-z0-9_\-])(?P<piece>[A-Za-z0-9_\-+/]{1,64}={1,2}|[A-Za-z0-9_\-+]{1,64})(?:\.[a-z]{2}\.|[.:|~$!])\Z"
)
_SHORTEST_PIECE, _LONGEST_PIECE, _MOST_PIECES = 5, 70, 4
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[a-z]{12}")
#: A digest as it is written under a name that says so.
DIGEST: Final = re.compile(r"(?:(?i:sha[0-9]{1,3}|md5)[-:=]|0x)?(?:[0-9a-fA-F]{32,128}|[A-Za-z0-9+/_\-]{43,88}={0,2})")
#: What finds such runs in Rust's regex: a long one with a capital, the first of which is counted from.
SUSPICIOUS_BARE: Final = (
    r"(?:^|[^A-Za-z0-9+/_\-])[a-z0-9+/_\-]{0,15}[A-Z][A-Za-z0-9+/_\-]{8}|[a-z0-9+/_\-]{16}[A-Z]|[a-z0-9]{30}"
    r"|[A-Za-z0-9][.:|~$][A-Za-z0-9_\-]{16}|[0-9a-f]{32}-[0-9a-f]{8}-|[0-9a-f]{16}-[0-9a-f]{16}-|11[0-9a-f]{32}|[0-9a-f]:api_|\*\*\*[.:|~][A-Za-z0-9_\-]{16}|[0-9a-f]{12}:fx"
)
_CHANGE = r"(?:[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z])"
#: The same and more without counting: what is no hexadecimal number changes between kinds of characters eight times.
SKETCHED_BARE: Final = rf"{_CHANGE}(?:[A-Za-z0-9+/_\-]*{_CHANGE}){{3}}|[0-9a-fA-F]{{32}}|[A-Z0-9]{{30}}"


def redact_bare_keys(text: str) -> str:
    """Take out runs of characters that can be nothing but keys; the very same text if there is none."""
    if max(map(len, text.split())) < SHORTEST_BARE if not text.isspace() else True:
        return text
    parts: list[str] = []
    done = 0
    public = [match.span() for match in _PUBLIC.finditer(text)] if "-----BEGIN" in text else []
    for match in _RUN.finditer(text):
        start, end = match.span()
        while public and public[0][1] <= start:
            del public[0]
        if start < done or (public and public[0][0] < start):
            continue
        if not _is_key(match[0]) or is_named_otherwise(text, start, end):
            continue
        parts += (text[done : _joined_before(text, done, start)], REDACTED)
        done = _REST.match(text, end).end()  # type: ignore[union-attr]
    if parts:
        text = "".join((*parts, text[done:]))
    if "_" in text or "-" in text:
        text = _CHUNK.sub(_marked, text)
    if not any(mark in text for mark in ":.-|~$"):
        return text
    text = _PARTS.sub(_parts, _NUMBERED.sub(_numbered, _JOINED.sub(REDACTED, text)))
    return _SECOND_PART.sub(_second_part, text) if REDACTED in text else text


def _second_part(match: re.Match[str]) -> str:
    return REDACTED if is_mixed(match["part"]) else match[0]


def _joined_before(text: str, done: int, start: int) -> int:
    """Return where what is joined to a key begins: the id of an account, or another part of the key."""
    for _ in range(_MOST_PIECES):
        joined = _PIECE_BEFORE.search(text, max(done, start - _LONGEST_PIECE), start)
        if joined is None or len(joined["piece"]) < _SHORTEST_PIECE or _DIGIT.search(joined["piece"]) is None:
            break
        start = joined.start()
    return start


def _marked(match: re.Match[str]) -> str:
    chunk = match[0]
    is_key = (has_marked_body(chunk) or (chunk.endswith("_AK") and is_mixed(chunk))) and not is_named_otherwise(
        match.string, *match.span()
    )
    return REDACTED if is_key else chunk


def _numbered(match: re.Match[str]) -> str:
    token, place = match["token"], match["place"]
    is_hex = _HEX_TOKEN.fullmatch(token) is not None and match.string[match.start("token") - 1] in ":|"
    if place is None:
        is_key = is_hex or is_mixed(token)
    else:
        is_place = len(place) > 2 and place not in OBJECTS and not names_object(place)
        is_key = (is_hex and _SLUG.fullmatch(place) is not None) or (is_place and is_mixed(token))
    return match[0] if not is_key or is_named_otherwise(match.string, *match.span()) else REDACTED


def _parts(match: re.Match[str]) -> str:
    is_key = is_mixed(match["first"]) and is_mixed(match["second"])
    return match[0] if not is_key or is_named_otherwise(match.string, *match.span()) else REDACTED


def _is_key(whole: str) -> bool:
    run = whole.rstrip("=")
    if (
        len(run) > 4_000
        or run.startswith("eyJ")
        or (run.startswith(("cs_live_", "cs_test_")) and "_secret_" not in run)
    ):
        return False  # what is JSON has been judged by its shape; the session of a checkout opens nothing
    if _HEX.fullmatch(run):
        if len(run) == _SHORTEST_HEX_MARKED and run.startswith("11"):
            return True
        return len(run) >= _SHORTEST_HEX and not run.isdigit() and len(set(run)) > 4
    if len(run) < _SHORTEST_MARKED and not run.isalnum():
        return False
    if _ADDRESS.fullmatch(run) or _MARKED_DIGEST.fullmatch(run) or _RECIPIENT.fullmatch(run):
        return False
    if "/" in run and _DIRECTORIES.match(run):
        return any(len(each) >= _SHORTEST_RUN and _is_key(each) for each in run.split("/"))
    leading = _LEADING_WORDS.match(run)
    if leading is not None:
        run = run[leading.end() :]
        if _HEX.fullmatch(run):
            return False
    if is_symbol(run):
        return False
    kinds, changes, pairs = count_changes(run)
    word = (_WORD if len(kinds) == 3 else LONGER_WORD).search(run)
    if word is not None and not is_jumbled(word[0]):
        return False
    if _BASE32.fullmatch(run):
        return changes >= 0.25 * len(run) or (changes >= _LEAST_OF_CAPITALS and "0" in kinds and is_jumbled(run))
    if _ONE_CASE.fullmatch(run):
        least = _LEAST_OF_CAPITALS if run.isupper() else _LEAST_CHANGES
        return (changes >= 0.25 * len(run) or (changes >= least and is_jumbled(run))) and len(set(run)) > 12
    is_unmarked = run.isalnum() or ("+" in run and "_" not in run and "-" not in run)
    if len(run) < _SHORTEST_JOINED and not (is_unmarked and len(kinds) == 3 and sum(map(str.isupper, run)) > 3):
        return is_mixed(run) and not is_object_id(run)
    if len(kinds) == 3:
        return has_both_cases(run) and changes >= max(_LEAST_CHANGES, 0.36 * pairs)
    return len(kinds) == 2 and "0" in kinds and changes >= 0.25 * len(run) and run.isalnum()
