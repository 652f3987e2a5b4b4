# SPDX-License-Identifier: Apache-2.0
"""The clock and the jitter of a client, injectable: tests need not sleep."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Clock"]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """
    A clock with jitter.

    :param monotonic: Seconds that only go forward.
    :param now: The wall clock in UTC.
    :param sleep: Waits so many seconds.
    :param jitter: A random number from 0 to 1.
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
