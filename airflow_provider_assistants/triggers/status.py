# SPDX-License-Identifier: Apache-2.0
"""
The triggers: one for a deferred sensor, one for asset watchers, whose events start Dags.

On Airflow 3.3 all triggers of one connection and interval share one poll (Airflow's shared stream). Before, each polls for
itself, within the connection's rate limit, which holds for all polls of a triggerer together.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Hashable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.metrics import CHANGES_EMITTED, TRIGGERER
from airflow_provider_assistants.storable import one_line, storable
from airflow_provider_assistants.triggers.engine import open_stream
from airflow_provider_assistants.triggers.shared_poll import (
    PollFailure,
    PollResult,
    SharedPoll,
    Subscription,
    shared_poll,
)
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.base import AssistantStatus, Vendor
from airflow_provider_assistants.watching.conditions import Conditions, read_ids, read_watch
from airflow_provider_assistants.watching.decision import Outcome
from airflow_provider_assistants.watching.outbox import ChangeOutbox
from airflow_provider_assistants.watching.schedule import PollSchedule
from airflow_provider_assistants.watching.waiter import HEARTBEAT, StatusWaiter, Step

if TYPE_CHECKING:
    from airflow_provider_assistants.watching.tracker import ChangeEvent

__all__ = ["AssistantStatusEventTrigger", "AssistantStatusTrigger", "PollingTrigger"]

#: Airflow's own timeout of a deferred task has no reason in its message, so ours comes a little earlier.
_EARLIER = 5.0
#: How many ids a warning names.
_NAMED_IDS = 5


class PollingTrigger(BaseEventTrigger):
    """
    A trigger that subscribes to the poll of a connection.

    :param conn_id: The connection.
    :param poll_interval: Seconds from one poll to the next.
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
        """Poll for all triggers that share the key; the poll knows their subscriptions."""
        poll = shared_poll(kwargs["conn_id"], float(kwargs["poll_interval"]))
        async with await open_stream(poll) as results:
            async for result in results:
                yield result


class AssistantStatusTrigger(PollingTrigger):
    """
    Wait for a deferred sensor and emit one terminal event; the other parameters are the sensor's.

    :param conn_id: The connection.
    :param assistant_ids: The assistants to wait for.
    :param past: State of the sensor's own polls before it deferred.
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
        self.schedule = PollSchedule.from_dict(
            {
                "started_at": time.time() if started_at is None else float(started_at),
                "timeout": timeout,
                "poll_interval": self.poll_interval,
                "exponential_backoff": exponential_backoff,
                "max_wait": max_wait,
                "max_consecutive_failures": max_consecutive_failures,
                "silent_fail": silent_fail,
            }
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the trigger as primitives: the connection's id, and no secret."""
        return f"{__name__}.{type(self).__name__}", {
            "conn_id": self.conn_id,
            **self.conditions.as_dict(),
            "past": storable(self.past),
            **self.schedule.as_dict(),
        }

    def shared_stream_key(self) -> Hashable | None:
        """Share one poll, unless the interval of this wait grows with its own elapsed time."""
        return None if self.schedule.exponential_backoff else super().shared_stream_key()

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait by a poll of its own."""
        poll = SharedPoll(self.conn_id, self.poll_interval)
        async with await open_stream(poll) as results:
            event = await self._wait(poll, results)
        yield event

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """Wait by the shared poll."""
        yield await self._wait(shared_poll(self.conn_id, self.poll_interval), shared_stream)

    async def _wait(self, poll: SharedPoll, results: AsyncIterator[PollResult | PollFailure]) -> TriggerEvent:
        schedule = self.schedule
        waiter = StatusWaiter(self.conditions, schedule, past=self.past)
        deadline = schedule.deadline - min(_EARLIER, schedule.timeout / 10)
        self.log.info("%s", one_line(waiter.start_line(time.time())))
        subscription = Subscription(
            poll,
            results,
            ids=frozenset(self.conditions.assistant_ids),
            watch=self.conditions.watch,
            unseen=waiter.unseen,
            not_before=waiter.due_at,
            interval=(lambda: schedule.delay(time.time())) if schedule.exponential_backoff else None,
        )
        async with subscription:
            while True:
                result = await subscription.next(max(0.0, min(deadline - time.time(), HEARTBEAT)))
                now = time.time()
                if isinstance(result, PollFailure):
                    step = waiter.on_failure(result.error, now=now)
                elif result is not None and subscription.is_covered(result.snapshot):
                    step = waiter.on_snapshot(result.snapshot, now=now)
                else:
                    step = Step(outcome=Outcome.WAIT, log_line=waiter.heartbeat_line(now, poll.health))
                if step.outcome is Outcome.WAIT and now >= deadline:
                    step = waiter.time_out()
                if step.log_line:
                    self.log.info("%s", one_line(step.log_line))
                if step.outcome is not Outcome.WAIT:
                    break
        return _event(
            {
                "outcome": step.outcome.value,
                "result": step.result,
                "error": step.error.as_dict() if step.error else None,
                "past": waiter.state(),
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
    :param assistant_ids: Only these; all of the account if None. An id that the vendor cannot have is a warning in the log.
    :param statuses: Only changes after which the assistant has one of these statuses; all if None.
    :param watch: What a change is a change of: ``status``, ``updated_at``, or a field by its dotted path. For a vendor
        without a status (Puretalk) ``status`` emits only new and deleted assistants.
    :param poll_interval: Seconds from one poll to the next; a change that is undone in between is not seen.
    :param watch_name: Distinguishes this watcher from others with equal arguments that belong to other assets.
    :raises ConfigurationError: If an argument is invalid.
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
            problems.append(f"poll_interval must be a number of seconds above 0, got {poll_interval!r}")
        if problems:
            raise ConfigurationError("; ".join(problems), conn_id=conn_id, advice="Correct the trigger's arguments")
        super().__init__(conn_id=conn_id, poll_interval=poll_interval)
        self.assistant_ids = None if ids is None else sorted(ids)
        self.statuses = wanted
        self.watch = watch
        self.watch_name = watch_name
        self._has_started = False

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
        """Emit changes by a poll of its own."""
        poll = SharedPoll(self.conn_id, self.poll_interval)
        outbox = await self._open_outbox()
        async with await open_stream(poll) as results, self._subscribe(poll, results, outbox) as subscription:
            # Not in a generator of its own: an inner one would be left unfinished when this one is closed.
            while True:
                for change in await self._next_changes(outbox, subscription):
                    yield self._event_of(change)
                outbox.mark_emitted()
                await outbox.report_health(poll.health)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """Emit changes by the shared poll."""
        poll = shared_poll(self.conn_id, self.poll_interval)
        outbox = await self._open_outbox()
        async with self._subscribe(poll, shared_stream, outbox) as subscription:
            while True:
                for change in await self._next_changes(outbox, subscription):
                    yield self._event_of(change)
                outbox.mark_emitted()
                await outbox.report_health(poll.health)

    async def _open_outbox(self) -> ChangeOutbox:
        outbox = ChangeOutbox(
            conn_id=self.conn_id,
            ids=self.assistant_ids,
            statuses=self.statuses,
            watch=self.watch,
            watch_name=self.watch_name,
            store=getattr(self, "asset_state_store", None),
        )
        await outbox.load()
        return outbox

    def _subscribe(
        self, poll: SharedPoll, results: AsyncIterator[PollResult | PollFailure], outbox: ChangeOutbox
    ) -> Subscription:
        ids = None if self.assistant_ids is None else frozenset(self.assistant_ids)
        return Subscription(poll, results, ids=ids, watch=self.watch, unseen=outbox.unseen)

    async def _next_changes(self, outbox: ChangeOutbox, subscription: Subscription) -> list[ChangeEvent]:
        """Wait for the next result, or until something is due, and return the changes to emit."""
        result = await subscription.next(outbox.next_timeout())
        changes = await outbox.acknowledge()
        if not isinstance(result, PollResult):
            return changes
        if not subscription.is_covered(result.snapshot):
            outbox.skip()
            return changes
        outbox.warnings = [storable(each) for each in self._warnings(get_vendor(result.vendor), result)]
        if not self._has_started:
            self._has_started = True
            self._log_start(result, outbox.warnings)
        return changes + await outbox.process(result.snapshot, result.vendor, changed=result.changed)

    def _event_of(self, change: ChangeEvent) -> TriggerEvent:
        TRIGGERER.count(CHANGES_EMITTED, 1, vendor=change["vendor"], conn_id=self.conn_id)
        return _event(dict(change))

    def _log_start(self, result: PollResult, warnings: list[str]) -> None:
        count = len(result.snapshot.observations)
        self.log.info("Watching %s of connection %r: %d assistants are there", self.watch, self.conn_id, count)
        for warning in warnings:
            self.log.warning("Connection %r: %s", self.conn_id, one_line(warning))

    def _warnings(self, vendor: Vendor, result: PollResult) -> list[str]:
        """Return in words what of this watcher's arguments is not there, or never can be; the others are watched."""
        from airflow_provider_assistants.client.ids import id_problem

        observations = result.snapshot.observations
        # A vendor may list an assistant under an id that it does not let others ask for: then it is there.
        absent = [each for each in self.assistant_ids or () if each not in observations]
        warnings = []
        for each in absent[:_NAMED_IDS]:
            problem = id_problem(vendor, each)
            never = problem and f"{problem}: no change of it will ever be emitted"
            warnings.append(never or f"There is no assistant {each!r}: if one is created, that will be emitted")
        if len(absent) > _NAMED_IDS:
            warnings.append(f"{len(absent) - _NAMED_IDS} more of assistant_ids are not there")
        if observations and not result.snapshot.has_watch(self.watch):
            warnings.append(f"No assistant has a field {self.watch!r}: no change of it will ever be emitted")
        reports = vendor.assistants.reader.reports()
        if self.statuses and not reports & {*self.statuses}:
            statuses = ", ".join(sorted(reports))
            warnings.append(
                f"{vendor.title} reports {statuses}, so no change to {', '.join(self.statuses)} will ever be emitted"
            )
        return warnings


def _event(payload: dict[str, Any]) -> TriggerEvent:
    """
    Return an event with this payload, in a form that Airflow can store.

    An event that a database refuses ends the triggerer of the whole installation, again at each start.
    """
    return TriggerEvent(storable(payload))  # type: ignore[no-untyped-call]
