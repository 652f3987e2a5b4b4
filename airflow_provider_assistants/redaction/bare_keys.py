# SPDX-License-Identifier: Apache-2.0
"""
Keys without any mark: long runs of letters and digits that only chance makes.

A run of 48 and more hexadecimal digits is a key unless what stands beside it calls it a checksum; so is a run of 40
and more characters of base64, or of 32 letters and digits in both cases, that mixes them as no name does. Shorter ones are ids
as often as keys; two that a mark joins are an id and its key.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from airflow_provider_assistants.redaction.randomness import REDACTED, has_random_run

__all__ = ["DIGEST", "SHORTEST_BARE", "SKETCHED_BARE", "SUSPICIOUS_BARE", "redact_bare_keys"]

SHORTEST_BARE: Final = 32
#: With separators in it, a shorter run may be an id with a prefix.
_SHORTEST_JOINED: Final = 40
_RUN = re.compile(rf"(?<![A-Za-z0-9+/_\-=])[A-Za-z0-9+/_\-]{{{SHORTEST_BARE},}}={{0,2}}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SHORTEST_HEX: Final = 48
#: The token of a build server: a mark, and 32 digits.
_SHORTEST_HEX_MARKED: Final = 34
_BASE32 = re.compile(r"[A-Z2-7]+")
#: An address or a hash of a chain of blocks, which is public.
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
#: An id and its key.
_JOINED = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9a-f]{32}[.:](?![0-9a-f]{16}(?![0-9a-f]))[A-Za-z0-9]{16,64}"
    r"|(?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}):[0-9a-f]{32}"
    r"|[0-9a-f]{32}-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{16})(?![A-Za-z0-9])"
)
#: A certificate, or a key that everybody may know.
_PUBLIC = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}(?:CERTIFICATE|PUBLIC KEY|REQUEST)-----[^\-]*")
_ID_BEFORE = re.compile(r"(?<![A-Za-z0-9+/_\-=])[A-Za-z0-9\-]{16,64}[.:]\Z")
#: The line that a program for checksums prints.
_FILE_AFTER = re.compile(r"[ ][ *][\w./\-]{0,200}\w\.\w")
_CHECKSUM_BEFORE = re.compile(
    r"(?i)(?:sha-?[0-9]{0,3}|md5|digest|checksum|hash|etag|fingerprint|commit|revision|rev|integrity|base64"
    r"|ssh-(?:rsa|dss|ed25519)|(?:PUBLIC KEY|CERTIFICATE)-----\\?n?)[\"'\s]{0,3}[:=,\-@(/]?[\"'\s]{0,3}\Z"
)
_CLASSES = str.maketrans(
    {**dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "a"), **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A")}
    | dict.fromkeys("0123456789", "0")
)
_WORD = re.compile(r"[a-z]{10}")
#: What is not in both cases has longer runs of letters by chance.
_LONGER_WORD = re.compile(r"[a-z]{16}|[A-Z]{16}")
#: A digest as it is written under a name that says so.
DIGEST: Final = re.compile(r"(?:(?i:sha[0-9]{1,3}|md5)[-:=]|0x)?(?:[0-9a-fA-F]{32,128}|[A-Za-z0-9+/_\-]{43,88}={0,2})")
#: What finds such runs in Rust's regex: a long one with a capital, the first of which is counted from.
SUSPICIOUS_BARE: Final = (
    r"(?:^|[^A-Za-z0-9+/_\-])[a-z0-9+/_\-]{0,15}[A-Z][A-Za-z0-9+/_\-]{15}|[a-z0-9+/_\-]{16}[A-Z]|[a-z0-9]{40}"
    r"|[A-Za-z0-9][.:][A-Za-z0-9]{16}|[0-9a-f]{32}-[0-9a-f]{8}-|[0-9a-f]{16}-[0-9a-f]{16}-|11[0-9a-f]{32}"
)
_CHANGE = r"(?:[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z])"
#: The same and more without counting: what is no hexadecimal number changes between kinds of characters eight times.
SKETCHED_BARE: Final = rf"{_CHANGE}(?:[A-Za-z0-9+/_\-]*{_CHANGE}){{3}}|[0-9a-fA-F]{{32}}"


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
        if public and public[0][0] < start:
            continue
        if not _is_key(match[0].rstrip("=")) or _is_checksum(text, start, end):
            continue
        joined = _ID_BEFORE.search(text, max(done, start - 65), start)
        if joined is not None and has_random_run(joined[0]):
            start = joined.start()
        parts += (text[done:start], REDACTED)
        done = end
    if parts:
        text = "".join((*parts, text[done:]))
    return _JOINED.sub(REDACTED, text) if ":" in text or "." in text or "-" in text else text


def _is_checksum(text: str, start: int, end: int) -> bool:
    return (
        _CHECKSUM_BEFORE.search(text, max(0, start - 24), start) is not None or _FILE_AFTER.match(text, end) is not None
    )


def _is_key(run: str) -> bool:
    if len(run) > 4_000:
        return False
    if _HEX.fullmatch(run):
        if len(run) == _SHORTEST_HEX_MARKED and run.startswith("11"):
            return True
        return len(run) >= _SHORTEST_HEX and not run.isdigit() and len(set(run)) > 4
    if _ADDRESS.fullmatch(run):
        return False
    classes = run.translate(_CLASSES)
    changes = sum(first != second for first, second in pairwise(classes) if first.isalnum() and second.isalnum())
    kinds = set(classes) & {"a", "A", "0"}
    if (_WORD if len(kinds) == 3 else _LONGER_WORD).search(run) is not None:
        return False
    if _BASE32.fullmatch(run):
        return changes >= 0.25 * len(run) and "0" in kinds
    is_unmarked = run.isalnum() or ("+" in run and "_" not in run and "-" not in run)
    if len(run) < _SHORTEST_JOINED and not (is_unmarked and len(kinds) == 3 and classes.count("A") > 3):
        return False
    if len(kinds) == 3:
        return changes >= 0.4 * len(run)
    return len(kinds) == 2 and "0" in kinds and changes >= 0.25 * len(run) and run.isalnum()
