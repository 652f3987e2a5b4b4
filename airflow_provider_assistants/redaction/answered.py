# SPDX-License-Identifier: Apache-2.0
"""
What lies beside the name of a secret, or in a field that asks for one, under keys that do not say that it is the value.

``{"left": "api_key", "right": …}``, ``{"type": "password", "state": {"text": …}}``, ``{"question": …, "answer": {"value": …}}``;
what is a name, and what is asked for, is decided by :mod:`.beside`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from airflow_provider_assistants.redaction.beside import (
    LONGEST_NAME,
    answers,
    is_input_kind,
    is_named_in,
    is_simple_name,
    is_step,
    members_beside,
    says_kind,
)
from airflow_provider_assistants.redaction.columnar import RowColumn
from airflow_provider_assistants.redaction.hiding import Hiding, Row, differ
from airflow_provider_assistants.redaction.names import KeyMeaning, is_secret_tree
from airflow_provider_assistants.redaction.paths import PathNode
from airflow_provider_assistants.redaction.spared import are_things

__all__ = ["HidingAnswers"]

#: So deep lies what was entered in what describes a field.
_DEEPEST: Final = 4
_TEXTS = frozenset({str})
#: With more of them, they are no kinds.
_MOST_KINDS: Final = 64


class HidingAnswers(Hiding):
    """Replaces what was entered where a name beside it, or the kind of its field, says that it is a secret."""

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
            texts = {text for text in column if type(text) is str and len(text) <= LONGEST_NAME}
            if not texts or not hold_name(list(texts)):
                continue
            names = {text for text in texts if hold_name((text,)) and is_simple_name(text, self._keys.meaning)}
            for index, name in zip(indexes, column, strict=True) if names else ():
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
                if isinstance(value, dict | list):
                    path = f"{place.path}.{self._keys.shown(member)}" if place.path else self._keys.shown(member)
                    clean = self._hide_typed(value, kind, path)
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
