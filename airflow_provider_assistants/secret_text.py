# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside text: in URLs, in the well-known shapes of keys, and those that we know because they are ours.

Used for log lines and error messages, which may quote what a vendor said, and for every string of a row.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

__all__ = ["REDACTED", "known_forms", "redact_known", "redact_text", "redact_url"]

REDACTED = "***"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s\"'<>\\^`{|}]+")
_URL_PARTS = re.compile(r"([^:]+://)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_LONG_RUN = re.compile(r"[A-Za-z0-9]{20,}|(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16,}")
_HOOK_SEGMENTS = frozenset({"hook", "hooks", "webhook", "webhooks", "catch", "callback", "callbacks"})

#: Keys that give themselves away by their shape, each with a literal that every match contains: looking for the literal
#: is much cheaper than trying the pattern.
_SHAPES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    (("earer ", "EARER "), re.compile(r"(?i)\b(bearer\s+)(?:(?=\S*[0-9])\S{8,}|[\w.~+/|\-]{16,}=*)"), r"\1" + REDACTED),
    (
        ("asic ", "ASIC "),
        re.compile(r"(?i)\b(basic\s+)(?=[A-Za-z]*[0-9+/=])[A-Za-z0-9+/]{8,}={0,2}"),
        r"\1" + REDACTED,
    ),
    (("sk-", "sk_", "pk_", "rk_"), re.compile(r"\b[spr]k[-_][A-Za-z0-9_\-]{8,}"), REDACTED),
    (("eyJ",), re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]{4,}(?:\.[\w\-]*)?"), REDACTED),
    (("AKIA", "ASIA"), re.compile(r"\bA[KS]IA[0-9A-Z]{16}\b"), REDACTED),
    (("AIza",), re.compile(r"\bAIza[\w\-]{30,}"), REDACTED),
    (("xox",), re.compile(r"\bxox[a-z]-[\w\-]{8,}"), REDACTED),
    (("gh",), re.compile(r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"), REDACTED),
    (("burki_",), re.compile(r"\bburki_(?:live_|test_)?[\w\-]{8,}"), REDACTED),
    (("|",), re.compile(r"\b\d{1,9}\|[A-Za-z0-9_\-]{20,}"), REDACTED),
    (
        ("PRIVATE KEY-----",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        REDACTED,
    ),
)


def redact_url(url: str) -> str:
    """
    Take the secrets out of a URL: its user-info, the values of its query and fragment, and token-like path segments.

    Scheme, host, plain path and the names of parameters stay, so that the URL still tells where it leads.
    """
    match = _URL_PARTS.fullmatch(url)
    if match is None:
        return url
    scheme, authority, path, query, fragment = (group or "" for group in match.groups())
    user_info, at, host = authority.rpartition("@")
    if at:
        authority = f"{REDACTED}@{host}" if user_info else authority
    if query:
        query = "?" + _values(query[1:])
    if "=" in fragment:
        fragment = "#" + _values(fragment[1:])
    return scheme + authority + _path(path) + query + fragment


def _values(query: str) -> str:
    return "&".join(_pair(pair) for pair in query.split("&"))


def _pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if equals:
        return f"{name}={REDACTED if value else ''}"
    return REDACTED if _LONG_RUN.search(name) else name


def _path(path: str) -> str:
    if len(path) < 16:
        return path
    segments = path.split("/")
    in_hook = False
    for number, segment in enumerate(segments):
        if _LONG_RUN.search(segment) or (in_hook and _UUID.fullmatch(segment)):
            segments[number] = REDACTED
        in_hook = in_hook or segment.lower() in _HOOK_SEGMENTS
    return "/".join(segments)


def known_forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """
    Give every form in which secrets of ours may turn up in text, longest first: plain, in a URL, in base64.

    Anything shorter than five characters is left out: hiding it would blot out ordinary text.
    """
    forms = set()
    for secret in secrets:
        if len(secret) >= 5:
            forms |= {secret, quote(secret, safe=""), quote_plus(secret), b64encode(secret.encode()).decode()}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def redact_known(text: str, forms: Iterable[str]) -> str:
    """Take secrets of ours out of a text; ``forms`` comes from :func:`known_forms`."""
    for form in forms:
        if form in text:
            text = text.replace(form, REDACTED)
    return text


def redact_shapes(text: str) -> str:
    """Take out of a text what is a URL's secret, or has the shape of a key."""
    if "://" in text:
        text = _URL.sub(lambda match: redact_url(match.group()), text)
    for literals, pattern, replacement in _SHAPES:
        for literal in literals:
            if literal in text:
                text = pattern.sub(replacement, text)
                break
    return text


def redact_text(text: str, *, known_secrets: Iterable[str] = ()) -> str:
    """
    Take all secrets out of a text that is to be logged or raised.

    :param known_secrets: Secrets of ours, such as the connection's key.
    """
    return redact_shapes(redact_known(text, known_forms(known_secrets)))
