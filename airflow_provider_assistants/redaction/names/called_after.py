# SPDX-License-Identifier: Apache-2.0
"""
Things that are only called after a secret, and what they are like: cookies that are eaten, the health of a credential.

The last word of a name says what it names: ``password_login`` is a login. A plain word there is a setting, and what looks like a
key is a secret all the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, is_thing, key_words, secret_meaning

__all__ = [
    "LEAST_PIN",
    "are_kinds",
    "are_things",
    "is_count",
    "is_label",
    "is_of_thing",
    "is_thing_word",
    "says_how",
]

_LONGEST_LABEL: Final = 60
_LABEL = re.compile(
    r"(?:[A-Z]?[a-z]++|[A-Z]{2,6}+|[^\W\d_a-zA-Z]\w*|[A-Za-z]*[^\W\d_a-zA-Z][^\W\d_]*+)"
    r"(?:[ /'’\-][^\W\d_]++){0,4}+ ?[?:…*!؟？：]{0,3}"
)
_NAMED = frozenset(
    {KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH, KeyMeaning.DESCRIPTION}
)
_HOMONYMS = frozenset("pins cookies passes".split())
_THING = re.compile(r"[a-z]{2,14}(?:[ \-][a-z]{2,14}){0,3}")
_CALLED_AFTER = frozenset("secret token cookie password pin".split())
#: What one logs in with besides.
_LOGINS = frozenset("user username login account email pass phrase word answer sid community".split())
#: Where a secret is used, or which of several it is, rather than something that is called after it.
_PLACES = frozenset(
    """
    prod production dev development test testing live stage staging sandbox local main default primary secondary master root
    old new current previous backup raw plain clear enc encrypted decrypted encoded decoded hashed text string input hex base64
    admin user guest db database wifi smtp number numbers digits phrase sentence word
    """.split()
)
_PLAIN_WORD = re.compile(
    r"[a-z]{2,20}(?:_[a-z]{2,20}){0,2}|(?:[a-z]{2,20}/){1,4}[a-z]{2,20}|[a-z]{2,20}-[a-z]{2,20}|[A-Z][a-z]{1,19}|[A-Z]{2,10}(?:_[A-Z]{2,12}){0,3}"
    r"|[a-z]{2}-[A-Z]{2}|[a-z]{2,12}[A-Z][a-z]{1,12}"
)
_LONGEST_CONTACT: Final = 6
_CONTACT = re.compile(r"[A-Z]{1,4}[0-9]{1,2}|[0-9]V[0-9]?|0x[0-9A-Fa-f]{1,2}")
#: Nobody is let in by a smaller number.
LEAST_PIN: Final = 1_000
#: No secret at all is smaller.
_LEAST_SECRET: Final = 100


def is_label(value: str) -> bool:
    """
    Whether a text under the name of a secret is what a person reads above the field for it: ``Passwort``, ``API key``.

    It is a few words in letters alone, and names a secret itself.
    """
    return (
        len(value) <= _LONGEST_LABEL
        and (value[0].isupper() or not value.isascii())
        and _LABEL.fullmatch(value) is not None
        and secret_meaning(value) in _NAMED
    )


def _is_plain_word(value: str) -> bool:
    """Whether a text is one word, or a few as programs join them, and no key: ``healthy``, ``device_code``, ``en-US``."""
    return _PLAIN_WORD.fullmatch(value) is not None


def is_of_thing(key: str, value: Any) -> bool:
    """
    Whether a value is that of a thing which is only called after a secret: ``"pin_entry": "dtmf"``, ``"token_uses": 12``.

    What looks like a key is none.
    """
    if isinstance(value, str):
        return (_is_plain_word(value) and _called_after(key)) or _is_contact(key, value)
    if type(value) is not int or is_count(value):
        return is_count(value)
    if not _called_after(key):
        return False
    return key_words(key)[-1].endswith(("s", "ed")) or abs(value) < LEAST_PIN


def is_count(value: Any) -> bool:
    """Whether a number is too small for a secret, or has a fraction."""
    return (type(value) is int and abs(value) < _LEAST_SECRET) or (type(value) is float and value % 1 != 0)


def _is_contact(key: str, value: str) -> bool:
    """Whether a text is what a pin of a circuit is called: ``A0``, ``GPIO4``."""
    return (
        len(value) <= _LONGEST_CONTACT
        and _CONTACT.fullmatch(value) is not None
        and key_words(key)[-1] in ("pin", "pins")
    )


@lru_cache(maxsize=4_096)
def _called_after(key: str) -> bool:
    """Whether the last word of a secret's name is that of something else: ``password_login``, but not ``password_prod``."""
    words = key_words(key)
    if len(words) < 2 or not is_thing(words[-1]) or words[-1] in _PLACES:
        return False
    return secret_meaning("_".join(words[:-1])) in _NAMED


def is_thing_word(key: str, value: str) -> bool:
    """Whether a word is said of things that are called like secrets: ``"pins": "brass"``."""
    return _is_plain_word(value) and key_words(key)[-1] in _HOMONYMS


def are_things(key: str, values: list[Any]) -> bool:
    """Whether a list holds things that are only called after a secret: ``cookies: [chocolate, oat]``, ``secret_spices``."""
    if not values or not all(isinstance(each, str) and _THING.fullmatch(each) for each in values):
        return False
    words = key_words(key)
    if words[-1] == "cookies":
        return True  # what is eaten; under ``cookie`` it is the header's value
    return len(words) > 1 and len(values) > 1 and words[0] in _CALLED_AFTER and is_thing(words[-1])


def are_kinds(word: str, values: list[Any]) -> bool:
    """Whether a list under a member of a secret names kinds of it: ``{"cookies": {"sizes": ["small", "large"]}}``."""
    return (
        len(values) > 1
        and is_thing(word)
        and word.endswith("s")
        and all(isinstance(each, str) and _THING.fullmatch(each) for each in values)
    )


def says_how(word: str, value: Any) -> bool:
    """Whether a member of a secret, by the last word of its key, says how it is in a word or in a small number."""
    if isinstance(value, str):
        if " " in value and key_words(value)[-1:] == (word,) and _LABEL.fullmatch(value) is not None:
            return True
        return _is_plain_word(value) and is_thing(word) and word not in _LOGINS
    return type(value) is int and abs(value) < LEAST_PIN and is_thing(word)
