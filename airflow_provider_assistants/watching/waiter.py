# SPDX-License-Identifier: Apache-2.0
"""
The state machine of a wait: takes snapshots, failures and the time, and returns what to do next. No I/O.

The sensor's own loop and the trigger feed the same machine, so they cannot disagree. Time is an argument, in seconds since
1970, since a wait may move to another process, whose monotonic clock is another one.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    ListingDriftError,
    StatusError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.decision import AssistantState, Decision, Outcome, Past, decide
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.observations import Observation, Snapshot, Watched
from airflow_provider_assistants.watching.schedule import PollSchedule, failure_delay

__all__ = ["StatusWaiter", "Step", "is_transient"]

#: Seconds between log lines that the wait goes on, while nothing changes.
HEARTBEAT = 60.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    What to do next.

    :param outcome: Whether to wait on, or how the wait ended.
    :param delay: Seconds until the next poll, if waiting.
    :param log_line: A line for the log, if there is news.
    :param result: Last state of each assistant, if reached.
    :param error: Why the wait ended, if it failed or timed out.
    """

    outcome: Outcome
    delay: float = 0.0
    log_line: str | None = None
    result: dict[str, AssistantState] | None = None
    error: AssistantsError | None = None


class StatusWaiter:
    """
    One wait for assistants to have a status or to change.

    :param past: What :meth:`state` returned in another process or try; empty at first.

    ``due_at`` is when the next poll is due, in seconds since 1970.
    """

    def __init__(
        self, conditions: Conditions, schedule: PollSchedule, *, past: Mapping[str, Any] | None = None
    ) -> None:
        # What an earlier version kept is compared with what is observed today.
        past = storable(past or {})
        self.conditions = conditions
        self.schedule = schedule
        self._baseline: dict[str, Watched] | None = past.get("baseline")
        self._known: set[str] = set(past.get("known") or ())
        self._failures = int(past.get("failures") or 0)
        self._reason: str | None = past.get("reason")
        self._logged_at = float(past.get("logged_at") or 0.0)
        self._failed = False
        self.due_at = float(past.get("due_at") or 0.0)

    @property
    def failures(self) -> int:
        """How many polls in a row have failed."""
        return self._failures

    def unseen(self, observations: Mapping[str, Observation]) -> frozenset[str]:
        """Return the assistants that were observed before and are not among these."""
        return frozenset(self._known - observations.keys())

    def state(self) -> dict[str, Any]:
        """
        Return what another process or try needs to go on, as JSON has it.

        A wait that a failed poll ended starts its count of failures anew in the next try.
        """
        return {
            "baseline": self._baseline,
            "known": sorted(self._known),
            "failures": 0 if self._failed else self._failures,
            "reason": self._reason,
            "logged_at": self._logged_at,
            "due_at": self.due_at,
        }

    def on_snapshot(self, snapshot: Snapshot, *, now: float) -> Step:
        """Decide by a poll that succeeded."""
        conditions, observations = self.conditions, snapshot.observations
        current = {each: observations[each] for each in conditions.assistant_ids if each in observations}
        self._failures = 0
        self._known |= current.keys()
        if self._baseline is None:
            self._baseline = {
                each: current[each].value(conditions.watch) if each in current else None
                for each in conditions.assistant_ids
            }
        past = Past(baseline=self._baseline, known=frozenset(self._known))
        decision = decide(conditions, past, current)
        match decision.outcome:
            case Outcome.REACHED:
                return Step(
                    outcome=Outcome.REACHED,
                    log_line=f"Reached: {decision.reason}",
                    result=self._result(decision, current, snapshot.observed_at),
                )
            case Outcome.FAILED:
                error: AssistantsError = StatusError(
                    f"Waited for {conditions.described()}, but {decision.reason}",
                    advice="That status is one of failure_statuses; check the assistant at the vendor",
                )
                return Step(outcome=Outcome.FAILED, error=error)
            case Outcome.MISSING:
                error = AssistantNotFoundError(
                    f"Waited for {conditions.described()}, but {decision.reason}",
                    advice="Check the id and the connection's account, or wait for it to exist with on_missing='wait'",
                )
                return Step(outcome=Outcome.MISSING, error=error)
        if now >= self.schedule.deadline:
            return self.time_out(decision.reason)
        return self._wait(self.schedule.delay(now), now, log_line=self._news(decision.reason, now))

    def on_failure(self, error: AssistantsError, *, now: float) -> Step:
        """Decide by a poll that failed: back off, or end the wait."""
        self._failures += 1
        line = f"Poll failed ({self._failures} in a row): {error}"
        too_many = self._failures > self.schedule.max_consecutive_failures
        self._failed = not self.schedule.silent_fail and (too_many or not is_transient(error))
        if self._failed:
            return Step(outcome=Outcome.ERROR, error=self._last_failure(error), log_line=line)
        if now >= self.schedule.deadline:
            return self.time_out(f"the last poll failed: {error.what}")
        delay = failure_delay(self._failures, error, poll_interval=self.schedule.poll_interval)
        return self._wait(min(delay, self.schedule.deadline - now), now, log_line=line)

    def time_out(self, reason: str | None = None) -> Step:
        """Return the step of a wait that timed out."""
        reason = reason or self._reason or "no poll succeeded"
        what = f"Timed out after {self.schedule.timeout:g} s, waiting for {self.conditions.described()}: {reason}"
        return Step(outcome=Outcome.TIMED_OUT, error=StatusError(what))

    def start_line(self, now: float) -> str:
        """Return a log line for the start of a wait in the triggerer: its state, its next poll and its end."""
        end = "without a timeout"
        if not math.isinf(self.schedule.deadline):
            end = f"until {datetime.fromtimestamp(self.schedule.deadline, UTC):%Y-%m-%d %H:%M:%S} UTC"
        first = max(0.0, self.due_at - now)
        return (
            f"Waiting in the triggerer for {self._described()}; first poll here in {first:.0f} s, "
            f"then every {self.schedule.poll_interval:g} s, {end}"
        )

    def heartbeat_line(self, now: float, health: PollHealth) -> str | None:
        """Return a log line that the wait goes on, with the health of its polls; None if the last line is recent."""
        if now < self._logged_at + HEARTBEAT:
            return None
        self._logged_at = now
        return f"Waiting for {self._described()} ({health.described(now)})"

    def _described(self) -> str:
        return self.conditions.described() + (f": {self._reason}" if self._reason else "")

    def _last_failure(self, error: AssistantsError) -> AssistantsError:
        """Return the error that ends the wait: a copy where something is added, since subscribers share the error."""
        if not is_transient(error):
            return error
        final = copy.copy(error)
        final.what += f"; {self._failures} polls in a row failed, and max_consecutive_failures is "
        final.what += str(self.schedule.max_consecutive_failures)
        return final

    def _wait(self, delay: float, now: float, *, log_line: str | None) -> Step:
        self.due_at = now + delay
        return Step(outcome=Outcome.WAIT, delay=delay, log_line=log_line)

    def _news(self, reason: str, now: float) -> str | None:
        if reason == self._reason and now < self._logged_at + HEARTBEAT:
            return None
        self._reason, self._logged_at = reason, now
        return f"Waiting for {self._described()}"

    def _result(
        self, decision: Decision, observations: Mapping[str, Observation], observed_at: datetime
    ) -> dict[str, AssistantState]:
        watch, baseline = self.conditions.watch, self._baseline or {}
        result = {}
        for each in self.conditions.assistant_ids:
            before, value = baseline.get(each), decision.values[each]
            state = AssistantState(
                status=decision.statuses[each],
                previous=before if before != value else None,
                observed_at=observed_at.astimezone(UTC).isoformat(timespec="milliseconds"),
                updated_at=observations[each].updated_at if each in observations else None,
            )
            if watch != "status":
                state["value"] = value
            result[each] = state
        return result


def is_transient(error: AssistantsError) -> bool:
    """Whether the next poll may succeed after this error: an outage, a limit, a listing that changes, a proxy's page."""
    if isinstance(error, AssistantNotFoundError):
        return False
    if isinstance(error, UnexpectedResponseError):
        return error.status is None or not 300 <= error.status < 500
    return isinstance(error, VendorUnavailableError | ListingDriftError)
