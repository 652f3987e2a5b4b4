# SPDX-License-Identifier: Apache-2.0
"""Rows key by key are the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.columnar import columns_by_key
from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.redaction.row_text import RowTexts

rows_of_few_keys = st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4), max_size=6)


@given(rows_of_few_keys)
def test_every_value_is_given_once_with_its_row(rows: list[dict[str, Any]]) -> None:
    seen: list[dict[str, Any]] = [{} for _ in rows]
    keys = []
    for key, places, column, _ in columns_by_key(rows):
        keys.append(key)
        assert len(places) == len(column) == len(set(places))
        for place, value in zip(places, column, strict=True):
            seen[place][key] = value
    assert seen == rows
    assert len(keys) == len(set(keys))


def test_values_beside_which_nothing_is_named_are_searched_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that a name beside it could explain is inspected row by row only where there is such a name."""
    searches: list[int] = []
    hold_any = RowTexts.hold_any

    def counted(self: RowTexts, texts: Sequence[str]) -> bool:
        searches.append(len(texts))
        return hold_any(self, texts)

    monkeypatch.setattr(RowTexts, "hold_any", counted)
    rows: list[dict[str, Any]] = [
        {"tools": [{"type": "transfer", "data": {"note": f"see {number}", "hook": "https://a:b@c.example/"}}]}
        for number in range(100)
    ]
    rows[7]["tools"][0] = {"name": "X-Api-Key", "data": {"note": "abc"}}
    clean = Redactor().rows(rows)
    assert max(searches) >= 99
    assert len(searches) < 10
    assert clean[7] == {"tools": [{"name": "X-Api-Key", "data": {"note": "***"}}]}
    assert clean[8]["tools"][0]["data"]["hook"] == "https://***@c.example/"
