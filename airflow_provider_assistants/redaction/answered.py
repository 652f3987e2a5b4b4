# SPDX-License-Identifier: Apache-2.0
"""
What lies beside the name of a secret, or in a field that asks for one, under keys that do not say that it is the value.

``{"left": "api_key", "right": …}``, ``{"type": "password", "state": {"text": …}}``, ``{"question": …, "answer": {"value": …}}``;
what is a name, and what is asked for, is decided by :mod:`.beside`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from airflow_provider_assistants.redaction.columnar import RowColumn
from airflow_provider_assistants.redaction.hiding import Hiding, Row, differ
from airflow_provider_assistants.redaction.members.beside import (
    LONGEST_NAME,
    answers,
    is_input_kind,
    is_named_in,
    is_simple_name,
    is_step,
    members_beside,
    opens_lock,
    says_kind,
)
from airflow_provider_assistants.redaction.members.pairs import name_in, naming_texts, secret_columns
from airflow_provider_assistants.redaction.members.spared import has_harmless_header
from airflow_provider_assistants.redaction.names.called_after import are_things
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, is_secret_tree
from airflow_provider_assistants.redaction.paths import PathNode

__all__ = ["HidingAnswers"]

#: So deep lies what was entered in what describes a field.
_DEEPEST: Final = 4
_TEXTS = frozenset({str})
#: With more of them, they are no kinds.
_MOST_KINDS: Final = 64
#: Under such a key lies prose as well as values; this many blanks make it prose.
_FREE_TEXT = frozenset("content contents data text body details answer answers before after quote snippet".split())
_PROSE_BLANKS: Final = 4
#: Of these, what has parts is what a tool sends rather than what its name names.
_REQUESTS = frozenset({"body", "details", "answer", "answers"})
#: Of these, what looks like a secret is the one that its name names.
_ANSWERS = frozenset({"answer", "answers"})


class HidingAnswers(Hiding):
    """Replaces what was entered where a name beside it, or the kind of its field, says that it is a secret."""

    @abstractmethod
    def _values(self, values: Sequence[Any], kinds: set[type], place: PathNode, depth: int) -> Sequence[Any]:
        """Redact values of one place whose key says nothing of them; the very same sequence if nothing had to go."""

    @abstractmethod
    def _meant(self, value: Any, meaning: KeyMeaning | None, place: PathNode, depth: int) -> Any:
        """Redact a value by what its key means."""

    @abstractmethod
    def _columns(self, value: list[Any], columns: Sequence[int], place: PathNode, depth: int) -> list[Any]:
        """Redact a list whose items at some places are secret, or a list of such lists; the very same list if none is."""

    def _named(self, values: Sequence[Any], mappings: Iterable[Row], place: PathNode, depth: int) -> Sequence[Any]:
        """Redact values by what the members beside them say of them; those of which nothing is said, at once."""
        new = list(values)
        unnamed: list[int] = []
        is_of_keys = place.path.lower().endswith("keys[]." + place.key.lower())
        is_free_text, is_request = place.key.lower() in _FREE_TEXT, place.key.lower() in _REQUESTS
        for index, (value, mapping) in enumerate(zip(values, mappings, strict=True)):
            columns = secret_columns(mapping, place.key, self._keys.meaning) if type(value) is list else ()
            if columns:
                new[index] = self._columns(value, columns, place, depth)
                continue
            is_prose = is_free_text and isinstance(value, str) and value.count(" ") >= _PROSE_BLANKS
            is_prose = is_prose or (is_request and isinstance(value, dict | list))
            meaning = None if is_prose else self._keys.named_meaning(mapping, place.key)
            if meaning is None and is_of_keys and isinstance(value, str):
                meaning = KeyMeaning.SECRET_IF_RANDOM
            if is_request and isinstance(value, dict | list) and place.key.lower() in _ANSWERS:
                new[index] = self._hide_answer(value, naming_texts(mapping, place.key), place.path)
            if isinstance(value, str) and meaning is not KeyMeaning.HEADERS and has_harmless_header(mapping, value):
                continue
            if meaning is None and not place.ends:
                unnamed.append(index)
            else:
                new[index] = self._meant(value, meaning, place, depth)
        chosen = [new[index] for index in unnamed]
        clean = self._values(chosen, {*map(type, chosen)}, place, depth) if chosen else chosen
        if clean is not chosen:
            for index, value in zip(unnamed, clean, strict=True):
                new[index] = value
        return new

    def _hide_named(self, value: Row | list[Any], meaning: KeyMeaning | None, place: PathNode, depth: int) -> Any:
        """Replace what lies under the name of a secret, but for things and steps that are only called after one."""
        if not place.ends and isinstance(value, list) and place.meaning is meaning and are_things(place.key, value):
            return value
        if not place.ends and isinstance(value, dict) and is_step(place.key):
            return self._value(self._hide_likely(value, place.key, place.path, is_answer=True), place, depth)
        is_record = isinstance(value, dict) and "name" in value
        is_described = place.meaning is meaning or (place.meaning is KeyMeaning.VALUE and is_record)
        described = is_described and not place.ends and not is_secret_tree(place.key)
        return self._hide(value, place.path, depth, described=described)

    def _hide_beside(
        self,
        mappings: Sequence[Row],
        naming: Iterable[RowColumn],
        place: PathNode,
        changes: dict[int, Row],
        hold_name: Callable[[Sequence[str]], bool],
    ) -> None:
        """
        Replace what lies beside the name of a secret, and looks like one.

        :param naming: The columns in which names may stand.
        :param changes: What was replaced so far, by the place of the mapping; what is replaced here is added.
        :param hold_name: Whether any of some texts can hold the name of a secret.
        """
        for key, indexes, column, kinds in naming:
            if says_kind(key):
                if kinds == _TEXTS and len(found := set(column)) < _MOST_KINDS and any(map(is_input_kind, found)):
                    self._hide_input(mappings, zip(indexes, column, strict=True), place, changes)
                continue
            named = column if kinds == _TEXTS else [name_in(key, each) for each in column]
            texts = {text for text in named if type(text) is str and len(text) <= LONGEST_NAME}
            if not texts or not hold_name(list(texts)):
                continue
            names = {text for text in texts if hold_name((text,)) and is_simple_name(text, self._keys.meaning)}
            for index, name in zip(indexes, named, strict=True) if names else ():
                if type(name) is not str or name not in names or not is_named_in(mappings[index], key):
                    continue
                mapping = {**mappings[index], **changes.get(index, {})}
                for member, is_answer in members_beside(mapping, key):
                    path = f"{place.path}.{self._keys.shown(member)}" if place.path else self._keys.shown(member)
                    clean = self._hide_likely(mapping[member], name, path, is_answer=is_answer)
                    if clean is not mapping[member]:
                        changes.setdefault(index, {})[member] = clean

    def _hide_answer(self, value: Any, names: Iterable[str], path: str) -> Any:
        """Replace the texts of an answer in parts that look like the secret which was asked for."""
        for name in names:
            if is_simple_name(name, self._keys.meaning):
                return self._hide_likely(value, name, path, is_answer=True)
        return value

    def _hide_input(
        self, mappings: Sequence[Row], kinds: Iterable[tuple[int, Any]], place: PathNode, changes: dict[int, Row]
    ) -> None:
        """
        Replace what was typed into a field that says of itself that it is for a secret: ``{"type": "password", "state": …}``.

        :param kinds: The places of mappings, and what each says that it is.
        """
        for index, kind in kinds:
            if type(kind) is not str or not is_input_kind(kind):
                continue
            mapping = {**mappings[index], **changes.get(index, {})}
            for member, value in mapping.items():
                if isinstance(value, dict | list) or opens_lock(kind, member):
                    path = f"{place.path}.{self._keys.shown(member)}" if place.path else self._keys.shown(member)
                    is_code = isinstance(value, str)
                    clean = (
                        self._hide_likely(value, member, path, is_answer=True)
                        if is_code
                        else self._hide_typed(value, kind, path)
                    )
                    if clean is not value:
                        changes.setdefault(index, {})[member] = clean

    def _hide_typed(self, value: Any, name: str, path: str, depth: int = 0) -> Any:
        """Replace what the members of a value say was typed, if it looks like the secret that was asked for."""
        if isinstance(value, list) and depth < _DEEPEST:
            items = [self._hide_typed(each, name, f"{path}[]", depth + 1) for each in value]
            return items if differ(items, value) else value
        if not isinstance(value, dict) or depth >= _DEEPEST:
            return value
        new = {
            key: self._hide_likely(each, name, f"{path}.{self._keys.shown(key)}", is_answer=True)
            if isinstance(each, str) and answers(key)
            else self._hide_typed(each, name, f"{path}.{self._keys.shown(key)}", depth + 1)
            for key, each in value.items()
        }
        return new if differ(new.values(), value.values()) else value
