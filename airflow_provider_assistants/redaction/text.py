# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside text: those that we know because they are ours, those in URLs, and those that their shape gives away.

Used for log lines and error messages, which may quote what a vendor sent, and for every string of a row in which
:data:`SUSPICIOUS` finds something. A pattern is tried only where a literal that all its matches contain was
found, and a rare character of that literal is searched for first. No pattern needs more than linear time: each either
succeeds once its first characters matched, or gives up after a bounded number of them.
"""

from __future__ import annotations

import binascii
import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus, unquote

from airflow_provider_assistants.redaction.bare_keys import (
    SHORTEST_BARE,
    SKETCHED_BARE,
    SUSPICIOUS_BARE,
    redact_bare_keys,
)
from airflow_provider_assistants.redaction.grouped_keys import SKETCHED_GROUPED, SUSPICIOUS_GROUPED, redact_grouped_keys
from airflow_provider_assistants.redaction.login_shapes import LOGIN_SHAPES
from airflow_provider_assistants.redaction.named_secrets import SKETCHED_NAMED, SUSPICIOUS_NAMED, redact_named
from airflow_provider_assistants.redaction.placeholders import is_no_secret, is_placeholder, placeholder_end
from airflow_provider_assistants.redaction.prefilter import Prefilter, prefix_tree
from airflow_provider_assistants.redaction.prefixed_keys import SUSPICIOUS_PREFIXED, redact_prefixed_keys
from airflow_provider_assistants.redaction.randomness import REDACTED, has_random_run, is_uuid, looks_random
from airflow_provider_assistants.redaction.token_shapes import TOKEN_SHAPES
from airflow_provider_assistants.redaction.urls import redact_url, redact_urls

__all__ = [
    "REDACTED",
    "SHORTEST_SECRET",
    "SKETCHES",
    "SUSPICIOUS",
    "KnownSecrets",
    "is_uuid",
    "looks_random",
    "redact_known_shapes",
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
_LONG_WORD = re.compile(r"[a-z]{9}")
#: No rule but those for whole lines and private keys reads farther than this.
_MOST_READ: Final = 2_048
#: From the characters that prose has most of to those that it has least of; all others are rarer still.
_BY_FREQUENCY: Final = " etaonisrhldcumfpgwybv.,kTISAWHBMCPDxjqzRFELNGOUYJVKQXZ!?:;'-\"()1023456789/"


def redact_text(text: str, *, known_secrets: KnownSecrets | Iterable[str] = ()) -> str:
    """
    Take all secrets out of a text that is to be logged or raised.

    :param known_secrets: Secrets of ours, such as the connection's key.
    """
    known = known_secrets if isinstance(known_secrets, KnownSecrets) else KnownSecrets(known_secrets)
    return redact_shapes(known.redact(text))


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
        """Return the text without any of them; the very same text if it holds none."""
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
    """Return a pattern of Rust's regex that finds just this text."""
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

    What stands where a secret was may let its surroundings look like one, so these are tried until nothing is found.
    """
    before, text = text, _redact_once(text)
    for _ in range(_MOST_ROUNDS - 1):
        if text == before:
            return before
        begin, end = _surroundings(before, text)
        before, text = text, text[:begin] + _redact_once(text[begin:end]) + text[end:]
    return text


def _surroundings(before: str, text: str) -> tuple[int, int]:
    """Return the part of a text in which what was changed lies, with as much around it as a rule reads."""
    same = _common(len(before), lambda size: before[:size] == text[:size])
    begin = text.rfind(" ", 0, max(0, same - _MOST_READ)) + 1
    size = min(len(before), len(text)) - same
    same = _common(size, lambda size: before.endswith(text[len(text) - size :]))
    end = text.find(" ", len(text) - same + _MOST_READ)
    return begin, len(text) if end < 0 else end


def _common(most: int, are_same: Callable[[int], bool]) -> int:
    """Return the largest size up to a limit for which something holds that holds for all smaller ones."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if are_same(middle):
            least = middle
        else:
            most = middle - 1
    return least


def redact_known_shapes(text: str) -> str:
    """Return a text without what :func:`redact_shapes` takes out, but with runs that only their randomness makes a key."""
    return _redact_once(text, by_looks=False)


def _redact_once(text: str, *, by_looks: bool = True) -> str:
    if "/" in text and "://" in text:
        text = redact_urls(text)
    if _holds_shape(text):
        text = _redact_token_shapes(text)
    if by_looks:
        # A whole run first, lest a part of it is taken for a prefix and a key.
        if len(text) >= SHORTEST_BARE and _holds_bare(text):
            text = redact_bare_keys(text)
        if ("_" in text or "-" in text) and _holds_prefixed(text):
            text = redact_prefixed_keys(text)
        if "-" in text and _holds_grouped(text):
            text = redact_grouped_keys(text)
    for holds_login, pattern in _LOGINS:
        if holds_login(text):
            text = pattern.sub(_login, text)
    return redact_named(text) if _holds_named(text) else text


def _redact_token_shapes(text: str) -> str:
    for rare, trials in _TRIALS.items():
        if rare in text:
            for trial in trials:
                for literal in trial.literals:
                    if literal in text:
                        if trial.holds(text):
                            text = trial.pattern.sub(trial.replacement, text)
                        break
    return text


def _bearer(match: re.Match[str]) -> str:
    token = match["token"].rstrip(".!?)")
    is_word = token.isalpha() and len(token) < 20 and (token.islower() or token.istitle() or token.isupper())
    is_word = is_word or placeholder_end(match.string, match.start("token")) is not None
    if is_word or len(token) < 6 or is_no_secret(token) or is_placeholder(match["token"]):
        return match[0]
    return match["scheme"] + REDACTED


def _basic(match: re.Match[str]) -> str:
    token = match["token"].rstrip("=")
    try:
        pair = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_" if "-" in token or "_" in token else None)
        is_secret = ":" in pair.decode()
    except (binascii.Error, UnicodeError):
        is_secret = len(token) >= 20 and any(map(str.isdigit, token))
    return match["scheme"] + REDACTED if is_secret else match[0]


def _key(match: re.Match[str]) -> str:
    """Hide a key of a known shape, unless its characters say that it only stands for one: ``sk-xxxxxxxxxxxxxxxx``."""
    return match[0] if len(set(match[0][-12:])) < 3 else REDACTED


def _encoded_json(match: re.Match[str]) -> str:
    """Hide what may be a token with claims, unless it is a JSON object in which nothing is random: a page's cursor."""
    token = match[0].rstrip("=")
    if "." not in token:
        try:
            text = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_").decode()
            is_open = isinstance(json.loads(text), dict) and '"alg"' not in text
        except (ValueError, RecursionError):
            is_open = False
        if is_open and not has_random_run(text) and _redact_once(text) == text:
            return match[0]
    return _key(match)


def _mixed(match: re.Match[str]) -> str:
    found = match[0]
    is_mixed = sum(map(str.isdigit, found)) > 1 and any(map(str.isupper, found)) and any(map(str.islower, found))
    return match[0] if not is_mixed or _LONG_WORD.search(found) else _key(match)


def _with_digit(match: re.Match[str]) -> str:
    return _key(match) if any(map(str.isdigit, match[0])) or has_random_run(match[0]) else match[0]


def _login(match: re.Match[str]) -> str:
    """Hide what the group ``secret`` holds, unless it is a placeholder."""
    begin, end = (place - match.start() for place in match.span("secret"))
    secret = match["secret"]
    # A user's and a group's number: ``docker run -u 1000:1000``.
    is_number = secret.isdigit() and match[0][:begin].rstrip(":").rpartition(" ")[2].isdigit()
    return match[0] if is_number or is_no_secret(secret) else match[0][:begin] + REDACTED + match[0][end:]


_START = r"(?<![A-Za-z])"
_BEARER = _START + r"(?P<scheme>(?i:bearer) {1,8})(?P<token>[^\s\"'<>,;\\]{6,})"
_BASIC = _START + r"(?P<scheme>(?i:basic) {1,8})(?P<token>[A-Za-z0-9+/_\-]{8,}={0,2})"
_PEM = r" [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"

#: How a private key begins in base64, which a certificate does not, with the lines that follow.
_KEY_BODY = (
    r"(?:MII[A-Za-z0-9+/]{3,5}(?:BAD|BAA|AKC)|MIG[A-Za-z0-9+/]AgEA|MC4CAQAw|MHcCAQEE|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/=]{16,}"
    r"(?:(?:\\r)?(?:\r?\n|\\n)[A-Za-z0-9+/=]{4,80}(?![^\s\\\"'\-]))*"
)

_Replacement = str | Callable[[re.Match[str]], str]
#: Shapes of more than a key: the characters around it say what it is.
_FRAMED: Final[tuple[tuple[tuple[str, ...], str, _Replacement], ...]] = (
    (("PRIVATE KEY",), rf"(?s)-----BEGIN{_PEM}.*?(?:-----END{_PEM}|\Z)", REDACTED),
    (
        ("PRIVATE KEY",),
        rf"(?:(?<=\s)|(?<=\\n)|^)(?:[A-Za-z0-9+/=]{{16,80}}(?:\s|\\n){{1,3}}){{1,200}}-----END{_PEM}",
        REDACTED,
    ),
    (("MII", "MIG", "MC4CAQ", "MHcCAQ", "b3BlbnNz"), _KEY_BODY, REDACTED),
    (("earer ",), _BEARER, _bearer),
    (("EARER ",), _BEARER, _bearer),
    (("asic ",), _BASIC, _basic),
    (("ASIC ",), _BASIC, _basic),
)
_LOGINS = tuple((Prefilter(shape.suspicious), re.compile(shape.pattern)) for shape in LOGIN_SHAPES)


def _rarest(literals: tuple[str, ...]) -> str:
    """Return the character of all literals that prose has least of; the empty text, which is everywhere, if none is."""
    shared = set(literals[0]).intersection(*literals[1:])
    return max(shared, key=lambda each: (_rarity(each), each), default="")


class _Trial(NamedTuple):
    """
    What is tried on a text.

    :param literals: One of them is in every text that is changed.
    :param pattern: What is replaced.
    :param holds: What finds quickly whether it can be found.
    """

    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: _Replacement
    holds: Callable[[str], bool]


def _trials() -> dict[str, list[_Trial]]:
    """Return what is tried on a text, by a rare character that it has to hold."""
    trials: dict[str, list[_Trial]] = {}
    for literals, pattern, replacement in _FRAMED:
        quick = Prefilter("|".join(map(_literally, literals)))
        trials.setdefault(_rarest(literals), []).append(_Trial(literals, re.compile(pattern), replacement, quick))
    for shape in TOKEN_SHAPES:
        compiled = re.compile(f"{shape.before}(?:{shape.core})")
        replaced: _Replacement = _with_digit if shape.needs_digit else _key
        replaced = _mixed if shape.needs_mixture else replaced
        replaced = _encoded_json if shape.literals == ("eyJ",) else replaced
        trial = _Trial(shape.literals, compiled, replaced, Prefilter(shape.suspicious))
        trials.setdefault(_rarest(shape.literals), []).append(trial)
    return trials


_TRIALS = _trials()


#: What Rust's regex has for the text before a shape.
_BOUNDARIES: Final = {r"(?<![A-Za-z0-9])": "(?:^|[^A-Za-z0-9])", r"(?<![A-Za-z])": "(?:^|[^A-Za-z])"}


def _suspicious_shapes() -> str:
    """Return a pattern for all shapes, with what they have in common written once."""
    branches: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for shape in TOKEN_SHAPES:
        branches.setdefault(_BOUNDARIES.get(shape.before, ""), []).extend(shape.branches)
    branches.setdefault("", []).extend(
        (tuple(map(_literally, literal)), "") for literals, _, _ in _FRAMED for literal in literals
    )
    return "|".join(before + prefix_tree(each) for before, each in branches.items())


def _sketch(named: str) -> str:
    return "|".join((_SUSPICIOUS_SHAPES, SKETCHED_BARE, SKETCHED_GROUPED, *_SUSPICIOUS_LOGINS, named))


_SUSPICIOUS_SHAPES = _suspicious_shapes()
_SUSPICIOUS_LOGINS = tuple(shape.suspicious for shape in LOGIN_SHAPES)
#: What finds quickly whether a rule can change a text, so that a long text is read closely for those rules only.
_holds_shape = Prefilter(_SUSPICIOUS_SHAPES)
_holds_prefixed = Prefilter(SUSPICIOUS_PREFIXED)
_holds_bare = Prefilter(SUSPICIOUS_BARE)
_holds_grouped = Prefilter(SUSPICIOUS_GROUPED)
_holds_named = Prefilter(SUSPICIOUS_NAMED)
#: Patterns of Rust's regex of which one finds something in every text that :func:`redact_shapes` changes, but for URLs: these
#: hold ``://``.
SUSPICIOUS: Final = (
    _SUSPICIOUS_SHAPES,
    SUSPICIOUS_BARE,
    SUSPICIOUS_PREFIXED,
    SUSPICIOUS_GROUPED,
    *_SUSPICIOUS_LOGINS,
    SUSPICIOUS_NAMED,
)
#: What finds the same and more in one pass, but for keys with a prefix, which Rust finds by a rare character.
SKETCHES: Final = (
    (_sketch(SKETCHED_NAMED[0]), _sketch(SKETCHED_NAMED[1])),
    (SUSPICIOUS_PREFIXED, SUSPICIOUS_PREFIXED),
)
