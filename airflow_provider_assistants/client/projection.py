# SPDX-License-Identifier: Apache-2.0
"""
Projection: decode only some fields of each row, as those need who poll.

The rest is parsed too, so that broken JSON is found, and never becomes a Python object: ten thousand rows of seventy fields at
every poll would keep Python's cycle collector busy, and with it the triggerer's event loop.
"""

from __future__ import annotations

import functools
from typing import Any

from pydantic_core import SchemaValidator, core_schema

__all__ = ["decode_projected"]


def decode_projected(body: bytes, *, rows: tuple[str, ...], fields: frozenset[str]) -> Any:
    """
    Decode a JSON body with only some fields of each row; everything else is decoded whole.

    :param rows: Under which keys the rows may be; a bare array is accepted as well.
    :param fields: The fields to keep.
    :raises ValueError: If it is no JSON.
    """
    return _decoder(rows, fields)(body)


@functools.lru_cache(maxsize=64)
def _decoder(rows: tuple[str, ...], fields: frozenset[str]) -> Any:
    whatever = core_schema.any_schema()
    projected = core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(whatever, required=False) for name in sorted(fields)},
        extra_behavior="ignore",
    )
    row = core_schema.union_schema([projected, whatever], mode="left_to_right")
    some = core_schema.union_schema([core_schema.list_schema(row, strict=True), whatever], mode="left_to_right")
    envelope = core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(some, required=False) for name in rows},
        extra_behavior="allow",
    )
    return SchemaValidator(core_schema.union_schema([envelope, some], mode="left_to_right")).validate_json
