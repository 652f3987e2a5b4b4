# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from airflow_provider_assistants.records.drift import FieldWatch

TYPES = {"integer": (int,), "object": (dict,), "boolean": (bool,), "any": (object,)}
COLUMNS = {"n": "integer", "o": "object", "b": "boolean", "x": "any"}


def test_drift_is_counted_by_rows() -> None:
    watch = FieldWatch(COLUMNS, TYPES)
    for _ in range(3):
        watch.look({"n": 1, "o": {}, "b": True, "x": "y"})
        watch.look({"n": None, "o": [], "b": None})
    assert (watch.unknown_fields, watch.mismatched_fields) == ({}, {})
    watch.look({"n": True, "o": [1], "b": 1, "x": [], "new": None})
    watch.look({"n": "1", "new": 2})
    assert watch.unknown_fields == {"new": 2}
    assert watch.mismatched_fields == {"n": 2, "o": 1, "b": 1}


def test_rows_of_ever_new_shapes_are_no_burden() -> None:
    watch = FieldWatch(COLUMNS, TYPES)
    for number in range(10_000):
        watch.look({f"f{number}": 1, "n": "x"})
    assert watch.mismatched_fields == {"n": 10_000}
    assert 0 < len(watch.unknown_fields) < 10_000
