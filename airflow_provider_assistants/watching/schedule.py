# SPDX-License-Identifier: Apache-2.0
"""When to poll: intervals, timeout and backoff, under the names that the user gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from airflow_provider_assistants.exceptions import AssistantsError, RateLimitedError

__all__ = ["PollSchedule", "failure_delay"]

#: Most seconds between two polls after failures, unless the usual interval is longer.
MAX_BACKOFF = 900.0


@dataclass(frozen=True, kw_only=True)
class PollSchedule:
    """
    When to poll, for how long, and which failures to tolerate.

    Its fields are the sensor's and the trigger's arguments of the same names. Times are in seconds since 1970, since a wait
    may move to another process, whose monotonic clock is another one.

    :param started_at: Start of the wait.
    :param timeout: Seconds from ``started_at`` until the wait times out; infinite for no timeout.
    :param poll_interval: Seconds from one poll to the next.
    :param exponential_backoff: Whether the interval doubles from poll to poll.
    :param max_wait: Most seconds that a doubled interval may have; None for no limit.
    :param max_consecutive_failures: Failed polls in a row that are tolerated.
    :param silent_fail: Whether no failed poll ends the wait, whatever its error.
    """

    started_at: float
    timeout: float
    poll_interval: float
    exponential_backoff: bool = False
    max_wait: float | None = None
    max_consecutive_failures: int = 5
    silent_fail: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON has them, which are the trigger's keyword arguments; no timeout is None."""
        return {**asdict(self), "timeout": None if math.isinf(self.timeout) else self.timeout}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> PollSchedule:
        """Read what :meth:`as_dict` returned."""
        timeout = fields["timeout"]
        return cls(**{**fields, "timeout": math.inf if timeout is None else float(timeout)})

    @property
    def deadline(self) -> float:
        """When the wait times out."""
        return self.started_at + self.timeout

    def delay(self, now: float) -> float:
        """
        Return the seconds until the next poll; the last one is at the deadline.

        An interval that doubles has waited ``poll_interval * (2**n - 1)`` in all after ``n`` polls, so the next wait is the
        elapsed time plus one interval, and no count has to be kept.
        """
        wait = self.poll_interval
        if self.exponential_backoff:
            wait += max(0.0, now - self.started_at)
            if self.max_wait is not None:
                wait = min(wait, self.max_wait)
        return max(0.0, min(wait, self.deadline - now))


def failure_delay(failures: int, error: AssistantsError, *, poll_interval: float) -> float:
    """Return the seconds to wait after so many failed polls in a row: doubling, and never less than the vendor asks for."""
    longest = max(poll_interval, MAX_BACKOFF)
    delay = min(poll_interval * 2.0 ** min(failures - 1, 32), longest)
    asked = error.retry_after if isinstance(error, RateLimitedError) else None
    return max(delay, min(asked or 0.0, longest))
