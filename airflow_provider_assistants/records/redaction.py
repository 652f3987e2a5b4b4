# SPDX-License-Identifier: Apache-2.0
"""
Redaction: vendor rows carry other people's keys, and none of them leaves.

What is sensitive is told by the name of a key (:mod:`.sensitive_keys`), by the paths that a vendor declares, by the
shape of a text (:mod:`airflow_provider_assistants.secret_text`), and by secrets that we know because they are ours. The
value is replaced and the key is kept, so that a column does not vanish; what was replaced is counted by its path.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.sensitive_keys import KeyMeaning, meaning_of
from airflow_provider_assistants.secret_text import REDACTED, known_forms, redact_known, redact_shapes

__all__ = ["REDACTED", "Redaction", "Redactor"]

Row = dict[str, Any]

#: Deeper than any document of a vendor; what lies below is replaced as a whole.
_MAX_DEPTH = 100
#: Texts shorter than this hold no URL and no key of a known shape.
_SHORTEST_SECRET = 9
_MAX_KNOWN_KEYS = 20_000

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![\w.:/#%+\-])\+?[(\d](?:[ ()./\-]{0,2}\d){6,15}(?![\w:\-]|\.\d)")
_NO_PHONE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3}|\d+(?:\.\d+)?|\d{1,4}/\d{1,2}/\d{1,4}", re.DOTALL)


class Redaction(StrEnum):
    """How much is taken out."""

    NONE = "none"
    #: Keys, tokens, passwords and the like.
    SECRETS = "secrets"
    #: Also e-mail addresses, telephone numbers, names of people, prompts and what is spoken.
    PERSONAL = "personal"


class _Paths:
    """Declared paths as a tree: what lies below a key, ``*`` for any key and ``[]`` for the items of a list."""

    __slots__ = ("below", "ends")

    def __init__(self) -> None:
        self.below: dict[str, _Paths] = {}
        self.ends = False

    def add(self, path: str) -> None:
        node = self
        for step in path.removesuffix(".*").replace("[]", ".[]").split("."):
            node = node.below.setdefault(step, _Paths())
        node.ends = True

    def step(self, key: str) -> _Paths | None:
        return self.below.get(key) or self.below.get("*")


class Redactor:
    """
    Takes secrets, and if asked personal data, out of rows and texts; one for a whole listing.

    :param level: ``none``, ``secrets`` or ``personal``.
    :param known_secrets: Secrets of ours: replaced wherever they turn up, in keys too, at any level but ``none``.
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
            raise ConfigurationError(
                f"redact is {level!r} and must be one of {', '.join(map(repr, map(str, Redaction)))}"
            ) from None
        self._personal = self.level is Redaction.PERSONAL
        self._known = known_forms(known_secrets)
        self._paths = _Paths()
        for path in [*secret_paths, *(personal_paths if self._personal else ())]:
            self._paths.add(path)
        self._meanings: dict[str, KeyMeaning] = {}
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """How many values were replaced so far, by path; the items of a list are one path, ``tools[].api_key``."""
        return dict(self._counts)

    def row(self, row: Row) -> Row:
        """Give the row without what is sensitive; the very same row if there was nothing, and never a changed one."""
        if self.level is Redaction.NONE:
            return row
        return self._mapping(row, "", self._paths, 0)

    def text(self, text: str) -> str:
        """Give a text without secrets, and without e-mail addresses and telephone numbers if those are to go."""
        if self.level is Redaction.NONE:
            return text
        text = redact_shapes(redact_known(text, self._known))
        if self._personal:
            if "@" in text:
                text = _EMAIL.sub(REDACTED, text)
            text = _PHONE.sub(lambda match: match.group() if _NO_PHONE.fullmatch(match.group()) else REDACTED, text)
        return text

    def _mapping(self, mapping: dict[str, Any], path: str, paths: _Paths | None, depth: int) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for key, value in mapping.items():
            if value is None or value is True or value is False or value == "":
                continue
            below = paths.step(key) if paths else None
            new = self._member(key, value, path, below, depth)
            if new is not value:
                changes[key] = new
        if "value" in mapping and "value" not in changes and self._names_a_secret(mapping):
            new = self._hide(mapping["value"], f"{path}value", depth)
            if new is not mapping["value"]:
                changes["value"] = new
        if self._known and any(form in key for key in mapping for form in self._known):
            merged = {**mapping, **changes}
            return {redact_known(key, self._known): value for key, value in merged.items()}
        return {**mapping, **changes} if changes else mapping

    def _member(self, key: str, value: Any, path: str, paths: _Paths | None, depth: int) -> Any:
        meaning = self._meaning(key)
        if paths is not None and paths.ends:
            return self._hide(value, path + key, depth)
        if meaning is KeyMeaning.PLAIN:
            return self._value(value, path + key, paths, depth)
        if meaning is KeyMeaning.SECRET:
            return self._hide(value, path + key, depth)
        if meaning is KeyMeaning.SECRET_UNLESS_NUMBER and not isinstance(value, int | float):
            return self._hide(value, path + key, depth)
        if meaning is KeyMeaning.HEADERS:
            return self._headers(value, path + key, depth)
        if self._personal and (
            meaning is KeyMeaning.PERSONAL or (meaning is KeyMeaning.PERSON and isinstance(value, dict | list))
        ):
            return self._hide(value, path + key, depth)
        return self._value(value, path + key, paths, depth)

    def _value(self, value: Any, path: str, paths: _Paths | None, depth: int) -> Any:
        if isinstance(value, str):
            return self._string(value, path, depth)
        if isinstance(value, dict | list):
            if depth >= _MAX_DEPTH:
                self._counts[path] += 1
                return REDACTED
            if isinstance(value, dict):
                return self._mapping(value, f"{path}.", paths, depth + 1)
            return self._items(value, f"{path}[]", paths.step("[]") if paths else None, depth + 1)
        return value

    def _items(self, items: list[Any], path: str, paths: _Paths | None, depth: int) -> list[Any]:
        if paths is not None and paths.ends:
            new = [self._hide(item, path, depth) for item in items]
        else:
            new = [self._value(item, path, paths, depth) for item in items]
        return new if any(after is not before for after, before in zip(new, items, strict=True)) else items

    def _string(self, text: str, path: str, depth: int) -> str:
        if len(text) < _SHORTEST_SECRET and not self._personal:
            return text
        new = self._embedded_json(text, path, depth) if text[0] in "{[" and text[-1] in "}]" else None
        if new is None:
            new = self.text(text)
            if new == text:
                return text
            self._counts[path] += 1
        return new

    def _embedded_json(self, text: str, path: str, depth: int) -> str | None:
        """Redact a text that is itself a JSON object or array; None if it is none."""
        if depth >= _MAX_DEPTH:
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        new = self._value(value, path, None, depth + 1)
        return text if new is value else json.dumps(new, ensure_ascii=False, separators=(",", ":"))

    def _hide(self, value: Any, path: str, depth: int) -> Any:
        """Replace a value, or every value below it: keys and shape stay, and so do null, switches and emptiness."""
        if value is None or value is True or value is False or value in ("", REDACTED):
            return value
        if isinstance(value, dict | list) and depth < _MAX_DEPTH:
            if isinstance(value, dict):
                new: Any = {key: self._hide(each, f"{path}.{key}", depth + 1) for key, each in value.items()}
            else:
                new = [self._hide(each, f"{path}[]", depth + 1) for each in value]
            return value if new == value else new
        self._counts[path] += 1
        return REDACTED

    def _headers(self, value: Any, path: str, depth: int) -> Any:
        """Replace the values of HTTP headers, as a mapping or as a list of names and values."""
        if isinstance(value, list):
            new = [
                {**item, "value": self._hide(item["value"], f"{path}[].value", depth)}
                if isinstance(item, dict) and "value" in item
                else self._hide(item, f"{path}[]", depth)
                for item in value
            ]
            return value if new == value else new
        return self._hide(value, path, depth)

    def _names_a_secret(self, mapping: dict[str, Any]) -> bool:
        """Tell whether a pair such as ``{"name": "Authorization", "value": …}`` names a secret."""
        for naming in ("name", "key", "header", "field"):
            name = mapping.get(naming)
            if isinstance(name, str) and self._meaning(name) in (KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER):
                return True
        return False

    def _meaning(self, key: str) -> KeyMeaning:
        meaning = self._meanings.get(key)
        if meaning is None:
            meaning = meaning_of(key)
            if len(self._meanings) < _MAX_KNOWN_KEYS:
                self._meanings[key] = meaning
        return meaning
