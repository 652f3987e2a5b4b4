# SPDX-License-Identifier: Apache-2.0
"""
Work of those who share an event loop, one piece after the other.

An event loop runs all that is ready before it looks at anything else. A look that shows something new wakes every watcher
of an account at once, and pages of many accounts arrive together: a thousand short pieces of work would be one long one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["one_at_a_time"]

_turns: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()


@asynccontextmanager
async def one_at_a_time() -> AsyncIterator[None]:
    """Wait until nobody else in this event loop works, and let the loop breathe afterwards; not for waiting on I/O."""
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        yield
        await asyncio.sleep(0)
