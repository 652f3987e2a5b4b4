# SPDX-License-Identifier: Apache-2.0
"""
One poll of one connection, for all who wait on it in this triggerer.

A waiter tells what it is interested in, and gets looks: snapshots of all that anyone asked for, or the failure of a look.
A look that shows nothing new wakes nobody. The poll never ends by itself and never raises because of the vendor, so one
bad night costs no trigger its life; each waiter decides for itself how much is too much.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import logging
import math
import time
from collections.abc import Callable, Hashable, Mapping, Set
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

from airflow_provider_assistants.exceptions import AssistantsError, AuthenticationError, PermissionDeniedError
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.watching.health import PollHealth
from airflow_provider_assistants.watching.snapshots import Observation, Snapshot
from airflow_provider_assistants.watching.waiter import failure_delay

if TYPE_CHECKING:
    from airflow_provider_assistants.client.client import AssistantsClient
    from airflow_provider_assistants.client.rate_limit import RateLimiter
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.hooks.connection import Account
    from airflow_provider_assistants.watching.looking import Doubts, Wanted

__all__ = ["PollFailure", "PollResult", "PollStream", "StatusPoll", "Subscription", "shared_poll"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PollResult:
    """
    A look that went well.

    :param number: Counts the looks of a poll.
    :param vendor: The vendor's name.
    :param changed: What is not as in the look before, by id; None if there was none, or it was for something else.
    """

    number: int
    vendor: str
    snapshot: Snapshot
    changed: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PollFailure:
    """A look that failed, and why."""

    error: AssistantsError
    at: datetime


@dataclass(eq=False, kw_only=True)
class Subscription:
    """
    What a waiter wants to see.

    :param ids: Which assistants; None for all.
    :param watch: What of them.
    :param doubts: Gives the assistants that the waiter has seen before and that are not in a snapshot.
    :param not_before: When it wants its first look, in seconds since 1970: a sensor has just looked itself.
    :param interval: Gives the seconds until it wants the next look; the poll's own interval if None.
    """

    ids: frozenset[str] | None
    watch: str
    doubts: Callable[[Mapping[str, Observation]], Set[str]] = lambda seen: frozenset()
    not_before: float = 0.0
    interval: Callable[[], float] | None = None


class StatusPoll:
    """
    Looks at an account at intervals.

    :param conn_id: The connection.
    :param interval: Seconds from the start of one look to the start of the next.
    """

    def __init__(self, conn_id: str, interval: float) -> None:
        self.conn_id = conn_id
        self.interval = interval
        self.health = PollHealth()
        self._interests: set[Subscription] = set()
        self._joined: set[Subscription] = set()
        self._began = -math.inf
        self._somebody_joined = asyncio.Event()

    def join(self, interest: Subscription) -> None:
        """Take in a waiter; it gets the next look, whatever that shows."""
        self._interests.add(interest)
        self._joined.add(interest)
        self._somebody_joined.set()

    def leave(self, interest: Subscription) -> None:
        """Forget a waiter."""
        self._interests.discard(interest)
        self._joined.discard(interest)

    async def first_turn(self) -> None:
        """Wait until somebody wants a look, and for the interval after the last look of the poll before this one."""
        while True:
            self._somebody_joined.clear()
            first = min((interest.not_before for interest in self._interests), default=math.inf) - time.time()
            wait = max(self._began + self.interval - time.monotonic(), min(first, self.interval))
            if self._interests and wait <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._somebody_joined.wait(), wait if self._interests else None)

    def delay(self) -> float:
        """Return the seconds until somebody wants the next look."""
        own = [interest.interval for interest in self._interests]
        if not own or None in own:
            return self.interval
        return max(self.interval, min(interval() for interval in own if interval is not None))

    def begin(self) -> set[Subscription]:
        """Begin a look; give those who have joined since the last one that went well."""
        self._began = time.monotonic()
        joined, self._joined = self._joined, set()
        return joined

    def failed(self, joined: set[Subscription]) -> None:
        """Take back a look that failed."""
        self._joined |= joined & self._interests

    def since_begin(self) -> float:
        """Return the seconds since the last look began."""
        return time.monotonic() - self._began

    def wanted(self) -> Wanted:
        """Return what all waiters together want to see."""
        from airflow_provider_assistants.watching.looking import Wanted

        interests = list(self._interests)
        return Wanted(
            ids=frozenset().union(*(interest.ids or () for interest in interests)),
            everything=any(interest.ids is None for interest in interests),
            watches=frozenset(interest.watch for interest in interests),
        )


class PollStream:
    """
    The looks of a poll, for ever; an asynchronous iterator that has to be closed, and closes itself when cancelled.

    It is no generator, since a generator that is left unfinished is closed by the event loop at a bad moment.
    """

    def __init__(self, poll: StatusPoll) -> None:
        self._poll = poll
        self._account = _Account(poll.conn_id, interval=poll.interval)
        self._number = self._failures = 0
        self._last: Snapshot | None = None
        self._delay: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._account.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> PollResult | PollFailure:
        """Return the next look that somebody has to see."""
        try:
            while True:
                if self._delay is None:
                    await self._poll.first_turn()
                else:
                    await asyncio.sleep(max(0.0, self._delay - self._poll.since_begin()))
                look = await self._look()
                if look is not None:
                    return look
        except BaseException:
            await self._account.close()
            raise

    async def _look(self) -> PollResult | PollFailure | None:
        poll = self._poll
        joined = poll.begin()
        try:
            wanted = poll.wanted()
            snapshot = await self._account.look(wanted, self._doubts(joined, wanted), self._last)
        except AssistantsError as error:
            self._failures += 1
            self._last = None
            poll.failed(joined)
            self._delay = failure_delay(self._failures, error, interval=poll.interval)
            # All are in the log at DEBUG; at WARNING the first, another error, and one in ten minutes.
            worth_warning = poll.health.failed(error, now=time.time(), delay=self._until_next())
            log.log(
                logging.WARNING if worth_warning else logging.DEBUG,
                "Poll of connection %r failed (%d in a row); next one in %.0f s: %s",
                poll.conn_id,
                self._failures,
                self._until_next(),
                one_line(str(error)),
            )
            return PollFailure(error, datetime.now(UTC))
        self._number += 1
        changed = _changes(self._last, snapshot)
        worth_telling = bool(joined or self._failures or changed is None or changed)
        if self._failures:
            log.warning("Poll of connection %r succeeded again, after %d failed", poll.conn_id, self._failures)
        self._failures, self._last, self._delay = 0, snapshot, poll.delay()
        poll.health.succeeded(now=time.time(), delay=self._until_next())
        return PollResult(self._number, self._account.vendor, snapshot, changed) if worth_telling else None

    def _until_next(self) -> float:
        return max(0.0, (self._delay or 0.0) - self._poll.since_begin())

    def _doubts(self, joined: set[Subscription], wanted: Wanted) -> Doubts:
        last = self._last.seen.keys() if self._last else set()
        # Whoever has got what it waited for has left, and nobody asks for its assistant any more.
        before = last if wanted.everything else last & wanted.ids

        async def doubts(seen: Mapping[str, Observation]) -> Set[str]:
            doubtful = set(before - seen.keys())
            for interest in list(joined):
                doubtful |= interest.doubts(seen)
                await asyncio.sleep(0)
            return doubtful

        return doubts


class _Account:
    """
    The account behind a connection: opened for the first look, and opened anew after a failed one.

    :param interval: Seconds between polls; a response that is waited for longer is a warning in the log.
    """

    def __init__(self, conn_id: str, *, interval: float) -> None:
        self._conn_id = conn_id
        self._interval = interval
        self._hook: AssistantsHook | None = None
        self._client: AssistantsClient | None = None
        self._stack = AsyncExitStack()

    @property
    def vendor(self) -> str:
        """The vendor's name, once there was a look."""
        return self._hook.vendor.name if self._hook else ""

    async def look(self, wanted: Wanted, doubts: Doubts, last: Snapshot | None) -> Snapshot:
        """
        PollResult; if the key is not accepted, read the connection anew and look once more: it may have been rotated.

        :raises AssistantsError: If the look failed, whatever the reason.
        """
        fresh = self._client is None
        try:
            try:
                return await self._look(wanted, doubts, last)
            except (AuthenticationError, PermissionDeniedError):
                if fresh:
                    raise
                log.info("Connection %r: the key is not accepted any more; reading it again", self._conn_id)
                await self.close()
                return await self._look(wanted, doubts, last)
        except AssistantsError:
            await self.close()
            raise
        except Exception as error:
            log.exception("Connection %r: a look failed unexpectedly", self._conn_id)
            await self.close()
            raise AssistantsError(
                f"A look failed unexpectedly, with {type(error).__name__}",
                conn_id=self._conn_id,
                advice="The triggerer's log has the traceback; please report it",
            ) from None

    async def _look(self, wanted: Wanted, doubts: Doubts, last: Snapshot | None) -> Snapshot:
        await asyncio.to_thread(_load_engine)
        from airflow_provider_assistants.client.deadline import time_limit
        from airflow_provider_assistants.hooks.lookup import aget_hook
        from airflow_provider_assistants.watching.looking import look

        if self._client is None or self._hook is None:
            self._hook = await aget_hook(self._conn_id)
            limiter = _shared_limiter(await self._hook.aget_account())
            self._client = await self._stack.enter_async_context(self._hook.aclient(limiter=limiter))
        account = await self._hook.aget_account()
        seconds = account.settings.max_listing_seconds
        limit = time_limit(
            seconds,
            what=f"The poll is not done after {seconds:,.0f} s",
            advice="See why the vendor is slow, or raise max_listing_seconds in [assistants]",
            vendor=self._hook.vendor.title,
            conn_id=self._conn_id,
        )
        with self._client.warning_when_slow(self._interval):
            async with limit:
                return await look(self._client, wanted, doubts=doubts, secrets=account.secrets, last=last)

    async def close(self) -> None:
        """Close the connections to the vendor."""
        self._client = None
        await self._stack.aclose()


@functools.cache
def _load_engine() -> None:
    """Load what a look needs: it takes a while, which the event loop does not have."""
    for vendor in all_vendors():
        importlib.import_module(f"airflow_provider_assistants.hooks.{vendor}")
    for name in ("hooks.connection", "hooks.lookup", "watching.looking", "redaction.redactor"):
        importlib.import_module(f"airflow_provider_assistants.{name}")


def _changes(before: Snapshot | None, snapshot: Snapshot) -> frozenset[str] | None:
    if before is None or (before.asked, before.everything, before.watches) != (
        snapshot.asked,
        snapshot.everything,
        snapshot.watches,
    ):
        return None
    here, there = snapshot.seen, before.seen
    gone = there.keys() - here.keys()
    return frozenset(
        gone | {each for each, seen in here.items() if there.get(each) is not seen and there.get(each) != seen}
    )


# One event loop is one triggerer; what is kept for it goes with it.
_polls: WeakKeyDictionary[Any, dict[Hashable, StatusPoll]] = WeakKeyDictionary()
_limiters: WeakKeyDictionary[Any, dict[Hashable, RateLimiter]] = WeakKeyDictionary()


def shared_poll(conn_id: str, interval: float) -> StatusPoll:
    """Return the poll of a connection that all waiters in this event loop share."""
    polls = _polls.setdefault(asyncio.get_running_loop(), {})
    return polls.setdefault((conn_id, interval), StatusPoll(conn_id, interval))


def _shared_limiter(account: Account) -> RateLimiter:
    """Return the rate limiter of an account: its limits hold for all polls in this event loop together."""
    from airflow_provider_assistants.client.clock import Clock
    from airflow_provider_assistants.client.rate_limit import RateLimiter

    settings = account.settings
    key = (account.conn_id, account.base_url, settings.concurrency, settings.max_requests_per_minute)
    gates = _limiters.setdefault(asyncio.get_running_loop(), {})
    if key not in gates:
        gates[key] = RateLimiter(
            concurrency=settings.concurrency, per_minute=settings.max_requests_per_minute, clock=Clock()
        )
    return gates[key]
