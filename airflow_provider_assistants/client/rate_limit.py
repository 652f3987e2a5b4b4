# SPDX-License-Identifier: Apache-2.0
"""
The gate that every request of a client passes: how many at a time, how many a minute, and pauses for all.

What a vendor allows is not documented, so the gate learns it from refusals. A 429 is about the account, not about the
request that met it: it holds back all requests, halves how many may be in flight, and tells what is allowed. So many were
answered since the oldest one that still counts, and the vendor says when it counts no more: that many are allowed in that
time. Requests in flight come back one by one, with every answer that is no refusal; what was learned holds for ten minutes.

A server that is down or overloaded is no better served by many retries at once. A 5xx that says how long to wait, and each
one from the third in a row on, holds back all requests and halves those in flight too; it teaches nothing of a rate. What
has failed most often goes first, so that in the end one request finds out for all whether the server is back.
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
#: What is learned is kept to with so many seconds to spare: the vendor's minute begins when a request arrives.
_SPARE = 1.0
#: After fewer answers a refusal tells nothing of a rate.
_FEWEST = 5
#: So long no refusal, and what was learned is forgotten.
_FORGET = 600.0
#: From so many 5xx in a row on, it is the server that fails and not a request.
_FAILURES_IN_A_ROW = 3


class _Waiter:
    """A request that waits for its turn: before others that have failed less often, or came later."""

    __slots__ = ("_order", "wake")

    def __init__(self, retries: int, number: int) -> None:
        self._order = (-retries, number)
        self.wake = asyncio.Event()

    def __lt__(self, other: _Waiter) -> bool:
        return self._order < other._order


class RateLimiter:
    """
    Lets requests through, at most so many at a time and in any 60 seconds, and none while the vendor wants a pause.

    :param concurrency: Requests in flight at most.
    :param per_minute: Requests begun within any 60 seconds at most; None for no limit.
    """

    def __init__(self, *, concurrency: int, per_minute: int | None, clock: Clock) -> None:
        self._most = concurrency
        self._allowed = float(concurrency)
        self._in_flight = 0
        self._per_minute = per_minute
        self._learned: tuple[int, float] | None = None
        self._clock = clock
        self._begun: deque[float] = deque()
        self._answered: deque[float] = deque()
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
        """How many requests may begin in how many seconds, as the vendor's refusals taught."""
        return self._learned

    @asynccontextmanager
    async def request(self, retries: int = 0) -> AsyncIterator[float]:
        """
        Wait for the turn of a request, hold its place for as long as it is in flight, and give when it began.

        :param retries: How often it has failed. What has failed most goes first: while a server is down, one request finds
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
            began = self._clock.monotonic()
            self._begun.append(began)
            self._in_flight += 1
        finally:
            self._waiting.remove(waiter)
            heapq.heapify(self._waiting)
            self._wake_first()
        try:
            yield began
        finally:
            self._in_flight -= 1
            self._wake_first()

    def _wake_first(self) -> None:
        if self._waiting:
            self._waiting[0].wake.set()

    def pause(self, seconds: float) -> None:
        """Let no request begin for so many seconds from now; the longest pause counts."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def answered(self) -> None:
        """Take note of an answer that was no refusal: a little more may be in flight."""
        self._failures = 0
        self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
        self._answered.append(self._clock.monotonic())
        self._drop_old()
        self._wake_first()

    def refused(self, began: float, *, asked: float | None = None) -> None:
        """
        Take note of a 429: fewer requests from now on.

        Requests that were in flight together are refused together, and count once.

        :param began: When the refused request began.
        :param asked: Seconds until the vendor wants the next one, if it says so.
        """
        if began <= self._refused_at:
            return
        now = self._refused_at = self._clock.monotonic()
        self._slow_down(began)
        self._drop_old()
        if len(self._answered) < _FEWEST:
            return
        seconds = _MINUTE if asked is None else min(now - self._answered[0] + asked, _MINUTE)
        self._learned = (len(self._answered), seconds + _SPARE)

    def failed(self, began: float, *, asked: float | None = None) -> bool:
        """
        Take note of a 5xx, and return whether the server fails for all requests.

        Requests that were in flight together fail together, and slow down once.

        :param began: When the failed request began.
        :param asked: Seconds until the vendor wants the next one, if it says so.
        """
        self._failures += 1
        if asked is None and self._failures < _FAILURES_IN_A_ROW:
            return False
        self._slow_down(began)
        return True

    def _slow_down(self, began: float) -> None:
        """Halve how many may be in flight, once for all that were in flight together."""
        if began > self._slowed_at:
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
            if len(self._begun) >= limit:
                wait = max(wait, self._begun[-limit] + seconds - now)
        return wait

    def _drop_old(self) -> None:
        horizon = self._clock.monotonic() - _MINUTE - _SPARE
        for moments in (self._begun, self._answered):
            while moments and moments[0] < horizon:
                moments.popleft()
