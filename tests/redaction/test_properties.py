# SPDX-License-Identifier: Apache-2.0
"""Redaction of rows of any shape: no secret survives, and nothing else changes."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.redactor import REDACTED, Redactor
from tests.redaction.test_rows import CANARY, SECRET_KEYS, redacted

keys = st.sampled_from(
    ["a", "name", "value", "key", "headers", "tools", "x-y", "url", "data", "id", "content", "user", "é"]
) | st.text(max_size=4)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
values = st.recursive(
    leaves | st.builds(json.dumps, leaves),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
rows = st.dictionaries(keys, values, max_size=5)


@st.composite
def rows_with_a_secret(draw: st.DrawFn) -> dict[str, Any]:
    """A canary under a secret key, in whatever nesting, some of it JSON inside a string."""
    node: Any = draw(st.sampled_from([CANARY, [CANARY], {"x": CANARY}, [{"y": [CANARY, 1]}]]))
    node = {**draw(rows), draw(st.sampled_from(SECRET_KEYS)): node}
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["dict", "list", "json"]))
        if kind == "dict":
            node = {**draw(rows), draw(keys): node}
        elif kind == "list":
            node = [draw(values), node]
        else:
            node = draw(st.sampled_from([json.dumps(node), json.dumps(node, indent=1)]))
    return {**draw(rows), "top": node}


@given(st.lists(rows, max_size=5), st.sampled_from(["secrets", "personal"]))
def test_a_page_at_once_is_what_its_rows_are_one_by_one(page: list[dict[str, Any]], level: str) -> None:
    before = copy.deepcopy(page)
    at_once = Redactor(level, known_secrets=["known-secret"], secret_paths=["tools[].a", "a.*.b", "url"])
    one_by_one = Redactor(level, known_secrets=["known-secret"], secret_paths=["tools[].a", "a.*.b", "url"])
    clean = at_once.rows(page)
    assert list(clean) == [one_by_one.row(row) for row in page]
    assert [list(row) for row in clean] == [list(row) for row in page]
    assert at_once.counts == one_by_one.counts
    assert page == before
    if clean == page:
        assert clean is page


@given(rows_with_a_secret())
@example({"top": {"value": 0, "name": json.dumps([{"b": "-" * 90, "headers": None, "api_key": "canary, but longer"}])}})
@example({"top": {"cookie": ["canary"]}})
@example({"top": {"value": 0, "name": "api key " + "-" * 90 + " https://canary:something@example.com/"}})
def test_no_secret_survives_in_any_nesting(row: dict[str, Any]) -> None:
    for level in ("secrets", "personal"):
        before = copy.deepcopy(row)
        redactor = Redactor(level)
        after = redactor.row(row)
        assert CANARY not in json.dumps(after)
        assert row == before
        assert redactor.row(after) == after
        assert redactor.counts


@given(rows)
def test_redacting_a_redacted_row_changes_nothing(row: dict[str, Any]) -> None:
    for level in ("secrets", "personal"):
        after = Redactor(level, known_secrets=["known-secret"]).row(row)
        again = Redactor(level, known_secrets=["known-secret"])
        assert again.row(after) is after
        assert again.counts == {}


def leaves_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves_of(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves_of(each)]
    return [value]


plain_rows = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from(["x", "words and words", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "password", "headers"]), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.sampled_from(["a", "b", "api_key", "token"]), plain_rows, max_size=4))
def test_counts_add_up_and_shape_stays(row: dict[str, Any]) -> None:
    redactor = Redactor()
    after = redactor.row(row)
    before_leaves, after_leaves = leaves_of(row), leaves_of(after)
    assert len(before_leaves) == len(after_leaves)
    changed = [new for old, new in zip(before_leaves, after_leaves, strict=True) if new is not old]
    assert changed == [REDACTED] * sum(redactor.counts.values())
    assert (after is row) == (not changed)


def test_kinds_of_texts_and_containers_are_redacted_like_their_own_kind() -> None:
    class Text(str): ...

    class Mapping(dict[str, Any]): ...

    class Items(list[Any]): ...

    row = {"note": Text("Bearer abc123def456"), "a": Mapping(password="x"), "b": Items([Mapping(token="y")])}
    assert redacted(row) == {"note": "Bearer ***", "a": {"password": "***"}, "b": [{"token": "***"}]}
