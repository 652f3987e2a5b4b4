# SPDX-License-Identifier: Apache-2.0
"""
The rate limiter of a client: requests in flight (AIMD), requests a minute, and pauses for all of them.

Vendors do not document what they allow, so it is learned from their 429s. A 429 is about the account and not about one
request: it pauses all requests, halves how many may be in flight, and yields a rate: as many requests as succeeded in the last
minute are allowed in the time after which the vendor allows the next one. Each success raises the number in flight again, by
one for as many successes as are in flight (additive increase, multiplicative decrease). A learned rate holds for ten minutes.

A server that is down or overloaded is not helped by many retries at once. A 5xx that says how long to wait, and each one from
the third in a row on, pauses all requests and halves those in flight too; it yields no rate. The request with the most retries
goes first, so that in the end one request finds out for all whether the server is back.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from airflow_provider_assistants.client.clock import Clock

__all__ = ["RateLimiter"]

_MINUTE = 60.0
#: Seconds added to a learned period: the vendor's minute begins when a request arrives.
_SPARE = 1.0
#: After fewer successes a 429 yields no rate.
_FEWEST = 5
#: Seconds without a 429 after which a learned rate is dropped.
_FORGET = 600.0
#: From so many 5xx in a row on, the server fails and not a single request.
_FAILURES_IN_A_ROW = 3


class _Waiter:
    """A request that waits: before others that have failed less often, or came later."""

    __slots__ = ("_order", "wake")

    def __init__(self, retries: int, number: int) -> None:
        self._order = (-retries, number)
        self.wake = asyncio.Event()

    def __lt__(self, other: _Waiter) -> bool:
        return self._order < other._order


class RateLimiter:
    """
    Admits requests: so many at a time and in any 60 seconds at most, and none during a pause.

    :param concurrency: Requests in flight at most.
    :param per_minute: Requests started within any 60 seconds at most; None for no limit.
    """

    def __init__(self, *, concurrency: int, per_minute: int | None, clock: Clock) -> None:
        self._most = concurrency
        self._allowed = float(concurrency)
        self._in_flight = 0
        self._per_minute = per_minute
        self._learned: tuple[int, float] | None = None
        self._clock = clock
        self._started: deque[float] = deque()
        self._succeeded: deque[float] = deque()
        self._paused_until = 0.0
        self._refused_at = self._slowed_at = float("-inf")
        self._failures = 0
        self._waiting: list[_Waiter] = []
        self._numbers = itertools.count()

    @property
    def concurrency(self) -> int:
        """How many requests may be in flight at the moment."""
        return max(1, int(self._allowed))

    @property
    def learned(self) -> tuple[int, float] | None:
        """How many requests may start in how many seconds, as learned from the vendor's 429s; None if nothing was."""
        return self._learned

    @asynccontextmanager
    async def request(self, retries: int = 0) -> AsyncIterator[float]:
        """
        Wait until a request may start, count it as in flight within the block, and yield when it started.

        :param retries: How often it has failed. The one with the most goes first: while a server is down, one request finds
            out whether it is back, and the others wait instead of failing as often.
        """
        waiter = _Waiter(retries, next(self._numbers))
        heapq.heappush(self._waiting, waiter)
        try:
            while True:
                waiter.wake.clear()
                if self._waiting[0] is not waiter or self._in_flight >= self.concurrency:
                    await waiter.wake.wait()
                elif (wait := self._wait()) > 0:
                    await self._clock.sleep(wait)
                else:
                    break
            started = self._clock.monotonic()
            self._started.append(started)
            self._in_flight += 1
        finally:
            self._waiting.remove(waiter)
            heapq.heapify(self._waiting)
            self._wake_first()
        try:
            yield started
        finally:
            self._in_flight -= 1
            self._wake_first()

    def _wake_first(self) -> None:
        if self._waiting:
            self._waiting[0].wake.set()

    def pause(self, seconds: float) -> None:
        """Let no request start for so many seconds from now; the longest pause counts."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def succeeded(self) -> None:
        """Count a response that is neither a 429 nor a 5xx: slightly more requests may be in flight."""
        self._failures = 0
        self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
        self._succeeded.append(self._clock.monotonic())
        self._drop_old()
        self._wake_first()

    def refused(self, started: float, *, asked: float | None = None) -> None:
        """
        Count a 429: fewer requests from now on. Requests that were in flight together count once.

        :param started: When the refused request started.
        :param asked: Seconds that the vendor asked to wait, if it did.
        """
        if started <= self._refused_at:
            return
        now = self._refused_at = self._clock.monotonic()
        self._slow_down(started)
        self._drop_old()
        if len(self._succeeded) < _FEWEST:
            return
        seconds = _MINUTE if asked is None else min(now - self._succeeded[0] + asked, _MINUTE)
        self._learned = (len(self._succeeded), seconds + _SPARE)

    def failed(self, started: float, *, asked: float | None = None) -> bool:
        """
        Count a 5xx, and return whether all requests have to wait. Requests that were in flight together slow down once.

        :param started: When the failed request started.
        :param asked: Seconds that the vendor asked to wait, if it did.
        """
        self._failures += 1
        if asked is None and self._failures < _FAILURES_IN_A_ROW:
            return False
        self._slow_down(started)
        return True

    def _slow_down(self, started: float) -> None:
        """Halve how many may be in flight, once for all that were in flight together."""
        if started > self._slowed_at:
            self._slowed_at = self._clock.monotonic()
            self._allowed = max(1.0, self._allowed / 2)

    def _wait(self) -> float:
        self._drop_old()
        now = self._clock.monotonic()
        if now - self._refused_at > _FORGET:
            self._learned = None
        wait = self._paused_until - now
        set_limit = None if self._per_minute is None else (self._per_minute, _MINUTE)
        for bound in (set_limit, self._learned):
            if bound is None:
                continue
            limit, seconds = bound
            if len(self._started) >= limit:
                wait = max(wait, self._started[-limit] + seconds - now)
        return wait

    def _drop_old(self) -> None:
        horizon = self._clock.monotonic() - _MINUTE - _SPARE
        for moments in (self._started, self._succeeded):
            while moments and moments[0] < horizon:
                moments.popleft()
