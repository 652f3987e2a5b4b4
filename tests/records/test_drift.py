# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given

from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.vendors.models.base import JSON_TYPES
from tests.records.tables import KINDS, any_rows

FITTING = {
    "id": 7,
    "name": "A",
    "tries": 2,
    "speed": 1,
    "record": True,
    "fillers": 1,
    "created_at": "2025-08-04 14:30:00",
    "settings": {"a": 1},
    "tags": ["a"],
    "voice": [1],
}


def watch_of(*rows: dict[str, Any]) -> DriftCounter:
    drift = DriftCounter(KINDS, JSON_TYPES)
    drift.count(rows)
    return drift


def test_documented_rows_are_no_drift() -> None:
    drift = watch_of(FITTING, dict.fromkeys(FITTING), {}, {**FITTING, "id": "asst_1", "settings": [], "fillers": False})
    assert (drift.unknown_fields, drift.mismatched_fields) == ({}, {})


def test_drift_is_counted_by_row() -> None:
    drift = watch_of(
        FITTING,
        {**FITTING, "tries": True, "new": None},
        {**FITTING, "tries": "2", "settings": [1], "record": 1},
        {**FITTING, "settings": [], "name": 5, "new": 1, "newer": 1},
        {**FITTING, "tags": {}, "speed": "1.5"},
    )
    assert drift.unknown_fields == {"new": 2, "newer": 1}
    assert drift.mismatched_fields == {"tries": 2, "settings": 1, "record": 1, "name": 1, "tags": 1, "speed": 1}
    drift.count([{"new": 1}])
    assert drift.unknown_fields == {"new": 3, "newer": 1}


@given(rows=any_rows)
def test_any_rows_are_counted_as_if_each_was_judged_alone(rows: list[dict[str, Any]]) -> None:
    unknown: Counter[str] = Counter()
    mismatched: Counter[str] = Counter()
    for row in rows:
        alone = watch_of(row)
        unknown.update(alone.unknown_fields)
        mismatched.update(alone.mismatched_fields)
    together = watch_of(*rows)
    assert together.unknown_fields == unknown
    assert together.mismatched_fields == mismatched


def test_a_listing_that_invents_a_field_a_row_does_not_fill_the_memory() -> None:
    drift = DriftCounter(KINDS, JSON_TYPES)
    for page in range(200):
        drift.count([{f"field_{page}_{number}": 1, "steady": 1} for number in range(100)])
    assert drift.unknown_fields["steady"] == 20_000
    assert len(drift.unknown_fields) < 7000
