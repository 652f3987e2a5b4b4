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
import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from airflow_provider_assistants.redaction.known_secrets import KnownSecrets, literally, rarity, secret_parts
from airflow_provider_assistants.redaction.logins.commands import COMMANDS
from airflow_provider_assistants.redaction.logins.shapes import LOGIN_SHAPES
from airflow_provider_assistants.redaction.named_in_text.named_secrets import (
    SKETCHED_NAMED,
    SUSPICIOUS_NAMED,
    redact_named,
)
from airflow_provider_assistants.redaction.names.stems import holds_plain_stem
from airflow_provider_assistants.redaction.prefilter import Prefilter, prefix_tree
from airflow_provider_assistants.redaction.tokens.bare import (
    SHORTEST_BARE,
    SKETCHED_BARE,
    SUSPICIOUS_BARE,
    redact_bare_keys,
)
from airflow_provider_assistants.redaction.tokens.grouped import (
    SKETCHED_GROUPED,
    SUSPICIOUS_GROUPED,
    redact_grouped_keys,
)
from airflow_provider_assistants.redaction.tokens.prefixed import SUSPICIOUS_PREFIXED, redact_prefixed_keys
from airflow_provider_assistants.redaction.tokens.well_known import TOKEN_SHAPES
from airflow_provider_assistants.redaction.urls import (
    SUSPICIOUS_RELATIVE_URL,
    redact_relative_urls,
    redact_url,
    redact_urls,
)
from airflow_provider_assistants.redaction.values.placeholders import (
    is_example_key,
    is_no_secret,
    is_placeholder,
    placeholder_end,
)
from airflow_provider_assistants.redaction.values.plausible import is_key_like, is_numbered, trimmed
from airflow_provider_assistants.redaction.values.randomness import (
    REDACTED,
    has_random_run,
    is_jumbled,
    is_uuid,
    looks_random,
)

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

_MOST_ROUNDS = 4
_LONG_WORD = re.compile(r"[a-z]{9}")
#: No rule but those for whole lines and private keys reads farther than this.
_MOST_READ: Final = 2_048


def redact_text(text: str, *, known_secrets: KnownSecrets | Iterable[str] = ()) -> str:
    """
    Take all secrets out of a text that is to be logged or raised.

    :param known_secrets: Secrets of ours, such as the connection's key.
    """
    known = known_secrets if isinstance(known_secrets, KnownSecrets) else KnownSecrets(known_secrets)
    return redact_shapes(known.redact(text))


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
    if "?" in text and _holds_relative_url(text):
        text = redact_relative_urls(text)
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
    if _holds_login(text):
        for holds_shape, pattern, replacement in _LOGINS:
            if holds_shape(text):
                text = pattern.sub(replacement, text)
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
    token = match["token"].rstrip(".!?):")
    is_word = token.isalpha() and len(token) < 20 and (token.islower() or token.istitle() or token.isupper())
    is_word = is_word or placeholder_end(match.string, match.start("token")) is not None or _PARAMETER.fullmatch(token)
    if is_word or len(token) < 6 or is_no_secret(token) or is_placeholder(match["token"]):
        return match[0]
    return match["scheme"] + REDACTED


#: ``WWW-Authenticate: Bearer error="…"``
_PARAMETER = re.compile(r"[a-z_]{3,20}=")


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
    found = match[0]
    is_cut = _ELISION.match(match.string, match.end()) is not None and not has_random_run(found)
    return found if is_cut or is_example_key(found) or len(set(found[-12:])) < 3 else REDACTED


_LONGEST_HEADER: Final = 48
_ELISION = re.compile(r"\.{3}|…|[*•]{3}")


def _encoded_json(match: re.Match[str]) -> str:
    """Hide what may be a token with claims, unless it is a JSON object in which nothing is random: a page's cursor."""
    token = match[0].rstrip("=")
    if len(token) <= _LONGEST_HEADER and _ELISION.match(match.string, match.end()):
        return match[0]  # how all such tokens begin
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
    has_chance = sum(map(str.isdigit, found)) > 1 or is_jumbled(found)
    is_mixed = has_chance and any(map(str.isupper, found)) and any(map(str.islower, found))
    return match[0] if not is_mixed or _LONG_WORD.search(found) else _key(match)


def _with_digit(match: re.Match[str]) -> str:
    return _key(match) if any(map(str.isdigit, match[0])) or has_random_run(match[0]) else match[0]


def _login(match: re.Match[str]) -> str:
    """Hide what the group ``secret`` holds, unless it is a placeholder."""
    begin, end = (place - match.start() for place in match.span("secret"))
    secret = match["secret"]
    # A user's and a group's number: ``docker run -u 1000:1000``.
    is_number = secret.isdigit() and match[0][:begin].rstrip(":").rpartition(" ")[2].isdigit()
    is_group = match[0][:begin].endswith(f" {secret}:")
    return match[0] if is_number or is_group or is_no_secret(secret) else match[0][:begin] + REDACTED + match[0][end:]


def _vague_login(match: re.Match[str]) -> str:
    """Likewise, but only what looks like a key or a password."""
    secret = trimmed(match["secret"])
    is_other = ("-" in secret and is_uuid(secret)) or is_numbered(secret) or _FUNCTION.match(secret) is not None
    return _login(match) if is_key_like(secret) and not is_other else match[0]


#: A function that is called, and a setting of a chart: ``u = z / max(1, abs(z))``, ``-p image.tag=1.42.0``.
_FUNCTION = re.compile(r"[a-z][a-z_.]{1,40}\(|[a-z]\w{0,40}(?:\.\w{1,40}){1,6}=(?![^\s]{16})")
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
    (("PRIVATE KEY",), rf"(?s)-----BEGIN{_PEM}(?!\s{{0,4}}(?:\.{{3}}|…|<)).*?(?:-----END{_PEM}|\Z)", REDACTED),
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
_LOGINS = tuple(
    (Prefilter(shape.suspicious), re.compile(shape.pattern), _vague_login if shape.is_vague else _login)
    for shape in LOGIN_SHAPES
)


def _rarest(literals: tuple[str, ...]) -> str:
    """Return the character of all literals that prose has least of; the empty text, which is everywhere, if none is."""
    shared = set(literals[0]).intersection(*literals[1:])
    return max(shared, key=lambda each: (rarity(each), each), default="")


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
        quick = Prefilter("|".join(map(literally, literals)))
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
        (tuple(map(literally, literal)), "") for literals, _, _ in _FRAMED for literal in literals
    )
    return "|".join(before + prefix_tree(each) for before, each in branches.items())


def _sketch(named: str) -> str:
    sketches = (
        _SUSPICIOUS_SHAPES,
        SKETCHED_BARE,
        SKETCHED_GROUPED,
        *_SKETCHED_LOGINS,
        SUSPICIOUS_RELATIVE_URL,
        *_SHORT_COMMANDS,
        named,
    )
    return "|".join(sketches)


_SUSPICIOUS_SHAPES = _suspicious_shapes()
_SUSPICIOUS_LOGINS = tuple(shape.suspicious for shape in LOGIN_SHAPES)
_SKETCHED_LOGINS = tuple(shape.suspicious for shape in LOGIN_SHAPES if not shape.is_command)
#: The words of commands that the names do not find anyway. Rust searches for some forty words by their first four letters at
#: once, three times as fast as for fifty of them, or for shorter ones.
_COMMANDS = tuple(word for word in COMMANDS if not holds_plain_stem(word))
_SHORT_COMMANDS = tuple(word for word in _COMMANDS if len(word) < 4)
_SKETCHED_COMMANDS: Final = "|".join(word for word in _COMMANDS if len(word) >= 4)
#: What finds quickly whether a rule can change a text, so that a long text is read closely for those rules only.
_holds_shape = Prefilter(_SUSPICIOUS_SHAPES)
_holds_prefixed = Prefilter(SUSPICIOUS_PREFIXED)
_holds_bare = Prefilter(SUSPICIOUS_BARE)
_holds_grouped = Prefilter(SUSPICIOUS_GROUPED)
_holds_login = Prefilter("|".join(_SUSPICIOUS_LOGINS))
_holds_relative_url = Prefilter(SUSPICIOUS_RELATIVE_URL)
_holds_named = Prefilter(SUSPICIOUS_NAMED)
#: Patterns of Rust's regex of which one finds something in every text that :func:`redact_shapes` changes, but for URLs: these
#: hold ``://``.
SUSPICIOUS: Final = (
    _SUSPICIOUS_SHAPES,
    SUSPICIOUS_BARE,
    SUSPICIOUS_PREFIXED,
    SUSPICIOUS_GROUPED,
    *_SUSPICIOUS_LOGINS,
    SUSPICIOUS_RELATIVE_URL,
    SUSPICIOUS_NAMED,
)
#: What finds the same and more in one pass, but for keys with a prefix, which Rust finds by a rare character, and commands,
#: which it finds by their first letters: the pass holds as many words as Rust keeps in its memory.
SKETCHES: Final = (
    (_sketch(SKETCHED_NAMED[0]), _sketch(SKETCHED_NAMED[1])),
    (SUSPICIOUS_PREFIXED, SUSPICIOUS_PREFIXED),
    (_SKETCHED_COMMANDS, _SKETCHED_COMMANDS),
)
