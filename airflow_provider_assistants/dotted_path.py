# SPDX-License-Identifier: Apache-2.0
"""Read a value inside a row by a dotted path, such as ``llm_settings.model`` or ``tools.0.type``."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["MISSING", "dig"]


class _Missing:
    """The type of :data:`MISSING`; false, so that ``dig(...) or default`` reads well."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
#: Of an index; Python refuses to convert thousands of digits.
_MAX_DIGITS: Final = 18


def dig(value: Any, path: str) -> Any:
    """
    Return the value at a dotted path, or :data:`MISSING`.

    A key that itself contains dots wins over a descent, so a row with the literal key ``a.b`` stays readable.

    :param value: Usually a row; a list is descended by index.
    :param path: Keys and list indexes joined by dots; the empty path is the value itself.
    """
    if not path:
        return value
    if isinstance(value, dict) and path in value:
        return value[path]
    if "." not in path and isinstance(value, dict):
        return MISSING
    for key in path.split("."):
        if isinstance(value, dict):
            if key not in value:
                return MISSING
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and len(key) <= _MAX_DIGITS and int(key) < len(value):
            value = value[int(key)]
        else:
            return MISSING
    return value
