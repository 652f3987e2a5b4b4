# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside text: those that we know because they are ours, those in URLs, and those that their shape gives away.

Used for log lines and error messages, which may quote what a vendor said, and for every string of a row. Rows come by
the million and most strings hold nothing, so each pattern is tried only where a literal that all its matches contain
was found, and a rare character of that literal is looked for first. No pattern needs more than linear time: each either
succeeds once its first characters matched, or gives up after a bounded number of them.
"""

from __future__ import annotations

import binascii
import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

from airflow_provider_assistants.secret_url import REDACTED, redact_url, redact_urls

__all__ = ["REDACTED", "SHORTEST_SECRET", "KnownSecrets", "redact_shapes", "redact_text", "redact_url"]

#: No text shorter than this holds a URL with a secret, or a key of a known shape.
SHORTEST_SECRET: Final = 7

_SHORTEST_KNOWN = 5


def redact_text(text: str, *, known_secrets: Iterable[str] = ()) -> str:
    """
    Take all secrets out of a text that is to be logged or raised.

    :param known_secrets: Secrets of ours, such as the connection's key.
    """
    return redact_shapes(KnownSecrets(known_secrets).redact(text))


class KnownSecrets:
    """
    Secrets of ours, and every form in which they may turn up in a text.

    Forms are: plain, percent-encoded, escaped for JSON or HTML, and base64, also as a part of something longer, as in
    the header of basic authentication. A secret of fewer than five characters is left out: hiding it would blot out
    ordinary text.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {
            form for secret in secrets if len(secret) >= _SHORTEST_KNOWN and secret.strip("*") for form in _forms_of(secret)
        }
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._forms = [(_rarest_character(form), form) for form in ordered]
        #: The length of the shortest text that can hold one.
        self.shortest = min(map(len, forms), default=1 << 30)

    def __bool__(self) -> bool:
        return bool(self._forms)

    def redact(self, text: str) -> str:
        """Give the text without any of them; the very same text if it holds none."""
        for rare, form in self._forms:
            if rare in text and form in text:
                text = text.replace(form, REDACTED)
        return text


def redact_shapes(text: str) -> str:
    """Take out of a text what is a URL's secret, has the shape of a key, or is named as one; the same text if none is."""
    if "/" in text and "://" in text:
        text = redact_urls(text)
    for shape in _SHAPES:
        if shape.rare in text:
            for literal in shape.literals:
                if literal in text:
                    text = shape.pattern.sub(shape.replacement, text)
                    break
    if "=" in text or ":" in text:
        text = _redact_named(text)
    return text


@dataclass(frozen=True, slots=True)
class _Shape:
    """
    How a kind of key looks.

    :param rare: A character of every literal, as rare in prose as can be.
    :param literals: Every match contains one of them.
    """

    rare: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] = REDACTED


def _bearer(match: re.Match[str]) -> str:
    token = match["token"]
    words = token.rstrip(".,;:!?)\"'")
    if words.isalpha() and len(words) < 20 and (words.islower() or words.istitle() or words.isupper()):
        return match[0]
    return match["scheme"] + REDACTED if len(words) >= 6 else match[0]


def _basic(match: re.Match[str]) -> str:
    token = match["token"].rstrip("=")
    try:
        pair = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_" if "-" in token or "_" in token else None)
        is_pair = ":" in pair.decode()
    except (binascii.Error, UnicodeDecodeError):
        is_pair = False
    return match["scheme"] + REDACTED if is_pair or (len(token) >= 16 and not token.isalpha()) else match[0]


_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
#: Bounded, so that a text of nothing but beginnings costs no more than its length.
_WITH_DIGIT = r"(?=[A-Za-z_\-]{0,40}[0-9])"

_SHAPES: Final[tuple[_Shape, ...]] = (
    _Shape("-", ("PRIVATE KEY",), _PEM),
    _Shape("r", ("earer", "EARER"), re.compile(r"(?i)(?<![a-z])(?P<scheme>bearer\s{1,8})(?P<token>[^\s\"'<>,;]{6,})"), _bearer),
    _Shape("s", ("asic ",), re.compile(r"(?i)(?<![a-z])(?P<scheme>basic {1,8})(?P<token>[a-z0-9+/_\-]{8,}={0,2})"), _basic),
    _Shape("S", ("BASIC ",), re.compile(r"(?P<scheme>BASIC {1,8})(?P<token>[A-Za-z0-9+/_\-]{8,}={0,2})"), _basic),
    _Shape("J", ("eyJ",), re.compile(r"eyJ[\w\-]{14,}={0,2}(?:\.[\w\-]+)*")),
    _Shape("K", ("AKIA",), re.compile(r"AKIA[0-9A-Z]{12,}")),
    _Shape("S", ("ASIA",), re.compile(r"(?<![A-Z])ASIA[0-9A-Z]{16,}")),
    _Shape("z", ("AIza",), re.compile(r"AIza[\w\-]{30,}")),
    _Shape("y", ("ya29.",), re.compile(r"ya29\.[\w\-]{20,}")),
    _Shape("G", ("SG.",), re.compile(r"(?<![A-Za-z0-9])SG\.[\w\-]{16,}(?:\.[\w\-]+)?")),
    _Shape("|", ("|",), re.compile(r"(?<![A-Za-z0-9])[0-9]{1,9}\|[A-Za-z0-9_\-]{20,}")),
    _Shape(
        "-",
        ("sk-", "pk-", "rk-"),
        re.compile(r"(?<![A-Za-z])[spr]k-(?:(?:proj|ant|or|svcacct|live|test)-[\w\-]{4,}|" + _WITH_DIGIT + r"[\w\-]{8,}|\w{20,})"),
    ),
    _Shape("-", ("xox", "xapp-"), re.compile(r"(?<![A-Za-z])(?:xox[a-z]-|xapp-[0-9]-)[\w\-]{8,}")),
    _Shape("-", ("glpat-", "xai-", "pat-"), re.compile(r"(?<![A-Za-z])(?:glpat|xai|pat)-" + _WITH_DIGIT + r"[\w\-]{16,}")),
    _Shape("-", ("key-",), re.compile(r"(?<![A-Za-z])key-[0-9a-f]{32}(?![0-9a-f])")),
    _Shape(
        "_",
        ("sk_", "pk_", "rk_"),
        re.compile(r"(?<![A-Za-z])[gspr]{1,2}k_(?:(?:live|test|car|prod)_[\w\-]{4,}|" + _WITH_DIGIT + r"[\w\-]{8,}|\w{20,})"),
    ),
    _Shape("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), re.compile(r"(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}")),
    _Shape("_", ("burki_",), re.compile(r"burki_(?:(?:live|test)_[\w\-]{4,}|" + _WITH_DIGIT + r"[\w\-]{8,}|[A-Za-z0-9]{20,})")),
    _Shape("_", ("cal_", "whsec_", "hf_"), re.compile(r"(?<![A-Za-z])(?:cal_(?:live_|test_)?|whsec_|hf_)" + _WITH_DIGIT + r"[\w\-+/=]{12,}")),
    _Shape("_", ("shpat_", "npm_", "dop_v1_"), re.compile(r"(?<![A-Za-z])(?:shpat|npm|dop_v1)_[A-Za-z0-9]{20,}")),
)

#: Names that make what is assigned to them a secret, wherever a text does so: ``api_key=…``, ``X-Api-Key: …``.
_SECRET_NAME = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|pwd|secret|(?<!max)(?<!max[_\-])token|(?:api|access|private|signing|secret|auth)[ _\-]?key|"
    r"authorization|credentials?|cookie|account[ _\-]?sid|sip[ _\-]?user(?:name)?|session[ _\-]?id|\bauth|\bsig)\Z"
)
_NAME_BEFORE = re.compile(r"([A-Za-z][\w\- ]{0,47})[\"'\]]{0,2}\s{0,2}\Z")
_ASSIGNED = re.compile(
    r"[=:]{1,2}>?\s{0,2}(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n]*)|(?P<scheme>(?i:bearer|basic|token|digest|apikey) {1,4})?(?P<bare>[^\s\"'<>,;&]+))"
)
_HEADER_NAME = re.compile(r"(?i)(?:authorization|x-[a-z\-]{0,30}(?:key|token)|cookie)\Z")


def _redact_named(text: str) -> str:
    """Take out what is assigned to a name such as ``password``, in prose, headers and what almost is JSON."""
    parts: list[str] = []
    done = at = 0
    while (at := _next_assignment(text, at)) >= 0:
        before = text[max(done, at - 50) : at]
        name = _NAME_BEFORE.search(before) if before[-1:] not in "0123456789" else None
        assigned = _ASSIGNED.match(text, at) if name and _SECRET_NAME.search(name[1].rstrip()) else None
        at += 1
        if name is None or assigned is None:
            continue
        kind = "quoted" if assigned["quote"] else "bare"
        if not _is_secret_value(assigned[kind], name[1].rstrip(), text[at - 1], quoted=kind == "quoted"):
            continue
        start, done = assigned.span(kind)
        parts += [text[at - 1 - (at - 1 - _end(parts, text)) : start], REDACTED] if False else [text[_last(parts, 0) : start], REDACTED]
    return text
