# SPDX-License-Identifier: Apache-2.0
"""The health of the polls of a connection: in words and in a store, and written seldom."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.exceptions import AuthenticationError, VendorUnavailableError
from airflow_provider_assistants.watching.health import WRITE_SECONDS, HealthReport, PollHealth, health_key

DOWN = VendorUnavailableError("Burki is down\x00\nreally", vendor="Burki", conn_id="mine")
REFUSED = AuthenticationError("The key is not accepted", vendor="Burki", conn_id="mine")


def test_failures_are_counted_from_the_first_and_a_success_resets_them() -> None:
    health = PollHealth()
    assert health.state == "starting"
    health.succeeded(now=100, delay=60)
    assert (health.state, health.described(110)) == ("ok", "last poll 10 s ago, next poll in 50 s")
    health.failed(DOWN, now=160, delay=60)
    health.failed(DOWN, now=220, delay=120)
    entry = health.as_dict()
    assert entry["state"] == "failing"
    assert entry["consecutive_failures"] == 2
    assert entry["last_success"] == "1970-01-01T00:01:40+00:00"
    assert entry["failing_since"] == "1970-01-01T00:02:40+00:00"
    assert entry["next_poll"] == "1970-01-01T00:05:40+00:00"
    assert "Burki is down\\x00 really" in entry["last_error"], "one line that every database takes"
    assert "2 polls in a row failed, since 1970-01-01T00:02:40+00:00" in health.described(220)
    health.succeeded(now=340, delay=60)
    assert health.as_dict()["failing_since"] is None
    json.dumps(entry)


def test_only_some_failures_are_worth_a_warning() -> None:
    health = PollHealth()
    warned = [health.failed(DOWN, now=60.0 * number, delay=60) for number in range(21)]
    assert [number for number, each in enumerate(warned) if each] == [0, 10, 20]
    assert health.failed(REFUSED, now=1_260, delay=60), "another error"
    health.succeeded(now=1_320, delay=60)
    assert health.failed(REFUSED, now=1_380, delay=60), "the first after a success"


@given(st.lists(st.tuples(st.booleans(), st.floats(1, 300)), max_size=60))
def test_a_store_is_written_when_the_state_changes_and_seldom_else(polls: list[tuple[bool, float]]) -> None:
    now, written, states = 0.0, [], []

    async def write(value: dict[str, Any]) -> None:
        written.append((now, value["state"]))

    health, report = PollHealth(), HealthReport(write, clock=lambda: now)
    for succeeded, seconds in polls:
        now += seconds
        if succeeded:
            health.succeeded(now=now, delay=60)
        else:
            health.failed(DOWN, now=now, delay=60)
        states.append(health.state)
        asyncio.run(report.write(health, {}))
        assert written[-1][1] == health.state
    changes = sum(one != other for one, other in zip([None, *states], states, strict=False))
    assert changes <= len(written) <= changes + now / (0.8 * WRITE_SECONDS)


def test_a_key_that_a_person_finds_and_no_other_watcher_has() -> None:
    plain = {"conn_id": "burki_default", "ids": None, "watch": "status", "watch_name": None}
    assert health_key(**plain) == "assistants.health.burki_default"
    assert health_key(**{**plain, "watch": "updated_at"}) == "assistants.health.burki_default.updated_at"
    assert health_key(**{**plain, "watch_name": "a/b?c"}).startswith("assistants.health.burki_default.a_b_c-")
    assert health_key(**{**plain, "watch_name": "a/b?c"}) != health_key(**{**plain, "watch_name": "a_b_c"})
    assert health_key(**{**plain, "ids": ["1", "2"]}) != health_key(**{**plain, "ids": ["1", "3"]})
