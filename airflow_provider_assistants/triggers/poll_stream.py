# SPDX-License-Identifier: Apache-2.0
"""Poll an account at intervals, without end: the engine of all triggers. It knows no Airflow but the connection's hook."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Mapping, Set
from contextlib import AsyncExitStack
from typing import Self

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.clock import Clock
from airflow_provider_assistants.client.deadline import time_limit
from airflow_provider_assistants.client.rate_limit import RateLimiter
from airflow_provider_assistants.event_loop import per_loop
from airflow_provider_assistants.exceptions import AssistantsError, AuthenticationError, PermissionDeniedError
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.connection import Account
from airflow_provider_assistants.hooks.lookup import aget_hook
from airflow_provider_assistants.metrics import POLL_LAG, TRIGGERER
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.traffic import Traffic
from airflow_provider_assistants.triggers.shared_poll import PollFailure, PollResult, SharedPoll, Subscription
from airflow_provider_assistants.watching.observations import Observation, PollScope, Snapshot
from airflow_provider_assistants.watching.schedule import failure_delay
from airflow_provider_assistants.watching.snapshots import Unseen, take_snapshot

__all__ = ["PollStream"]

log = logging.getLogger(__name__)


class PollStream:
    """
    The results of a poll, without end; an asynchronous iterator that has to be closed, and closes itself when cancelled.

    It is no generator, since the event loop closes an unfinished generator at a bad moment.
    """

    def __init__(self, poll: SharedPoll) -> None:
        self._poll = poll
        self._account = _PolledAccount(poll.conn_id, interval=poll.interval)
        self._failures = 0
        self._last: Snapshot | None = None
        self._delay: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._account.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> PollResult | PollFailure:
        """Poll until there is a result that subscribers have to see."""
        try:
            while True:
                if self._delay is None:
                    await self._poll.wait_for_first()
                else:
                    await asyncio.sleep(max(0.0, self._delay - self._poll.elapsed()))
                result = await self._poll_once()
                if result is not None:
                    return result
        except BaseException:
            await self._account.close()
            raise

    async def _poll_once(self) -> PollResult | PollFailure | None:
        poll = self._poll
        lag = None if self._delay is None else poll.elapsed() - self._delay
        new = poll.start()
        try:
            scope = poll.scope()
            snapshot = await self._account.poll(scope, self._unseen(new, scope), self._last)
        except AssistantsError as error:
            poll.fail(new)
            self._emit_metrics(lag, error)
            return self._failed(error)
        self._emit_metrics(lag)
        changed = _changes(self._last, snapshot)
        has_news = bool(new or self._failures or changed is None or changed)
        if self._failures:
            log.warning("Poll of connection %r succeeded again, after %d failed", poll.conn_id, self._failures)
        self._failures, self._last, self._delay = 0, snapshot, poll.delay()
        poll.health.succeeded(now=time.time(), delay=self._until_next())
        return PollResult(self._account.vendor, snapshot, changed) if has_news else None

    def _failed(self, error: AssistantsError) -> PollFailure:
        poll = self._poll
        self._failures += 1
        self._last = None
        self._delay = failure_delay(self._failures, error, poll_interval=poll.interval)
        # Every failure is in the log at DEBUG; at WARNING the first, another error, and one in ten minutes.
        warn = poll.health.failed(error, now=time.time(), delay=self._until_next())
        log.log(
            logging.WARNING if warn else logging.DEBUG,
            "Poll of connection %r failed (%d in a row); next one in %.0f s: %s",
            poll.conn_id,
            self._failures,
            self._until_next(),
            one_line(str(error)),
        )
        return PollFailure(error)

    def _emit_metrics(self, lag: float | None, error: AssistantsError | None = None) -> None:
        account = self._account
        vendor, conn_id = account.vendor or "unknown", self._poll.conn_id
        TRIGGERER.poll(self._poll.elapsed(), vendor=vendor, conn_id=conn_id, traffic=account.traffic, error=error)
        if lag is not None:
            TRIGGERER.time(POLL_LAG, max(0.0, lag), vendor=vendor, conn_id=conn_id)

    def _until_next(self) -> float:
        return max(0.0, (self._delay or 0.0) - self._poll.elapsed())

    def _unseen(self, new: set[Subscription], scope: PollScope) -> Unseen:
        last = self._last.observations.keys() if self._last else set()
        # A subscriber that has what it waited for is gone, and nobody asks for its assistant any more.
        before = last if scope.everything else last & scope.ids

        async def unseen(observations: Mapping[str, Observation]) -> Set[str]:
            missing = set(before - observations.keys())
            for subscription in list(new):
                missing |= subscription.unseen(observations)
                await asyncio.sleep(0)
            return missing

        return unseen


class _PolledAccount:
    """
    The account behind a connection: its client is opened for the first poll, and again after a failed one.

    :param interval: Seconds between polls; a response that takes longer is a warning in the log.
    """

    def __init__(self, conn_id: str, *, interval: float) -> None:
        self._conn_id = conn_id
        self._interval = interval
        #: Counts the requests of all clients that were opened.
        self.traffic = Traffic()
        self._hook: AssistantsHook | None = None
        self._client: AssistantsClient | None = None
        self._stack = AsyncExitStack()

    @property
    def vendor(self) -> str:
        """The vendor's name, once there was a poll."""
        return self._hook.vendor.name if self._hook else ""

    async def poll(self, scope: PollScope, unseen: Unseen, last: Snapshot | None) -> Snapshot:
        """
        Take a snapshot; if the key is refused, read the connection again and try once more: it may have been rotated.

        :raises AssistantsError: If the poll failed, whatever the reason.
        """
        fresh = self._client is None
        try:
            try:
                return await self._take_snapshot(scope, unseen, last)
            except (AuthenticationError, PermissionDeniedError):
                if fresh:
                    raise
                log.info("Connection %r: the key is refused now; reading the connection again", self._conn_id)
                await self.close()
                return await self._take_snapshot(scope, unseen, last)
        except AssistantsError:
            await self.close()
            raise
        except Exception as error:
            log.exception("Connection %r: a poll failed unexpectedly", self._conn_id)
            await self.close()
            raise AssistantsError(
                f"A poll failed unexpectedly, with {type(error).__name__}",
                conn_id=self._conn_id,
                advice="The triggerer's log has the traceback; please report it",
            ) from None

    async def _take_snapshot(self, scope: PollScope, unseen: Unseen, last: Snapshot | None) -> Snapshot:
        if self._client is None or self._hook is None:
            self._hook = await aget_hook(self._conn_id)
            self._hook.traffic = self.traffic
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
                return await take_snapshot(self._client, scope, unseen=unseen, secrets=account.secrets, last=last)

    async def close(self) -> None:
        """Close the connections to the vendor."""
        self._client = None
        await self._stack.aclose()


def _changes(before: Snapshot | None, snapshot: Snapshot) -> frozenset[str] | None:
    if before is None or before.scope != snapshot.scope:
        return None
    current, earlier = snapshot.observations, before.observations
    gone = earlier.keys() - current.keys()
    return frozenset(
        gone | {each for each, now in current.items() if earlier.get(each) is not now and earlier.get(each) != now}
    )


_limiters: Callable[[], dict[Hashable, RateLimiter]] = per_loop(dict)


def _shared_limiter(account: Account) -> RateLimiter:
    """Return the rate limiter of an account: its limits hold for all polls in this event loop together."""
    settings = account.settings
    key = (account.conn_id, account.base_url, settings.concurrency, settings.max_requests_per_minute)
    limiters = _limiters()
    if key not in limiters:
        limiters[key] = RateLimiter(
            concurrency=settings.concurrency, per_minute=settings.max_requests_per_minute, clock=Clock()
        )
    return limiters[key]
