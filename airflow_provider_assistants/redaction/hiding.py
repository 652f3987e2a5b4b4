# SPDX-License-Identifier: Apache-2.0
"""
Values whose place says that they are secret, with all that lies below them.

Keys and shape stay, and so does what says how rather than what (:mod:`.spared`).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from operator import is_not
from typing import Any, Final

from airflow_provider_assistants.redaction.embedded_json import load_json, splice_json
from airflow_provider_assistants.redaction.keys import RowKeys
from airflow_provider_assistants.redaction.members.beside import (
    can_hold,
    is_secret_beside,
)
from airflow_provider_assistants.redaction.members.spared import (
    are_headings,
    are_names,
    describes_secret,
    is_about_headers,
    is_auth_kind,
    is_auth_setting,
    is_caption,
    is_dummy,
    is_form_field,
    is_harmless_header,
    is_header_name,
    is_language_token,
    is_reference,
    is_schema,
    is_schema_part,
    is_schema_setting,
    is_scheme,
    is_secret_id,
    only_refers,
)
from airflow_provider_assistants.redaction.names.called_after import is_count, is_label
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, naming_role
from airflow_provider_assistants.redaction.paths import PathNode
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret
from airflow_provider_assistants.redaction.values.plausible import is_certain, is_secret_under
from airflow_provider_assistants.redaction.values.randomness import REDACTED, is_uuid

__all__ = ["MAX_DEPTH", "OTHER_PATHS", "Hiding", "Row", "differ"]

Row = dict[str, Any]

#: Under this name are counted the paths beyond the first :data:`_MAX_COUNTED`.
OTHER_PATHS: Final = "(other)"
#: Deeper than any document of a vendor; what lies below is replaced as a whole.
MAX_DEPTH: Final = 100
#: Bounds what is counted, for rows whose keys are made up of data.
_MAX_COUNTED = 1_000
#: Of an authorization: ``read``, ``calls:write``.
_SCOPE = re.compile(r"[a-z]{1,20}(?:[:._/\-][a-z]{1,20}){0,5}")
#: What JSON in a text begins with.
_OPENING = frozenset("{[")
#: So deep lies an example in the schema of a parameter.
_LIKELY_DEPTH = 4


def differ(new: Iterable[Any], old: Iterable[Any]) -> bool:
    """Whether any item is another one than that at its place before."""
    return any(map(is_not, new, old))


class Hiding(ABC):
    """
    Replaces values whose place says that they are secret, and counts them by path.

    :param keys: What is known of keys.
    """

    def __init__(self, keys: RowKeys) -> None:
        self._keys = keys
        self._counts: Counter[str] = Counter()

    @abstractmethod
    def _value(self, value: Any, place: PathNode, depth: int) -> Any:
        """Redact a value whose key says nothing of it."""

    @abstractmethod
    def _mappings(self, mappings: Sequence[Row], place: PathNode, depth: int) -> Sequence[Row]:
        """Redact mappings of one place, key by key; the very same sequence if nothing had to go."""

    @abstractmethod
    def _member(self, place: PathNode, key: str) -> PathNode:
        """Return the place below a key, and find out what is known of it."""

    def _authentication(self, value: Any, place: PathNode, depth: int) -> Any:
        """Replace what authenticates, and keep how."""
        if isinstance(value, list) and depth < MAX_DEPTH:
            if "oauth" in place.key.lower() and all(isinstance(each, str) and _SCOPE.fullmatch(each) for each in value):
                return value
            items = [self._authentication(each, place.items(), depth + 1) for each in value]
            return items if differ(items, value) else value
        if not isinstance(value, dict) or depth >= MAX_DEPTH:
            is_plain = isinstance(value, str) and (value.count(" ") >= 2 or is_auth_kind(value))
            return self._value(value, place, depth) if is_plain else self._hide(value, place.path, depth)
        if is_schema(value):
            return self._hide(value, place.path, depth)
        kept = {key: each for key, each in value.items() if is_auth_setting(key, each)}
        clean = self._mappings((kept,), place, depth + 1)[0] if kept else kept
        others = iter(clean.values())
        new = {
            key: next(others) if key in kept else self._authentication(each, self._below(place, key), depth + 1)
            for key, each in value.items()
        }
        for key, each in kept.items():
            if isinstance(each, dict | list) and not describes_secret(key, each):
                new[key] = self._hide_likely(new[key], key, f"{place.path}.{self._keys.shown(key)}", is_answer=True)
        return self._rename(new if differ(new.values(), value.values()) else value, place.path)

    def _below(self, place: PathNode, key: str) -> PathNode:
        return place.members.get(key) or self._member(place, key)

    def _hide(self, value: Any, path: str, depth: int, *, numbers: bool = True, described: bool = False) -> Any:
        """
        Replace a value, or every value below it; keys and shape stay, and so do null, booleans and emptiness.

        :param numbers: Numbers are to be replaced too.
        :param described: What says how the secret is, rather than what, is to stay.
        """
        if value is None or value is True or value is False or (isinstance(value, str) and value in ("", REDACTED)):
            return value
        if isinstance(value, str) and (
            is_no_secret(value)
            or ((" " in value or "-" in value or not value.isascii() or value.isalpha()) and is_label(value))
        ):
            return self._value(value, PathNode(path, None), depth)
        if isinstance(value, int | float) and (not numbers or (described and is_count(value))):
            return value
        if isinstance(value, dict | list) and not value:
            return value
        if isinstance(value, dict | list) and depth < MAX_DEPTH:
            if isinstance(value, list):
                if are_names(value, self._keys.is_secret):
                    return value
                return self._hide_items(value, f"{path}[]", depth + 1, numbers=numbers, described=described)
            return self._hide_members(value, path, depth + 1, numbers=numbers, described=described)
        if isinstance(value, str) and value[0] in _OPENING and depth < MAX_DEPTH:
            embedded = load_json(value)
            if embedded is not None and isinstance(embedded.value, dict | list):
                new = self._hide(embedded.value, path, depth + 1, numbers=numbers, described=described)
                is_same = new is embedded.value and not embedded.repeats_keys
                return value if is_same else splice_json(value, embedded.value, new)
        self._count(path)
        return REDACTED

    def _hide_members(self, mapping: Row, path: str, depth: int, *, numbers: bool, described: bool) -> Row:
        describes = is_schema(mapping)
        refers = described and only_refers(mapping)
        is_form = described and is_form_field(mapping)
        new = {
            key: value
            if is_scheme(key, value)
            or (isinstance(value, str) and is_reference(key, value))
            or (describes and is_dummy(key, value))
            else self._value(value, PathNode(f"{path}.{self._keys.shown(key)}", None), depth)
            if refers
            or (isinstance(value, dict) and is_reference(key, value))
            or (is_form and is_caption(key, value))
            or (describes and (is_schema_part(key, value) or is_schema_setting(key, value)))
            or (described and (describes_secret(key, value) or is_language_token(value, mapping)))
            or is_secret_id(key, value, mapping)
            else self._hide(value, f"{path}.{self._keys.shown(key)}", depth, numbers=numbers, described=described)
            for key, value in mapping.items()
        }
        return self._rename(new if differ(new.values(), mapping.values()) else mapping, path)

    def _hide_keys(self, mapping: Row, path: str) -> Row:
        """Replace the values of a mapping of keys that can be nothing but keys: ``{"provider_keys": {"openai": …}}``."""
        new = {
            key: self._hide(value, f"{path}.{self._keys.shown(key)}", 0)
            if isinstance(value, str) and "/" not in value and is_certain(value) and not is_uuid(value)
            else value
            for key, value in mapping.items()
        }
        return new if differ(new.values(), mapping.values()) else mapping

    def _hide_values(self, mapping: Row, path: str) -> Row:
        """Replace what can be nothing but a key of what a mapping calls its value: ``{"keys": {"openai": {"value": …}}}``."""
        new = {
            key: self._hide(value, f"{path}.{self._keys.shown(key)}", 0)
            if isinstance(value, str)
            and naming_role(key) == "value"
            and is_secret_under(KeyMeaning.SECRET_IF_RANDOM, value)
            else value
            for key, value in mapping.items()
        }
        return new if differ(new.values(), mapping.values()) else mapping

    def _hide_likely(self, value: Any, name: str, path: str, *, is_answer: bool, depth: int = 0) -> Any:
        """Replace the texts of a value that look like the secret which a name beside it names."""
        if isinstance(value, str):
            return self._hide(value, path, 0) if is_secret_beside(value, name, is_answer=is_answer) else value
        if not is_answer or depth >= _LIKELY_DEPTH or not isinstance(value, dict | list):
            return value
        if isinstance(value, list):
            items = [self._hide_likely(each, name, f"{path}[]", is_answer=True, depth=depth + 1) for each in value]
            return items if differ(items, value) else value
        new = {
            key: self._hide_likely(each, name, f"{path}.{self._keys.shown(key)}", is_answer=True, depth=depth + 1)
            if can_hold(key)
            else each
            for key, each in value.items()
        }
        return new if differ(new.values(), value.values()) else value

    def _hide_items(
        self, items: list[Any], path: str, depth: int, *, numbers: bool, described: bool = False
    ) -> list[Any]:
        new = [self._hide(item, path, depth, numbers=numbers, described=described) for item in items]
        return new if differ(new, items) else items

    def _headers(self, value: Any, place: PathNode, depth: int) -> Any:
        """Replace the values of HTTP headers, as a mapping or as a list of names with values."""
        if isinstance(value, str) and value[:1] in ("{", "["):
            embedded = load_json(value)
            if embedded is None:
                return self._hide(value, place.path, depth)
            new = self._headers(embedded.value, place, depth + 1)
            return (
                splice_json(value, embedded.value, new) if embedded.repeats_keys or new is not embedded.value else value
            )
        if isinstance(value, dict) and depth < MAX_DEPTH:
            new = {
                key: each
                if is_harmless_header(key, each) or is_about_headers(each)
                else self._hide(each, f"{place.path}.{self._keys.shown(key)}", depth + 1)
                for key, each in value.items()
            }
            return self._rename(new if differ(new.values(), value.values()) else value, place.path)
        if not isinstance(value, list) or depth >= MAX_DEPTH:
            return self._hide(value, place.path, depth)
        return self._header_lists((value,), place, depth)[0]

    def _header_lists(self, lists: Sequence[list[Any]], place: PathNode, depth: int) -> Sequence[list[Any]]:
        """Replace the values of HTTP headers that are lists of names with values, the items of all lists at once."""
        items = list(chain.from_iterable(lists))
        new = self._header_items(items, place.items(), depth + 1)
        if not differ(new, items):
            return lists
        rest = iter(new)
        parts = [list(islice(rest, len(each))) for each in lists]
        return [part if differ(part, each) else each for part, each in zip(parts, lists, strict=True)]

    def _header_items(self, items: Sequence[Any], place: PathNode, depth: int) -> list[Any]:
        if items and (all(map(is_header_name, items)) or are_headings(items)):
            return list(items)
        new = list(items)
        named: list[int] = []
        visible: list[Row] = []
        for index, item in enumerate(items):
            names = [item[key] for key in item if naming_role(key) == "name"] if isinstance(item, dict) else []
            names = [name for name in names if isinstance(name, str)]
            if not names:
                new[index] = self._hide(item, place.path, depth)
                continue
            named.append(index)
            visible.append(
                {
                    key: value
                    for key, value in item.items()
                    if key in ("type", "id", "enabled")
                    or naming_role(key) == "name"
                    or any(is_harmless_header(name, value) for name in names)
                }
            )
        for index, kept, clean in zip(named, visible, self._mappings(visible, place, depth), strict=True):
            item, others = items[index], iter(clean.items())
            mapping = dict(
                next(others)
                if key in kept
                else (key, self._hide(value, f"{place.path}.{self._keys.shown(key)}", depth + 1))
                for key, value in item.items()
            )
            new[index] = self._rename(mapping if differ(mapping.values(), item.values()) else item, place.path)
        return new

    def _rename(self, mapping: Row, path: str) -> Row:
        """Replace keys that hold a secret themselves, of which none may take another one's place; the same if none does."""
        if self._keys.are_shown(mapping):
            return mapping
        new: Row = {}
        for key, value in mapping.items():
            name = self._keys.shown(key)
            if name != key:
                self._count(f"{path}.{name}" if path else name)
            while name in new or (name != key and name in mapping):
                name += "*"
            new[name] = value
        return new

    def _count(self, path: str, number: int = 1) -> None:
        counts = self._counts
        if number:
            counts[path if path in counts or len(counts) < _MAX_COUNTED else OTHER_PATHS] += number
