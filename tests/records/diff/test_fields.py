# SPDX-License-Identifier: Apache-2.0
"""What counts as a change of a row, and by which path it is named."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.records.diff.equality import same
from airflow_provider_assistants.records.diff.fields import FieldChange, RowComparer, is_ignored_by
from airflow_provider_assistants.vendors.rows import parse_time
from tests.records.diff.changed_rows import applied, edited_row, random_row
from tests.records.tables import any_rows

PAIRS = 10_000


def changes(before: Any, after: Any, **options: Any) -> dict[str, tuple[Any, Any]]:
    comparer = RowComparer(read_time=parse_time, **options)
    return {each.path: (each.before, each.after) for each in comparer.changes(before, after)}


def test_applying_the_diff_of_10_000_random_pairs_to_one_row_gives_the_other() -> None:
    rng, found = random.Random(20261121), 0
    for _ in range(PAIRS):
        before = random_row(rng)
        after = random_row(rng) if rng.random() < 0.1 else edited_row(rng, before)
        diff = RowComparer().changes(before, after)
        found += len(diff)
        assert same(applied(before, diff), after), (before, after, diff)
        assert bool(diff) is not same(before, after)
    assert found > PAIRS


def test_no_row_differs_from_itself_whatever_the_order_of_its_keys() -> None:
    rng = random.Random(7)
    for _ in range(2_000):
        row = random_row(rng)
        assert RowComparer().changes(row, json.loads(json.dumps(shuffled(rng, row)))) == []


def shuffled(rng: random.Random, value: Any) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(rng, each)) for key, each in value.items()]
        rng.shuffle(items)
        return dict(items)
    return [shuffled(rng, each) for each in value] if isinstance(value, list) else value


@given(any_rows, st.randoms())
def test_any_rows_apply(rows: list[dict[str, Any]], rng: random.Random) -> None:
    for before, after in zip(rows, rows[1:] + rows[:1], strict=True):
        assert RowComparer().changes(before, shuffled(rng, before)) == []
        assert same(applied(before, RowComparer().changes(before, after)), after)


def test_a_path_leads_to_the_field() -> None:
    """But for items of lists that are matched by id, whose index is another one in the other row."""
    rng = random.Random(3)
    for _ in range(2_000):
        before = without_ids(random_row(rng))
        after = without_ids(edited_row(rng, before))
        for change in RowComparer().changes(before, after):
            assert dig(before, change.path) is change.before or dig(before, change.path) == change.before
            assert dig(after, change.path) is change.after or dig(after, change.path) == change.after


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {("number" if key == "id" else key): without_ids(each) for key, each in value.items()}
    return [without_ids(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0.0, -0.0),
        (2**70, float(2**70)),
        ({"a": 1, "b": [1, {"c": 2}]}, {"b": [1.0, {"c": 2.0}], "a": 1.0}),
        ('{"a": 1, "b": 2}', {"b": 2, "a": 1}),
        ("[1, 2]", [1, 2]),
        ('{"a":1,"b":2}', '{"b": 2, "a": 1.0}'),
        ({"inside": '{"a": [1]}'}, {"inside": {"a": [1]}}),
    ],
)
def test_what_is_no_change(one: Any, other: Any) -> None:
    assert changes({"x": one}, {"x": other}) == changes({"x": other}, {"x": one}) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, "1"),
        (None, ""),
        (None, 0),
        ([], {}),
        ("a", "a "),
        ("{", "{}"),
        ("NaN", None),
        ("1", "1.0"),
    ],
)
def test_what_is_a_change(one: Any, other: Any) -> None:
    assert changes({"x": one}, {"x": other}) == {"x": (one, other)}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("boolean", 1, True),
        ("flag", False, "0"),
        ("integer", 7, "7"),
        ("id", "12", 12),
        ("number", "0.50", 0.5),
        ("string", 0.35, "0.35"),
        ("object", {}, []),
        ("time", "2026-01-01T00:00:00.000000Z", "2026-01-01 01:00:00+01:00"),
        ("time", "2026-01-01 00:00:00", "2026-01-01T00:00:00Z"),
    ],
)
def test_what_the_vendors_document_calls_the_same(kind: str, one: Any, other: Any) -> None:
    assert changes({"x": one}, {"x": other}, kinds={"x": kind}) == {}
    assert changes({"x": one}, {"x": other}) == {"x": (one, other)}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("boolean", 1, False),
        ("id", "007", 7),
        ("integer", "7a", 7),
        ("string", "1", "1.0"),
        ("string", 0.5, "0.50"),
        ("object", {}, None),
        ("time", "2026-01-01", "2026-01-02"),
        ("time", "soon", "later"),
        ("array", [], {}),
    ],
)
def test_and_what_it_does_not(kind: str, one: Any, other: Any) -> None:
    assert changes({"x": one}, {"x": other}, kinds={"x": kind}) == {"x": (one, other)}


def test_null_is_not_absent() -> None:
    assert changes({"x": None}, {}) == {"x": (None, MISSING)}
    assert changes({}, {"x": None}) == {"x": (MISSING, None)}
    assert changes({"s": {"x": None}}, {"s": {}}) == {"s.x": (None, MISSING)}
    assert changes({"x": None, "y": None}, {}, kinds={"x": "string"}, nullable=True) == {"y": (None, MISSING)}


def test_lists_of_objects_are_compared_by_id() -> None:
    before = {"tools": [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}, {"id": 3, "n": "c"}]}
    inserted = {"tools": [{"id": 9}, *before["tools"]]}
    assert changes(before, inserted) == {"tools.0": (MISSING, {"id": 9})}
    assert changes(inserted, before) == {"tools.0": ({"id": 9}, MISSING)}
    edited = {"tools": [{"id": 9}, {"id": 1, "n": "a"}, {"id": 2, "n": "B"}, {"id": 3, "n": "c"}]}
    assert changes(before, edited) == {"tools.0": (MISSING, {"id": 9}), "tools.2.n": ("b", "B")}
    replaced = {"tools": [{"id": 1, "n": "a"}, {"id": 8}, {"id": 3, "n": "c"}]}
    assert changes(before, replaced) == {"tools.1": ({"id": 2, "n": "b"}, {"id": 8})}
    moved = {"tools": [before["tools"][1], before["tools"][0], before["tools"][2]]}
    assert changes(before, moved) == {"tools": (before["tools"], moved["tools"])}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": 1}, {"id": 1}], {"x.0", "x.2"}),
        ([{"id": 1}, {"id": "1"}], {"x.0", "x.1.id", "x.2"}),
        ([{"id": 1}, {"n": 1}], {"x.0", "x.1.id", "x.1.n", "x.2"}),
        ([{"id": True}], {"x.0", "x.1"}),
        (["a", "b"], {"x.0", "x.1", "x.2"}),
    ],
)
def test_other_lists_are_compared_element_by_element(items: list[Any], expected: set[str]) -> None:
    assert changes({"x": items}, {"x": ["new", *items]}).keys() == expected


def test_where_a_path_would_lead_elsewhere_the_object_around_it_is_the_change() -> None:
    assert changes({"s": {"a.b": 1, "c": 2}}, {"s": {"a.b": 2, "c": 2}}) == {
        "s": ({"a.b": 1, "c": 2}, {"a.b": 2, "c": 2})
    }
    assert changes({"s": {"": 1}}, {"s": {"": 2}}) == {"s": ({"": 1}, {"": 2})}
    assert changes({"a.b": 1}, {"a.b": 2}) == {"a.b": (1, 2)}
    assert changes({"a.b": 1, "a": {"b": 3}}, {"a.b": 1, "a": {"b": 4}}) == {"a": ({"b": 3}, {"b": 4})}
    assert changes({"": 1}, {"": 2}) == {"": ({"": 1}, {"": 2})}
    assert changes({"a": {"b": 1}}, {"a": {"b": 1}, "a.b": 5}) == {"": ({"a": {"b": 1}}, {"a": {"b": 1}, "a.b": 5})}


def test_what_is_ignored() -> None:
    is_ignored = is_ignored_by(["updated_at", "stats", "tools[].calls", "limits.*.used"])
    for path in ("updated_at", "stats", "stats.a.b", "tools.0.calls", "tools.12.calls.n", "limits.day.used"):
        assert is_ignored(path)
    for path in ("", "updated_at2", "my.updated_at", "tools", "tools.0", "tools.x.calls", "limits.used", "statsa"):
        assert not is_ignored(path)
    assert not is_ignored_by(["updated_at", "!updated_at"])("updated_at")
    assert not is_ignored_by(["updated_at", "stats", "!*"])("stats")
    assert is_ignored_by(["!updated_at", "updated_at"])("updated_at")
    assert not is_ignored_by([])("")
    assert changes(
        {"a": 1, "b": {"c": 1, "d": 1}}, {"a": 2, "b": {"c": 2, "d": 2}}, is_ignored=is_ignored_by(["a", "b.c"])
    ) == {"b.d": (1, 2)}


def test_a_change_is_small() -> None:
    assert FieldChange("x").before is FieldChange("x").after is MISSING
