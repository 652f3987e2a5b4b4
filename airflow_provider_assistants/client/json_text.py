# SPDX-License-Identifier: Apache-2.0
"""JSON as vendors send it: strict, but for half of a character."""

from __future__ import annotations

import re
from typing import Any

import pydantic_core

__all__ = ["parse_json"]

_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
#: A backslash that is itself escaped and a whole pair come first, so that only a half is left to match.
_HALF_CHARACTER = re.compile(rb"(\\\\|" + _HIGH + _LOW + rb")|" + _HIGH + rb"|" + _LOW)


def parse_json(body: bytes) -> Any:
    r"""
    Decode a JSON text.

    A backend in JavaScript that cuts a text may cut an emoji in two, and sends half of a surrogate pair (``"\ud83d"``). It
    is no character of any encoding, so no file, database or log can hold it: it becomes U+FFFD, as in every browser, and the
    listing is not lost for it.

    :raises ValueError: If it is not JSON.
    """
    try:
        return pydantic_core.from_json(body)
    except ValueError:
        whole = _HALF_CHARACTER.sub(lambda match: match[1] or rb"\ufffd", body)
        if whole == body:
            raise
        return pydantic_core.from_json(whole)
