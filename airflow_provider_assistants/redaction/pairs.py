# SPDX-License-Identifier: Apache-2.0
"""
Pairs: where the name of a secret is itself a value, beside the secret.

``{"header_name": "X-Api-Key", "headerValue": …}``, ``{"k": "token", "v": …}``, ``{"type": "bearer", "value": …}``,
``{"secret": true, "value": …}``, ``["X-Api-Key", …]`` and ``["--token", …]`` are all of one kind: one member names, or says
that it is secret, what another one holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from airflow_provider_assistants.redaction.beside import can_name
from airflow_provider_assistants.redaction.names import KeyMeaning, key_words, naming_role
from airflow_provider_assistants.redaction.placeholders import is_no_secret
from airflow_provider_assistants.redaction.plausible import is_no_word

__all__ = ["naming_texts", "says_secret", "secret_columns", "secret_items", "secret_names"]

#: Pairs are small; a mapping of more members is a table, of which the first members are inspected.
_MOST_MEMBERS: Final = 64
_LONGEST_NAME: Final = 64
_LONGEST_KIND: Final = 20
_MOST_DESCRIBED: Final = 12
_NEGATIONS = frozenset("has requires require needs no not non allow show with".split())
_MOST_WORDS: Final = 5
_FLAGS = frozenset(
    "secret sensitive masked encrypted confidential secured obfuscated password credential redacted".split()
)
_KINDS = frozenset(
    """
    type kind scheme method format widget sensitivity visibility classification scope category control component level class
    """.split()
)
#: What describes a value and holds its name, besides the members that are a name.
_DESCRIPTIONS = frozenset("definition meta metadata descriptor attributes question input element spec $".split())
#: Without what joins their words.
_SECRET_KINDS = frozenset(
    """
    password secret bearer apikey basic jwt secretkey credential credentials bearertoken accesstoken hmac privatekey
    clientsecret basicauth apitoken authtoken secrettext secretstring securestring secretvalue secureinput passwordfield
    secretinput encryptedstring sensitive confidential
    """.split()
)

#: Such as the names of other secrets, and of scopes: ``write:api_keys``.
_NAME = re.compile(r"[A-Za-z]{1,20}(?:[_:.][A-Za-z]{1,20}){0,5}")
_HEADING = re.compile(r"[^\W\d_][\w\- ]{0,40}")
_LISTS_OF_NAMES = frozenset("names keys fields columns header headers headings labels params variables cols".split())
_OPAQUE = frozenset({KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH})


def naming_texts(mapping: dict[str, Any], key: str) -> list[str]:
    """Return the texts of a mapping that name what it holds under a key, the likeliest first: ``a_name`` for ``a_value``."""
    found = [
        (member, value)
        for member, name in islice(mapping.items(), _MOST_MEMBERS)
        if member != key
        # What is sent to the path of a token is none.
        and (member != "path" or type(mapping.get(key)) is str)
        for value in ((name,) if type(name) is str and naming_role(member) == "name" else _names_in(member, name))
    ]
    if len(found) > 1:
        stem = key_words(key)[:-1]
        found.sort(key=lambda each: key_words(each[0])[:-1] != stem)
    return [value for _, value in found]


def _names_in(member: str, value: Any) -> Iterable[str]:
    """Return the names in a member that describes another one: ``{"field": {"name": "password"}, "value": …}``."""
    if type(value) is not dict or not value or len(value) > _MOST_DESCRIBED:
        return ()
    words = key_words(member)
    if member == "$" or (words and (words[-1] in _DESCRIPTIONS or naming_role(member) == "name")):
        return [each for key, each in value.items() if type(each) is str and (can_name(key) or len(key) == 2)]
    return ()


def secret_columns(mapping: dict[str, Any], key: str, meaning: Callable[[str], KeyMeaning | None]) -> list[int]:
    """
    Return which columns of what a mapping holds under a key are secret, by a list of names beside it.

    Such as ``{"columns": ["user", "password"], "rows": [[…, …]]}`` and ``{"names": […], "values": […]}``.
    """
    for member, value in islice(mapping.items(), _MOST_MEMBERS):
        if member == key or type(value) is not list:
            if member == "schema" and type(value) is dict:
                return secret_columns({**value, key: None}, key, meaning)
            continue
        words = key_words(member)
        if words and words[-1] in _LISTS_OF_NAMES:
            found = secret_names([_heading(each) for each in value[:_MOST_MEMBERS]], meaning)
            if found:
                return found
    return []


def _heading(item: Any) -> Any:
    return item.get("name") if isinstance(item, dict) else item


def secret_names(headings: Sequence[Any], meaning: Callable[[str], KeyMeaning | None]) -> list[int]:
    """Return which of some headings name a secret; none if any of them is no heading."""
    if len(headings) < 2 or not all(isinstance(each, str) and _HEADING.fullmatch(each) for each in headings):
        return []
    return [index for index, each in enumerate(headings) if meaning(each) in _OPAQUE]


def says_secret(mapping: dict[str, Any]) -> bool:
    """Whether a mapping says of its value that it is secret: ``"secret": true``, ``"type": "password"``."""
    for member, value in islice(mapping.items(), _MOST_MEMBERS):
        if value is True or value == "true":
            if _is_flag(member):
                return True
        elif type(value) is str and len(value) <= _LONGEST_KIND and _says_kind(member) and _is_secret_kind(value):
            return True
    return False


@lru_cache(maxsize=4_096)
def _is_flag(member: str) -> bool:
    words = key_words(member)
    return bool(words) and words[-1] in _FLAGS and words[0] not in _NEGATIONS


@lru_cache(maxsize=4_096)
def _says_kind(member: str) -> bool:
    words = key_words(member)
    return bool(words) and words[-1] in _KINDS


@lru_cache(maxsize=4_096)
def _is_secret_kind(value: str) -> bool:
    return "".join(key_words(value)) in _SECRET_KINDS


def secret_items(items: Sequence[Any], meaning: Callable[[str], KeyMeaning | None], *, is_pair: bool) -> list[int]:
    """
    Return which items of a list are secrets that the item before them names.

    :param is_pair: The list is one of several of two items each: its second item is a value, be it a word.
    """
    return [
        index
        for index in range(1, len(items))
        if _names_secret(items[index - 1], meaning) and _is_secret_item(items[index], meaning, is_pair=is_pair)
    ]


def _names_secret(item: Any, meaning: Callable[[str], KeyMeaning | None]) -> bool:
    if not isinstance(item, str) or not 2 < len(item) <= _LONGEST_NAME or "=" in item:
        return False
    name = item.strip().lstrip("-").rstrip(": ")
    return meaning(name) in _OPAQUE and len(key_words(name)) <= _MOST_WORDS


def _is_secret_item(item: Any, meaning: Callable[[str], KeyMeaning | None], *, is_pair: bool) -> bool:
    if isinstance(item, str):
        if is_no_secret(item) or item.startswith("--"):
            return False
        return is_pair or (is_no_word(item) and item.count(" ") <= 1 and not _NAME.fullmatch(item))
    return is_pair and item is not None
