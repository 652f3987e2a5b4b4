# SPDX-License-Identifier: Apache-2.0
"""One wait, driven as each mode of the sensor drives it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    AuthenticationError,
    ListingDriftError,
    PermissionDeniedError,
    RateLimitedError,
    StatusError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.decision import Outcome
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.schedule import PollSchedule, failure_delay
from airflow_provider_assistants.watching.waiter import HEARTBEAT, StatusWaiter, Step
from tests.fuzzing import cases
from tests.watching.snapshots import snapshot

IDS = ("1", "2", "3")

worlds = st.dictionaries(st.sampled_from(IDS), st.sampled_from(["active", "inactive", "deleted"]))
events = st.lists(st.one_of(worlds, st.sampled_from(["503", "429", "401"])), min_size=1, max_size=12)
all_conditions = st.builds(
    Conditions,
    assistant_ids=st.sampled_from([("1",), ("1", "2"), IDS]),
    until=st.sampled_from(["status", "changed"]),
    target_statuses=st.sampled_from([("active",), ("active", "deleted")]),
    failure_statuses=st.sampled_from([(), ("inactive",)]),
    require=st.sampled_from(["all", "any"]),
    on_missing=st.sampled_from(["wait", "fail"]),
)
schedules = st.builds(
    PollSchedule,
    started_at=st.just(0.0),
    timeout=st.sampled_from([35.0, 1_000.0]),
    poll_interval=st.just(10.0),
    exponential_backoff=st.booleans(),
    max_consecutive_failures=st.sampled_from([0, 2]),
    silent_fail=st.booleans(),
)


def error(name: str) -> AssistantsError:
    kinds: dict[str, Any] = {
        "503": VendorUnavailableError("down", status=503),
        "429": RateLimitedError("slow", status=429, retry_after=15.0),
        "401": AuthenticationError("no", status=401),
    }
    return kinds[name]


def through(value: Any) -> Any:
    """Return what a store or a trigger's row gives back."""
    return json.loads(json.dumps(value))


def drive(
    conditions: Conditions, schedule: PollSchedule, happened: list[Any], *, anew_after: set[int]
) -> tuple[Step, float]:
    """Feed what happens, going on in another process after some of it; return the last step and its time."""
    wait = StatusWaiter(conditions, schedule)
    now, step = 0.0, Step(outcome=Outcome.WAIT)
    for number, event in enumerate(happened):
        failed = isinstance(event, str)
        step = wait.on_failure(error(event), now=now) if failed else wait.on_snapshot(snapshot(event), now=now)
        if step.outcome is not Outcome.WAIT:
            break
        assert 0 <= step.delay <= max(0.0, schedule.deadline - now)
        if number in anew_after:
            wait = StatusWaiter(
                Conditions.from_dict(through(conditions.as_dict())), schedule, past=through(wait.state())
            )
        now += step.delay
    return step, now


@cases(1_500)
@given(all_conditions, schedules, events, st.sets(st.integers(0, 11)))
def test_all_modes_agree_whatever_happens_in_whatever_order(
    conditions: Conditions, schedule: PollSchedule, happened: list[Any], handed_over: set[int]
) -> None:
    """poke never hands over, a deferral once, reschedule after each poll, a dying triggerer anywhere."""
    steps = [
        drive(conditions, schedule, happened, anew_after=after)
        for after in (set(), {0}, {*range(len(happened))}, handed_over)
    ]
    first = steps[0]
    for step, now in steps[1:]:
        assert now == first[1]
        assert (step.outcome, step.delay, step.result, str(step.error)) == (
            first[0].outcome,
            first[0].delay,
            first[0].result,
            str(first[0].error),
        )


def wait_for(*, schedule: PollSchedule | None = None, **conditions: Any) -> StatusWaiter:
    given = {"assistant_ids": ("1",), **conditions}
    return StatusWaiter(
        Conditions(**given), schedule or PollSchedule(started_at=0.0, timeout=100.0, poll_interval=10.0)
    )


def test_the_result_has_the_last_state_and_the_one_before() -> None:
    wait = wait_for()
    assert wait.on_snapshot(snapshot({"1": "inactive"}), now=0).outcome is Outcome.WAIT
    step = wait.on_snapshot(snapshot({"1": "active"}), now=10)
    assert step.outcome is Outcome.REACHED
    assert step.result == {
        "1": {
            "status": "active",
            "previous": "inactive",
            "observed_at": "2026-11-21T12:00:00.000+00:00",
            "updated_at": "2026-01-01T00:00:00+00:00",
        }
    }
    at_once = wait_for().on_snapshot(snapshot({"1": "active"}), now=0)
    assert at_once.result is not None
    assert at_once.result["1"]["previous"] is None


def test_one_that_was_observed_and_is_gone_is_deleted_and_one_never_observed_is_missing() -> None:
    wait = wait_for(target_statuses=("deleted",))
    assert wait.on_snapshot(snapshot({}), now=0).outcome is Outcome.WAIT
    assert wait.on_snapshot(snapshot({"1": "active"}), now=1).outcome is Outcome.WAIT
    done = wait.on_snapshot(snapshot({}), now=2)
    assert done.result is not None
    assert done.result["1"]["status"] == "deleted"
    missing = wait_for(on_missing="fail").on_snapshot(snapshot({}), now=0)
    assert missing.outcome is Outcome.MISSING
    assert isinstance(missing.error, AssistantNotFoundError)


def test_a_failure_status_ends_the_wait() -> None:
    step = wait_for(failure_statuses=("deleted",)).on_snapshot(snapshot({"1": "deleted"}), now=0)
    assert step.outcome is Outcome.FAILED
    assert isinstance(step.error, StatusError)
    assert "1 is deleted" in str(step.error)


@pytest.mark.parametrize("failure", [AuthenticationError("x", status=401), PermissionDeniedError("x", status=403)])
def test_a_refused_key_ends_the_wait_at_once_unless_silent_fail_is_set(failure: AssistantsError) -> None:
    assert wait_for().on_failure(failure, now=0).outcome is Outcome.ERROR
    silent = wait_for(schedule=PollSchedule(started_at=0, timeout=100, poll_interval=10, silent_fail=True))
    assert [silent.on_failure(failure, now=0).outcome for _ in range(20)] == [Outcome.WAIT] * 20


@pytest.mark.parametrize(
    "failure",
    [
        VendorUnavailableError("x", status=503),
        RateLimitedError("x", status=429),
        ListingDriftError("x"),
        UnexpectedResponseError("HTML", status=200),
    ],
)
def test_transient_failures_are_tolerated_and_logged(failure: AssistantsError) -> None:
    wait = wait_for(schedule=PollSchedule(started_at=0, timeout=math.inf, poll_interval=10, max_consecutive_failures=3))
    steps = [wait.on_failure(failure, now=0) for _ in range(4)]
    assert [step.outcome for step in steps] == [Outcome.WAIT] * 3 + [Outcome.ERROR]
    assert [step.delay for step in steps[:3]] == [10, 20, 40]
    assert "(3 in a row)" in str(steps[2].log_line)
    assert "4 polls in a row failed" in str(steps[3].error)
    assert "in a row" not in failure.what, "others hold the same error"
    assert type(steps[3].error) is type(failure)


def test_a_poll_that_succeeds_resets_the_count_of_failures() -> None:
    wait = wait_for(schedule=PollSchedule(started_at=0, timeout=math.inf, poll_interval=10, max_consecutive_failures=1))
    for _ in range(5):
        assert wait.on_failure(VendorUnavailableError("x"), now=0).outcome is Outcome.WAIT
        assert wait.on_snapshot(snapshot({"1": "inactive"}), now=0).outcome is Outcome.WAIT


def test_the_next_try_of_a_task_counts_failures_anew() -> None:
    wait = wait_for(schedule=PollSchedule(started_at=0, timeout=math.inf, poll_interval=10, max_consecutive_failures=0))
    assert wait.on_failure(VendorUnavailableError("x"), now=0).outcome is Outcome.ERROR
    assert wait.state()["failures"] == 0


def test_backoff_obeys_the_vendor_and_has_a_maximum() -> None:
    assert failure_delay(1, RateLimitedError("x", retry_after=120), poll_interval=10) == 120
    assert failure_delay(1, RateLimitedError("x", retry_after=86_400), poll_interval=10) == 900
    assert failure_delay(100_000, VendorUnavailableError("x"), poll_interval=10) == 900
    assert failure_delay(3, VendorUnavailableError("x"), poll_interval=3_600) == 3_600


def test_exponential_intervals_end_at_the_deadline() -> None:
    schedule = PollSchedule(started_at=0, timeout=1_000, poll_interval=10, exponential_backoff=True, max_wait=300)
    now, waits = 0.0, []
    while now < 1_000:
        waits.append(schedule.delay(now))
        now += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 300, 300, 90]


@given(schedules, st.floats(1, 1e6) | st.just(math.inf))
def test_schedules_are_serializable(schedule: PollSchedule, timeout: float) -> None:
    schedule = replace(schedule, timeout=timeout)
    assert PollSchedule.from_dict(through(schedule.as_dict())) == schedule


def test_the_wait_times_out_after_a_last_poll() -> None:
    wait = wait_for()
    assert wait.on_snapshot(snapshot({"1": "inactive"}), now=95).delay == 5
    step = wait.on_snapshot(snapshot({"1": "inactive"}), now=100)
    assert step.outcome is Outcome.TIMED_OUT
    assert "Timed out after 100 s, waiting for 1 to be active: 1 is inactive" in str(step.error)
    assert wait_for().on_snapshot(snapshot({"1": "active"}), now=1_000).outcome is Outcome.REACHED


def test_the_log_has_news_and_a_heartbeat() -> None:
    wait = wait_for(schedule=PollSchedule(started_at=0, timeout=math.inf, poll_interval=10))
    lines = [
        wait.on_snapshot(snapshot({"1": "inactive"}), now=now).log_line
        for now in (0, 10, 20, HEARTBEAT, HEARTBEAT + 10)
    ]
    assert lines == ["Waiting for 1 to be active: 1 is inactive", None, None, lines[0], None]
    assert wait.on_snapshot(snapshot({}), now=HEARTBEAT + 20).log_line == "Waiting for 1 to be active: 1 is deleted"


def test_the_log_has_the_state_of_a_wait_in_the_triggerer() -> None:
    """The triggerer's log has a line at the start of the wait, and one a minute, whether or not a poll came through."""
    assert HEARTBEAT <= 120
    past = {"baseline": {"1": "inactive"}, "known": ["1"], "reason": "1 is inactive", "logged_at": 0, "due_at": 30}
    conditions = Conditions(assistant_ids=("1",))
    wait = StatusWaiter(conditions, PollSchedule(started_at=0, timeout=3_600, poll_interval=30), past=past)
    assert wait.start_line(10) == (
        "Waiting in the triggerer for 1 to be active: 1 is inactive; first poll here in 20 s, then every 30 s, "
        "until 1970-01-01 01:00:00 UTC"
    )
    health = PollHealth()
    health.succeeded(now=30, delay=30)
    assert wait.heartbeat_line(HEARTBEAT - 1, health) is None
    assert wait.heartbeat_line(HEARTBEAT, health) == (
        "Waiting for 1 to be active: 1 is inactive (last poll 30 s ago, next poll in 0 s)"
    )
    assert wait.heartbeat_line(HEARTBEAT + 1, health) is None
    health.failed(VendorUnavailableError("Burki is down"), now=60, delay=120)
    assert "the last poll failed, since" in str(wait.heartbeat_line(2 * HEARTBEAT, health))
