# SPDX-License-Identifier: Apache-2.0
"""
Waiting in the triggerer: for a deferred sensor, and for Dags that start when something changes.

On Airflow 3.3 all triggers of one connection and interval share one poll (Airflow's shared stream); on older ones each
polls for itself, within the connection's limit of requests, which holds for all of a triggerer's polls together.
"""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Hashable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.storable import one_line, storable
from airflow_provider_assistants.triggers.base import PollingTrigger, Subscriber, event_of
from airflow_provider_assistants.triggers.shared_poll import (
    PollFailure,
    PollResult,
    PollStream,
    StatusPoll,
    Subscription,
    shared_poll,
)
from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.conditions import Conditions, read_ids, read_watch
from airflow_provider_assistants.watching.outbox import ChangeOutbox
from airflow_provider_assistants.watching.snapshots import BUILT_IN_WATCHES
from airflow_provider_assistants.watching.waiter import HEARTBEAT, Next, PollSchedule, StatusWaiter, Step

if TYPE_CHECKING:
    from airflow.triggers.base import TriggerEvent

    from airflow_provider_assistants.watching.tracker import ChangeEvent

__all__ = ["AssistantStatusEventTrigger", "AssistantStatusTrigger"]

#: Airflow's own timeout of a deferred task tells less than ours, so ours comes a little earlier.
_EARLIER = 5.0


class AssistantStatusTrigger(PollingTrigger):
    """
    Wait for a deferred sensor and emit one terminal event; the other parameters are the sensor's.

    :param conn_id: The connection.
    :param assistant_ids: The assistants to wait for.
    :param past: What the sensor observed before it deferred.
    :param started_at: When the wait began, in seconds since 1970: it may go on in another process.
    :param timeout: Seconds from ``started_at`` until the wait ends; None for no end.
    """

    def __init__(
        self,
        *,
        conn_id: str,
        assistant_ids: Iterable[str],
        until: str = "status",
        target_statuses: Iterable[str] = (AssistantStatus.ACTIVE.value,),
        failure_statuses: Iterable[str] = (),
        require: str = "all",
        watch: str = "status",
        on_missing: str = "wait",
        past: dict[str, Any] | None = None,
        started_at: float | None = None,
        timeout: float | None = None,
        poll_interval: float = 60.0,
        exponential_backoff: bool = False,
        max_wait: float | None = None,
        max_consecutive_failures: int = 5,
        silent_fail: bool = False,
    ) -> None:
        super().__init__(conn_id=conn_id, poll_interval=poll_interval)
        self.conditions = Conditions.from_dict(
            {
                "assistant_ids": [str(each) for each in assistant_ids],
                "until": until,
                "target_statuses": list(target_statuses),
                "failure_statuses": list(failure_statuses),
                "require": require,
                "watch": watch,
                "on_missing": on_missing,
            }
        )
        self.past = past
        self.pace = PollSchedule(
            started_at=time.time() if started_at is None else float(started_at),
            timeout=math.inf if timeout is None else float(timeout),
            interval=self.poll_interval,
            growing=exponential_backoff,
            max_wait=max_wait,
            max_failures=max_consecutive_failures,
            silent=silent_fail,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the trigger as primitives: the connection's id, and no secret."""
        return f"{__name__}.{type(self).__name__}", {
            "conn_id": self.conn_id,
            **self.conditions.as_dict(),
            "past": storable(self.past),
            "started_at": self.pace.started_at,
            "timeout": None if math.isinf(self.pace.timeout) else self.pace.timeout,
            "poll_interval": self.poll_interval,
            "exponential_backoff": self.pace.growing,
            "max_wait": self.pace.max_wait,
            "max_consecutive_failures": self.pace.max_failures,
            "silent_fail": self.pace.silent,
        }

    def shared_stream_key(self) -> Hashable | None:
        """Share one poll, unless the interval is to grow with the time that this one has waited."""
        return None if self.pace.growing else super().shared_stream_key()

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait by a poll of its own."""
        poll = StatusPoll(self.conn_id, self.poll_interval)
        async with PollStream(poll) as looks:
            event = await self._wait(poll, looks)
        yield event

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """Wait by the looks that all share."""
        yield await self._wait(shared_poll(self.conn_id, self.poll_interval), shared_stream)

    async def _wait(self, poll: StatusPoll, looks: AsyncIterator[PollResult | PollFailure]) -> TriggerEvent:
        wait = StatusWaiter(self.conditions, self.pace, past=self.past)
        ids = frozenset(self.conditions.assistant_ids)
        interest = Subscription(
            ids=ids,
            watch=self.conditions.watch,
            doubts=lambda seen: wait.known - seen.keys(),
            not_before=wait.due_at,
            interval=(lambda: self.pace.delay(time.time())) if self.pace.growing else None,
        )
        deadline = self.pace.deadline - min(_EARLIER, self.pace.timeout / 10)
        self.log.info("%s", one_line(wait.begun(time.time())))
        async with Subscriber(poll, interest, looks) as turns:
            while True:
                look = await turns.next(max(0.0, min(deadline - time.time(), HEARTBEAT)))
                now = time.time()
                if isinstance(look, PollFailure):
                    step = wait.on_failure(look.error, now=now)
                elif look is not None and look.snapshot.covers(ids, self.conditions.watch):
                    step = wait.on_seen(look.snapshot, now=now)
                else:
                    step = Step(next=Next.WAIT, say=wait.heartbeat(now, poll.health))
                if step.next is Next.WAIT and now >= deadline:
                    step = wait.time_out()
                if step.say:
                    self.log.info("%s", one_line(step.say))
                if step.next is not Next.WAIT:
                    break
        return event_of(
            {
                "outcome": step.next.value,
                "result": step.result,
                "error": step.error.as_dict() if step.error else None,
                "past": wait.memory(),
            }
        )


class AssistantStatusEventTrigger(PollingTrigger):
    """
    Emit one event per change of an assistant, without end: for an ``AssetWatcher``, whose asset then starts Dags.

    A change is another value of what is watched, a new assistant, or one that is gone. The payload is a
    :class:`~airflow_provider_assistants.watching.tracker.ChangeEvent`. The first poll sets the baseline and emits nothing.
    State is kept in Airflow's asset state store (Airflow 3.3), so a change while no triggerer ran is emitted when one runs
    again; below Airflow 3.3 the first poll is then a new baseline. Delivery is at-least-once: deduplicate on ``event_id``.

    .. seealso:: How-to: :ref:`howto/trigger:AssistantStatusEventTrigger`

    :param conn_id: The connection to the account.
    :param assistant_ids: Only these; all of the account if None.
    :param statuses: Only changes after which the assistant has one of these statuses; all if None.
    :param watch: What a change is a change of: ``status``, ``updated_at``, or a field by its dotted path. For a vendor
        without a status (Puretalk) ``status`` emits only new and deleted assistants.
    :param poll_interval: Seconds from one poll to the next; a change that is undone in between is not seen.
    :param watch_name: Distinguishes this watcher from others with equal arguments that belong to other assets.
    :raises ConfigurationError: If an argument cannot be right.
    """

    known_statuses: ClassVar[frozenset[str]] = frozenset(AssistantStatus)

    def __init__(
        self,
        *,
        conn_id: str,
        assistant_ids: Any = None,
        statuses: Any = None,
        watch: str = "status",
        poll_interval: float = 60.0,
        watch_name: str | None = None,
    ) -> None:
        problems: list[str] = []
        ids = read_ids(assistant_ids, problems, name="assistant_ids")
        if ids == ():
            problems.append("assistant_ids names no assistant; leave it out to watch all")
        wanted = [statuses] if isinstance(statuses, str) else sorted(str(each) for each in statuses or ())
        if unknown := [each for each in wanted if each not in self.known_statuses]:
            problems.append(
                f"statuses has {', '.join(map(repr, unknown))}; there are {', '.join(sorted(self.known_statuses))}"
            )
        read_watch(watch, problems)
        if isinstance(poll_interval, bool) or not isinstance(poll_interval, int | float) or not poll_interval > 0:
            problems.append(f"poll_interval must be a number of seconds above 0 and is {poll_interval!r}")
        if problems:
            raise ConfigurationError("; ".join(problems), conn_id=conn_id, advice="Correct the trigger's arguments")
        super().__init__(conn_id=conn_id, poll_interval=poll_interval)
        self.assistant_ids = None if ids is None else sorted(ids)
        self.statuses = wanted
        self.watch = watch
        self.watch_name = watch_name
        self._started = False

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the trigger as primitives: the connection's id, and no secret."""
        return f"{__name__}.{type(self).__name__}", {
            "conn_id": self.conn_id,
            "assistant_ids": self.assistant_ids,
            "statuses": self.statuses or None,
            "watch": self.watch,
            "poll_interval": self.poll_interval,
            "watch_name": self.watch_name,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Tell changes by a poll of its own."""
        poll = StatusPoll(self.conn_id, self.poll_interval)
        account = await self._account()
        async with PollStream(poll) as looks, Subscriber(poll, self._interest(account), looks) as turns:
            while True:
                for change in await self._changes(account, turns):
                    yield event_of(dict(change))
                account.told()
                await account.report_health(poll.health)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """Tell changes by the looks that all share."""
        poll = shared_poll(self.conn_id, self.poll_interval)
        account = await self._account()
        async with Subscriber(poll, self._interest(account), shared_stream) as turns:
            while True:
                for change in await self._changes(account, turns):
                    yield event_of(dict(change))
                account.told()
                await account.report_health(poll.health)

    async def _account(self) -> ChangeOutbox:
        account = ChangeOutbox(
            conn_id=self.conn_id,
            ids=self.assistant_ids,
            statuses=self.statuses,
            watch=self.watch,
            watch_name=self.watch_name,
            store=getattr(self, "asset_state_store", None),
        )
        await account.load()
        return account

    def _interest(self, account: ChangeOutbox) -> Subscription:
        return Subscription(ids=self._ids, watch=self.watch, doubts=account.doubts)

    async def _changes(self, account: ChangeOutbox, turns: Subscriber) -> list[ChangeEvent]:
        """Wait for a look, and give what is new in it; nothing while none comes."""
        look = await turns.next(account.rest())
        since = await account.settle()
        if not isinstance(look, PollResult):
            return since
        if not look.snapshot.covers(self._ids, self.watch):
            account.missed()
            return since
        if not self._started:
            self._started = True
            self._tell_start(look)
        return since + await account.take(look.snapshot, look.vendor, since_last=look.changed)

    @property
    def _ids(self) -> frozenset[str] | None:
        return None if self.assistant_ids is None else frozenset(self.assistant_ids)

    def _tell_start(self, look: PollResult) -> None:
        seen = look.snapshot.seen
        self.log.info("Watching %s of connection %r: %d assistants are there", self.watch, self.conn_id, len(seen))
        if self.watch not in BUILT_IN_WATCHES and seen and not any(self.watch in each.fields for each in seen.values()):
            self.log.warning("No assistant has a field %r: no change of it will ever be told", self.watch)
        from airflow_provider_assistants.vendors import get_vendor

        reports = get_vendor(look.vendor).assistants.reader.reports()
        if self.statuses and not reports & {*self.statuses}:
            self.log.error(
                "%s reports %s, so no change to %s will ever be told",
                look.vendor,
                ", ".join(sorted(reports)),
                ", ".join(self.statuses),
            )
