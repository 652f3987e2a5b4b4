# SPDX-License-Identifier: Apache-2.0
"""The work of a sensor: read its arguments, poll through the connection's hook, decide, keep state for the next try."""

from __future__ import annotations

import time
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.client.deadline import time_limit
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    StatusError,
)
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.metrics import TASK
from airflow_provider_assistants.storable import one_line, storable
from airflow_provider_assistants.triggers.status import AssistantStatusTrigger
from airflow_provider_assistants.vendors.models.base import columns
from airflow_provider_assistants.watching.arguments import read_baseline, read_conditions
from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.decision import Outcome
from airflow_provider_assistants.watching.observations import Observation, PollScope, Snapshot
from airflow_provider_assistants.watching.schedule import PollSchedule
from airflow_provider_assistants.watching.snapshots import take_snapshot
from airflow_provider_assistants.watching.waiter import StatusWaiter, Step

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_assistants.sensors.status import AssistantStatusSensor

__all__ = ["SensorRun", "keep_past", "read_event", "read_past", "started_at"]

#: Most seconds of a sensor's last poll, which starts when its timeout is over.
LAST_POLL_SECONDS = 10.0
#: Key in Airflow's task state store (Airflow 3.3).
_STATE_KEY = "assistants_wait"
#: What the trigger of an earlier version emitted: a deferral may outlive an upgrade.
_EARLIER_OUTCOMES = {"done": Outcome.REACHED, "lost": Outcome.FAILED, "broken": Outcome.ERROR}


class SensorRun:
    """
    One run of a sensor in a worker, from its first poll to the end of the task, a reschedule or a deferral.

    :param sensor: With rendered arguments.
    :param kill_switch: Ends a poll when Airflow ends the task.
    :param past: State of an earlier try, reschedule or deferral; None if there is none.
    :raises ConfigurationError: If the connection or an argument is wrong; nothing has been polled then.
    """

    def __init__(
        self,
        sensor: AssistantStatusSensor,
        kill_switch: KillSwitch,
        context: Context,
        *,
        past: Mapping[str, Any] | None,
    ) -> None:
        self._sensor = sensor
        self._kill_switch = kill_switch
        #: Of the sensor's connection; read again when its key is refused.
        self.hook = get_hook(sensor.conn_id)
        conditions = self._read_conditions()
        self.hook.get_account()
        self._has_past = past is not None
        given = read_baseline(sensor.baseline, conditions.assistant_ids, watch=conditions.watch)
        if given is not None:
            known = [each for each, value in given.items() if value is not None]
            past = {**(past or {}), "baseline": given, "known": sorted({*known, *((past or {}).get("known") or ())})}
        self._check_past_can_be_kept(context, conditions, has_baseline=given is not None)
        self.waiter = StatusWaiter(conditions, self._schedule(context), past=past)

    def poll(self, context: Context) -> Step:
        """
        Poll once, decide, log, and keep what has to survive this process; a failed poll is part of the wait.

        :raises ConfigurationError: If the watched field does not exist.
        """
        started = time.monotonic()
        failure: AssistantsError | None = None
        try:
            with self._kill_switch.interruptible():
                snapshot = self._take_snapshot()
        except ConfigurationError:
            raise
        except AssistantsError as error:
            failure = error
            step = self.waiter.on_failure(error, now=time.time())
        else:
            step = self.waiter.on_snapshot(snapshot, now=time.time())
        TASK.poll(
            time.monotonic() - started,
            vendor=self.hook.vendor.name,
            conn_id=self.hook.conn_id,
            traffic=self.hook.traffic,
            error=failure,
        )
        keep_past(context, None if step.outcome is Outcome.REACHED else self.waiter.state())
        if step.log_line:
            self._sensor.log.info("%s", one_line(step.log_line))
        return step

    def last_poll(self, context: Context) -> Step:
        """
        Poll once more when the time is over, since the trigger's last poll may have missed a change.

        Without the state of an earlier poll, this one cannot show one: then the wait has timed out as it is.
        """
        if not self._has_past and self.waiter.conditions.needs_past:
            return self.waiter.time_out()
        step = self.poll(context)
        return self.waiter.time_out() if step.outcome is Outcome.WAIT else step

    def trigger(self) -> AssistantStatusTrigger:
        """Return the trigger that goes on with this wait."""
        return AssistantStatusTrigger(
            conn_id=self._sensor.conn_id,
            past=self.waiter.state(),
            **self.waiter.conditions.as_dict(),
            **self.waiter.schedule.as_dict(),
        )

    def _read_conditions(self) -> Conditions:
        sensor = self._sensor
        return read_conditions(
            vendor=self.hook.vendor,
            conn_id=self.hook.conn_id,
            assistant_id=sensor.assistant_id,
            until=sensor.until,
            target_statuses=None if getattr(sensor.target_statuses, "is_default", False) else sensor.target_statuses,
            failure_statuses=sensor.failure_statuses,
            require=sensor.require,
            watch=sensor.watch,
            on_missing=sensor.on_missing,
        )

    def _schedule(self, context: Context) -> PollSchedule:
        sensor = self._sensor
        return PollSchedule(
            started_at=started_at(sensor, context),
            timeout=sensor.timeout,
            poll_interval=sensor.poke_interval or 1.0,
            exponential_backoff=sensor.exponential_backoff,
            max_wait=sensor.max_wait.total_seconds() if sensor.max_wait else None,
            max_consecutive_failures=sensor.max_consecutive_failures,
            silent_fail=sensor.silent_fail,
        )

    def _check_past_can_be_kept(self, context: Context, conditions: Conditions, *, has_baseline: bool) -> None:
        """Refuse a wait for a change whose baseline would be lost: before Airflow 3.3 a reschedule keeps no state."""
        sensor = self._sensor
        if sensor.deferrable or sensor.mode != "reschedule" or has_baseline or not conditions.needs_past:
            return
        if context.get("task_state_store") is None:
            raise ConfigurationError(
                "This Airflow keeps nothing between reschedules, so there is no first poll to compare with",
                conn_id=sensor.conn_id,
                advice="Set deferrable=True or mode='poke', or pass baseline; Airflow 3.3 and later keep the first poll",
            )

    def _take_snapshot(self) -> Snapshot:
        """
        Poll once; if the key is refused, read the connection again and try once more: it may have been rotated.

        A poll that starts after the deadline, which is the last one, gets ten seconds.

        :raises AssistantsError: If the poll failed, or was not done in time.
        """
        left = self.waiter.schedule.deadline - time.time()
        ends = time.monotonic() + (left if left > 0 else LAST_POLL_SECONDS)
        try:
            snapshot = self._take_snapshot_until(ends)
        except (AuthenticationError, PermissionDeniedError):
            fresh = get_hook(self.hook.conn_id)
            if fresh.get_account().api_key == self.hook.get_account().api_key:
                raise
            self._sensor.log.info("The key is refused, and the connection has another one now: polling again")
            fresh.traffic = self.hook.traffic
            self.hook = fresh
            snapshot = self._take_snapshot_until(ends)
        self._check_watch(snapshot)
        return snapshot

    def _take_snapshot_until(self, ends: float) -> Snapshot:
        hook, conditions = self.hook, self.waiter.conditions
        scope = PollScope(ids=frozenset(conditions.assistant_ids), watches=frozenset({conditions.watch}))

        async def unseen(observations: Mapping[str, Observation]) -> Set[str]:
            return self.waiter.unseen(observations)

        async def poll() -> Snapshot:
            limit = time_limit(
                ends - time.monotonic(),
                what="The sensor's timeout ended before the response was complete",
                advice="Raise the sensor's timeout, or see why the vendor is slow",
                vendor=hook.vendor.title,
                conn_id=hook.conn_id,
            )
            async with limit, hook.aclient() as client:
                return await take_snapshot(client, scope, unseen=unseen, secrets=hook.get_account().secrets)

        return hook.run_async(poll)

    def _check_watch(self, snapshot: Snapshot) -> None:
        """Refuse a field that no assistant has and the vendor does not document: the wait would never end."""
        watch = self.waiter.conditions.watch
        if not snapshot.observations or snapshot.has_watch(watch):
            return
        documented = columns(self.hook.vendor.assistants.load_model())
        if watch.split(".")[0] not in documented:
            raise ConfigurationError(
                f"There is no field {watch!r} to watch",
                vendor=self.hook.vendor.title,
                conn_id=self.hook.conn_id,
                advice=f"Documented are {', '.join(documented)}",
            )


def started_at(sensor: AssistantStatusSensor, context: Context) -> float:
    """Return when this try of the task began, in seconds since 1970: a reschedule goes on with the same try."""
    if sensor.mode == "reschedule" and not sensor.deferrable and context.get("ti"):
        first = context["ti"].get_first_reschedule_date(context)
        if first is not None:
            return first.timestamp()
    return time.time()


def read_event(event: Any, *, conn_id: str) -> tuple[Step, dict[str, Any] | None]:
    """
    Return the last step that a trigger's event reports, and the state of its wait.

    :raises StatusError: If it is no event of this provider's trigger.
    """
    outcome = _read_outcome(event.get("outcome")) if isinstance(event, Mapping) else None
    if outcome is None:
        raise StatusError(
            f"Expected an event of AssistantStatusTrigger, got {type(event).__name__}",
            conn_id=conn_id,
            advice="Was it started by another version of this provider? Clear the task",
        )
    error = AssistantsError.from_dict(event["error"]) if event.get("error") else None
    return Step(outcome=outcome, result=event.get("result"), error=error), event.get("past")


def _read_outcome(word: Any) -> Outcome | None:
    terminal = {each.value: each for each in Outcome if each is not Outcome.WAIT} | _EARLIER_OUTCOMES
    return terminal.get(word) if isinstance(word, str) else None


def read_past(context: Context) -> dict[str, Any] | None:
    """Return the state that was kept in Airflow's task state store; None if there is none."""
    store = context.get("task_state_store")
    kept = store.get(_STATE_KEY) if store is not None else None
    return kept if isinstance(kept, dict) else None


def keep_past(context: Context, past: Mapping[str, Any] | None) -> None:
    """Keep the state of a wait for the next try or reschedule; None forgets it, so that the next run starts anew."""
    store: Any = context.get("task_state_store")
    if store is None:
        return
    if past is None:
        store.delete(_STATE_KEY)
        return
    kept = storable(dict(past))
    if store.get(_STATE_KEY) != kept:
        store.set(_STATE_KEY, kept)
