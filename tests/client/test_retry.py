# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.retry import RetryPolicy, asked_wait

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, None, 7),
        ({"retry-after": "1.5"}, None, 1.5),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, None, 30),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, None, None),
        ({"retry-after": "-5"}, None, None),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "nan"}, None, None),
        ({"retry-after": "inf"}, None, None),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 9)}, None, 9),
        ({"x-ratelimit-reset": "12"}, None, 12),
        ({}, {"retry_after": 60}, 60),
        ({}, {"retry_after": "x"}, None),
        ({}, ["retry_after"], None),
        ({"retry-after": "3"}, {"retry_after": 60}, 3),
        ({"retry-after": "junk", "x-ratelimit-reset": "5"}, None, 5),
        ({}, None, None),
    ],
)
def test_the_vendors_word_on_how_long_to_wait(headers: dict[str, str], body: Any, seconds: float | None) -> None:
    assert asked_wait(headers, body, now=NOW) == seconds


def test_waits_grow_and_are_bounded() -> None:
    policy = RetryPolicy(max_retries=9, base=1, max_wait=20, budget=1000)
    waits = [policy.wait(retries=n, elapsed=0, asked=None, jitter=1.0) for n in range(10)]
    assert waits == [1, 2, 4, 8, 16, 20, 20, 20, 20, None]


def test_a_day_is_not_waited() -> None:
    assert RetryPolicy(max_wait=60).wait(retries=0, elapsed=0, asked=86_400, jitter=0.5) == 60


def test_the_budget_ends_it() -> None:
    policy = RetryPolicy(max_retries=99, budget=100)
    assert policy.wait(retries=1, elapsed=50, asked=50, jitter=1) == 50
    assert policy.wait(retries=1, elapsed=51, asked=50, jitter=1) is None


@given(
    retries=st.integers(0, 30),
    elapsed=st.floats(0, 1e6),
    asked=st.none() | st.floats(0, 1e9),
    jitter=st.floats(0, 1),
)
def test_no_wait_breaks_a_bound(retries: int, elapsed: float, asked: float | None, jitter: float) -> None:
    policy = RetryPolicy()
    wait = policy.wait(retries=retries, elapsed=elapsed, asked=asked, jitter=jitter)
    if wait is not None:
        assert 0 <= wait <= policy.max_wait
        assert elapsed + wait <= policy.budget
        assert retries < policy.max_retries
