# SPDX-License-Identifier: Apache-2.0
"""Running triggers as a test does: in an event loop, for as long as it takes."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_assistants.triggers.shared_poll import SharedPoll

#: Long enough for the slowest machine; nothing waits for it unless something is broken.
LONG = 60.0
#: Seconds by which a clock's resolution may shorten a pause.
CLOCK = 0.001


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(LONG):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def only_event(events: AsyncIterator[TriggerEvent]) -> Any:
    """Return the payload of the one event that a trigger of a task emits."""
    async with asyncio.timeout(LONG):
        got = [event.payload async for event in events]
    (payload,) = got
    return payload


class RecordedPolls:
    """
    When polls started, and which of them failed, by the poll's own clock.

    A pause seen from there is never shorter than was decided, however busy the machine is. Seen from the server it may be: a
    request can be late, and the next one in time.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._started: list[float] = []
        self._failed: list[int] = []
        start, fail = SharedPoll.start, SharedPoll.fail

        def recording_start(poll: SharedPoll) -> Any:
            self._started.append(time.monotonic())
            return start(poll)

        def recording_fail(poll: SharedPoll, new: Any) -> None:
            self._failed.append(len(self._started) - 1)
            fail(poll, new)

        monkeypatch.setattr(SharedPoll, "start", recording_start)
        monkeypatch.setattr(SharedPoll, "fail", recording_fail)

    @property
    def count(self) -> int:
        """How many polls have started."""
        return len(self._started)

    def pauses(self) -> list[float]:
        """Return the seconds from the start of each poll to that of the next one."""
        return [after - before for before, after in itertools.pairwise(self._started)]

    def pauses_after_failures(self) -> list[float]:
        """Return the seconds from the start of each failed poll to that of the next one."""
        pauses = self.pauses()
        return [pauses[number] for number in self._failed if number < len(pauses)]


class Listener:
    """Collects the events of a trigger that never ends."""

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
