# SPDX-License-Identifier: Apache-2.0
"""Running triggers as a test does: in an event loop, for as long as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

#: Long enough for the slowest machine; nothing waits for it unless something is broken.
LONG = 60.0


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(LONG):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def only_event(events: AsyncIterator[TriggerEvent]) -> Any:
    """Return the payload of the one event that a trigger of a task gives."""
    async with asyncio.timeout(LONG):
        got = [event.payload async for event in events]
    (payload,) = got
    return payload


class Listener:
    """Listens to a trigger that tells for ever."""

    def __init__(self, trigger: BaseTrigger, events: AsyncIterator[TriggerEvent] | None = None) -> None:
        self.heard: list[dict[str, Any]] = []
        self._events = events if events is not None else trigger.run()

    async def __aenter__(self) -> Listener:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def ended(self) -> bool:
        return self._task.done()

    async def hears(self, count: int) -> list[dict[str, Any]]:
        await until(lambda: len(self.heard) >= count or self.ended)
        assert not self.ended, self._task.exception()
        return self.heard

    async def _listen(self) -> None:
        async for event in self._events:
            self.heard.append(event.payload)
