# SPDX-License-Identifier: Apache-2.0
"""One wait, driven as each mode of the sensor drives it."""

from __future__ import annotations

import json
import math
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
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.waiter import HEARTBEAT, Next, PollSchedule, StatusWaiter, Step, failure_delay
from tests.fuzzing import cases
from tests.watching.seen import snapshot

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
paces = st.builds(
    PollSchedule,
    started_at=st.just(0.0),
    timeout=st.sampled_from([35.0, 1_000.0]),
    interval=st.just(10.0),
    growing=st.booleans(),
    max_failures=st.sampled_from([0, 2]),
    silent=st.booleans(),
)


def error(name: str) -> AssistantsError:
    kinds: dict[str, Any] = {
        "503": VendorUnavailableError("down", status=503),
        "429": RateLimitedError("slow", status=429, retry_after=15.0),
        "401": AuthenticationError("no", status=401),
    }
    return kinds[name]


def through(value: Any) -> Any:
    """What is kept in a store or a trigger's row."""
    return json.loads(json.dumps(value))


def drive(
    conditions: Conditions, pace: PollSchedule, happened: list[Any], *, anew_after: set[int]
) -> tuple[Step, float]:
    """Feed what happens, going on in another process after some of it; give the last step and when it was made."""
    wait = StatusWaiter(conditions, pace)
    now, step = 0.0, Step(next=Next.WAIT)
    for number, event in enumerate(happened):
        failed = isinstance(event, str)
        step = wait.on_failure(error(event), now=now) if failed else wait.on_seen(snapshot(event), now=now)
        if step.next is not Next.WAIT:
            break
        assert 0 <= step.delay <= max(0.0, pace.deadline - now)
        if number in anew_after:
            wait = StatusWaiter(Conditions.from_dict(through(conditions.as_dict())), pace, past=through(wait.memory()))
        now += step.delay
    return step, now


@cases(1_500)
@given(all_conditions, paces, events, st.sets(st.integers(0, 11)))
def test_no_mode_disagrees_whatever_happens_in_whatever_order(
    conditions: Conditions, pace: PollSchedule, happened: list[Any], handed_over: set[int]
) -> None:
    """poke never hands over, a deferral once, reschedule after each look, a dying triggerer anywhere."""
    steps = [
        drive(conditions, pace, happened, anew_after=after)
        for after in (set(), {0}, {*range(len(happened))}, handed_over)
    ]
    first = steps[0]
    for step, now in steps[1:]:
        assert now == first[1]
        assert (step.next, step.delay, step.result, str(step.error)) == (
            first[0].next,
            first[0].delay,
            first[0].result,
            str(first[0].error),
        )


def wait_for(*, pace: PollSchedule | None = None, **conditions: Any) -> StatusWaiter:
    given = {"assistant_ids": ("1",), **conditions}
    return StatusWaiter(Conditions(**given), pace or PollSchedule(started_at=0.0, timeout=100.0, interval=10.0))


def test_what_was_seen_goes_into_the_result() -> None:
    wait = wait_for()
    assert wait.on_seen(snapshot({"1": "inactive"}), now=0).next is Next.WAIT
    step = wait.on_seen(snapshot({"1": "active"}), now=10)
    assert step.next is Next.DONE
    assert step.result == {
        "1": {
            "status": "active",
            "previous": "inactive",
            "observed_at": "2026-11-21T12:00:00.000+00:00",
            "updated_at": "2026-01-01T00:00:00+00:00",
        }
    }
    at_once = wait_for().on_seen(snapshot({"1": "active"}), now=0)
    assert at_once.result is not None
    assert at_once.result["1"]["previous"] is None


def test_one_that_was_seen_and_is_gone_is_deleted_and_one_never_seen_is_missing() -> None:
    wait = wait_for(target_statuses=("deleted",))
    assert wait.on_seen(snapshot({}), now=0).next is Next.WAIT
    assert wait.on_seen(snapshot({"1": "active"}), now=1).next is Next.WAIT
    done = wait.on_seen(snapshot({}), now=2)
    assert done.result is not None
    assert done.result["1"]["status"] == "deleted"
    missing = wait_for(on_missing="fail").on_seen(snapshot({}), now=0)
    assert missing.next is Next.LOST
    assert isinstance(missing.error, AssistantNotFoundError)


def test_a_failure_status_ends_the_wait() -> None:
    step = wait_for(failure_statuses=("deleted",)).on_seen(snapshot({"1": "deleted"}), now=0)
    assert step.next is Next.LOST
    assert isinstance(step.error, StatusError)
    assert "1 is deleted" in str(step.error)


@pytest.mark.parametrize("failure", [AuthenticationError("x", status=401), PermissionDeniedError("x", status=403)])
def test_a_refused_key_ends_the_wait_at_once_unless_told_to_be_silent(failure: AssistantsError) -> None:
    assert wait_for().on_failure(failure, now=0).next is Next.BROKEN
    silent = wait_for(pace=PollSchedule(started_at=0, timeout=100, interval=10, silent=True))
    assert [silent.on_failure(failure, now=0).next for _ in range(20)] == [Next.WAIT] * 20


@pytest.mark.parametrize(
    "failure",
    [
        VendorUnavailableError("x", status=503),
        RateLimitedError("x", status=429),
        ListingDriftError("x"),
        UnexpectedResponseError("HTML", status=200),
    ],
)
def test_what_may_pass_is_borne_for_a_while_and_told(failure: AssistantsError) -> None:
    wait = wait_for(pace=PollSchedule(started_at=0, timeout=math.inf, interval=10, max_failures=3))
    steps = [wait.on_failure(failure, now=0) for _ in range(4)]
    assert [step.next for step in steps] == [Next.WAIT] * 3 + [Next.BROKEN]
    assert [step.delay for step in steps[:3]] == [10, 20, 40]
    assert "(3 in a row)" in str(steps[2].say)
    assert "4 looks in a row failed" in str(steps[3].error)
    assert "in a row" not in failure.what, "others hold the same error"
    assert type(steps[3].error) is type(failure)


def test_one_good_look_forgives_all_failures() -> None:
    wait = wait_for(pace=PollSchedule(started_at=0, timeout=math.inf, interval=10, max_failures=1))
    for _ in range(5):
        assert wait.on_failure(VendorUnavailableError("x"), now=0).next is Next.WAIT
        assert wait.on_seen(snapshot({"1": "inactive"}), now=0).next is Next.WAIT


def test_the_next_try_of_a_task_counts_failures_anew() -> None:
    wait = wait_for(pace=PollSchedule(started_at=0, timeout=math.inf, interval=10, max_failures=0))
    assert wait.on_failure(VendorUnavailableError("x"), now=0).next is Next.BROKEN
    assert wait.memory()["failures"] == 0


def test_back_off_heeds_the_vendor_and_has_an_end() -> None:
    assert failure_delay(1, RateLimitedError("x", retry_after=120), interval=10) == 120
    assert failure_delay(1, RateLimitedError("x", retry_after=86_400), interval=10) == 900
    assert failure_delay(100_000, VendorUnavailableError("x"), interval=10) == 900
    assert failure_delay(3, VendorUnavailableError("x"), interval=3_600) == 3_600


def test_intervals_grow_and_end_at_the_deadline() -> None:
    pace = PollSchedule(started_at=0, timeout=1_000, interval=10, growing=True, max_wait=300)
    now, waits = 0.0, []
    while now < 1_000:
        waits.append(pace.delay(now))
        now += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 300, 300, 90]


def test_the_time_runs_out_after_a_last_look() -> None:
    wait = wait_for()
    assert wait.on_seen(snapshot({"1": "inactive"}), now=95).delay == 5
    step = wait.on_seen(snapshot({"1": "inactive"}), now=100)
    assert step.next is Next.TIMED_OUT
    assert "Timed out after 100 s, waiting for 1 to be active: 1 is inactive" in str(step.error)
    assert wait_for().on_seen(snapshot({"1": "active"}), now=1_000).next is Next.DONE


def test_the_log_tells_what_is_new_and_now_and_then_that_it_waits() -> None:
    wait = wait_for(pace=PollSchedule(started_at=0, timeout=math.inf, interval=10))
    said = [wait.on_seen(snapshot({"1": "inactive"}), now=now).say for now in (0, 10, 20, HEARTBEAT, HEARTBEAT + 10)]
    assert said == ["Waiting for 1 to be active: 1 is inactive", None, None, said[0], None]
    assert wait.on_seen(snapshot({}), now=HEARTBEAT + 20).say == "Waiting for 1 to be active: 1 is deleted"


def test_a_person_who_looks_finds_how_it_stands() -> None:
    """The triggerer's log has a line at the start of the wait, and one a minute, whether or not a poll came through."""
    assert HEARTBEAT <= 120
    past = {"baseline": {"1": "inactive"}, "known": ["1"], "said": "1 is inactive", "said_at": 0, "due_at": 30}
    conditions = Conditions(assistant_ids=("1",))
    wait = StatusWaiter(conditions, PollSchedule(started_at=0, timeout=3_600, interval=30), past=past)
    assert wait.begun(10) == (
        "Waiting in the triggerer for 1 to be active: 1 is inactive; first poll here in 20 s, then every 30 s, "
        "until 1970-01-01 01:00:00 UTC"
    )
    health = PollHealth()
    health.succeeded(now=30, delay=30)
    assert wait.heartbeat(HEARTBEAT - 1, health) is None
    assert wait.heartbeat(HEARTBEAT, health) == (
        "Waiting for 1 to be active: 1 is inactive (last poll 30 s ago, next poll in 0 s)"
    )
    assert wait.heartbeat(HEARTBEAT + 1, health) is None
    health.failed(VendorUnavailableError("Burki is down"), now=60, delay=120)
    assert "the last poll failed, since" in str(wait.heartbeat(2 * HEARTBEAT, health))
