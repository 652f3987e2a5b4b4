# SPDX-License-Identifier: Apache-2.0
"""
When two values of a field are the same, although a vendor or a file format spells them differently.

.. list-table:: Values that are equal

   * - Anywhere
     - ``1`` and ``1.0``; objects with their keys in another order; a text that is the JSON of an object or list, and that
       object or list, or another such text of it
   * - In a field that the vendor documents as a boolean or a flag
     - ``true``, ``1`` and ``"1"``
   * - ... as an id or a number
     - ``7`` and ``"7"``
   * - ... as a text
     - ``0.35`` and ``"0.35"``
   * - ... as an object
     - ``{}`` and PHP's ``[]``
   * - ... as a time
     - the same moment; a time without a zone is UTC

Everywhere else ``true`` is not ``1``, ``7`` is not ``"7"``, and ``null`` is not a field that is absent.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json

from airflow_provider_assistants.dotted_path import MISSING
from airflow_provider_assistants.records.columns import read_cell

__all__ = ["same", "same_cell", "same_of_kind"]

_CONTAINER = re.compile(r"\s*[\[{]")
_NUMBERS = frozenset({int, float})
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, whatever field they are of."""
    kind, other_kind = type(one), type(other)
    if kind is not other_kind:
        if kind in _NUMBERS and other_kind in _NUMBERS:
            return bool(one == other)
        if kind is str and other_kind in (dict, list):
            return _same_json(_decoded(one), other)
        if other_kind is str and kind in (dict, list):
            return _same_json(_decoded(other), one)
        return False
    if kind is dict:
        if len(one) != len(other):
            return False
        for key, value in one.items():
            opposite = other.get(key, MISSING)
            if value is not opposite and not same(value, opposite):
                return False
        return True
    if kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    if one == other:
        return True
    if kind is str:
        return _CONTAINER.match(one) is not None and _same_json(_decoded(one), _decoded(other))
    return kind is float and one != one and other != other  # noqa: PLR0124 - two values that are not a number


def same_of_kind(kind: str, one: Any, other: Any, read_time: Callable[[Any], Any]) -> bool:
    """
    Whether two values of a documented field mean the same.

    :param kind: What the field is documented to be, as of :class:`~airflow_provider_assistants.records.columns.Column`.
    :param read_time: Reads a time as vendors write it; None if it is none.
    """
    if one is MISSING or other is MISSING or one is None or other is None:
        return False
    if kind in ("boolean", "flag"):
        known = _BOOLEANS.get(_word(one))
        return known is not None and known is _BOOLEANS.get(_word(other))
    if kind in ("id", "integer", "number", "decimal", "string"):
        if isinstance(one, str) is isinstance(other, str):
            return False
        return _same_read("string" if kind == "string" else kind, one, other)
    if kind in ("time", "timestamp"):
        moment = read_time(one)
        return moment is not None and moment == read_time(other)
    return kind == "object" and one in ([], {}) and other in ([], {})


def same_cell(kind: str, one: Any, other: Any) -> bool:
    """
    Whether a column of selected fields would hold the same for two values.

    Such a table has no column for what does not fit: it holds null for it, and every field that no document knows is a
    text in it.
    """
    if kind == "plain":
        return _same_json(_plain(one), _plain(other)) or _same_json(_decoded(_plain(one)), _decoded(_plain(other)))
    return same(_cell(kind, one), _cell(kind, other)) or _same_read(kind, one, other)


def _same_json(one: Any, other: Any) -> bool:
    return one is not MISSING and other is not MISSING and same(one, other)


def _decoded(text: Any) -> Any:
    """Return the object or list that a text is the JSON of; MISSING if it is none."""
    if isinstance(text, str) and _CONTAINER.match(text):
        with contextlib.suppress(ValueError):
            return from_json(text)
    return MISSING


def _word(value: Any) -> str:
    return str(value).strip().lower() if isinstance(value, bool | int | str) else ""


def _same_read(kind: str, one: Any, other: Any) -> bool:
    try:
        return same(read_cell(kind, one), read_cell(kind, other))
    except (ValueError, OverflowError):
        return False


def _cell(kind: str, value: Any) -> Any:
    if value is None or value is MISSING:
        return None
    try:
        return read_cell(kind, value)
    except (ValueError, OverflowError):
        return None


def _plain(value: Any) -> Any:
    return None if value is None or value is MISSING else read_cell("plain", value)
