# SPDX-License-Identifier: Apache-2.0
"""
What lies beside the name of a secret under a key that does not say that it is the value.

``{"left": "api_key", "right": …}``, ``{"caption": "Password", "input": …}`` and the parameter of an OpenAPI document with its
schema's default are pairs as well (:mod:`.pairs`), in words that nobody listed. The keys say less here, so the value has to
say more: only what looks like a key or a password is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from airflow_provider_assistants.redaction.names.secret_names import (
    KeyMeaning,
    is_setting,
    key_words,
    naming_role,
    secret_meaning,
)
from airflow_provider_assistants.redaction.names.words import (
    ANSWERING_WORDS,
    DOING_WORDS,
    LOOSELY_NAMING_WORDS,
    POINTING_WORDS,
)
from airflow_provider_assistants.redaction.values.object_ids import calls_id
from airflow_provider_assistants.redaction.values.plausible import is_certain, is_key_like, is_pin
from airflow_provider_assistants.redaction.values.randomness import is_uuid

__all__ = [
    "FEWEST_MEMBERS",
    "LONGEST_NAME",
    "MOST_MEMBERS",
    "answers",
    "can_hold",
    "can_name",
    "is_input_kind",
    "is_named_in",
    "is_secret_beside",
    "is_simple_name",
    "is_step",
    "members_beside",
    "opens_lock",
    "says_kind",
    "tells_action",
]

#: Pairs are small; with more members a mapping is an object, which only has a name.
MOST_MEMBERS: Final = 16
#: In a mapping of two, whatever is the name of a secret names the other one.
FEWEST_MEMBERS: Final = 2
#: In so small a mapping every member beside the name is what it names.
_FEW: Final = 4
LONGEST_NAME: Final = 64
#: What one types into.
_FIELD = re.compile(r"(?i)(?<=\w)[ _\-](?:field|input|box|textbox)\Z")
_MOST_WORDS: Final = 6
_LONGEST_VALUE: Final = 4_096
_LOOSELY_NAMING = frozenset(LOOSELY_NAMING_WORDS.split())
_POINTING = frozenset(POINTING_WORDS.split())
_ANSWERING = frozenset(ANSWERING_WORDS.split())
_DOING = frozenset(DOING_WORDS.split())
#: What a thing that is sold is known by.
_PRODUCTS = frozenset((each,) for each in "sku skus barcode gtin ean upc asin mpn isbn vin plate model serial".split())
#: Under these stands the kind of a field or of an object.
_KINDS = frozenset("type kind inputType input_type fieldType field_type".split())
_INPUTS = frozenset(
    "password secret passwordinput passwordfield inputpassword secretinput secretfield textpassword pin otp passcode".split()
)
_LOCKS = frozenset(
    "lockbox lock_box keypad keybox key_box keysafe key_safe smart_lock smartlock doorlock door_lock safe alarm".split()
)
#: What begins the name of a step, and of no secret: ``refresh_token`` is one.
_STEPS = frozenset(
    """
    collect check ask send validate generate create reset forgot forgotten lost rotate revoke capture lookup handle fetch get
    retrieve enter prompt find search say play
    """.split()
)
_OPAQUE = frozenset({KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER})


@lru_cache(maxsize=8_192)
def can_name(key: str) -> bool:
    """Whether the text under a key can be the name of what lies beside it."""
    words = key_words(key)
    return naming_role(key) == "name" or (
        0 < len(words) <= 2 and (words[-1] in _LOOSELY_NAMING or words[-1] in _POINTING)
    )


@lru_cache(maxsize=8_192)
def _points(key: str) -> bool:
    """Whether the text under a key names only what is said to be its value: a description, or where on a page it goes."""
    return naming_role(key) != "name" and key_words(key)[-1] in _POINTING


@lru_cache(maxsize=8_192)
def can_hold(key: str) -> bool:
    """Whether the value under a key can be what a name beside it names, rather than a setting or an id."""
    return answers(key) or not (can_name(key) or calls_id(key) or is_setting(key) or key_words(key)[-1:] in _PRODUCTS)


def _is_other(key: str, mapping: dict[str, Any]) -> bool:
    """Whether a key is one of two, of which the other one has the name: then it may be called a name as well."""
    return len(mapping) == FEWEST_MEMBERS and not calls_id(key) and not is_setting(key)


def _has_parts(key: str, mapping: dict[str, Any]) -> bool:
    """Whether a member is the field of a form as an object, with what was entered: ``{"label": …, "element": {…}}``."""
    return isinstance(mapping[key], dict) and key_words(key)[-1] in _POINTING


@lru_cache(maxsize=8_192)
def answers(key: str) -> bool:
    """Whether a key says that it holds what a name beside it, or the field that it lies in, is the name of."""
    words = key_words(key)
    return naming_role(key) == "value" or (bool(words) and words[-1] in _ANSWERING)


def is_named_in(mapping: dict[str, Any], key: str) -> bool:
    """Whether the name of a secret under a key of a mapping can name what lies beside it."""
    return len(mapping) > 1 and (
        can_name(key) or (len(mapping) == FEWEST_MEMBERS and (key in ("set", "to") or not is_setting(key)))
    )


def is_simple_name(text: str, meaning: Callable[[str], KeyMeaning | None]) -> bool:
    """Whether a text is the name of a secret, and not of what is done with one: ``api_key``, but not ``verify_pin``."""
    text = _FIELD.sub("", text)
    if not 2 < len(text) <= LONGEST_NAME or meaning(text) not in _OPAQUE:
        return False
    words = key_words(text)
    return (len(words) <= _MOST_WORDS or "/secrets/" in text) and words[0] not in _DOING


@lru_cache(maxsize=4_096)
def is_step(key: str) -> bool:
    """Whether the key of a mapping is that of a step or a tool, which does something with a secret: ``collect_password``."""
    words = key_words(key)
    return len(words) > 1 and words[0] in _STEPS


def says_kind(key: str) -> bool:
    """Whether a key holds the kind of a field or of an object."""
    return key in _KINDS


@lru_cache(maxsize=1_024)
def is_input_kind(value: str) -> bool:
    """Whether a text is the kind of a field for a secret, or of a secret that a program makes: ``random_password``."""
    if "".join(key_words(value)) in _INPUTS or value.lower() in _LOCKS:
        return True
    return "_" in value and is_simple_name(value, secret_meaning)


def opens_lock(kind: str, key: str) -> bool:
    """Whether the key of an object is that of what opens it: ``{"type": "lockbox", "code": …}``."""
    return kind.lower() in _LOCKS and key_words(key)[-1:] in (("code",), ("combination",))


def tells_action(name: str) -> bool:
    """Whether the name of a secret is that of what is done with one: ``Ask for the PIN``."""
    return " " in name and key_words(name)[0] in _DOING


def members_beside(mapping: dict[str, Any], name: str) -> Iterator[tuple[str, bool]]:
    """
    Iterate over the keys of a mapping under which the secret can lie that the text under a key names.

    :param name: The key of the name.
    :return: Each key, and whether it says that it holds what is named.
    """
    names_anything = can_name(name)
    is_pointed_at = names_anything and _points(name)
    for key in mapping:
        if key != name and (
            answers(key) if is_pointed_at else can_hold(key) or _is_other(key, mapping) or _has_parts(key, mapping)
        ):
            yield key, answers(key) or (names_anything and len(mapping) <= _FEW)


def is_secret_beside(value: str, name: str, *, is_answer: bool) -> bool:
    """
    Whether a text is the secret that a name beside it names.

    :param name: The name.
    :param is_answer: The key of the text says that it holds what is named.
    """
    if len(value) > _LONGEST_VALUE or " " in value or "://" in value or value[:1] in ("/", "#"):
        return False
    if "-" in value and is_uuid(value):
        return False
    return is_certain(value) or (is_answer and (is_key_like(value) or is_pin(name, value)))
