# SPDX-License-Identifier: Apache-2.0
"""JSON inside a text: vendors keep headers, variables and whole flows so."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

__all__ = ["EmbeddedJson", "dump_json", "load_json"]


class EmbeddedJson(NamedTuple):
    """
    What a text holds.

    :param value: The value.
    :param repeats_keys: An object of it has a key twice, of which ``value`` holds the last: the text says more.
    """

    value: Any
    repeats_keys: bool


def load_json(text: str) -> EmbeddedJson | None:
    """Read a text as JSON; None if it is none, or nested too deeply."""
    repeats = False

    def mapping_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeats
        mapping = dict(pairs)
        repeats = repeats or len(mapping) < len(pairs)
        return mapping

    try:
        return EmbeddedJson(json.loads(text, object_pairs_hook=mapping_of), repeats)
    except (ValueError, RecursionError):
        return None


def dump_json(value: Any) -> str:
    """Write a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
