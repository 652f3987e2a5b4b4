# SPDX-License-Identifier: Apache-2.0
"""
Redaction: vendor rows carry other people's keys, and none of them leaves.

A value is sensitive by the name of its key (:mod:`.key_meaning`), by a path that the vendor declares, by the shape of a text
(:mod:`.text`, :mod:`.personal`), or because it is a secret of ours. The value is replaced and the key is kept, so that a column
does not vanish; what was replaced is counted by its path. Null, booleans and what is empty hold nothing and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain, compress, islice
from operator import not_
from typing import Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.redaction.columnar import RowColumn, columns_by_key
from airflow_provider_assistants.redaction.embedded_json import load_json, splice_json
from airflow_provider_assistants.redaction.hiding import MAX_DEPTH, OTHER_PATHS, Row, differ
from airflow_provider_assistants.redaction.keys import RowKeys
from airflow_provider_assistants.redaction.listed import HidingInLists
from airflow_provider_assistants.redaction.members.beside import FEWEST_MEMBERS, MOST_MEMBERS, is_step
from airflow_provider_assistants.redaction.members.pairs import MOST_IN_ROW
from airflow_provider_assistants.redaction.members.spared import (
    are_words,
    is_caption,
    is_in_catalogue,
    is_language_token,
    is_session_uuid,
)
from airflow_provider_assistants.redaction.names.called_after import (
    are_things,
    is_count,
    is_of_thing,
    is_thing_word,
)
from airflow_provider_assistants.redaction.names.key_meaning import KeyMeaning
from airflow_provider_assistants.redaction.paths import DeclaredPaths, PathNode
from airflow_provider_assistants.redaction.row_text import LONGEST_CLEAN, LONGEST_REMEMBERED, UNSEEN, RowTexts
from airflow_provider_assistants.redaction.tokens.bare import DIGEST, PUBLISHABLE
from airflow_provider_assistants.redaction.urls import url_frame
from airflow_provider_assistants.redaction.values.object_ids import is_identifier, is_public_part
from airflow_provider_assistants.redaction.values.plausible import is_secret_under
from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = ["OTHER_PATHS", "REDACTED", "Redaction", "Redactor"]

#: Bounds of what is remembered, for rows whose keys are made up of data.
_MAX_KEYS = 10_000
_MAX_PLACES = 4_000

_SWITCHES = frozenset({0, 1, "0", "1", "true", "false", "yes", "no", "on", "off", "True", "False"})
#: Under a key that says nothing, only texts, lists and mappings are inspected; under one that says something, numbers too.
_HOLDING_NOTHING = frozenset({type(None), bool})
_PLAIN = _HOLDING_NOTHING | {int, float}
_CONTAINERS = frozenset({dict, list})
#: A name may have parts, as a path does.
_NAMES = frozenset({str, dict, list})
#: Of these, those of a language model are no secrets.
_TOKENS = frozenset({"token", "tokens"})
#: Of what is counted, a text of fewer is a number.
_FEWEST_DIGITS = 4
_OPENING, _CLOSING = frozenset('{["'), frozenset('}]"')


class Redaction(StrEnum):
    """How much is taken out."""

    NONE = "none"
    #: Keys, tokens, passwords and the like.
    SECRETS = "secrets"
    #: Also e-mail addresses, telephone numbers, names of people, prompts and what is spoken.
    PERSONAL = "personal"


class Redactor(HidingInLists):
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
        texts = RowTexts(known_secrets, personal=self._personal)
        self._declared = DeclaredPaths.parse([*secret_paths, *(personal_paths if self._personal else ())])
        super().__init__(RowKeys(texts.redact, personal=self._personal), texts)
        self._root = PathNode("", self._declared)
        self._places = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many values were replaced so far, by path; the items of a list are one path, ``tools[].api_key``."""
        return dict(self._counts)

    def row(self, row: Row) -> Row:
        """Return the row without what is sensitive; the very same row if there was nothing, and never a changed one."""
        return self.rows((row,))[0]

    def rows(self, rows: Sequence[Row], columns: Sequence[RowColumn] | None = None) -> Sequence[Row]:
        """
        Return rows without what is sensitive; quickest for the rows of a page at once.

        What comes out is the same as one by one; the very same sequence if there was nothing in any of them.

        :param columns: What :func:`.columns_by_key` returns for these rows, if that is known already.
        """
        if self.level is Redaction.NONE or not rows:
            return rows
        if len(self._keys) > _MAX_KEYS or self._places >= _MAX_PLACES:
            self._keys.forget()
            self._root = PathNode("", self._declared)
            self._places = 0
        return self._mappings(rows, self._root, 0, columns)

    def text(self, text: str) -> str:
        """
        Return a text that is to be logged or raised without secrets, whatever the level.

        E-mail addresses and telephone numbers go as well at the level ``personal``.
        """
        return self._texts.redact(text)

    def _mappings(
        self, mappings: Sequence[Row], place: PathNode, depth: int, columns: Sequence[RowColumn] | None = None
    ) -> Sequence[Row]:
        """Redact mappings of one place, key by key; the very same sequence if nothing had to go."""
        changes: dict[int, Row] = {}
        is_renamed = False
        naming: list[RowColumn] = []
        has_headings = False
        columns = columns_by_key(mappings) if columns is None else columns
        is_pair = len(columns) <= MOST_MEMBERS and FEWEST_MEMBERS in map(len, mappings)
        for each in columns:
            key, indexes, column, kinds = each
            member = place.members.get(key) or self._member(place, key)
            is_renamed = is_renamed or member.is_renamed
            if (member.can_name and not kinds.isdisjoint(_NAMES)) or (
                is_pair and str in kinds and not member.is_special
            ):
                naming.append(each)
            has_headings = has_headings or (member.lists_names and not kinds.isdisjoint(_CONTAINERS))
            if kinds <= (_HOLDING_NOTHING if member.is_special else _PLAIN):
                continue
            if member.is_special:
                new = self._special(column, (mappings[index] for index in indexes), member, depth)
            else:
                new = self._values(column, kinds, member, depth)
            if new is not column:
                for index, clean, value in zip(indexes, new, column, strict=True):
                    if clean is not value:
                        changes.setdefault(index, {})[key] = clean
        if naming and len(columns) <= MOST_MEMBERS:
            self._hide_beside(mappings, naming, place, changes, self._texts.hold_name)
        if has_headings and min(map(len, mappings)) <= MOST_MEMBERS:
            self._hide_below_headings(mappings, columns, place, depth, changes)
        if not changes and not is_renamed:
            return mappings
        rows = list(mappings)
        for index, changed in changes.items():
            rows[index] = {**rows[index], **changed}
        return [self._rename(row, place.path) for row in rows] if is_renamed else rows

    def _member(self, place: PathNode, key: str) -> PathNode:
        """Return the place below a key, and find out what is known of it."""
        is_public = is_public_part(f"{place.path}.{key}")
        parent = "" if is_public else place.path.rpartition(".")[2].removesuffix("[]")
        member = place.below(key, meaning=self._keys.meaning_below(parent, key), shown=self._keys.shown(key))
        if self._places < _MAX_PLACES:
            self._places += 1
            place.members[key] = member
        return member

    def _special(self, values: Sequence[Any], mappings: Iterable[Row], place: PathNode, depth: int) -> Sequence[Any]:
        """Redact the values of a key that means something, or that lies on a declared path."""
        meaning = place.meaning
        if meaning is KeyMeaning.VALUE:
            new = self._named(values, mappings, place, depth)
        elif meaning is None and not place.ends:
            return self._values(values, {*map(type, values)}, place, depth)
        elif meaning is KeyMeaning.HEADERS and depth < MAX_DEPTH and all(type(value) is list for value in values):
            return self._header_lists(values, place, depth)
        elif place.key in _TOKENS:
            new = [
                value if is_language_token(value, mapping) else self._meant(value, meaning, place, depth)
                for value, mapping in zip(values, mappings, strict=True)
            ]
        else:
            new = [
                value
                if type(value) is str
                and " " in value
                and is_caption(place.key, value)
                and is_in_catalogue(place.key, mapping, self._keys.is_secret)
                else self._meant(value, meaning, place, depth)
                for value, mapping in zip(values, mappings, strict=True)
            ]
        return new if differ(new, values) else values

    def _meant(self, value: Any, meaning: KeyMeaning | None, place: PathNode, depth: int) -> Any:
        """Redact a value by what its key means."""
        if meaning is KeyMeaning.HEADERS and not isinstance(value, int | float):
            return self._headers(value, place, depth)
        if meaning is KeyMeaning.SECRET and not place.ends and place.calls_id and is_session_uuid(place.key, value):
            return self._value(value, place, depth)
        if meaning is KeyMeaning.SECRET and not place.ends and isinstance(value, dict) and place.key.startswith("/"):
            # What is documented of a path, such as ``/token/refresh``.
            return self._value(value, place, depth)
        if meaning is KeyMeaning.SECRET or place.ends:
            if isinstance(value, dict | list):
                return self._hide_named(value, meaning, place, depth)
            if not place.ends and (is_of_thing(place.key, value) if place.meaning is meaning else is_count(value)):
                return value
            return self._hide(value, place.path, depth)
        if meaning is KeyMeaning.SECRET_UNLESS_NUMBER:
            if isinstance(value, dict) and is_step(place.key):
                return self._hide_named(value, meaning, place, depth)
            if isinstance(value, list) and (
                are_things(place.key, value) if place.key not in _TOKENS else are_words(value)
            ):
                return value
            if isinstance(value, str) and (
                is_thing_word(place.key, value) or (len(value) < _FEWEST_DIGITS and value.isdigit())
            ):
                return value
            return self._hide(value, place.path, depth, numbers=False, described=place.meaning is meaning)
        if meaning is KeyMeaning.SECRET_UNLESS_SWITCH and (isinstance(value, dict | list) or value not in _SWITCHES):
            return self._hide(value, place.path, depth)
        if meaning in (KeyMeaning.SECRET_IF_RANDOM, KeyMeaning.DESCRIPTION) and isinstance(value, str):
            if is_secret_under(meaning, value):
                return self._hide(value, place.path, depth)
        elif meaning is KeyMeaning.SECRET_IF_RANDOM and isinstance(value, dict):
            is_map = place.key.lower().endswith("keys")
            value = self._hide_keys(value, place.path) if is_map else self._hide_values(value, place.path)
        elif meaning is KeyMeaning.AUTHENTICATION:
            return self._authentication(value, place, depth)
        elif (
            meaning is KeyMeaning.DIGEST
            and isinstance(value, str)
            and (DIGEST.fullmatch(value) or PUBLISHABLE.fullmatch(value))
        ):
            return self._texts.known.redact(value)
        elif meaning is KeyMeaning.PERSONAL or (meaning is KeyMeaning.PERSON and isinstance(value, dict | list)):
            return self._hide(value, place.path, depth)
        return self._value(value, place, depth)

    def _value(self, value: Any, place: PathNode, depth: int) -> Any:
        """Redact a value whose key says nothing of it."""
        return self._alike_values((value,), type(value), place, depth)[0]

    def _values(self, values: Sequence[Any], kinds: set[type], place: PathNode, depth: int) -> Sequence[Any]:
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

    def _alike_values(self, values: Sequence[Any], kind: type, place: PathNode, depth: int) -> Sequence[Any]:
        """Redact values of one place and one type."""
        if issubclass(kind, str):
            return self._strings(values, place, depth)
        if not issubclass(kind, dict | list):
            return values
        if depth >= MAX_DEPTH:
            return [self._hide(value, place.path, depth) for value in values]
        if issubclass(kind, dict):
            return self._mappings(values, place, depth + 1)
        return self._lists(values, place, depth + 1)

    def _lists(self, lists: Sequence[list[Any]], place: PathNode, depth: int) -> Sequence[list[Any]]:
        """Redact lists of one place, the items of all of them at once."""
        are_cells = place.holds_cells
        place = place.items()
        if place.ends:
            new = [self._hide_items(items, place.path, depth, numbers=True) for items in lists]
            return new if differ(new, lists) else lists
        items = list(chain.from_iterable(lists))
        if items and (
            type(items[0]) is list or (are_cells and type(items[0]) is dict and len(items[0]) <= MOST_IN_ROW)
        ):
            tables = self._tables(lists, place, depth, are_cells=are_cells)
            if tables is not lists:
                lists, items = tables, list(chain.from_iterable(tables))
        named = self._named_items(lists, items, place, depth, are_cells=are_cells)
        if named is not lists:
            lists, items = named, list(chain.from_iterable(named))
        clean = self._values(items, {*map(type, items)}, place, depth)
        if clean is items:
            return lists
        rest = iter(clean)
        parts = [list(islice(rest, len(each))) for each in lists]
        return [part if differ(part, each) else each for part, each in zip(parts, lists, strict=True)]

    def _strings(self, strings: Sequence[str], place: PathNode, depth: int) -> Sequence[str]:
        """Redact texts of one place: first those that differ from one before in their secrets only, as URLs do."""
        if place.frame is None or not self._texts.can_be_framed(strings):
            return self._any_strings(strings, place, depth)
        fits, clean = place.frame
        found = list(map(fits, strings))
        others = list(compress(strings, map(not_, found)))
        self._count(place.path, len(found) - len(others))
        if len(others) == len(found):
            place.frame = None
            return self._any_strings(strings, place, depth)
        if not others:
            return [clean] * len(found)
        rest = iter(self._any_strings(others, place, depth))
        return [clean if fitting else next(rest) for fitting in found]

    def _any_strings(self, strings: Sequence[str], place: PathNode, depth: int) -> Sequence[str]:
        """Redact texts of one place: searched together first, and only then one by one."""
        texts = self._texts
        if len(strings) == 1 and texts.remembered.get(strings[0], UNSEEN) is None:
            return strings
        if not texts.hold_any(strings):
            if len(strings) == 1 and len(strings[0]) <= LONGEST_CLEAN:
                texts.remember(strings[0])
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
                new[index] = self._replaced(text, known, place)
                continue
            if text[0] in _OPENING or text[0].isspace():
                inside = self._embedded_json(text, place, depth)
                if inside is not None:
                    new[index] = inside
                    continue
            unknown.append(index)
        for index, clean in zip(unknown, texts.clean([strings[index] for index in unknown]), strict=True):
            if clean is not strings[index]:
                new[index] = self._replaced(strings[index], clean, place)
                if place.frame is None and "://" in clean and not place.calls_id:
                    fits = url_frame(strings[index])
                    place.frame = None if fits is None else (fits, clean)
        return new if differ(new, strings) else strings

    def _replaced(self, text: str, clean: str, place: PathNode) -> str:
        """Return what stands for a text that holds something: itself if it is an id, which only looks like a key."""
        if place.calls_id and is_identifier(text) and self._texts.redact_known(text) == text:
            return text
        self._count(place.path)
        return clean

    def _embedded_json(self, text: str, place: PathNode, depth: int) -> str | None:
        """Redact a text that is itself a JSON object, array or string; None if it is none."""
        stripped = text.strip()
        if stripped[:1] not in _OPENING or stripped[-1:] not in _CLOSING:
            return None
        embedded = load_json(stripped)
        if embedded is None:
            return None
        if depth >= MAX_DEPTH:
            self._count(place.path)
            return REDACTED
        new = self._value(embedded.value, place, depth + 1)
        # Of a repeated key only the last value was inspected, so the others must not survive in the text.
        return splice_json(text, embedded.value, new) if embedded.repeats_keys or new is not embedded.value else text
