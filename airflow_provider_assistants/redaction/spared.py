# SPDX-License-Identifier: Apache-2.0
"""
What stays under a key that names a secret: how it is used and what form it has, but not its value.

``authentication: {"type": "bearer", "token": …}`` keeps its type, the JSON schema of a tool's argument ``password`` stays a
schema, and a header ``Content-Type`` keeps its media type.
"""

from __future__ import annotations

import re
from typing import Any, Final

from airflow_provider_assistants.redaction.names import is_setting, key_words, naming_role
from airflow_provider_assistants.redaction.placeholders import AUTH_SCHEMES
from airflow_provider_assistants.redaction.plausible import is_key_like
from airflow_provider_assistants.redaction.randomness import has_random_run, is_uuid

__all__ = [
    "describes_secret",
    "is_auth_kind",
    "is_auth_setting",
    "is_harmless_header",
    "is_header_name",
    "is_reference",
    "is_schema",
    "is_schema_word",
    "is_scheme",
]

_JSON_TYPES = frozenset("string number integer boolean object array null file".split())
_SCHEMA_WORDS = frozenset(
    """
    type format title description required nullable minlength maxlength pattern properties items additionalproperties
    minimum maximum enum deprecated readonly writeonly anyof oneof allof ref id schema is_required examples_count location
    """.split()
)
_SCHEMA_ONLY = frozenset("description $ref anyof oneof allof".split())
#: What refers to a secret rather than is one, and how such references are written.
_REFERENCES = frozenset("ref env sub getatt var variable file path fromenv envvar".split())
_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z_./:#\-]{0,120}")
_AUTH_WORDS = frozenset(
    """
    type auth authentication credential credentials oauth api key token header query bearer basic generic predefined custom http
    none no default platform
    """.split()
)
_SCHEME_KEYS = frozenset("type kind scheme schemes method in location placement grant mode provider enabled".split())
_MEDIA = re.compile(r"[a-z*]{1,20}/[a-z0-9.+*\-]{1,60}(?:[;,] ?[a-z0-9.+*/=;, \-]{1,80})?")
_LANGUAGE = re.compile(r"[a-zA-Z]{2}(?:-[a-zA-Z]{2})?(?:[,;] ?[a-zA-Z0-9.=\-]{1,12}){0,8}")
_ENCODING = re.compile(r"(?:gzip|deflate|br|zstd|identity|\*|, ?){1,10}")
_HARMLESS: Final = {
    "content-type": _MEDIA,
    "accept": _MEDIA,
    "accept-language": _LANGUAGE,
    "content-language": _LANGUAGE,
    "accept-encoding": _ENCODING,
    "content-encoding": _ENCODING,
    "accept-charset": re.compile(r"utf-8"),
    "cache-control": re.compile(r"(?:no-cache|no-store|max-age=[0-9]{1,8}|, ?){1,6}"),
    "user-agent": re.compile(r"[A-Za-z][A-Za-z.\- ]{0,40}(?:/[0-9][0-9.]{0,12})?(?: \([A-Za-z0-9 ;:.+/\-]{1,80}\))?"),
    "connection": re.compile(r"close|keep-alive"),
}

_LONGEST_REMARK: Final = 120
#: Numbers under these may be a login.
_REFERRING = frozenset("id ids name names label text note notes source user number".split())
_HEADER_NAME = re.compile(r"[A-Z][A-Za-z]{0,20}(?:-[A-Z][A-Za-z]{0,20}){0,5}")


def is_schema(mapping: dict[str, Any]) -> bool:
    """Whether a mapping is the JSON schema of a secret rather than the secret."""
    kind = mapping.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if isinstance(each, str)), None)
    if kind is None:
        return not _SCHEMA_ONLY.isdisjoint(map(str.lower, mapping)) and all(map(is_schema_word, mapping))
    return isinstance(kind, str) and kind.lower() in _JSON_TYPES


def is_schema_word(key: str) -> bool:
    """Whether a key is a word of JSON schema that holds no value of what it describes."""
    return key.lower().lstrip("$") in _SCHEMA_WORDS


def is_scheme(key: str, value: Any) -> bool:
    """Whether a member says how something is authenticated, in a word that is known."""
    if not isinstance(value, str) or value.lower() not in AUTH_SCHEMES:
        return False
    words = key_words(key)
    return bool(words) and words[-1] in _SCHEME_KEYS


def is_reference(key: str, value: Any) -> bool:
    """Whether a member says where a secret is kept: ``{"$env": "DB_PASSWORD"}``, ``{"Ref": "DbPassword"}``."""
    words = key_words(key)
    return (
        bool(words) and words[-1] in _REFERENCES and isinstance(value, str) and _REFERENCE.fullmatch(value) is not None
    )


def is_auth_kind(value: str) -> bool:
    """Whether a text says how something is authenticated: ``predefinedCredentialType``, ``header``."""
    words = key_words(value)
    return bool(words) and value.lower() not in ("key", "token") and _AUTH_WORDS.issuperset(words)


def is_auth_setting(key: str, value: Any) -> bool:
    """Whether a member of what describes an authentication is a setting of it."""
    if not is_setting(key):
        return False
    return not isinstance(value, str) or is_uuid(value) or "://" in value or not has_random_run(value)


def is_header_name(value: Any) -> bool:
    """Whether an item of a list is the name of a header: ``Content-Type``."""
    return isinstance(value, str) and _HEADER_NAME.fullmatch(value) is not None


def describes_secret(key: str, value: Any) -> bool:
    """Whether a member of a secret says how it is, such as its name or its length, rather than what it is."""
    if not is_setting(key) or naming_role(key) == "value":
        return False
    if isinstance(value, str):
        return len(value) <= _LONGEST_REMARK and not has_random_run(value) and not any(map(is_key_like, value.split()))
    return isinstance(value, int | float) and key_words(key)[-1] not in _REFERRING


def is_harmless_header(name: str, value: Any) -> bool:
    """Whether a header is one of content negotiation, with a value as these have it."""
    allowed = _HARMLESS.get(name.lower())
    return allowed is not None and isinstance(value, str) and allowed.fullmatch(value) is not None
