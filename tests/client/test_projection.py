# SPDX-License-Identifier: Apache-2.0
"""What is decoded slim is what is decoded whole, without the fields that nobody asked for."""

from __future__ import annotations

import json
from typing import Any

import pydantic_core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.projection import decode_projected

ROWS, FIELDS = ("data", "items"), frozenset({"id", "status", "a.b"})

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
rows = st.dictionaries(st.sampled_from(["id", "status", "a.b", "a", "name", "data"]), values, max_size=5)
responses = values | st.lists(rows | values, max_size=4)
responses |= st.dictionaries(
    st.sampled_from(["data", "items", "total", "x"]), st.lists(rows | values, max_size=4) | values
)


def slim(response: Any) -> Any:
    """The expected result of a response."""
    if isinstance(response, list):
        return [
            {name: row[name] for name in row if name in FIELDS} if isinstance(row, dict) else row for row in response
        ]
    if isinstance(response, dict):
        return {
            name: slim(value) if name in ROWS and isinstance(value, list) else value for name, value in response.items()
        }
    return response


@given(responses)
def test_only_fields_of_rows_are_left_out(response: Any) -> None:
    body = json.dumps(response).encode()
    assert decode_projected(body, rows=ROWS, fields=FIELDS) == slim(pydantic_core.from_json(body))


@pytest.mark.parametrize(
    "body", [b"", b'{"data":[{"id":1,"x":', b"\xff", b'{"data":[{"id":1,"x":"\\ud800"}]}', b"[" * 5_000]
)
def test_a_broken_field_that_nobody_asked_for_is_still_an_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"valid|error"):
        decode_projected(body, rows=ROWS, fields=FIELDS)


def test_of_repeated_keys_the_last_counts() -> None:
    body = b'{"data":[{"id":1,"x":0,"id":2}]}'
    assert decode_projected(body, rows=ROWS, fields=FIELDS) == {"data": [{"id": 2}]}
