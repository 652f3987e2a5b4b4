# SPDX-License-Identifier: Apache-2.0
"""
One poll per connection and interval, shared by all triggers of a triggerer: publish/subscribe without the polling itself.

A trigger subscribes with the assistants and the field that it needs, and gets results: snapshots that cover all
subscriptions, or the error of a failed poll. A poll without news wakes nobody. The poll never ends by itself and never raises
because of the vendor, so an outage ends no trigger; each subscriber decides how many failures are too many.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from airflow_provider_assistants.event_loop import per_loop
from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.observations import Observation, PollScope, Snapshot

__all__ = ["PollFailure", "PollResult", "SharedPoll", "Subscription", "shared_poll"]


@dataclass(frozen=True, slots=True)
class PollResult:
    """
    A poll that succeeded.

    :param vendor: The vendor's name.
    :param changed: The assistants that differ from the poll before; None if there was none, or it had another scope.
    """

    vendor: str
    snapshot: Snapshot
    changed: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PollFailure:
    """A poll that failed, and why."""

    error: AssistantsError


def _nothing_unseen(_: Mapping[str, Observation]) -> Set[str]:
    return frozenset()


class Subscription:
    """
    One subscription to a poll, with a timeout on each result; an asynchronous context manager.

    :param results: Results of that poll, shared by Airflow or of a stream of its own.
    :param ids: The assistants that the subscriber needs; None for all.
    :param watch: What it watches of them.
    :param unseen: Returns the assistants that it observed before and that are not among some observations.
    :param not_before: When it wants its first result, in seconds since 1970: a sensor has polled just before it defers.
    :param interval: Returns the seconds until it wants the next result; the poll's own interval if None.
    """

    def __init__(
        self,
        poll: SharedPoll,
        results: AsyncIterator[PollResult | PollFailure],
        *,
        ids: frozenset[str] | None,
        watch: str,
        unseen: Callable[[Mapping[str, Observation]], Set[str]] = _nothing_unseen,
        not_before: float = 0.0,
        interval: Callable[[], float] | None = None,
    ) -> None:
        self.poll = poll
        self.ids = ids
        self.watch = watch
        self.unseen = unseen
        self.not_before = not_before
        self.interval = interval
        self._results = results
        self._upcoming: asyncio.Future[PollResult | PollFailure] | None = None

    async def __aenter__(self) -> Self:
        self.poll.subscribe(self)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.poll.unsubscribe(self)
        if self._upcoming is not None:
            self._upcoming.cancel()
            await asyncio.gather(self._upcoming, return_exceptions=True)

    async def next(self, seconds: float | None) -> PollResult | PollFailure | None:
        """
        Return the next result; None if there is none within so many seconds.

        The wait for a result goes on in between, since to cancel it would end Airflow's shared stream.
        """
        if self._upcoming is None:
            self._upcoming = asyncio.ensure_future(anext(self._results))
        done, _ = await asyncio.wait({self._upcoming}, timeout=seconds)
        if not done:
            return None
        result, self._upcoming = self._upcoming.result(), None
        return result

    def is_covered(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot shows what the subscriber needs: one that was under way when it subscribed may not."""
        return snapshot.scope.covers(self.ids, self.watch)


class SharedPoll:
    """
    The subscriptions to a poll, and when and for what it is due.

    :param conn_id: The connection.
    :param interval: Seconds from the start of one poll to the start of the next.
    """

    def __init__(self, conn_id: str, interval: float) -> None:
        self.conn_id = conn_id
        self.interval = interval
        self.health = PollHealth()
        self._subscriptions: set[Subscription] = set()
        self._new: set[Subscription] = set()
        self._started_at = -math.inf
        self._subscribed = asyncio.Event()

    def subscribe(self, subscription: Subscription) -> None:
        """Add a subscription; it gets the next result, with or without news."""
        self._subscriptions.add(subscription)
        self._new.add(subscription)
        self._subscribed.set()

    def unsubscribe(self, subscription: Subscription) -> None:
        """Remove a subscription."""
        self._subscriptions.discard(subscription)
        self._new.discard(subscription)

    async def wait_for_first(self) -> None:
        """Wait until a subscriber wants a result, and for the interval since the last poll of an earlier stream."""
        while True:
            self._subscribed.clear()
            first = min((each.not_before for each in self._subscriptions), default=math.inf) - time.time()
            wait = max(self._started_at + self.interval - time.monotonic(), min(first, self.interval))
            if self._subscriptions and wait <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._subscribed.wait(), wait if self._subscriptions else None)

    def delay(self) -> float:
        """Return the seconds from the start of the last poll until a subscriber wants the next one."""
        own = [each.interval for each in self._subscriptions]
        if not own or None in own:
            return self.interval
        return max(self.interval, min(interval() for interval in own if interval is not None))

    def start(self) -> set[Subscription]:
        """Start a poll; return the subscriptions that are new since the last one that succeeded."""
        self._started_at = time.monotonic()
        new, self._new = self._new, set()
        return new

    def fail(self, new: set[Subscription]) -> None:
        """Take back a poll that failed: what was new to it is new to the next one."""
        self._new |= new & self._subscriptions

    def elapsed(self) -> float:
        """Return the seconds since the last poll started."""
        return time.monotonic() - self._started_at

    def scope(self) -> PollScope:
        """Return what all subscribers together need."""
        subscriptions = list(self._subscriptions)
        return PollScope(
            ids=frozenset().union(*(each.ids or () for each in subscriptions)),
            everything=any(each.ids is None for each in subscriptions),
            watches=frozenset(each.watch for each in subscriptions),
        )


_polls: Callable[[], dict[tuple[str, float], SharedPoll]] = per_loop(dict)


def shared_poll(conn_id: str, interval: float) -> SharedPoll:
    """Return the poll of a connection and interval in this event loop."""
    polls = _polls()
    if (conn_id, interval) not in polls:
        polls[conn_id, interval] = SharedPoll(conn_id, interval)
    return polls[conn_id, interval]
