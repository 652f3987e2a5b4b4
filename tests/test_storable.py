# SPDX-License-Identifier: Apache-2.0
"""What Airflow can store of any value, held against PostgreSQL, UTF-8, JSON, and what Airflow's processes speak."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.storable import (
    MAX_DEPTH,
    MAX_KEY,
    MAX_NAME,
    one_line,
    storable,
    storable_name,
    storable_text,
)
from tests.fuzzing import cases
from tests.postgres import Postgres

#: Any text at all, lone surrogates included, and the ones that something takes offence at more often than by chance.
texts = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from("\0\x1b\t\n\r\x7f\x85\ud800\udc00\\x0a")
)
keys = texts | st.sampled_from(["__classname__", "__id__", "__type", "__var", "__version__", "__data__", "a~2"])
numbers = (
    st.integers(-(2**80), 2**80) | st.floats() | st.sampled_from([2**63, -(2**63), 2**64, 2.0**53, 1e22, 1e300, -0.0])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int, value: Any = "x") -> Any:
    for level in range(depth):
        value = [value] if level % 2 else {"k": value}
    return value


def depth_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


@cases(500)
@given(values)
@example({"a\0": 1, "a\\x00": 2})
@example({"a\0\\x01": 1, "a\\x00\x01": 2, "a\\x00\\x01": 3})
@example({"__var": 1, "\\x5f_var": 2, "\\x5f_var~2": 3})
@example({"k" * (MAX_KEY + 1): 1, "k" * (MAX_KEY + 2): 2})
@example(nested(MAX_DEPTH))
@example(nested(MAX_DEPTH + 1))
def test_any_value_becomes_what_everything_accepts(value: Any) -> None:
    try:
        from airflow.sdk.serde import deserialize, serialize
    except ImportError:  # Airflow 3.1
        from airflow.serialization.serde import deserialize, serialize

    kept = storable(value)
    text = json.dumps(kept, allow_nan=False)
    assert json.loads(text) == kept
    json.dumps(kept, ensure_ascii=False).encode()
    assert "\0" not in json.dumps(kept, ensure_ascii=False)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(kept)) == kept
    assert deserialize(serialize(kept)) == kept
    assert depth_of(kept) <= MAX_DEPTH
    assert storable(kept) is kept, "a form is its own form"
    if not isinstance(value, dict | list):
        return
    assert len(kept) == len(value), "nothing is lost"


@pytest.fixture(scope="module")
def cursor(postgres: Postgres) -> Iterator[Any]:
    connection = postgres.connect("postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.mark.postgres
@cases(300)
@given(values)
@example({"a\0": "\ud800", "b": [float("nan"), float("-inf"), 2**70, 1.7976931348623157e308, 5e-324]})
def test_any_value_comes_back_from_jsonb_and_to_a_task(cursor: Any, value: Any) -> None:
    """What comes back goes to a task as a message of 64-bit integers, so it is not enough that it can be stored."""
    kept = storable(value)
    cursor.execute("SELECT %s::jsonb::text", (json.dumps(kept),))
    back = json.loads(cursor.fetchone()[0])
    assert back == kept
    msgspec.msgpack.encode(back)


@pytest.mark.postgres
@pytest.mark.parametrize("value", ["a\0b", {"a\0": 1}, ["\ud800"], float("nan"), float("inf")])
def test_what_postgres_refuses(cursor: Any, value: Any) -> None:
    """So that the test above is not right for want of anything wrong."""
    import psycopg2

    with pytest.raises(psycopg2.DataError):
        cursor.execute("SELECT %s::jsonb", (json.dumps(value),))


@given(
    st.recursive(st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text("aé\t\n\r😀 "), st.lists)
)
def test_a_clean_value_is_the_very_same_object(value: Any) -> None:
    assert storable(value) is value
    row = {"id": 1, "name": "Zoë 😀\n", "nested": {"list": [1, 2.5, None, True]}}
    assert storable(row) is row


def test_what_becomes_of_what() -> None:
    assert storable("a\0b\x1b\x7f\x85\ud800") == r"a\x00b\x1b\x7f\x85\ud800"
    assert storable("kept:\t\n\r é😀\u202e") == "kept:\t\n\r é😀\u202e"
    assert storable([math.nan, math.inf, -math.inf, 1e300, -1e22, 2**63, -(2**63)]) == [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e+300",
        "-1e+22",
        str(2**63),
        str(-(2**63)),
    ]
    assert storable({"__classname__": 1, "__type": 2, "__data__": 3}) == {
        r"\x5f_classname__": 1,
        r"\x5f_type": 2,
        "__data__": 3,
    }
    assert storable({1: "a", None: "b", False: "c"}) == {"1": "a", "null": "b", "false": "c"}
    assert storable({"a\0": 1, "a\\x00": 2}) == {r"a\x00": 2, r"a\x00~2": 1}
    assert storable(datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)) == "2026-11-21T01:02:03Z"


def test_too_much_becomes_text() -> None:
    assert storable(-(10**5_000)).startswith("-0x")
    assert depth_of(storable(nested(900))) == MAX_DEPTH
    assert depth_of(storable(nested(100_000))) == MAX_DEPTH
    kept: Any = storable(nested(MAX_DEPTH + 2, "é\0"))
    while not isinstance(kept, str):
        (kept,) = kept.values() if isinstance(kept, dict) else kept
    assert json.loads(kept) == nested(2, "é\0")


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    line.encode()
    assert one_line(line) is line
    assert not any(ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in line)


def test_a_log_line_cannot_be_forged() -> None:
    message = "no\r\n[2026-11-21] ERROR root: all is lost\x1b[2J\u202e\u2028next"
    assert one_line(message) == r"no [2026-11-21] ERROR root: all is lost\x1b[2J\u202e next"


@given(texts, texts)
def test_names_are_bounded_and_kept_apart(one: str, other: str) -> None:
    for text in (one, one * 1_000):
        name = storable_name(text)
        assert len(name) <= MAX_NAME
        assert storable_name(name) is name
        assert storable_text(name) is name
    long = "x" * MAX_NAME
    assert (storable_name(long + one) == storable_name(long + other)) == (storable_text(one) == storable_text(other))
