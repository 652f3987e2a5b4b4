# SPDX-License-Identifier: Apache-2.0
"""Secrets that we know because they are ours, such as the connection's key, in every form in which a text may hold them."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = ["KnownSecrets", "literally", "rarity", "secret_parts"]

_SHORTEST_KNOWN = 5
#: A part of a secret that is shorter is left out, since it may well be a word.
_SHORTEST_PART = 8
_AUTH_SCHEME = re.compile(r"(?i)(?:bearer|basic|token|apikey|key)[ \t:]+")
#: From the characters that prose has most of to those that it has least of; all others are rarer still.
_BY_FREQUENCY: Final = " etaonisrhldcumfpgwybv.,kTISAWHBMCPDxjqzRFELNGOUYJVKQXZ!?:;'-\"()1023456789/"


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
        self._forms = [(max(form, key=rarity), form) for form in ordered]
        #: The length of the shortest text that can hold one.
        self.shortest = min(map(len, forms), default=1 << 30)
        #: A pattern of Rust's regex that finds each of them.
        self.pattern = "|".join(map(literally, ordered))

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


def literally(text: str) -> str:
    """Return a pattern of Rust's regex that finds just this text."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\x{{{ord(each):x}}}" for each in text)


def rarity(character: str) -> int:
    """Return the rank of a character in prose: the higher, the rarer."""
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
