# SPDX-License-Identifier: Apache-2.0
"""Whether a piece of a secret is still there."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import unquote

from tests.redaction_corpus.shapes import Planted

#: So many characters of a secret are too many.
_PIECE: Final = 8


def serialized(planted: Planted) -> str:
    """Return the bytes that a file or a log gets, as text."""
    return planted if isinstance(planted, str) else json.dumps(planted, ensure_ascii=False)


def surviving_piece(sensitive: str, planted: Planted) -> str | None:
    """Return a piece of eight characters of the secret (all of it if it is shorter) that is in a row or text, if any is."""
    text = _searchable(planted)
    if len(sensitive) <= _PIECE:
        return sensitive if sensitive in text else None
    pieces = (sensitive[at : at + _PIECE] for at in range(len(sensitive) - _PIECE + 1))
    return next((piece for piece in pieces if piece in text), None)


def _searchable(planted: Planted) -> str:
    """Return the JSON, and the same without the escapes of JSON in strings and of URLs."""
    text = serialized(planted)
    unescaped = text.replace("\\n", "\n").replace("\\", "")
    return "\n".join((text, unescaped, unquote(unescaped)))
