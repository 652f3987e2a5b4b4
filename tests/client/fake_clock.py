# SPDX-License-Identifier: Apache-2.0
"""A clock that only moves when somebody sleeps: waiting takes no time in tests."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from airflow_provider_assistants.client.clock import Clock

Result = TypeVar("Result")


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.seconds, now=self._now, sleep=self._sleep, jitter=lambda: 0.5)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds - 1_000)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class SharedTime(FakeClock):
    """The same for many who sleep at once: time moves to the next one who wakes, when nobody has anything else to do."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._count += 1
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + max(0.0, seconds), self._count, waking))
        await waking

    async def run(self, work: Awaitable[Result]) -> Result:
        """Do some work, with time going on meanwhile."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                moment, _, waking = heapq.heappop(self._sleepers)
                self.seconds = max(self.seconds, moment)
                if not waking.done():
                    waking.set_result(None)
        return task.result()
