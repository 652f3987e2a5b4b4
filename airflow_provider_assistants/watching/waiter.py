# SPDX-License-Identifier: Apache-2.0
"""
Waiting, without the waiting: looks, failures and the time go in, what to do next comes out.

The sensor's own loop and the trigger in the triggerer both feed this, so they cannot disagree. Time is an argument, in
seconds since 1970: a wait may move to another process, where no other clock goes on.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    ListingDriftError,
    RateLimitedError,
    StatusError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.decision import Decision, Past, Seen, Verdict, decide
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.snapshots import Observation, Snapshot, Watched

__all__ = ["Next", "PollSchedule", "StatusWaiter", "Step", "failure_delay", "is_passing"]

#: After failures, looks are so many seconds apart at most, or the usual interval if that is longer.
LONGEST_BACK_OFF = 900.0
#: While nothing changes, a line so often says that the wait goes on.
HEARTBEAT = 60.0


class Next(StrEnum):
    """What to do after a look."""

    WAIT = "wait"
    DONE = "done"
    #: The assistants are not, and will not be, as they should: the verdict on the wait.
    LOST = "lost"
    #: The look itself failed, for good: the key, the connection, or too often.
    BROKEN = "broken"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    What to do next.

    :param next: What.
    :param delay: Seconds until the next look, if waiting.
    :param say: A line for the log, where there is something new to say; a failed look's begins with what failed.
    :param result: What was seen, if done.
    :param error: Why not, if lost or broken or timed out.
    """

    next: Next
    delay: float = 0.0
    say: str | None = None
    result: dict[str, Seen] | None = None
    error: AssistantsError | None = None


@dataclass(frozen=True, kw_only=True)
class PollSchedule:
    """
    When to look, and for how long.

    :param started_at: When the wait began.
    :param timeout: Seconds that it may take in all.
    :param interval: Seconds from one look to the next.
    :param growing: Whether the interval doubles from look to look, up to ``max_wait``.
    :param max_failures: How many looks in a row may fail.
    :param silent: Whether no failed look ends the wait, be it for good.
    """

    started_at: float
    timeout: float
    interval: float
    growing: bool = False
    max_wait: float | None = None
    max_failures: int = 5
    silent: bool = False

    @property
    def deadline(self) -> float:
        """When the wait has timed out."""
        return self.started_at + self.timeout

    def delay(self, now: float) -> float:
        """
        Give the seconds to the next look; the last one is at the deadline.

        An interval that doubles has waited ``interval * (2**n - 1)`` in all after ``n`` looks, so the next wait is what
        has gone by and one interval: no count has to be kept.
        """
        wait = self.interval + (max(0.0, now - self.started_at) if self.growing else 0.0)
        if self.growing and self.max_wait is not None:
            wait = min(wait, self.max_wait)
        return max(0.0, min(wait, self.deadline - now))


class StatusWaiter:
    """
    One wait: for which assistants, to be what, until when; and what was seen on the way.

    :param past: What :meth:`memory` gave in another process or try; empty at first.

    ``due_at`` tells when the next look is due, in seconds since 1970.
    """

    def __init__(self, conditions: Conditions, pace: PollSchedule, *, past: Mapping[str, Any] | None = None) -> None:
        # What an earlier version kept is compared with what is observed today.
        past = storable(past or {})
        self.conditions = conditions
        self.pace = pace
        self._baseline: dict[str, Watched] | None = past.get("baseline")
        self._known: set[str] = set(past.get("known") or ())
        self._failures = int(past.get("failures") or 0)
        self._said: str | None = past.get("said")
        self._said_at = float(past.get("said_at") or 0.0)
        self._ended = False
        self.due_at = float(past.get("due_at") or 0.0)

    @property
    def failures(self) -> int:
        """How many looks in a row have failed."""
        return self._failures

    @property
    def known(self) -> frozenset[str]:
        """The assistants that have been seen."""
        return frozenset(self._known)

    def memory(self) -> dict[str, Any]:
        """Return what another process or try has to know, as primitives; a wait that ended badly starts anew in the next."""
        return {
            "baseline": self._baseline,
            "known": sorted(self._known),
            "failures": 0 if self._ended else self._failures,
            "said": self._said,
            "said_at": self._said_at,
            "due_at": self.due_at,
        }

    def on_seen(self, snapshot: Snapshot, *, now: float) -> Step:
        """Take a look in, and decide."""
        conditions = self.conditions
        seen = {each: snapshot.seen[each] for each in conditions.assistant_ids if each in snapshot.seen}
        self._failures = 0
        self._known |= seen.keys()
        if self._baseline is None:
            self._baseline = {
                each: seen[each].value(conditions.watch) if each in seen else None for each in conditions.assistant_ids
            }
        past = Past(baseline=self._baseline, known=frozenset(self._known))
        decision = decide(conditions, past, seen)
        match decision.verdict:
            case Verdict.REACHED:
                return Step(
                    next=Next.DONE,
                    say=f"Reached: {decision.reason}",
                    result=self._result(decision, seen, snapshot.observed_at),
                )
            case Verdict.FAILED:
                error: AssistantsError = StatusError(
                    f"Waited for {conditions.described()}, but {decision.reason}",
                    advice="That status is one of failure_statuses; look at the assistant at the vendor",
                )
                return Step(next=Next.LOST, error=error)
            case Verdict.MISSING:
                error = AssistantNotFoundError(
                    f"Waited for {conditions.described()}, but {decision.reason}",
                    advice="Check the id and the connection's account, or wait for it to come with on_missing='wait'",
                )
                return Step(next=Next.LOST, error=error)
        if now >= self.pace.deadline:
            return self.time_out(decision.reason)
        return self._wait(self.pace.delay(now), now, say=self._news(decision.reason, now))

    def on_failure(self, error: AssistantsError, *, now: float) -> Step:
        """Take a failed look in: wait and try again, or give up."""
        self._failures += 1
        counted = f"Poll failed ({self._failures} in a row): {error}"
        self._ended = not self.pace.silent and (not is_passing(error) or self._failures > self.pace.max_failures)
        if not self.pace.silent:
            if not is_passing(error):
                return Step(next=Next.BROKEN, error=error, say=counted)
            if self._failures > self.pace.max_failures:
                too_often = copy.copy(error)
                too_often.what += f"; {self._failures} looks in a row failed, and max_consecutive_failures is "
                too_often.what += str(self.pace.max_failures)
                return Step(next=Next.BROKEN, error=too_often, say=counted)
        if now >= self.pace.deadline:
            return self.time_out(f"the last look failed: {error.what}")
        delay = failure_delay(self._failures, error, interval=self.pace.interval)
        return self._wait(min(delay, self.pace.deadline - now), now, say=counted)

    def time_out(self, reason: str | None = None) -> Step:
        """Return the step of a wait whose time is over."""
        reason = reason or self._said or "no look came back"
        what = f"Timed out after {self.pace.timeout:g} s, waiting for {self.conditions.described()}: {reason}"
        return Step(next=Next.TIMED_OUT, error=StatusError(what))

    def begun(self, now: float) -> str:
        """Return a line for the start of a wait in the triggerer: how it stands, and when it polls and ends."""
        stands = f": {self._said}" if self._said else ""
        end = "without a timeout"
        if not math.isinf(self.pace.deadline):
            end = f"until {datetime.fromtimestamp(self.pace.deadline, UTC):%Y-%m-%d %H:%M:%S} UTC"
        first = max(0.0, self.due_at - now)
        return (
            f"Waiting in the triggerer for {self.conditions.described()}{stands}; first poll here in {first:.0f} s, "
            f"then every {self.pace.interval:g} s, {end}"
        )

    def heartbeat(self, now: float, health: PollHealth) -> str | None:
        """Return a line that says that the wait goes on, and how the polls go, if it is time for one."""
        if now < self._said_at + HEARTBEAT:
            return None
        self._said_at = now
        stands = f": {self._said}" if self._said else ""
        return f"Waiting for {self.conditions.described()}{stands} ({health.described(now)})"

    def _wait(self, delay: float, now: float, *, say: str | None) -> Step:
        self.due_at = now + delay
        return Step(next=Next.WAIT, delay=delay, say=say)

    def _news(self, reason: str, now: float) -> str | None:
        if reason == self._said and now < self._said_at + HEARTBEAT:
            return None
        self._said, self._said_at = reason, now
        return f"Waiting for {self.conditions.described()}: {reason}"

    def _result(self, decision: Decision, seen: Mapping[str, Observation], observed_at: datetime) -> dict[str, Seen]:
        watch, baseline = self.conditions.watch, self._baseline or {}
        result = {}
        for each in self.conditions.assistant_ids:
            before, value = baseline.get(each), decision.values[each]
            entry = Seen(
                status=decision.statuses[each],
                previous=before if before != value else None,
                observed_at=observed_at.astimezone(UTC).isoformat(timespec="milliseconds"),
                updated_at=seen[each].updated_at if each in seen else None,
            )
            if watch != "status":
                entry["value"] = value
            result[each] = entry
        return result


def is_passing(error: AssistantsError) -> bool:
    """Whether a failed look may go well next time: an outage, a limit, a listing that moved, a page of a proxy."""
    if isinstance(error, AssistantNotFoundError):
        return False
    if isinstance(error, UnexpectedResponseError):
        return error.status is None or not 300 <= error.status < 500
    return isinstance(error, VendorUnavailableError | ListingDriftError)


def failure_delay(failures: int, error: AssistantsError, *, interval: float) -> float:
    """Return the seconds to wait after so many failed looks: doubling, and never less than the vendor asks for."""
    longest = max(interval, LONGEST_BACK_OFF)
    delay = min(interval * 2.0 ** min(failures - 1, 32), longest)
    asked = error.retry_after if isinstance(error, RateLimitedError) else None
    return max(delay, min(asked or 0.0, longest))
