# SPDX-License-Identifier: Apache-2.0
"""The gate that every request of a client passes: how many at a time, how many a minute, and pauses for all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from airflow_provider_assistants.client.clock import Clock

__all__ = ["RequestGate"]

_MINUTE = 60.0


class RequestGate:
    """
    Lets requests through, at most so many at a time and in any 60 seconds, and none while the vendor wants a pause.

    A 429 is about the account, not about the request that met it, so :meth:`pause` holds back all requests.

    :param concurrency: Requests in flight at most.
    :param per_minute: Requests begun within any 60 seconds at most; None for no limit.
    """

    def __init__(self, *, concurrency: int, per_minute: int | None, clock: Clock) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._per_minute = per_minute
        self._clock = clock
        self._begun: deque[float] = deque(maxlen=per_minute or 0)
        self._paused_until = 0.0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Wait for the turn of a request, and hold its place for as long as it is in flight."""
        async with self._slots:
            async with self._turn:
                while (wait := self._wait()) > 0:
                    await self._clock.sleep(wait)
                self._begun.append(self._clock.monotonic())
            yield

    def pause(self, seconds: float) -> None:
        """Let no request begin for so many seconds from now; the longest pause counts."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def _wait(self) -> float:
        now = self._clock.monotonic()
        wait = self._paused_until - now
        if self._per_minute and len(self._begun) == self._per_minute:
            wait = max(wait, self._begun[0] + _MINUTE - now)
        return wait
