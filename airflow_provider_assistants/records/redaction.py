# SPDX-License-Identifier: Apache-2.0
"""
Redaction: vendor rows carry other people's keys, and none of them leaves.

What is sensitive is told by the name of a key (:mod:`.sensitive_keys`), by the paths that a vendor declares, by the
shape of a text (:mod:`airflow_provider_assistants.secret_text`, :mod:`.personal_text`), and by secrets that we know
because they are ours. The value is replaced and the key is kept, so that a column does not vanish; what was replaced is
counted by its path. Null, booleans and emptiness tell nobody anything and stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain, compress, islice
from operator import is_not
from typing import Any, Final

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.by_key import columns_by_key
from airflow_provider_assistants.records.embedded_json import dump_json, load_json
from airflow_provider_assistants.records.places import DeclaredPaths, Place
from airflow_provider_assistants.records.row_keys import NAMING_KEYS, RowKeys
from airflow_provider_assistants.records.sensitive_keys import KeyMeaning
from airflow_provider_assistants.records.texts import LONGEST_REMEMBERED, UNSEEN, RowTexts
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
_MAX_PLACES = 4_000

_SWITCHES = frozenset({0, 1, "0", "1", "true", "false", "yes", "no", "on", "off", "True", "False"})
#: Of a key that says nothing, only texts and what has parts are looked at; of one that says something, numbers too.
_TELLING_NOTHING = frozenset({type(None), bool})
_PLAIN = _TELLING_NOTHING | {int, float}
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
        self._keys = RowKeys(self._texts.redact, personal=self._personal)
        self._root = Place("", self._declared)
        self._places = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many values were replaced so far, by path; the items of a list are one path, ``tools[].api_key``."""
        return dict(self._counts)

    def row(self, row: Row) -> Row:
        """Give the row without what is sensitive; the very same row if there was nothing, and never a changed one."""
        return self.rows((row,))[0]

    def rows(self, rows: Sequence[Row]) -> Sequence[Row]:
        """
        Give rows without what is sensitive, the rows of a page at once: that is what is quick.

        What comes out is the same as one by one; the very same sequence if there was nothing in any of them.
        """
        if self.level is Redaction.NONE or not rows:
            return rows
        if len(self._keys) > _MAX_KEYS or self._places >= _MAX_PLACES:
            self._keys.forget()
            self._root = Place("", self._declared)
            self._places = 0
        return self._mappings(rows, self._root, 0)

    def text(self, text: str) -> str:
        """
        Give a text that is to be logged or raised without secrets, whatever the level.

        E-mail addresses and telephone numbers go as well at the level ``personal``.
        """
        return self._texts.redact(text)

    def _mappings(self, mappings: Sequence[Row], place: Place, depth: int) -> Sequence[Row]:
        """Redact mappings of one place, key by key; the very same sequence if nothing had to go."""
        changes: dict[int, Row] = {}
        is_renamed = False
        for key, indexes, column in columns_by_key(mappings):
            member = place.members.get(key) or self._member(place, key)
            is_renamed = is_renamed or member.is_renamed
            kinds = {*map(type, column)}
            if kinds <= (_TELLING_NOTHING if member.is_special else _PLAIN):
                continue
            if member.is_special:
                new = self._special(column, (mappings[index] for index in indexes), member, depth)
            else:
                new = self._values(column, kinds, member, depth)
            if new is not column:
                for index, clean, value in zip(indexes, new, column, strict=True):
                    if clean is not value:
                        changes.setdefault(index, {})[key] = clean
        if not changes and not is_renamed:
            return mappings
        rows = list(mappings)
        for index, changed in changes.items():
            rows[index] = {**rows[index], **changed}
        return [self._rename(row, place.path) for row in rows] if is_renamed else rows

    def _member(self, place: Place, key: str) -> Place:
        """Give the place below a key, and find out what is known of it."""
        member = place.below(key, meaning=self._keys.meaning(key), shown=self._keys.shown(key))
        if self._places < _MAX_PLACES:
            self._places += 1
            place.members[key] = member
        return member

    def _special(self, values: Sequence[Any], mappings: Iterable[Row], place: Place, depth: int) -> Sequence[Any]:
        """Redact the values of a key that means something, or that lies on a declared path."""
        meaning = place.meaning
        if meaning is KeyMeaning.VALUE:
            named = map(self._keys.named_meaning, mappings)
            new = [self._meant(value, each, place, depth) for value, each in zip(values, named, strict=True)]
        elif meaning is None and not place.ends:
            return self._values(values, {*map(type, values)}, place, depth)
        else:
            new = [self._meant(value, meaning, place, depth) for value in values]
        return new if _differ(new, values) else values

    def _meant(self, value: Any, meaning: KeyMeaning | None, place: Place, depth: int) -> Any:
        """Redact a value by what its key means."""
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
        return self._alike_values((value,), type(value), place, depth)[0]

    def _values(self, values: Sequence[Any], kinds: set[type], place: Place, depth: int) -> Sequence[Any]:
        """
        Redact values of one place whose key says nothing of them; the very same sequence if nothing had to go.

        :param kinds: The types among them.
        """
        if len(kinds) == 1:
            return self._alike_values(values, next(iter(kinds)), place, depth)
        new = values
        for kind in sorted(kinds - _PLAIN, key=str):
            is_kind = [type(value) is kind for value in values]
            chosen = list(compress(values, is_kind))
            clean = self._alike_values(chosen, kind, place, depth)
            if clean is not chosen:
                others = iter(clean)
                new = [next(others) if its_turn else value for its_turn, value in zip(is_kind, new, strict=True)]
        return new

    def _alike_values(self, values: Sequence[Any], kind: type, place: Place, depth: int) -> Sequence[Any]:
        """Redact values of one place and one type."""
        if issubclass(kind, str):
            return self._strings(values, place, depth)
        if not issubclass(kind, dict | list):
            return values
        if depth >= _MAX_DEPTH:
            return [self._hide(value, place.path, depth) for value in values]
        if issubclass(kind, dict):
            return self._mappings(values, place, depth + 1)
        return self._lists(values, place, depth + 1)

    def _lists(self, lists: Sequence[list[Any]], place: Place, depth: int) -> Sequence[list[Any]]:
        """Redact lists of one place, the items of all of them at once."""
        place = place.items()
        if place.ends:
            new = [self._hide_items(items, place.path, depth, numbers=True) for items in lists]
            return new if _differ(new, lists) else lists
        items = list(chain.from_iterable(lists))
        clean = self._values(items, {*map(type, items)}, place, depth)
        if clean is items:
            return lists
        rest = iter(clean)
        parts = [list(islice(rest, len(each))) for each in lists]
        return [part if _differ(part, each) else each for part, each in zip(parts, lists, strict=True)]

    def _strings(self, strings: Sequence[str], place: Place, depth: int) -> Sequence[str]:
        """Redact texts of one place: one look at all of them, and only then one at each."""
        texts = self._texts
        if not texts.hold_any(strings):
            return strings
        shortest, remembered = texts.shortest, texts.remembered
        new = list(strings)
        unknown: list[int] = []
        for index, text in enumerate(strings):
            size = len(text)
            if size < shortest:
                continue
            known = remembered.get(text, UNSEEN) if size <= LONGEST_REMEMBERED else UNSEEN
            if known is None:
                continue
            if known is not UNSEEN:
                new[index] = known
                self._count(place.path)
                continue
            if text[0] in _OPENING or text[0].isspace():
                inside = self._embedded_json(text, place, depth)
                if inside is not None:
                    new[index] = inside
                    continue
            unknown.append(index)
        for index, clean in zip(unknown, texts.clean([strings[index] for index in unknown]), strict=True):
            if clean is not strings[index]:
                new[index] = clean
                self._count(place.path)
        return new if _differ(new, strings) else strings

    def _embedded_json(self, text: str, place: Place, depth: int) -> str | None:
        """Redact a text that is itself a JSON object, array or string; None if it is none."""
        stripped = text.strip()
        if stripped[:1] not in _OPENING or stripped[-1:] not in _CLOSING:
            return None
        embedded = load_json(stripped)
        if embedded is None:
            return None
        if depth >= _MAX_DEPTH:
            self._count(place.path)
            return REDACTED
        new = self._value(embedded.value, place, depth + 1)
        # Of a repeated key only the last value was looked at, so the others must not survive in the text.
        return dump_json(new) if embedded.repeats_keys or new is not embedded.value else text

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

    def _hide_members(self, mapping: Row, path: str, depth: int, *, numbers: bool) -> Row:
        new = {
            key: self._hide(value, f"{path}.{self._keys.shown(key)}", depth, numbers=numbers)
            for key, value in mapping.items()
        }
        return self._rename(new if _differ(new.values(), mapping.values()) else mapping, path)

    def _hide_items(self, items: list[Any], path: str, depth: int, *, numbers: bool) -> list[Any]:
        new = [self._hide(item, path, depth, numbers=numbers) for item in items]
        return new if _differ(new, items) else items

    def _headers(self, value: Any, place: Place, depth: int) -> Any:
        """Replace the values of HTTP headers, as a mapping or as a list of names with values."""
        if isinstance(value, str) and value[:1] in ("{", "["):
            embedded = load_json(value)
            if embedded is None:
                return self._hide(value, place.path, depth)
            new = self._headers(embedded.value, place, depth + 1)
            return dump_json(new) if embedded.repeats_keys or new is not embedded.value else value
        if not isinstance(value, list) or depth >= _MAX_DEPTH:
            return self._hide(value, place.path, depth)
        items = [self._header(item, place.items(), depth + 1) for item in value]
        return items if _differ(items, value) else value

    def _header(self, item: Any, place: Place, depth: int) -> Any:
        if not isinstance(item, dict) or not any(isinstance(item.get(name), str) for name in NAMING_KEYS):
            return self._hide(item, place.path, depth)
        kept = {key: value for key, value in item.items() if key in NAMING_KEYS or key in ("type", "id", "enabled")}
        hidden = {
            key: self._hide(value, f"{place.path}.{self._keys.shown(key)}", depth + 1)
            for key, value in item.items()
            if key not in kept
        }
        clean = iter(self._mappings((kept,), place, depth)[0].items())
        new = dict((key, hidden[key]) if key in hidden else next(clean) for key in item)
        return self._rename(new if _differ(new.values(), item.values()) else item, place.path)

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

    def _count(self, path: str) -> None:
        counts = self._counts
        counts[path if path in counts or len(counts) < _MAX_COUNTED else OTHER_PATHS] += 1


def _differ(new: Iterable[Any], old: Iterable[Any]) -> bool:
    return any(map(is_not, new, old))
