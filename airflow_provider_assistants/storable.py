# SPDX-License-Identifier: Apache-2.0
r"""
Convert a vendor's values to a form that every database and serialization of Airflow accepts.

Whatever goes to events, trigger arguments, state stores, XCom, links or lineage passes :func:`storable`, and whatever goes
to error messages and log lines passes :func:`one_line`. PostgreSQL refuses a NUL in JSONB, and the error ends the triggerer
of the whole installation; MySQL refuses JSON nested over 100 deep and keys over 64 KiB; the messages between a task and its
supervisor hold 64-bit integers and UTF-8; and Airflow gives keys such as ``__classname__`` a meaning of its own. Files are
none of Airflow's concern and keep the vendor's text.

===============================================  ============================================================
A vendor's                                       becomes
===============================================  ============================================================
control character but tab, newline, return       its escape, such as ``\x00`` or ``\x1b``
half of a surrogate pair                         its escape, such as ``\ud800``
number that is not finite                        the text ``NaN``, ``Infinity`` or ``-Infinity``
integer of 2**63 or more, either sign            its digits as a text
other number of 2**53 or more, either sign       its text, such as ``1e+300``: JSONB makes an integer of it
value nested more than 32 deep                   its JSON as a text
key that Airflow gives a meaning                 its first character escaped: ``\x5f_classname__``
key over 10,000 characters                       its beginning and a fingerprint
key that is another one by now                   the key and a number: ``a~2``
===============================================  ============================================================

Equal values have equal forms, and a form is its own form: a state that was stored compares equal to the same state seen again.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

__all__ = ["MAX_DEPTH", "MAX_KEY", "MAX_NAME", "one_line", "storable", "storable_name", "storable_text"]

#: Airflow wraps a value in some levels of its own, and Airflow 3.1 doubles them; MySQL allows 100.
MAX_DEPTH: Final = 32
#: Characters of a key: up to four bytes each, and MySQL's JSON allows 65,535 bytes.
MAX_KEY: Final = 10_000
#: Characters of what identifies something, such as an assistant's id: a state store's value may have 64 KiB.
MAX_NAME: Final = 200

_TOO_LARGE: Final = 2**63
#: From here a float has no fraction, and not every integer has a float.
_TOO_LARGE_FLOAT: Final = 2**53
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
_UNSTORABLE = re.compile(f"[{_CONTROL}]")
#: For a line also what a viewer takes for the end of a line, and what turns the direction of the text around.
_NOT_IN_A_LINE = re.compile(rf"[{_CONTROL}\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
#: Keys by which ``airflow.sdk.serde`` takes a mapping for something else.
_RESERVED: Final = frozenset({"__classname__", "__id__", "__type", "__var"})


def storable_text(text: str) -> str:
    """Return `text` with what cannot be stored replaced by its escape; the same object if there is nothing."""
    return text if text.isascii() and text.isprintable() else _UNSTORABLE.sub(_escaped, text)


def storable_name(text: str) -> str:
    """Return an id or a status as it can be stored: itself if it is short, else its beginning and a fingerprint."""
    text = storable_text(text)
    return text if len(text) <= MAX_NAME else _cut(text, MAX_NAME)


def one_line(text: str) -> str:
    """
    Return `text` as one line that only says what it seems to say; the same object if it is one.

    Line breaks and tabs become spaces. Control characters, such as those that move a terminal's cursor, and characters that
    turn the direction of writing around become their escapes: a vendor's message cannot forge a line of a log.
    """
    if text.isascii() and text.isprintable():
        return text
    return _NOT_IN_A_LINE.sub(_escaped, _BREAKS.sub(" ", text))


def storable(value: Any) -> Any:
    """
    Return a value in a form that Airflow can keep; the same object if it is in such a form already.

    :param value: What JSON decodes to; a datetime becomes its ISO text, and any other object its text.
    """
    return _storable(value, MAX_DEPTH)


def _storable(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_TOO_LARGE < value < _TOO_LARGE else _digits(value)
    if isinstance(value, float):
        return value if -_TOO_LARGE_FLOAT < value < _TOO_LARGE_FLOAT else _float_text(value)
    if isinstance(value, dict | list | tuple | Mapping):
        if not depth:
            return _nested_text(value)
        if not isinstance(value, list | tuple):
            return _storable_mapping(value, depth - 1)
        items = [_storable(each, depth - 1) for each in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return storable_text(str(value))


def _storable_mapping(value: Mapping[Any, Any], depth: int) -> Mapping[Any, Any]:
    same = isinstance(value, dict)
    found: dict[str, Any] = {}
    renamed: list[tuple[str, Any, Any]] = []
    for key, each in value.items():
        new_key, new = _storable_key(key), _storable(each, depth)
        if new_key is key:
            found[new_key] = new
            same = same and new is each
        else:
            renamed.append((new_key, key, new))
    # A key that is as it was keeps its name, so that a form is its own form.
    for new_key, _, new in sorted(renamed, key=lambda each: (each[0], repr(each[1]))):
        found[_unused(new_key, found)] = new
    return value if same and not renamed else found


def _storable_key(key: Any) -> str:
    text = key if isinstance(key, str) else _key_text(key)
    if text in _RESERVED:
        return f"\\x5f{text[1:]}"
    text = storable_text(text)
    return text if len(text) <= MAX_KEY else _cut(text, MAX_KEY)


def _cut(text: str, limit: int) -> str:
    """Return the beginning of a text and a fingerprint of it all."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: limit - len(digest) - 1]}…{digest}"


def _key_text(key: Any) -> str:
    """Return a key as JSON writes it."""
    if key is None or isinstance(key, bool | int | float):
        text = _storable(key, 0)
        return text if isinstance(text, str) else json.dumps(text)
    return str(key)


def _unused(key: str, used: Mapping[str, Any]) -> str:
    number, name = 1, key
    while name in used:
        number += 1
        name = f"{key}~{number}"
    return name


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _digits(value: int) -> str:
    """Return the digits of an integer; in hexadecimal where Python refuses to count so many."""
    try:
        return str(value)
    except ValueError:
        return hex(value)


def _nested_text(value: Any) -> str:
    try:
        return storable_text(json.dumps(value, ensure_ascii=False, default=str))
    except (RecursionError, TypeError, ValueError):
        return f"<{type(value).__name__}>"
