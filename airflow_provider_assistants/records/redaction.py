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
import re
from collections import Counter
from collections.abc import Iterable
from enum import Enum, StrEnum
from operator import is_not
from typing import Any, Final

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.personal_text import SHORTEST_PERSONAL, redact_personal
from airflow_provider_assistants.records.sensitive_keys import KeyMeaning, meaning_of
from airflow_provider_assistants.secret_text import (
    REDACTED,
    SHORTEST_SECRET,
    KnownSecrets,
    is_uuid,
    looks_random,
    redact_shapes,
)

__all__ = ["OTHER_PATHS", "REDACTED", "Redaction", "Redactor"]

Row = dict[str, Any]

#: Under this name are counted the paths beyond the first :data:`_MAX_COUNTED`.
OTHER_PATHS: Final = "(other)"

#: Deeper than any document of a vendor; what lies below is replaced as a whole.
_MAX_DEPTH = 100
#: Bounds of what is remembered, for rows whose keys are made up of data.
_MAX_COUNTED = 1_000
_MAX_KEYS = 10_000
_MAX_TEXTS = 4_096
#: Texts up to this length are worth remembering: statuses, time zones, the one webhook of all assistants.
_LONGEST_REMEMBERED = 128

#: Times and UUIDs, which every row has and no two rows share: not worth a closer look.
_HARMLESS = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+\-][0-9]{2}:?[0-9]{2})?)?"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
)
_LONGEST_HARMLESS = 36

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


class _Unseen(Enum):
    """Stands for what is not remembered."""

    UNSEEN = 0


_UNSEEN: Final = _Unseen.UNSEEN


class _Paths:
    """Declared paths as a tree: what lies below a key, ``*`` for any key and ``[]`` for the items of a list."""

    __slots__ = ("any", "below", "ends")

    def __init__(self, paths: Iterable[tuple[str, ...]] = ()) -> None:
        paths = set(paths)
        self.ends = () in paths
        tails: dict[str, set[tuple[str, ...]]] = {}
        for path in paths:
            if path:
                tails.setdefault(path[0], set()).add(path[1:])
        wild = tails.pop("*", set())
        #: What lies below a named key, what is declared for any key included.
        self.below = {key: _Paths(tail | wild if key != "[]" else tail) for key, tail in tails.items()}
        self.any = _Paths(wild) if wild else None

    @classmethod
    def parse(cls, paths: Iterable[str]) -> _Paths | None:
        """Read dotted paths; None if there are none."""
        steps = {tuple(path.removesuffix(".*").replace("[]", ".[]").strip(".").split(".")) for path in paths if path}
        return cls(steps) if steps else None


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
        self._known = KnownSecrets(known_secrets)
        self._paths = _Paths.parse([*secret_paths, *(personal_paths if self._personal else ())])
        self._shortest = min(self._known.shortest, SHORTEST_PERSONAL if self._personal else SHORTEST_SECRET)
        self._counts: Counter[str] = Counter()
        # What is remembered: of a key its meaning, None for a plain one; of a key that holds a secret itself, what to
        # write instead; of a text what it becomes, None if it stays.
        self._meanings: dict[str, KeyMeaning | None] = {}
        self._renamed: dict[str, str] = {}
        self._texts: dict[str, str | None] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many values were replaced so far, by path; the items of a list are one path, ``tools[].api_key``."""
        return dict(self._counts)

    def row(self, row: Row) -> Row:
        """Give the row without what is sensitive; the very same row if there was nothing, and never a changed one."""
        if self.level is Redaction.NONE:
            return row
        if len(self._meanings) > _MAX_KEYS:
            self._meanings.clear()
            self._renamed.clear()
        return self._mapping(row, "", self._paths, 0)

    def text(self, text: str) -> str:
        """
        Give a text that is to be logged or raised without secrets, whatever the level.

        E-mail addresses and telephone numbers go as well at the level ``personal``.
        """
        text = redact_shapes(self._known.redact(text))
        return redact_personal(text) if self._personal else text

    def _mapping(self, mapping: dict[str, Any], path: str, paths: _Paths | None, depth: int) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        new: Any
        meanings, renamed, texts, shortest = self._meanings, self._renamed, self._texts, self._shortest
        for key, value in mapping.items():
            kind = type(value)
            meaning = meanings.get(key, _UNSEEN)
            if meaning is _UNSEEN:
                meaning = self._learn(key)
            if value is None or kind is bool:
                continue
            below = paths.below.get(key, paths.any) if paths is not None else None
            if meaning is None and below is None:
                if kind is str:
                    if len(value) < shortest:
                        continue
                    if texts.get(value, _UNSEEN) is None:
                        continue
                    new = self._string(value, path + renamed.get(key, key), None, depth)
                elif kind is int or kind is float:
                    continue
                elif kind is dict and depth < _MAX_DEPTH:
                    new = self._mapping(value, f"{path}{renamed.get(key, key)}.", None, depth + 1)
                else:
                    new = self._value(value, path + renamed.get(key, key), None, depth)
            else:
                if meaning is KeyMeaning.VALUE:
                    meaning = self._named_meaning(mapping)
                new = self._member(value, path + renamed.get(key, key), meaning, below, depth)
            if new is not value:
                changes[key] = new
        if renamed and not renamed.keys().isdisjoint(mapping):
            return self._rename({**mapping, **changes}, path)
        return {**mapping, **changes} if changes else mapping

    def _member(self, value: Any, path: str, meaning: KeyMeaning | None, paths: _Paths | None, depth: int) -> Any:
        """Redact the value of a key that means something, or that may lie on a declared path."""
        if meaning is KeyMeaning.HEADERS and not isinstance(value, int | float):
            return self._headers(value, path, depth)
        if meaning is KeyMeaning.SECRET or (paths is not None and paths.ends):
            return self._hide(value, path, depth)
        if meaning is KeyMeaning.SECRET_UNLESS_NUMBER:
            return self._hide(value, path, depth, numbers=False)
        if meaning is KeyMeaning.SECRET_UNLESS_SWITCH and (isinstance(value, dict | list) or value not in _SWITCHES):
            return self._hide(value, path, depth)
        if (
            meaning is KeyMeaning.SECRET_IF_RANDOM
            and isinstance(value, str)
            and (looks_random(value) or is_uuid(value))
        ):
            return self._hide(value, path, depth)
        if meaning is KeyMeaning.PERSONAL or (meaning is KeyMeaning.PERSON and isinstance(value, dict | list)):
            return self._hide(value, path, depth)
        return self._value(value, path, paths, depth)

    def _value(self, value: Any, path: str, paths: _Paths | None, depth: int) -> Any:
        """Redact a value whose key says nothing of it."""
        if isinstance(value, str):
            return self._string(value, path, paths, depth)
        if not isinstance(value, dict | list):
            return value
        if depth >= _MAX_DEPTH:
            self._count(path)
            return REDACTED
        if isinstance(value, dict):
            return self._mapping(value, f"{path}.", paths, depth + 1)
        path += "[]"
        below = paths.below.get("[]") if paths is not None else None
        if below is not None and below.ends:
            return self._hide_items(value, path, depth + 1, numbers=True)
        texts, shortest = self._texts, self._shortest
        new = [
            item
            if type(item) is str and (len(item) < shortest or texts.get(item, _UNSEEN) is None)
            else self._value(item, path, below, depth + 1)
            for item in value
        ]
        return new if _differ(new, value) else value

    def _string(self, text: str, path: str, paths: _Paths | None, depth: int) -> str:
        remembered = self._texts.get(text, _UNSEEN)
        if len(text) < self._shortest or remembered is None:
            return text
        if remembered is not _UNSEEN:
            self._count(path)
            return remembered
        if len(text) <= _LONGEST_HARMLESS and _HARMLESS.fullmatch(text) and self._known.redact(text) is text:
            return text
        new = self._embedded_json(text, path, paths, depth) if text[0] in '{["' or text[0].isspace() else _UNSEEN
        if isinstance(new, str):
            return new
        new = self.text(text)
        changed = new != text
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self._texts) >= _MAX_TEXTS:
                self._texts.clear()
            self._texts[text] = new if changed else None
        if not changed:
            return text
        self._count(path)
        return new

    def _embedded_json(self, text: str, path: str, paths: _Paths | None, depth: int) -> str | _Unseen:
        """Redact a text that is itself a JSON object, array or string; unseen if it is none."""
        stripped = text.strip()
        if stripped[:1] not in _OPENING or stripped[-1:] not in _CLOSING:
            return _UNSEEN
        repeated = False

        def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            nonlocal repeated
            mapping = dict(pairs)
            repeated = repeated or len(mapping) < len(pairs)
            return mapping

        try:
            value = json.loads(stripped, object_pairs_hook=unique)
        except (ValueError, RecursionError):
            return _UNSEEN
        if depth >= _MAX_DEPTH:
            self._count(path)
            return REDACTED
        new = self._value(value, path, paths, depth + 1)
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

    def _headers(self, value: Any, path: str, depth: int) -> Any:
        """Replace the values of HTTP headers, as a mapping or as a list of names with values."""
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                parsed = json.loads(value)
            except (ValueError, RecursionError):
                return self._hide(value, path, depth)
            new = self._headers(parsed, path, depth + 1)
            return value if new is parsed else json.dumps(new, ensure_ascii=False, separators=(",", ":"))
        if not isinstance(value, list) or depth >= _MAX_DEPTH:
            return self._hide(value, path, depth)
        items = [self._header(item, f"{path}[]", depth + 1) for item in value]
        return items if _differ(items, value) else value

    def _header(self, item: Any, path: str, depth: int) -> Any:
        if not isinstance(item, dict) or not any(isinstance(item.get(name), str) for name in _NAMING_KEYS):
            return self._hide(item, path, depth)
        kept = {key: value for key, value in item.items() if key in _NAMING_KEYS or key in ("type", "id", "enabled")}
        kept = self._mapping(kept, f"{path}.", None, depth)
        new = {
            key: kept[key] if key in kept else self._hide(value, f"{path}.{self._renamed.get(key, key)}", depth + 1)
            for key, value in item.items()
        }
        return new if _differ(new.values(), item.values()) else item

    def _named_meaning(self, mapping: dict[str, Any]) -> KeyMeaning | None:
        """Give what a name says of the value beside it, as in ``{"name": "Authorization", "value": …}``."""
        for naming in _NAMING_KEYS:
            name = mapping.get(naming)
            if not isinstance(name, str) or name.lstrip()[:1] in ("{", "["):
                continue
            if len(name) > _LONGEST_REMEMBERED:
                # As it will be written, so that a row which is redacted again is read the same way.
                name = self.text(name)
                if len(name) > _LONGEST_REMEMBERED:
                    continue
            meaning = self._meanings.get(name, _UNSEEN)
            if meaning is _UNSEEN:
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
        clean = self.text(key) if len(key) >= self._shortest else key
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
