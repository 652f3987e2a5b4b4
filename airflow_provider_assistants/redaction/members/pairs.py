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

from airflow_provider_assistants.redaction.members.beside import can_name
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, key_words, naming_role, secret_meaning
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret
from airflow_provider_assistants.redaction.values.plausible import is_key_like, is_no_word

__all__ = [
    "MOST_IN_ROW",
    "cell_text",
    "heading",
    "holds_cells",
    "is_kept_secret",
    "lists_names",
    "name_in",
    "naming_texts",
    "says_secret",
    "secret_columns",
    "secret_items",
    "secret_names",
]

#: Pairs are small; a mapping of more members is a table, of which the first members are inspected.
_MOST_MEMBERS: Final = 64
_LONGEST_NAME: Final = 64
_LONGEST_KIND: Final = 20
_MOST_DESCRIBED: Final = 12
_MOST_STEPS: Final = 8
#: What stands between a name and its value in a filter, or the value before in a log of changes.
_OPERATORS = frozenset("= == === => -> : := eq equals is contains like ilike".split()) | {""}
_NEGATIONS = frozenset("has requires require needs no not non allow show with".split())
_MOST_WORDS: Final = 5
_SHORTEST_KEY: Final = 20
_FLAGS = frozenset(
    "secret sensitive masked encrypted confidential secured obfuscated password credential redacted".split()
)
_KINDS = frozenset(
    """
    type kind scheme method format widget sensitivity visibility classification scope category control component level class
    """.split()
)
_RECORDS = frozenset("object kind type resource entity".split())
#: What describes a value and holds its name, besides the members that are a name.
_DESCRIPTIONS = frozenset(
    "definition meta metadata descriptor attributes question input element spec type kind $".split()
)
#: How much a cell of a table holds besides its text, and what such cells lie under.
_MOST_IN_CELL: Final = 6
#: How much a row of a table holds, its cells included.
MOST_IN_ROW: Final = 4
_CELLS = frozenset("cell cells td tds row rows f columns cols".split())
#: Without what joins their words.
_SECRET_KINDS = frozenset(
    """
    password secret bearer apikey basic jwt secretkey credential credentials bearertoken accesstoken hmac privatekey
    clientsecret basicauth apitoken authtoken secrettext secretstring securestring secretvalue secureinput passwordfield
    secretinput encryptedstring sensitive confidential concealed
    """.split()
)

#: Such as the names of other secrets, and of scopes: ``write:api_keys``.
_NAME = re.compile(r"[A-Za-z]{1,20}(?:[_:.][A-Za-z]{1,20}){0,5}")
_VARIABLE = re.compile(r"[A-Z]{2,20}(?:_[A-Z0-9]{1,20}){1,6}")
_NUMBERED = re.compile(r"\A[0-9]{1,6}[_\-. ]")
#: A word with its weight: ``token:1.5``.
_WEIGHED = re.compile(r":-?[0-9]{1,3}(?:\.[0-9]{1,4})?\Z")
_BETWEEN_WORDS = re.compile(r"[ _\-]")
_HEADING = re.compile(r"[^\W\d_][\w\- ]{0,40}")
_LISTS_OF_NAMES = frozenset(
    """
    names keys fields columns header headers headings labels params variables cols head thead titles defs meta
    attributes dimensions schema questions inputs legend
    spalten kopf kopfzeile cabecalho cabecalhos colunas columnas encabezados colonnes entetes intestazioni colonne kolommen
    kolumny
    naglowki campos champs felder
    """.split()
)
_ROWS_OF_NAMES = frozenset({("header", "row"), ("row", "type"), ("column", "types"), ("rowtype",)})
#: What holds such a list beside what holds the rows.
_HOLD_LISTS_OF_NAMES = frozenset(
    "schema manifest metadata meta definition form questionnaire survey table structure".split()
)
_MOST_HELD: Final = 2
#: What a column is called in what describes it.
_HEADING_KEYS = (
    "name",
    "headername",
    "columnname",
    "fieldname",
    "displayname",
    "field",
    "label",
    "title",
    "caption",
    "key",
    "text",
    "header",
    "id",
)
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


def name_in(member: str, value: Any) -> Any:
    """Return the name in a member that is a name, or holds one; the value if it holds none."""
    return value if type(value) is str else next(iter(_names_in(member, value)), value)


def _names_in(member: str, value: Any) -> Iterable[str]:
    """Return the names in a member that describes another one: ``{"field": {"name": "password"}, "value": …}``."""
    if type(value) is list:
        is_name = (member == "path" or naming_role(member) == "name") and 0 < len(value) <= _MOST_STEPS
        return ("_".join(value),) if is_name and set(map(type, value)) == {str} else ()
    if type(value) is not dict or not value or len(value) > _MOST_DESCRIBED:
        return ()
    words = key_words(member)
    if member == "$" or (words and (words[-1] in _DESCRIPTIONS or naming_role(member) == "name")):
        return [
            each
            for key, each in value.items()
            if type(each) is str and (can_name(key) or naming_role(key) == "value" or len(key) == 2)
        ]
    return ()


def secret_columns(mapping: dict[str, Any], key: str, meaning: Callable[[str], KeyMeaning | None]) -> list[int]:
    """
    Return which columns of what a mapping holds under a key are secret, by a list of names beside it.

    Such as ``{"columns": ["user", "password"], "rows": [[…, …]]}`` and ``{"names": […], "values": […]}``.
    """
    return _secret_columns(mapping, key, meaning, 0)


def _secret_columns(
    mapping: dict[str, Any], key: str, meaning: Callable[[str], KeyMeaning | None], depth: int
) -> list[int]:
    for member, value in islice(mapping.items(), _MOST_MEMBERS):
        if member == key or not lists_names(member):
            continue
        found: list[int] = []
        if type(value) is list:
            found = secret_names([heading(each) for each in value[:_MOST_MEMBERS]], meaning)
        elif type(value) is dict and depth < _MOST_HELD:
            found = _secret_columns(value, "", meaning, depth + 1)
        if found:
            return found
    return []


@lru_cache(maxsize=4_096)
def lists_names(key: str) -> bool:
    """Whether a list under a key can be that of the names of columns, or a mapping hold one."""
    words = key_words(key)
    return bool(words) and (
        words[-1] in _LISTS_OF_NAMES
        or words[-1] in _HOLD_LISTS_OF_NAMES
        or words[-2:] in _ROWS_OF_NAMES
        or words[-2:] == ("meta", "data")
    )


def heading(item: Any) -> Any:
    """Return what a column is called by a text, or by a mapping that describes it; None if by nothing."""
    if not isinstance(item, dict):
        return item
    texts = {key.lower().replace("_", ""): each for key, each in item.items() if isinstance(each, str)}
    return next((texts[key] for key in _HEADING_KEYS if key in texts), None)


def cell_text(cell: Any) -> Any:
    """Return the text of a table's cell: ``"…"``, ``{"value": "…"}``, ``[{"plain_text": "…"}]``; the cell if it has none."""
    inner = cell
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    if isinstance(inner, dict) and 0 < len(inner) <= _MOST_IN_CELL:
        texts = [each for key, each in inner.items() if isinstance(each, str) and naming_role(key) == "value"]
        return texts[0] if len(texts) == 1 else cell
    return inner if isinstance(inner, str) else cell


def row_cells(item: Any) -> list[Any] | None:
    """Return the cells of a table's row: itself, or the one list that it has: ``{"id": 4, "cells": […]}``; None if none."""
    if isinstance(item, list):
        return item
    if not isinstance(item, dict) or len(item) > MOST_IN_ROW:
        return None
    found = [each for each in item.values() if isinstance(each, list)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4_096)
def holds_cells(key: str) -> bool:
    """Whether a list under a key can be a row of a table."""
    words = key_words(key)
    return bool(words) and words[-1] in _CELLS


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


def is_kept_secret(mapping: dict[str, Any]) -> bool:
    """
    Whether a mapping says that it is the record of a secret: ``"object": "admin_api_key"``, ``"keyName": "primary"``.

    What it calls its value can be another one's, so the value has to look like a secret, too.
    """
    return any(
        type(value) is str and len(value) <= _LONGEST_NAME and (_names_a_secret(member) or _is_record(member, value))
        for member, value in islice(mapping.items(), _MOST_MEMBERS)
    )


@lru_cache(maxsize=4_096)
def _names_a_secret(member: str) -> bool:
    words = key_words(member)
    if len(words) < 2 or naming_role(member) != "name" or words[-1] not in ("name", "label", "title"):
        return False
    return words[:-1] == ("key",) or secret_meaning(" ".join(words[:-1])) in _OPAQUE


@lru_cache(maxsize=4_096)
def _is_record(member: str, value: str) -> bool:
    words = key_words(member)
    if words == ("secret",) and _VARIABLE.fullmatch(value):
        return True
    if not words or words[-1] not in _RECORDS:
        return False
    return len(key_words(value)) <= _MOST_WORDS and secret_meaning(value) is KeyMeaning.SECRET


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
        if _names_secret(items[_naming(items, index)], meaning)
        and _is_secret_item(items[index], meaning, is_pair=is_pair)
    ]


def _naming(items: Sequence[Any], index: int) -> int:
    """Return where the name of an item stands: before it, or before what compares or replaced it: ``["token", "=", …]``."""
    before = items[index - 1]
    is_between = before is None or (isinstance(before, str) and before.lower() in _OPERATORS)
    return index - 2 if is_between and index > 1 else index - 1


def _reads_like_names(item: str) -> bool:
    """Whether a text is words, be they numbered: ``API key``, ``0002_add_password_hash``."""
    return all(each.isalpha() for each in _BETWEEN_WORDS.split(_NUMBERED.sub("", item, count=1)))


def _is_plain(item: str) -> bool:
    """Whether an item of a list is a name as well, of something or of a standard: ``write:api_keys``, ``hmac-sha256``."""
    if _NAME.fullmatch(item) is not None:
        return True
    parts = item.split("-")
    return (
        len(item) < _SHORTEST_KEY
        and len(parts) > 1
        and not any(map(str.isdigit, parts))
        and not any(map(is_key_like, parts))
    )


def _names_secret(item: Any, meaning: Callable[[str], KeyMeaning | None]) -> bool:
    if (
        not isinstance(item, str)
        or not 2 < len(item) <= _LONGEST_NAME
        or "=" in item
        or "{" in item
        or "*" in item
        or ": " in item.strip()
    ):
        return False
    if _WEIGHED.search(item) is not None:
        return False
    name = item.strip().lstrip("-").rstrip(": ")
    return meaning(name) in _OPAQUE and len(key_words(name)) <= _MOST_WORDS


def _is_secret_item(item: Any, meaning: Callable[[str], KeyMeaning | None], *, is_pair: bool) -> bool:
    if isinstance(item, str):
        if is_no_secret(item) or item.startswith("--"):
            return False
        if not is_pair and _reads_like_names(item) and (" " in item or meaning(item) in _OPAQUE):
            return False
        return is_pair or (is_no_word(item) and item.count(" ") <= 1 and not _is_plain(item))
    return is_pair and item is not None
