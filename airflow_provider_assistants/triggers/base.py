# SPDX-License-Identifier: Apache-2.0
"""What both triggers are: waiters on the poll of a connection, which on Airflow 3.3 all of them share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from typing import Any, Self

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.triggers.shared_poll import (
    PollFailure,
    PollResult,
    PollStream,
    StatusPoll,
    Subscription,
    shared_poll,
)

__all__ = ["PollingTrigger", "Subscriber", "event_of"]


class PollingTrigger(BaseEventTrigger):
    """
    A trigger that waits on the poll of a connection.

    :param conn_id: The connection.
    :param poll_interval: Seconds from one look to the next.
    """

    def __init__(self, *, conn_id: str, poll_interval: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.conn_id = conn_id
        self.poll_interval = float(poll_interval)

    def shared_stream_key(self) -> Hashable | None:
        """Share one poll with all triggers of this connection and interval (Airflow 3.3)."""
        return ("airflow_provider_assistants", self.conn_id, self.poll_interval)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[PollResult | PollFailure]:
        """Poll for all triggers that share the key; what each is interested in, the poll knows."""
        async with PollStream(shared_poll(kwargs["conn_id"], float(kwargs["poll_interval"]))) as looks:
            async for look in looks:
                yield look


class Subscriber:
    """
    A waiter's place at a poll: gives looks, and lets the waiter do something while none comes.

    :param looks: The looks of that poll, be they shared or its own.
    """

    def __init__(
        self, poll: StatusPoll, interest: Subscription, looks: AsyncIterator[PollResult | PollFailure]
    ) -> None:
        self._poll = poll
        self._interest = interest
        self._looks = looks
        self._coming: asyncio.Future[PollResult | PollFailure] | None = None

    async def __aenter__(self) -> Self:
        self._poll.join(self._interest)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._poll.leave(self._interest)
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.gather(self._coming, return_exceptions=True)

    async def next(self, seconds: float | None) -> PollResult | PollFailure | None:
        """
        Give the next look; None if none has come for so many seconds.

        The wait for a look is never broken off, since that would end a stream of Airflow's.
        """
        if self._coming is None:
            self._coming = asyncio.ensure_future(anext(self._looks))
        done, _ = await asyncio.wait({self._coming}, timeout=seconds)
        if not done:
            return None
        look, self._coming = self._coming.result(), None
        return look


def event_of(payload: dict[str, Any]) -> TriggerEvent:
    """
    Return an event with this payload, in a form that Airflow can store.

    An event that a database refuses ends the triggerer of the whole installation, again at each start.
    """
    return TriggerEvent(storable(payload))  # type: ignore[no-untyped-call]
