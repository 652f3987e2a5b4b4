# SPDX-License-Identifier: Apache-2.0
"""What tasks of one event loop share: a lock around CPU-bound work, and objects of which each loop has its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["one_at_a_time", "per_loop"]

Shared = TypeVar("Shared")


def per_loop(factory: Callable[[], Shared]) -> Callable[[], Shared]:
    """
    Return a function that returns one object per event loop, made by `factory`; it is freed with its loop.

    One event loop is one triggerer, while a process may run several, one after the other.
    """
    objects: WeakKeyDictionary[Any, Shared] = WeakKeyDictionary()

    def current() -> Shared:
        loop = asyncio.get_running_loop()
        if loop not in objects:
            objects[loop] = factory()
        return objects[loop]

    return current


_lock = per_loop(asyncio.Lock)


@asynccontextmanager
async def one_at_a_time() -> AsyncIterator[None]:
    """
    Serialize CPU-bound work on this event loop, and yield to it after each piece; do not await I/O inside.

    An event loop runs all that is ready before it polls for I/O. A poll with news wakes every watcher of an account at
    once, and pages of many accounts arrive together: a thousand short pieces of work would block it like one long one.
    """
    async with _lock():
        yield
        await asyncio.sleep(0)
