# SPDX-License-Identifier: Apache-2.0
"""
Health of the polls of a connection, and where a person finds it: the log, and the asset's state store (Airflow 3.3).

A poll without news wakes no watcher, so each writes the health of its shared poll when that fails or recovers, and every ten
minutes otherwise. More would be a write to Airflow's database for each watcher and poll.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.storable import one_line, storable

__all__ = ["WRITE_SECONDS", "HealthReport", "PollHealth", "health_key"]

#: Seconds between writes, and between warnings, while nothing changes.
WRITE_SECONDS = 600.0
_LONGEST_ERROR = 500


@dataclass
class PollHealth:
    """
    Health of the polls of a connection; times are in seconds since 1970.

    :param failing_since: When the first of the failed polls in a row failed; None if the last poll succeeded.
    """

    last_poll: float | None = None
    last_success: float | None = None
    next_poll: float | None = None
    failures: int = 0
    failing_since: float | None = None
    last_error: str | None = None
    _error_type: type[AssistantsError] | None = None
    _warned_at: float = 0.0

    @property
    def state(self) -> str:
        """``starting`` before the first poll is done, then ``ok`` or ``failing``."""
        if self.last_poll is None:
            return "starting"
        return "failing" if self.failures else "ok"

    def succeeded(self, *, now: float, delay: float) -> None:
        """Record a poll that succeeded; the next one is due after `delay` seconds."""
        self.last_poll = self.last_success = now
        self.next_poll = now + delay
        self.failures, self.failing_since, self.last_error, self._error_type = 0, None, None, None

    def failed(self, error: AssistantsError, *, now: float, delay: float) -> bool:
        """Record a failed poll; return whether to warn: at the first, at another error, and every ten minutes."""
        self.last_poll, self.next_poll = now, now + delay
        self.failures += 1
        self.failing_since = self.failing_since or now
        self.last_error = storable(one_line(str(error))[:_LONGEST_ERROR])
        warn = type(error) is not self._error_type or now >= self._warned_at + WRITE_SECONDS
        if warn:
            self._error_type, self._warned_at = type(error), now
        return warn

    def described(self, now: float) -> str:
        """Return in words when the last and the next poll are, or since when polls fail."""
        upcoming = f"next poll in {max(0.0, (self.next_poll or now) - now):.0f} s"
        if self.last_poll is None:
            return "no poll of this triggerer yet"
        if self.failures:
            what = "the last poll" if self.failures == 1 else f"{self.failures} polls in a row"
            return f"{what} failed, since {_clock(self.failing_since)}: {self.last_error}; {upcoming}"
        return f"last poll {now - self.last_poll:.0f} s ago, {upcoming}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a person reads them in Airflow's state store."""
        return {
            "state": self.state,
            "last_poll": _clock(self.last_poll),
            "last_success": _clock(self.last_success),
            "next_poll": _clock(self.next_poll),
            "consecutive_failures": self.failures,
            "failing_since": _clock(self.failing_since),
            "last_error": self.last_error,
        }


class HealthReport:
    """
    Writes a watcher's health when it changes, and every ten minutes or so.

    :param write: Writes a value under the watcher's key.
    :param clock: A monotonic clock, in seconds.
    """

    def __init__(self, write: Callable[[dict[str, Any]], Any], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        # Jitter: thousands of watchers that started together must not keep writing together.
        self._seconds = WRITE_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        self._written: str | None = None
        self._written_at = 0.0

    def next_timeout(self) -> float | None:
        """Return the seconds until the next write is due; None before the first poll."""
        return None if self._written is None else max(0.0, self._written_at + self._seconds - self._clock())

    async def write(self, health: PollHealth, more: Mapping[str, Any]) -> None:
        """
        Write the health if it is due.

        :param more: Further entries about the watcher.
        """
        if health.state == "starting" or (health.state == self._written and self.next_timeout()):
            return
        self._written, self._written_at = health.state, self._clock()
        async with one_at_a_time():  # all watchers of a connection wake when its polls begin to fail
            value = {**health.as_dict(), **more, "written_at": _clock(time.time())}
        await self._write(value)


def health_key(*, conn_id: str, ids: Iterable[str] | None, watch: str, watch_name: str | None) -> str:
    """Return the key of a watcher's health: ``assistants.health.<connection>``, and what distinguishes it from others."""
    parts = [conn_id, *([watch] if watch != "status" else []), *([watch_name] if watch_name else [])]
    if ids is not None:
        parts.append(sha256("\n".join(sorted(ids)).encode()).hexdigest()[:6])
    return ".".join(["assistants.health", *map(_key_part, parts)])


def _key_part(text: str) -> str:
    """Return `text` if it is plain enough for a key, else its plain characters and a fingerprint."""
    plain = re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)[:100]
    return plain if plain == text else f"{plain}-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def _clock(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
