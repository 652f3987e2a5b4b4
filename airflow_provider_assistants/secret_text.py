# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside text: those that we know because they are ours, those in URLs, and those that their shape gives away.

Used for log lines and error messages, which may quote what a vendor said, and for every string of a row that can hold
something, which :data:`SUSPICIOUS` tells. A pattern is tried only where a literal that all its matches contain was
found, and a rare character of that literal is looked for first. No pattern needs more than linear time: each either
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
from urllib.parse import quote, quote_plus, unquote

from airflow_provider_assistants.secret_url import REDACTED, is_uuid, looks_random, redact_url, redact_urls

__all__ = [
    "REDACTED",
    "SHORTEST_SECRET",
    "SUSPICIOUS",
    "KnownSecrets",
    "is_uuid",
    "looks_random",
    "redact_shapes",
    "redact_text",
    "redact_url",
    "redact_urls",
    "secret_parts",
]

#: No text shorter than this holds a URL with a secret in it, a key of a known shape, or a name and a secret.
SHORTEST_SECRET: Final = len("pwd=x")

_SHORTEST_KNOWN = 5
#: A part of a secret that is shorter is left out, since it may well be a word.
_SHORTEST_PART = 8
_AUTH_SCHEME = re.compile(r"(?i)(?:bearer|basic|token|apikey|key)[ \t:]+")
_MOST_ROUNDS = 4
#: From the characters that prose has most of to those that it has least of; all others are rarer still.
_BY_FREQUENCY: Final = " etaonisrhldcumfpgwybv.,kTISAWHBMCPDxjqzRFELNGOUYJVKQXZ!?:;'-\"()1023456789/"


def redact_text(text: str, *, known_secrets: Iterable[str] = ()) -> str:
    """
    Take all secrets out of a text that is to be logged or raised.

    :param known_secrets: Secrets of ours, such as the connection's key.
    """
    return redact_shapes(KnownSecrets(known_secrets).redact(text))


class KnownSecrets:
    """
    Secrets of ours, in every form in which they may turn up in a text.

    Forms are: plain, percent-encoded, escaped for JSON or HTML, and base64, also as a part of something longer, as in
    the header of basic authentication. What opens the same door as the whole, such as the part of a Laravel Sanctum key
    behind its ``|``, is one of them (:func:`secret_parts`). A secret of fewer than five characters is left out: hiding it
    would blot out ordinary text.

    :param secrets: The secrets; empty ones are passed over.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {
            form
            for whole in secrets
            for secret in secret_parts(whole)
            if len(secret) >= _SHORTEST_KNOWN and secret.strip("*")
            for form in _forms_of(secret)
        }
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._forms = [(max(form, key=_rarity), form) for form in ordered]
        #: The length of the shortest text that can hold one.
        self.shortest = min(map(len, forms), default=1 << 30)
        #: A pattern of Rust's regex that finds each of them.
        self.pattern = "|".join(map(_literally, ordered))

    def __bool__(self) -> bool:
        return bool(self._forms)

    def redact(self, text: str) -> str:
        """Give the text without any of them; the very same text if it holds none."""
        for rare, form in self._forms:
            if rare in text and form in text:
                text = text.replace(form, REDACTED)
        return text


def secret_parts(secret: str) -> tuple[str, ...]:
    """
    Return a secret and whatever in it is as good as the whole, longest first.

    That is: the secret without white space around it and without the name of its authentication scheme, the part of a
    Laravel Sanctum key behind its ``|`` (the server accepts it alone), the password of a pair ``user:password``, and each of
    these without percent-encoding, as in a proxy's URL.

    :param secret: A key or password as it was configured; an empty one has no parts.
    """
    wholes = {secret, secret.strip(), _AUTH_SCHEME.sub("", secret.strip(), count=1)}
    wholes |= {unquote(each) for each in wholes if "%" in each}
    parts = {each.partition(mark)[2].strip() for each in wholes for mark in "|:"}
    found = {each for each in wholes if each} | {part for part in parts if len(part) >= _SHORTEST_PART}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


def _literally(text: str) -> str:
    """Give a pattern of Rust's regex that finds just this text."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\x{{{ord(each):x}}}" for each in text)


def _rarity(character: str) -> int:
    found = _BY_FREQUENCY.find(character)
    return found if found >= 0 else len(_BY_FREQUENCY)


def _forms_of(secret: str) -> set[str]:
    encoded = secret.encode("utf-8", "replace")
    percent = {quote(encoded, safe=""), quote(encoded), quote_plus(encoded)}
    percent |= {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in percent}
    escaped = json.dumps(secret)[1:-1]
    forms = {secret, *percent, escaped, escaped.replace("/", "\\/"), html.escape(secret), b64encode(encoded).decode()}
    for offset in range(3):
        # What of the base64 text depends on the secret alone, where that begins at this place of three.
        core = b64encode(b"\0" * offset + encoded).decode()[(0, 2, 3)[offset] :]
        core = core[: (None, -3, -2)[(offset + len(encoded)) % 3]]
        if len(core) >= 8:
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms


def redact_shapes(text: str) -> str:
    """
    Take out what is a URL's secret, has the shape of a key, or is named as one; the same text if nothing is.

    What stands where a secret was may let its surroundings look like one, so it is tried until nothing is found.
    """
    for _ in range(_MOST_ROUNDS):
        before, text = text, _redact_once(text)
        if text == before:
            return before
    return text


def _redact_once(text: str) -> str:
    if "/" in text and "://" in text:
        text = redact_urls(text)
    for rare, trials in _TRIALS.items():
        if rare in text:
            for literals, pattern, replacement in trials:
                for literal in literals:
                    if literal in text:
                        text = pattern.sub(replacement, text)
                        break
    if "=" in text:
        text = _redact_assigned(text, "=")
    if ":" in text:
        text = _redact_assigned(text, ":")
    return text


def _bearer(match: re.Match[str]) -> str:
    token = match["token"].rstrip(".!?)")
    is_word = token.isalpha() and len(token) < 20 and (token.islower() or token.istitle() or token.isupper())
    return match[0] if is_word or len(token) < 6 or not token.strip("*") else match["scheme"] + REDACTED


def _basic(match: re.Match[str]) -> str:
    token = match["token"].rstrip("=")
    try:
        pair = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_" if "-" in token or "_" in token else None)
        is_secret = ":" in pair.decode()
    except (binascii.Error, UnicodeError):
        is_secret = len(token) >= 20 and any(map(str.isdigit, token))
    return match["scheme"] + REDACTED if is_secret else match[0]


@dataclass(frozen=True, slots=True)
class _Shape:
    """
    How a kind of key looks.

    :param rare: A character of all the literals, as rare in prose as can be.
    :param literals: Every match contains one of them.
    :param pattern: The key.
    :param replacement: What is put in its place.
    """

    rare: str
    literals: tuple[str, ...]
    pattern: str
    replacement: str | Callable[[re.Match[str]], str] = REDACTED


_START = r"(?<![A-Za-z])"
#: Bounded, so that a text of nothing but beginnings costs no more than its length.
_WITH_DIGIT = r"(?=[A-Za-z_\-]{0,40}[0-9])"
_BEARER = _START + r"(?P<scheme>(?i:bearer) {1,8})(?P<token>[^\s\"'<>,;\\]{6,})"
_BASIC = _START + r"(?P<scheme>(?i:basic) {1,8})(?P<token>[A-Za-z0-9+/_\-]{8,}={0,2})"
_PEM = r" [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"

_SHAPES: Final[tuple[_Shape, ...]] = (
    _Shape("-", ("PRIVATE KEY",), rf"(?s)-----BEGIN{_PEM}.*?(?:-----END{_PEM}|\Z)"),
    _Shape(" ", ("earer ",), _BEARER, _bearer),
    _Shape("R", ("EARER ",), _BEARER, _bearer),
    _Shape(" ", ("asic ",), _BASIC, _basic),
    _Shape("S", ("ASIC ",), _BASIC, _basic),
    _Shape("J", ("eyJ",), r"eyJ[\w\-]{14,}={0,2}(?:\.[\w\-]+)*"),
    _Shape("K", ("AKIA",), r"AKIA[0-9A-Z]{12,}"),
    _Shape("I", ("ASIA",), r"(?<![A-Z])ASIA[0-9A-Z]{16,}"),
    _Shape("z", ("AIza",), r"AIza[\w\-]{30,}"),
    _Shape(".", ("ya29.",), r"ya29\.[\w\-]{20,}"),
    _Shape("G", ("SG.",), r"(?<![A-Za-z0-9])SG\.[\w\-]{16,}(?:\.[\w\-]+)?"),
    _Shape("|", ("|",), r"(?<![A-Za-z0-9])[0-9]{1,9}\|[A-Za-z0-9_\-]{20,}"),
    _Shape(
        "-",
        ("sk-", "pk-", "rk-"),
        rf"{_START}[spr]k-(?:(?:proj|ant|or|svcacct|live|test)-[\w\-]{{4,}}|{_WITH_DIGIT}[\w\-]{{8,}}|\w{{20,}})",
    ),
    _Shape("-", ("xox", "xapp-"), _START + r"(?:xox[a-z]-|xapp-[0-9]-)[\w\-]{8,}"),
    _Shape("-", ("glpat-", "xai-", "pat-"), rf"{_START}(?:glpat|xai|pat)-{_WITH_DIGIT}[\w\-]{{16,}}"),
    _Shape("-", ("key-",), _START + r"key-[0-9a-f]{32}(?![0-9a-f])"),
    _Shape(
        "_",
        ("sk_", "pk_", "rk_"),
        rf"{_START}g?[spr]k_(?:(?:live|test|car|prod)_[\w\-]{{4,}}|{_WITH_DIGIT}[\w\-]{{8,}}|\w{{20,}})",
    ),
    _Shape("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), r"(?:gh[pousr]|github_pat)_\w{16,}"),
    _Shape("_", ("burki_",), rf"burki_(?:(?:live|test)_[\w\-]{{4,}}|{_WITH_DIGIT}[\w\-]{{8,}}|[A-Za-z0-9]{{20,}})"),
    _Shape(
        "_",
        ("cal_", "whsec_", "hf_"),
        rf"{_START}(?:cal_(?:live_|test_)?|whsec_|hf_){_WITH_DIGIT}[\w\-+/=]{{12,}}",
    ),
    _Shape("_", ("shpat_", "npm_", "dop_v1_"), _START + r"(?:shpat|npm|dop_v1)_[A-Za-z0-9]{20,}"),
)
#: The shapes by their rare character.
_TRIALS = {
    rare: tuple(
        (shape.literals, re.compile(shape.pattern), shape.replacement) for shape in _SHAPES if shape.rare == rare
    )
    for rare in dict.fromkeys(shape.rare for shape in _SHAPES)
}

#: What the name of a secret ends with, in lower case and with underscores.
_SECRET_ENDINGS = (
    *("password", "passwd", "passphrase", "pwd", "secret", "token", "authorization", "credential", "credentials"),
    *("api_key", "apikey", "access_key", "accesskey", "private_key", "privatekey", "signing_key", "secret_key"),
    *("secretkey", "auth_key", "authkey", "account_key", "accountkey", "shared_key", "cookie", "account_sid"),
    *("accountsid", "sip_username", "sip_user", "session_id", "sessionid", "_auth", "senha", "passwort"),
)
#: Names of headers as they are written there: in prose an API key is written with a space.
_HEADER_ENDINGS = ("authorization", "cookie", "-api-key", "x_api_key", "auth-token")
_SETTING_ENDINGS = ("max_token", "per_token", "stop_token")
_CLOSERS = " \"'])\\"
_ASSIGNED = re.compile(
    r"[=:]{1,2}>? {0,2}(?:(?P<mark>\\{0,3}[\"'])(?P<quoted>[^\n]*?)(?:(?P=mark)|\n|\Z)"
    r"|(?P<scheme>(?i:bearer|basic|token|digest|apikey) {1,4})?(?P<bare>(?:[^\s\"'<>,;&\\]|[,;'](?=\w)|&(?!\w{1,64}=))+))"
)
_NO_SECRETS = frozenset({"none", "null", "true", "false", "undefined", "bearer", "basic", "token", "digest", "string"})


def _redact_assigned(text: str, mark: str) -> str:
    """Take out what is assigned to a name such as ``password``: in prose, in headers, in what almost is JSON."""
    parts: list[str] = []
    done = 0
    at = text.find(mark)
    while at >= 0:
        found = _assigned_secret(text, at) if at and not text[at - 1].isdecimal() else None
        if found is not None:
            parts += (text[done : found[0]], REDACTED)
            done = found[1]
        at = text.find(mark, max(at + 1, done))
    return "".join((*parts, text[done:])) if parts else text


def _assigned_secret(text: str, at: int) -> tuple[int, int] | None:
    """Give where the secret lies that is assigned at this place, if one is."""
    written = text[max(0, at - 24) : at].rstrip(_CLOSERS).lower()
    name = written.replace("-", "_").replace(" ", "_")
    if not name.endswith(_SECRET_ENDINGS) or name.endswith(_SETTING_ENDINGS):
        return None
    assigned = _ASSIGNED.match(text, at)
    if assigned is None:
        return None
    kind = "quoted" if assigned["mark"] else "bare"
    value = assigned[kind]
    if not value.strip("* ") or value.lower() in _NO_SECRETS:
        return None
    if kind == "bare" and text[at] == ":" and not written.endswith(_HEADER_ENDINGS) and not _is_no_word(value):
        return None
    return assigned.span(kind)


def _is_no_word(value: str) -> bool:
    """Tell a key from a word of prose, as in ``Password: ask for it``."""
    return len(value) >= 20 or (len(value) >= 6 and not value.rstrip(".,;:!?)").replace("-", "").isalpha())


def _suspicious() -> str:
    literals = {literal for shape in _SHAPES for literal in shape.literals}
    needed = [each for each in literals if not any(other in each for other in literals - {each})]
    names = "|".join(sorted(map(_literally, _SECRET_ENDINGS))).replace(_literally("_"), "[ _-]")
    # What follows is a secret unless it is one that was taken out before.
    taken = re.escape(REDACTED)
    not_taken = rf"[^*]|\*[^*]|\*\*[^*]|{taken}(?:[^&]|&[^0-9A-Za-z_]|&[0-9A-Za-z_]{{1,64}}(?:[^=]|$))"
    closers = "".join(map(_literally, _CLOSERS))
    return f"{'|'.join(sorted(map(_literally, needed)))}|(?i:{names})[{closers}]*[=:](?:{not_taken})"


#: A pattern of Rust's regex that finds something in every text that :func:`redact_shapes` changes, but for URLs: these
#: hold ``://``.
SUSPICIOUS: Final = _suspicious()
