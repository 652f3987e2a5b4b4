# SPDX-License-Identifier: Apache-2.0
"""
Redaction: vendor rows carry other people's keys, and none of them leaves.

What is sensitive is told by the name of a key (:mod:`.sensitive_keys`), by the paths that a vendor declares, by the
shape of a text (:mod:`airflow_provider_assistants.secret_text`, :mod:`.personal_text`), and by secrets that we know
because they are ours. The value is replaced and the key is kept, so that a column does not vanish; what was replaced is
counted by its path. Null, booleans and emptiness tell nobody anything and stay.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from operator import is_not
from typing import Any, Final

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.places import DeclaredPaths, Place, Plan
from airflow_provider_assistants.records.sensitive_keys import KeyMeaning, meaning_of
from airflow_provider_assistants.records.texts import LONGEST_CLEAN, LONGEST_REMEMBERED, UNSEEN, RowTexts
from airflow_provider_assistants.secret_text import REDACTED, is_uuid, looks_random

__all__ = ["OTHER_PATHS", "REDACTED", "Redaction", "Redactor"]

Row = dict[str, Any]

#: Under this name are counted the paths beyond the first :data:`_MAX_COUNTED`.
OTHER_PATHS: Final = "(other)"

#: Deeper than any document of a vendor; what lies below is replaced as a whole.
_MAX_DEPTH = 100
#: Bounds of what is remembered, for rows whose keys are made up of data.
_MAX_COUNTED = 1_000
_MAX_KEYS = 10_000
#: Of plans and places together; a mapping with more keys than a plan may have is worked out anew each time.
_MAX_REMEMBERED = 4_000
_LARGEST_PLANNED = 256

_NAMING_KEYS = ("name", "key", "header", "field", "param", "parameter", "variable", "property", "header_name", "label")
_SWITCHES = frozenset({0, 1, "0", "1", "true", "false", "yes", "no", "on", "off", "True", "False"})
_OPENING, _CLOSING = frozenset('{["'), frozenset('}]"')


class Redaction(StrEnum):
    """How much is taken out."""

    NONE = "none"
    #: Keys, tokens, passwords and the like.
    SECRETS = "secrets"
    #: Also e-mail addresses, telephone numbers, names of people, prompts and what is spoken.
    PERSONAL = "personal"


class Redactor:
    """
    Takes secrets, and if asked personal data, out of rows and texts; one for a whole listing.

    :param level: ``none``, ``secrets`` or ``personal``.
    :param known_secrets: Secrets of ours: replaced wherever they turn up, in keys too.
    :param secret_paths: Where the vendor's rows hold secrets; dotted, ``[]`` for the items of a list, ``*`` for any key.
    :param personal_paths: Likewise for personal data.
    :raises ConfigurationError: If there is no such level.
    """

    def __init__(
        self,
        level: Redaction | str = Redaction.SECRETS,
        *,
        known_secrets: Iterable[str] = (),
        secret_paths: Iterable[str] = (),
        personal_paths: Iterable[str] = (),
    ) -> None:
        try:
            self.level = Redaction(level)
        except ValueError:
            allowed = ", ".join(repr(each.value) for each in Redaction)
            raise ConfigurationError(f"redact is {level!r} and must be one of {allowed}") from None
        self._personal = self.level is Redaction.PERSONAL
        self._texts = RowTexts(known_secrets, personal=self._personal)
        self._declared = DeclaredPaths.parse([*secret_paths, *(personal_paths if self._personal else ())])
        self._counts: Counter[str] = Counter()
        # What is remembered: of the places of a row what was found out there; of a key its meaning, None for a plain one; of
        # a key that holds a secret itself, what to write instead.
        self._root = Place("", self._declared)
        self._remembered = 0
        self._meanings: dict[str, KeyMeaning | None] = {}
        self._renamed: dict[str, str] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many values were replaced so far, by path; the items of a list are one path, ``tools[].api_key``."""
        return dict(self._counts)

    def row(self, row: Row) -> Row:
        """Give the row without what is sensitive; the very same row if there was nothing, and never a changed one."""
        if self.level is Redaction.NONE:
            return row
        if len(self._meanings) > _MAX_KEYS or self._remembered > _MAX_REMEMBERED:
            self._meanings.clear()
            self._renamed.clear()
            self._root = Place("", self._declared)
            self._remembered = 0
        return self._mapping(row, self._root, 0)

    def text(self, text: str) -> str:
        """
        Give a text that is to be logged or raised without secrets, whatever the level.

        E-mail addresses and telephone numbers go as well at the level ``personal``.
        """
        return self._texts.redact(text)

    def _mapping(self, mapping: dict[str, Any], place: Place, depth: int) -> dict[str, Any]:
        plan = place.plans.get(tuple(mapping)) or self._make_plan(mapping, place)
        special, members = plan.special, place.members
        texts, shortest, found = self._texts.remembered, self._texts.shortest, self._texts.holds_any.found
        changes: dict[str, Any] = {}
        new: Any
        for key, value in mapping.items():
            kind = type(value)
            if kind is str:
                if key not in special:
                    size = len(value)
                    if size < shortest:
                        continue
                    known = texts.get(value, UNSEEN) if size <= LONGEST_REMEMBERED else UNSEEN
                    if known is None:
                        continue
                    if known is UNSEEN and not found(value) and value.isascii():
                        if size <= LONGEST_CLEAN:
                            self._texts.remember(value)
                        continue
                    new = self._suspect(value, members.get(key) or self._member(place, key), depth)
                    if new is not value:
                        changes[key] = new
                    continue
            elif value is None or kind is bool:
                continue
            elif kind is int or kind is float:
                if key not in special:
                    continue
            elif not value:
                continue
            if key in special:
                new = self._special(mapping, key, special[key], members.get(key) or self._member(place, key), depth)
            else:
                new = self._value(value, members.get(key) or self._member(place, key), depth)
            if new is not value:
                changes[key] = new
        if not changes and not plan.renamed:
            return mapping
        clean = mapping.copy()
        clean.update(changes)
        return self._rename(clean, f"{place.path}." if place.path else "") if plan.renamed else clean

    def _make_plan(self, mapping: dict[str, Any], place: Place) -> Plan:
        special: dict[str, KeyMeaning | None] = {}
        for key in mapping:
            meaning = self._meanings.get(key, UNSEEN)
            if meaning is UNSEEN:
                meaning = self._learn(key)
            if meaning is not None or place.declares(key) is not None:
                special[key] = meaning
        plan = Plan(special, renamed=not self._renamed.keys().isdisjoint(mapping))
        if len(mapping) <= _LARGEST_PLANNED:
            self._remembered += 1
            place.plans[tuple(mapping)] = plan
        return plan

    def _member(self, place: Place, key: str) -> Place:
        """Give the place below a key."""
        if key not in self._meanings:
            self._learn(key)
        shown = self._renamed.get(key, key)
        member = Place(f"{place.path}.{shown}" if place.path else shown, place.declares(key))
        self._remembered += 1
        place.members[key] = member
        return member

    def _special(self, mapping: dict[str, Any], key: str, meaning: KeyMeaning | None, place: Place, depth: int) -> Any:
        """Redact the value of a key that means something, or that may lie on a declared path."""
        value = mapping[key]
        if meaning is KeyMeaning.VALUE:
            meaning = self._named_meaning(mapping)
        if meaning is KeyMeaning.HEADERS and not isinstance(value, int | float):
            return self._headers(value, place, depth)
        if meaning is KeyMeaning.SECRET or place.ends:
            return self._hide(value, place.path, depth)
        if meaning is KeyMeaning.SECRET_UNLESS_NUMBER:
            return self._hide(value, place.path, depth, numbers=False)
        if meaning is KeyMeaning.SECRET_UNLESS_SWITCH and (isinstance(value, dict | list) or value not in _SWITCHES):
            return self._hide(value, place.path, depth)
        if (
            meaning is KeyMeaning.SECRET_IF_RANDOM
            and isinstance(value, str)
            and (looks_random(value) or is_uuid(value))
        ):
            return self._hide(value, place.path, depth)
        if meaning is KeyMeaning.PERSONAL or (meaning is KeyMeaning.PERSON and isinstance(value, dict | list)):
            return self._hide(value, place.path, depth)
        return self._value(value, place, depth)

    def _value(self, value: Any, place: Place, depth: int) -> Any:
        """Redact a value whose key says nothing of it."""
        if isinstance(value, str):
            return self._string(value, place, depth)
        is_mapping = isinstance(value, dict)
        if not is_mapping and not isinstance(value, list):
            return value
        if depth >= _MAX_DEPTH:
            self._count(place.path)
            return REDACTED
        if is_mapping:
            return self._mapping(value, place, depth + 1)
        items = place.items()
        if items.ends:
            return self._hide_items(value, items.path, depth + 1, numbers=True)
        texts, shortest = self._texts.remembered, self._texts.shortest
        new = [
            self._mapping(item, items, depth + 2)
            if type(item) is dict and depth < _MAX_DEPTH - 1
            else item
            if type(item) is str and (len(item) < shortest or texts.get(item, UNSEEN) is None)
            else self._value(item, items, depth + 1)
            for item in value
        ]
        return new if _differ(new, value) else value

    def _string(self, text: str, place: Place, depth: int) -> str:
        texts = self._texts
        if len(text) < texts.shortest or texts.remembered.get(text, UNSEEN) is None:
            return text
        return self._suspect(text, place, depth) if texts.holds_any(text) else text

    def _suspect(self, text: str, place: Place, depth: int) -> str:
        """Redact a text that may hold something."""
        known = self._texts.remembered.get(text, UNSEEN) if len(text) <= LONGEST_REMEMBERED else UNSEEN
        if known is None:
            return text
        if known is UNSEEN:
            if text[0] in _OPENING or text[0].isspace():
                inside = self._embedded_json(text, place, depth)
                if inside is not None:
                    return inside
            known = self._texts.clean(text)
            if known is text:
                return text
        self._count(place.path)
        return known

    def _embedded_json(self, text: str, place: Place, depth: int) -> str | None:
        """Redact a text that is itself a JSON object, array or string; None if it is none."""
        stripped = text.strip()
        if stripped[:1] not in _OPENING or stripped[-1:] not in _CLOSING:
            return None
        repeated = False

        def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            nonlocal repeated
            mapping = dict(pairs)
            repeated = repeated or len(mapping) < len(pairs)
            return mapping

        try:
            value = json.loads(stripped, object_pairs_hook=unique)
        except (ValueError, RecursionError):
            return None
        if depth >= _MAX_DEPTH:
            self._count(place.path)
            return REDACTED
        new = self._value(value, place, depth + 1)
        # Of a repeated key only the last value was looked at, so the others must not survive in the text.
        return json.dumps(new, ensure_ascii=False, separators=(",", ":")) if repeated or new is not value else text

    def _hide(self, value: Any, path: str, depth: int, *, numbers: bool = True) -> Any:
        """
        Replace a value, or every value below it; keys and shape stay, and so do null, booleans and emptiness.

        :param numbers: Numbers are to be replaced too.
        """
        if value is None or value is True or value is False or (isinstance(value, str) and value in ("", REDACTED)):
            return value
        if not numbers and isinstance(value, int | float):
            return value
        if isinstance(value, dict | list) and not value:
            return value
        if isinstance(value, dict | list) and depth < _MAX_DEPTH:
            if isinstance(value, list):
                return self._hide_items(value, f"{path}[]", depth + 1, numbers=numbers)
            return self._hide_members(value, path, depth + 1, numbers=numbers)
        self._count(path)
        return REDACTED

    def _hide_members(self, mapping: dict[str, Any], path: str, depth: int, *, numbers: bool) -> dict[str, Any]:
        for key in mapping:
            if key not in self._meanings:
                self._learn(key)
        renamed = self._renamed
        new = {
            key: self._hide(value, f"{path}.{renamed.get(key, key)}", depth, numbers=numbers)
            for key, value in mapping.items()
        }
        if renamed and not renamed.keys().isdisjoint(new):
            return self._rename(new, f"{path}.")
        return new if _differ(new.values(), mapping.values()) else mapping

    def _hide_items(self, items: list[Any], path: str, depth: int, *, numbers: bool) -> list[Any]:
        new = [self._hide(item, path, depth, numbers=numbers) for item in items]
        return new if _differ(new, items) else items

    def _headers(self, value: Any, place: Place, depth: int) -> Any:
        """Replace the values of HTTP headers, as a mapping or as a list of names with values."""
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                parsed = json.loads(value)
            except (ValueError, RecursionError):
                return self._hide(value, place.path, depth)
            new = self._headers(parsed, place, depth + 1)
            return value if new is parsed else json.dumps(new, ensure_ascii=False, separators=(",", ":"))
        if not isinstance(value, list) or depth >= _MAX_DEPTH:
            return self._hide(value, place.path, depth)
        items = [self._header(item, place.items(), depth + 1) for item in value]
        return items if _differ(items, value) else value

    def _header(self, item: Any, place: Place, depth: int) -> Any:
        if not isinstance(item, dict) or not any(isinstance(item.get(name), str) for name in _NAMING_KEYS):
            return self._hide(item, place.path, depth)
        kept = {key: value for key, value in item.items() if key in _NAMING_KEYS or key in ("type", "id", "enabled")}
        kept = self._mapping(kept, place, depth)
        new = {
            key: kept[key]
            if key in kept
            else self._hide(value, f"{place.path}.{self._renamed.get(key, key)}", depth + 1)
            for key, value in item.items()
        }
        return new if _differ(new.values(), item.values()) else item

    def _named_meaning(self, mapping: dict[str, Any]) -> KeyMeaning | None:
        """Give what a name says of the value beside it, as in ``{"name": "Authorization", "value": …}``."""
        for naming in _NAMING_KEYS:
            name = mapping.get(naming)
            if not isinstance(name, str) or name.lstrip()[:1] in ("{", "["):
                continue
            if len(name) > LONGEST_REMEMBERED:
                # As it will be written, so that a row which is redacted again is read the same way.
                name = self.text(name)
                if len(name) > LONGEST_REMEMBERED:
                    continue
            meaning = self._meanings.get(name, UNSEEN)
            if meaning is UNSEEN:
                meaning = self._learn(name)
            if meaning is not None and meaning is not KeyMeaning.VALUE:
                return meaning
        return None

    def _learn(self, key: str) -> KeyMeaning | None:
        """Find out what a key means, and whether it holds a secret itself; both are remembered."""
        meaning: KeyMeaning | None = meaning_of(key)
        if meaning is KeyMeaning.PLAIN or (meaning in (KeyMeaning.PERSONAL, KeyMeaning.PERSON) and not self._personal):
            meaning = None
        self._meanings[key] = meaning
        clean = self.text(key) if len(key) >= self._texts.shortest else key
        if clean != key:
            self._renamed[key] = clean
        return meaning

    def _rename(self, mapping: dict[str, Any], path: str) -> dict[str, Any]:
        """Replace keys that hold a secret themselves; none may take another one's place."""
        new: dict[str, Any] = {}
        for key, value in mapping.items():
            name = self._renamed.get(key, key)
            if name != key:
                self._count(path + name)
            while name in new or (name != key and name in mapping):
                name += "*"
            new[name] = value
        return new

    def _count(self, path: str) -> None:
        counts = self._counts
        counts[path if path in counts or len(counts) < _MAX_COUNTED else OTHER_PATHS] += 1


def _differ(new: Iterable[Any], old: Iterable[Any]) -> bool:
    return any(map(is_not, new, old))
