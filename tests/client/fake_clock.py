# SPDX-License-Identifier: Apache-2.0
"""A clock that only moves when somebody sleeps: waiting takes no time in tests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from airflow_provider_assistants.client.clock import Clock


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
