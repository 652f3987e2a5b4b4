# SPDX-License-Identifier: Apache-2.0
"""The sensor that waits for an assistant's status, or for a change of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from airflow.providers.common.compat.sdk import (
    AirflowSensorTimeout,
    AirflowSkipException,
    BaseOperator,
    BaseSensorOperator,
    PokeReturnValue,
    conf,
)

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, StatusError
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.links import VendorConsoleLink, push_links
from airflow_provider_assistants.parse_time import check_static
from airflow_provider_assistants.sensors.polling import SensorPoller
from airflow_provider_assistants.sensors.static_arguments import CHECKS
from airflow_provider_assistants.sensors.task_state import keep_past, read_past
from airflow_provider_assistants.storable import one_line

try:
    from airflow.sdk.exceptions import AirflowRescheduleException, TaskDeferralError, TaskDeferralTimeout
except ImportError:  # Airflow 3.1
    from airflow.exceptions import (  # type: ignore[no-redef]
        AirflowRescheduleException,
        TaskDeferralError,
        TaskDeferralTimeout,
    )

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_assistants.watching.conditions import Conditions
    from airflow_provider_assistants.watching.decision import Seen
    from airflow_provider_assistants.watching.waiter import StatusWaiter, Step

__all__ = ["AssistantStatusSensor"]


class _DefaultTargets(frozenset[str]):
    """What is waited for if nothing is said; it knows that nothing was said, whoever copies it."""

    nothing_said = True


_DEFAULT_TARGETS: Final = _DefaultTargets({"active"})


class AssistantStatusSensor(BaseSensorOperator):
    """
    Wait until assistants have a status, or until they change.

    It polls once at the start. Between polls it holds a worker slot (``mode="poke"``), is rescheduled
    (``mode="reschedule"``), or waits in the triggerer (``deferrable=True``), where all that wait on one connection share
    one poll on Airflow 3.3. All modes end alike. The XCom is the last state by the id passed: ``status``, ``previous``
    (at the first poll, if it was different), ``observed_at``, ``updated_at``.

    For a vendor without a status (Puretalk), use ``until="changed"`` with ``watch="updated_at"`` or a field.

    ``soft_fail`` skips after a timeout, a failure status or a missing assistant; ``never_fail`` also after a wrong key or
    another lasting error of a poll; ``silent_fail`` keeps waiting through failed polls. An invalid argument or connection
    always fails.

    .. seealso:: How-to: :ref:`howto/sensor:AssistantStatusSensor`

    :param conn_id: The connection to the account; its type names the vendor. (templated)
    :param assistant_id: One id or many: integers, strings or UUIDs, whatever the vendor knows the assistant by. (templated)
    :param until: ``status`` waits for a status; ``changed`` for a change from the baseline. (templated)
    :param target_statuses: The statuses to wait for. With ``until="changed"`` any, unless you name some. (templated)
    :param failure_statuses: Statuses that end the wait with a :class:`~.exceptions.StatusError`. (templated)
    :param require: Of several assistants, whether ``all`` have to get there or ``any``. (templated)
    :param watch: What a change is a change of: ``status``, ``updated_at``, or a field by its dotted path. (templated)
    :param baseline: What to compare with: a value, or a mapping of ids to values. If None, the first poll of this task in
        this run. It is kept over retries and reschedules on Airflow 3.3. (templated)
    :param on_missing: For an id that was never seen: ``wait`` for it, or ``fail``. One that was seen and is gone has the
        status ``deleted``. (templated)
    :param max_consecutive_failures: Failed polls in a row that are tolerated, for errors that may pass (429, 5xx, no
        connection).
    :param deferrable: Wait in the triggerer; ``[operators] default_deferrable`` if not set.
    """

    template_fields = (
        "conn_id",
        "assistant_id",
        "until",
        "target_statuses",
        "failure_statuses",
        "require",
        "watch",
        "baseline",
        "on_missing",
    )
    operator_extra_links = (VendorConsoleLink(),)
    ui_color = "#e6f4ea"

    def __init__(
        self,
        *,
        conn_id: str,
        assistant_id: Any,
        until: str = "status",
        target_statuses: Iterable[str] = _DEFAULT_TARGETS,
        failure_statuses: Iterable[str] = (),
        require: str = "all",
        watch: str = "status",
        baseline: Any = None,
        on_missing: str = "wait",
        max_consecutive_failures: int = 5,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.assistant_id = assistant_id
        self.until = until
        self.target_statuses = target_statuses
        self.failure_statuses = failure_statuses
        self.require = require
        self.watch = watch
        self.baseline = baseline
        self.on_missing = on_missing
        self.max_consecutive_failures = max_consecutive_failures
        self.deferrable = deferrable
        self._kill_switch = KillSwitch()
        self._poked: tuple[SensorPoller, StatusWaiter] | None = None
        check_static(self, CHECKS)

    def execute(self, context: Context) -> dict[str, Seen] | None:
        """
        Poll, and wait on in the way that the mode says; give what was seen in the end.

        :raises AssistantsError: As each case demands; for a wrong argument, connection or key the task fails without retries.
        """
        with failing_at_once():
            return self._execute(context)

    def _execute(self, context: Context) -> dict[str, Seen] | None:
        eye, conditions = self._prepare()
        push_links(context, eye.hook)
        wait = self._start(context, conditions, read_past(context))
        while True:
            step = self._step(context, eye, wait)
            if step.next != "wait":
                return self._finish(step)
            if self.deferrable:
                self._defer(wait)
            if self.mode == "reschedule":
                due = datetime.now(UTC) + timedelta(seconds=step.delay)
                raise AirflowRescheduleException(due)  # type: ignore[no-untyped-call]
            with self._kill_switch.interruptible():
                time.sleep(step.delay)

    def on_kill(self) -> None:
        """Stop at once when Airflow ends the task; what waits in the triggerer, Airflow ends there."""
        self._kill_switch.kill()

    def poke(self, context: Context) -> PokeReturnValue:
        """
        Poll once, as :meth:`execute` does; the first call of this object sets the baseline.

        :raises AssistantsError: If the poll failed, or the assistants will not be as they should.
        """
        if self._poked is None:
            eye, conditions = self._prepare()
            self._poked = eye, self._start(context, conditions, read_past(context))
        step = self._poll(context, *self._poked)
        if step.error is not None and step.next != "timed_out":
            raise step.error
        return PokeReturnValue(is_done=step.next == "done", xcom_value=step.result)

    def execute_complete(self, context: Context, event: Any = None) -> dict[str, Seen] | None:
        """
        Take what the trigger has decided; after a timeout look once more, since it may have missed the last change.

        :raises StatusError: If the event is not one of ours.
        """
        from airflow_provider_assistants.watching.waiter import Next, Step

        if not isinstance(event, Mapping) or event.get("outcome") not in {*Next} - {Next.WAIT}:
            raise StatusError(
                f"The trigger gave no event that this sensor knows: {type(event).__name__}",
                conn_id=self.conn_id,
                advice="Was it started by another version of this provider? Clear the task",
            )
        outcome = Next(event["outcome"])
        if outcome is Next.TIMED_OUT:
            return self._look_at_the_end(context, event.get("past"))
        keep_past(context, None if outcome is Next.DONE else event.get("past"))
        error = AssistantsError.from_dict(event["error"]) if event.get("error") else None
        return self._finish(Step(next=outcome, result=event.get("result"), error=error))

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """
        Go on after the deferral.

        Airflow's own sensor skips for any error here that is an ``AirflowException`` if ``soft_fail`` is set; ours knows
        which error it is.
        """
        with failing_at_once():
            return self._resume(next_method, next_kwargs, context)

    def _resume(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        from airflow_provider_assistants.watching.waiter import Next, Step

        try:
            return BaseOperator.resume_execution(self, next_method, next_kwargs, context)
        except TaskDeferralTimeout:
            return self._look_at_the_end(context, read_past(context))
        except TaskDeferralError as error:
            broken = StatusError(
                f"The wait in the triggerer ended by itself: {error}",
                conn_id=self.conn_id,
                advice="The triggerer's log says why; clear the task, or set deferrable=False",
            )
            return self._finish(Step(next=Next.BROKEN, error=broken))

    def _prepare(self) -> tuple[SensorPoller, Conditions]:
        """Read the connection and the arguments; all that can be wrong is found before the first look."""
        from airflow_provider_assistants.watching.conditions import read_conditions

        hook = get_hook(self.conn_id)
        targets = None if getattr(self.target_statuses, "nothing_said", False) else self.target_statuses
        conditions = read_conditions(
            vendor=hook.vendor,
            conn_id=hook.conn_id,
            assistant_id=self.assistant_id,
            until=self.until,
            target_statuses=targets,
            failure_statuses=self.failure_statuses,
            require=self.require,
            watch=self.watch,
            on_missing=self.on_missing,
        )
        hook.get_account()
        return SensorPoller(hook, conditions), conditions

    def _start(self, context: Context, conditions: Conditions, past: Mapping[str, Any] | None) -> StatusWaiter:
        from airflow_provider_assistants.watching.conditions import read_baseline
        from airflow_provider_assistants.watching.waiter import PollSchedule, StatusWaiter

        given = read_baseline(self.baseline, conditions.assistant_ids, watch=conditions.watch)
        if given is not None:
            known = [each for each, value in given.items() if value is not None]
            past = {**(past or {}), "baseline": given, "known": sorted({*known, *((past or {}).get("known") or ())})}
        self._check_memory(context, conditions, given=given is not None)
        pace = PollSchedule(
            started_at=self._started_at(context),
            timeout=self.timeout,
            interval=self.poke_interval or 1.0,
            growing=self.exponential_backoff,
            max_wait=self.max_wait.total_seconds() if self.max_wait else None,
            max_failures=self.max_consecutive_failures,
            silent=self.silent_fail,
        )
        return StatusWaiter(conditions, pace, past=past)

    def _check_memory(self, context: Context, conditions: Conditions, *, given: bool) -> None:
        """Between reschedules nothing is kept before Airflow 3.3, so what was at first has to be said."""
        if self.deferrable or self.mode != "reschedule" or given or not conditions.needs_memory:
            return
        if context.get("task_state_store") is None:
            raise ConfigurationError(
                "This Airflow keeps nothing between reschedules, so no change can be told from the first look",
                conn_id=self.conn_id,
                advice="Set deferrable=True or mode='poke', or say with baseline how it was; from Airflow 3.3 it is kept",
            )

    def _started_at(self, context: Context) -> float:
        if self.mode == "reschedule" and not self.deferrable and context.get("ti"):
            first = context["ti"].get_first_reschedule_date(context)
            if first is not None:
                return first.timestamp()
        return time.time()

    def _step(self, context: Context, eye: SensorPoller, wait: StatusWaiter) -> Step:
        """Poll once, and decide; a failed poll is part of the wait."""
        try:
            step = self._poll(context, eye, wait)
        except ConfigurationError:
            raise
        except AssistantsError as error:
            step = wait.on_failure(error, now=time.time())
            keep_past(context, wait.memory())
        if step.say:
            self.log.info("%s", one_line(step.say))
        return step

    def _poll(self, context: Context, eye: SensorPoller, wait: StatusWaiter) -> Step:
        """Poll once, and decide; what has to survive this process is kept."""
        with self._kill_switch.interruptible():
            snapshot = eye.look(wait.known, deadline=wait.pace.deadline)
        step = wait.on_seen(snapshot, now=time.time())
        keep_past(context, None if step.next == "done" else wait.memory())
        return step

    def _defer(self, wait: StatusWaiter) -> NoReturn:
        from airflow_provider_assistants.triggers.status import AssistantStatusTrigger

        pace = wait.pace
        trigger = AssistantStatusTrigger(
            conn_id=self.conn_id,
            **wait.conditions.as_dict(),
            past=wait.memory(),
            started_at=pace.started_at,
            timeout=pace.timeout,
            poll_interval=pace.interval,
            exponential_backoff=pace.growing,
            max_wait=pace.max_wait,
            max_consecutive_failures=pace.max_failures,
            silent_fail=pace.silent,
        )
        left = timedelta(seconds=max(0.0, pace.deadline - time.time()))
        self.defer(trigger=trigger, method_name="execute_complete", timeout=left)
        raise AssertionError("defer() does not return")

    def _look_at_the_end(self, context: Context, past: Mapping[str, Any] | None) -> dict[str, Seen] | None:
        eye, conditions = self._prepare()
        wait = self._start(context, conditions, past)
        if past is None and conditions.needs_memory:
            return self._finish(wait.time_out())
        step = self._step(context, eye, wait)
        return self._finish(wait.time_out() if step.next == "wait" else step)

    def _finish(self, step: Step) -> dict[str, Seen] | None:
        """End the task as the step says, and as ``soft_fail`` and ``never_fail`` want it."""
        if step.error is None:
            return step.result
        timed_out, verdict = step.next == "timed_out", step.next == "lost"
        error: Exception = AirflowSensorTimeout(str(step.error)) if timed_out else step.error
        flag = "never_fail" if self.never_fail else "soft_fail" if self.soft_fail and (timed_out or verdict) else None
        if flag:
            raise AirflowSkipException(f"Skipped, since {flag} is set: {step.error}") from error
        raise error
