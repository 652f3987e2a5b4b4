# SPDX-License-Identifier: Apache-2.0
"""
Serialise CPU-bound work on an event loop, so that no burst of it blocks the loop.

An event loop runs all callbacks that are ready before it polls for I/O again. A poll that finds a change wakes every watcher
of an account at once, and pages of many accounts arrive together: a thousand short pieces of work would be one long one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["one_at_a_time"]

_locks: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()


@asynccontextmanager
async def one_at_a_time() -> AsyncIterator[None]:
    """Run this block alone on the event loop, then yield to it; do not await I/O inside."""
    async with _locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        yield
        await asyncio.sleep(0)
