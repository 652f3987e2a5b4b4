# SPDX-License-Identifier: Apache-2.0
"""
A report of changes for people: one HTML file without script and without anything remote, of bounded size.

Totals are always whole. Assistants are shown until the report is full, and those left out are counted. Nothing here is redacted:
changes come redacted already.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from airflow_provider_assistants.dotted_path import MISSING
from airflow_provider_assistants.exceptions import counted
from airflow_provider_assistants.records.columns import json_text
from airflow_provider_assistants.records.diff.comparison import AssistantChange, Counts
from airflow_provider_assistants.records.diff.fields import FieldChange
from airflow_provider_assistants.records.diff.word_diff import Piece, word_diff
from airflow_provider_assistants.storable import one_line, storable_text

__all__ = ["MAX_BYTES", "Report"]

#: The size of the assistants that are shown, about; the rest of the page is some 10 KB.
MAX_BYTES = 256 * 1024
#: What the markup of an assistant and of a field takes.
_ENTRY_BYTES, _FIELD_BYTES, _PIECE_BYTES = 120, 130, 16
_MAX_FIELDS, _MAX_PATHS, _MAX_ACCOUNTS = 40, 40, 100
#: A text from so many characters on is compared word by word.
_LONG = 60
_MAX_DIFF, _MAX_VALUE, _MAX_NAME = 4_000, 400, 120
#: Fields whose changes are counted one by one; objects whose keys are data have any number of them.
_MAX_COUNTED = 10_000
_INDEX = re.compile(r"\.\d+(?=\.|\Z)")


@dataclass(frozen=True, kw_only=True)
class _Field:
    path: str
    before: str | None = None
    after: str | None = None
    pieces: tuple[Piece, ...] = ()

    @property
    def size(self) -> int:
        texts = [self.path, self.before or "", self.after or "", *(piece.text for piece in self.pieces)]
        return (
            _FIELD_BYTES + sum(len(text.encode("utf-8", "replace")) for text in texts) + _PIECE_BYTES * len(self.pieces)
        )


@dataclass(frozen=True, kw_only=True)
class _Entry:
    id: str
    name: str
    place: str
    fields: tuple[_Field, ...] = ()
    more_fields: int = 0

    @property
    def size(self) -> int:
        return _ENTRY_BYTES + sum(each.size for each in self.fields)


@dataclass
class _Account:
    insert: int = 0
    delete: int = 0
    update: int = 0


@dataclass
class Report:
    """
    Gathers changes for a report.

    :param limit: The size of the assistants that are shown, in bytes, about.
    """

    limit: int = MAX_BYTES
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _paths: Counter[str] = field(default_factory=Counter)
    _entries: dict[str, list[_Entry]] = field(default_factory=lambda: {"update": [], "insert": [], "delete": []})
    _left_out: Counter[str] = field(default_factory=Counter)
    _room: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        few = self.limit // 8
        self._room = {"update": self.limit - 2 * few, "insert": few, "delete": few}

    def add(self, change: AssistantChange, *, vendor: str | None, account: str | None, name: str | None) -> None:
        """Add a change."""
        place = " · ".join(_line(each) for each in (vendor, account) if each)
        key = place if place in self._accounts or len(self._accounts) < _MAX_ACCOUNTS else "other accounts"
        totals = self._accounts.setdefault(key, _Account())
        setattr(totals, change.change_type, getattr(totals, change.change_type) + 1)
        for path in {_INDEX.sub("[]", each.path) for each in change.fields}:
            self._paths[path if path in self._paths or len(self._paths) < _MAX_COUNTED else "other fields"] += 1
        room = self._room[change.change_type]
        if room > 0:
            entry = _Entry(
                id=_line(change.assistant_id),
                name=_line(name or ""),
                place=place,
                fields=tuple(map(_field, change.fields[:_MAX_FIELDS])),
                more_fields=max(len(change.fields) - _MAX_FIELDS, 0),
            )
            # The first that does not fit ends the section: to find one that does would cost a comparison of texts each.
            self._room[change.change_type] = room - entry.size
            if entry.size <= room:
                self._entries[change.change_type].append(entry)
                return
        self._left_out[change.change_type] += 1

    def html(self, counts: Counts, *, before: str | None, after: str, notes: list[str]) -> bytes:
        """
        Return the page.

        :param counts: The totals.
        :param before: The URI of the earlier snapshot; None if there was none.
        :param after: The URI of the later one.
        :param notes: Sentences to put below the totals.
        """
        paths = self._paths.most_common()
        page = _template().render(
            counts=counts,
            before=before and _line(before, limit=1_000),
            after=_line(after, limit=1_000),
            notes=notes,
            accounts=sorted(self._accounts.items()),
            paths=[
                (_line(path), count) for path, count in sorted(paths, key=lambda each: (-each[1], each[0]))[:_MAX_PATHS]
            ],
            more_paths=max(len(paths) - _MAX_PATHS, 0),
            sections=[
                ("update", "Changed", self._entries["update"], self._left_out["update"]),
                ("insert", "Added", self._entries["insert"], self._left_out["insert"]),
                ("delete", "Removed", self._entries["delete"], self._left_out["delete"]),
            ],
        )
        return page.encode("utf-8", "replace")


def _field(change: FieldChange) -> _Field:
    path = _line(change.path or "(the whole row)", limit=300)
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) >= _LONG:
        pieces = word_diff(storable_text(before), storable_text(after), limit=_MAX_DIFF)
        return _Field(path=path, pieces=tuple(pieces))
    return _Field(path=path, before=_value(before), after=_value(after))


def _value(value: Any) -> str | None:
    if value is MISSING:
        return None
    text = storable_text(json_text(value))
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}… ({len(text):,} characters)"


def _line(text: str, *, limit: int = _MAX_NAME) -> str:
    text = one_line(text)
    return text if len(text) <= limit else f"{text[:limit]}…"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["counted"] = counted
    return environment.get_template("report.html")
