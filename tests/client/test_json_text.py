# SPDX-License-Identifier: Apache-2.0
"""Half of a character in a vendor's JSON, and what only resembles it."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.client.json_text import parse_json

pieces = st.lists(
    st.sampled_from(["\\ud83d", "\\uDe00", "\\\\", "\\u0041", "\\n", '\\"', "x", "\\\\ud83d", "é", "😀", "\\u0000"])
)


@given(pieces)
@example(["\\\\", "\\ud83d"])
@example(["\\ud83d", "\\ud83d", "\\uDe00"])
@example(["\\uDe00", "\\ud83d"])
def test_a_half_becomes_the_replacement_character(parts: list[str]) -> None:
    body = f'{{"k": ["{"".join(parts)}"]}}'.encode()
    parsed = parse_json(body)
    text = json.loads(body)["k"][0]
    halves = [each for each in text if "\ud800" <= each <= "\udfff"]
    (kept,) = parsed["k"]
    kept.encode()
    assert len(kept) == len(text)
    assert [new for new, old in zip(kept, text, strict=True) if old in halves] == ["\ufffd"] * len(halves)
    assert all(new == old for new, old in zip(kept, text, strict=True) if old not in halves)


def test_a_cut_emoji_costs_no_listing() -> None:
    assert parse_json(rb'[{"id": 1, "name": "Anna \ud83d"}]') == [{"id": 1, "name": "Anna \ufffd"}]


@pytest.mark.parametrize("body", [b"", b'{"a": "\\ud83d"', b'"\\ud83', b'"\\ux"', b"\xff"])
def test_what_is_no_json_stays_none(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever the parser says
        parse_json(body)
