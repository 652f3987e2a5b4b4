# SPDX-License-Identifier: Apache-2.0
"""Fake secrets from templates: ``AC‹hex 32›`` is the letters AC and 32 random hexadecimal digits."""

from __future__ import annotations

import random
import re
import string
import uuid
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from typing import NamedTuple

_SLOT = re.compile(r"‹(\w+)(?: (\d+))?›")

_ALPHABETS = {
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "digits": string.digits,
    "alnum": string.ascii_letters + string.digits,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "letters": string.ascii_letters,
    "base32": string.ascii_uppercase + "234567",
    "base58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "base64": string.ascii_letters + string.digits + "+/",
    "base64url": string.ascii_letters + string.digits + "-_",
}
_WORDS = (
    "amber basil canyon delta ember falcon garnet harbor indigo jasper kestrel lagoon maple nectar onyx pepper".split()
)
_COMMON = "Summer Winter Welcome Dragon Monkey Sunshine Company Berlin London Madrid".split()


class Secret(NamedTuple):
    """
    A secret as it is planted.

    :param text: What is planted.
    :param sensitive: The part that nobody may see: what stands between ``⟦`` and ``⟧`` in the template; if nothing does, from
        the first to the last character that was generated.
    """

    text: str
    sensitive: str


def fill(template: str, rng: random.Random) -> Secret:
    """Return the secret that a template makes; a template without a slot is secret as a whole."""
    before, opening, rest = template.partition("⟦")
    if opening:
        inner, _, after = rest.partition("⟧")
        filled = [_filled(part, rng) for part in (before, inner, after)]
        return Secret("".join(filled), filled[1])
    slots = list(_SLOT.finditer(template))
    if not slots:
        return Secret(template, template)
    sensitive = _filled(template[slots[0].start() : slots[-1].end()], rng)
    return Secret(f"{template[: slots[0].start()]}{sensitive}{template[slots[-1].end() :]}", sensitive)


def _filled(template: str, rng: random.Random) -> str:
    return _SLOT.sub(lambda slot: _make(slot[1], int(slot[2] or 0), rng), template)


def _make(kind: str, length: int, rng: random.Random) -> str:
    if kind in _MAKERS:
        return _MAKERS[kind](rng)
    if kind == "pem":
        return "\n".join(_characters("base64", 64, rng) for _ in range(length))
    return _characters(kind, length, rng)


def _characters(kind: str, length: int, rng: random.Random) -> str:
    """Return random characters, with a digit and a letter among them where there is room, as in real tokens."""
    alphabet = _ALPHABETS[kind]
    while True:
        text = "".join(rng.choices(alphabet, k=length))
        mixed = any(c.isdigit() for c in text) and (kind == "digits" or any(c.isalpha() for c in text))
        ends_plainly = text[0].isalnum() and text[-1].isalnum()
        if (mixed and ends_plainly) or length < 6 or kind == "letters":
            return text


def _password(rng: random.Random) -> str:
    """Return a password as people choose them."""
    common, word, other = rng.choice(_COMMON), rng.choice(_WORDS), rng.choice(_WORDS)
    return rng.choice(
        [
            f"{common}{rng.randint(1990, 2029)}{rng.choice('!#$*')}",
            f"{word.capitalize()}-{other}-{rng.randint(10, 99)}",
            f"{word}{rng.choice('_.+')}{other.upper()}{rng.randint(100, 999)}",
            word.replace("a", "4").replace("e", "3") + rng.choice("!$*") + str(rng.randint(10000, 99999)),
            _characters("alnum", 12, rng) + rng.choice("!#$*"),
        ]
    )


def _word_password(rng: random.Random) -> str:
    """Return a password of letters only, which no shape gives away."""
    return rng.choice(_WORDS) + rng.choice(_WORDS)


def _plain_password(rng: random.Random) -> str:
    """Return a password without characters that a URL or a shell would need quoted."""
    return f"{rng.choice(_WORDS)}{rng.choice(_COMMON)}{rng.randint(10, 9999)}"


def _basic(rng: random.Random) -> str:
    return b64encode(f"{rng.choice(_WORDS)}:{_password(rng)}".encode()).decode()


def _claims(rng: random.Random) -> str:
    claims = f'{{"sub":"{rng.randint(10**6, 10**7)}","iat":{rng.randint(1_600_000_000, 1_800_000_000)}}}'
    return urlsafe_b64encode(claims.encode()).decode().rstrip("=")


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "password": _password,
    "words": _word_password,
    "plain": _plain_password,
    "basic": _basic,
    "claims": _claims,
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
}
