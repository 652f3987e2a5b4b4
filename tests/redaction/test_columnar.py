# SPDX-License-Identifier: Apache-2.0
"""Rows key by key are the same rows."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.columnar import columns_by_key

rows_of_few_keys = st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4), max_size=6)


@given(rows_of_few_keys)
def test_every_value_is_given_once_with_its_row(rows: list[dict[str, Any]]) -> None:
    seen: list[dict[str, Any]] = [{} for _ in rows]
    keys = []
    for key, places, column in columns_by_key(rows):
        keys.append(key)
        assert len(places) == len(column) == len(set(places))
        for place, value in zip(places, column, strict=True):
            seen[place][key] = value
    assert seen == rows
    assert len(keys) == len(set(keys))
