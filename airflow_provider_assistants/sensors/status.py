# SPDX-License-Identifier: Apache-2.0
"""The sensor that waits for an assistant's status, or for a change of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.providers.common.compat.sdk import (
    AirflowSensorTimeout,
    AirflowSkipException,
    BaseOperator,
    BaseSensorOperator,
    PokeReturnValue,
    conf,
)

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.exceptions import StatusError
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.links import VendorConsoleLink, push_links
from airflow_provider_assistants.parse_time import check_static
from airflow_provider_assistants.sensors.static_arguments import CHECKS
from airflow_provider_assistants.watching.decision import Outcome
from airflow_provider_assistants.watching.waiter import Step

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

    from airflow_provider_assistants.sensors.run import SensorRun
    from airflow_provider_assistants.watching.decision import AssistantState

__all__ = ["AssistantStatusSensor"]

#: Seconds, a century: a wait "without an end" must still fit into a time that Airflow can store.
_LONGEST_WAIT: Final = 100 * 365 * 24 * 3600.0


class _DefaultTargets(frozenset[str]):
    """The default of ``target_statuses``; it can be recognized, also in a copy."""

    is_default = True


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
        self._run: SensorRun | None = None
        check_static(self, CHECKS)

    def execute(self, context: Context) -> dict[str, AssistantState] | None:
        """
        Poll, and wait on in the way that the mode says; return the last state of the assistants.

        :raises AssistantsError: As each case demands; for a wrong argument, connection or key the task fails without retries.
        """
        with failing_at_once():
            self._run = self._open_run(context)
            push_links(context, self._run.hook)
            while not (polled := self.poke(context)):
                self._pause(self._run)
            return polled.xcom_value

    def poke(self, context: Context) -> PokeReturnValue:
        """
        Poll once; :meth:`execute` repeats this. The first call sets the baseline, and a tolerated failure counts as "not yet".

        :raises AssistantsError: If the wait has failed.
        :raises AirflowSensorTimeout: If it has timed out.
        """
        if self._run is None:
            self._run = self._open_run(context)
        step = self._run.poll(context)
        is_done = step.outcome is not Outcome.WAIT
        return PokeReturnValue(is_done=is_done, xcom_value=self._finish(step) if is_done else None)

    def on_kill(self) -> None:
        """Stop at once when Airflow ends the task; a wait in the triggerer is ended by Airflow."""
        self._kill_switch.kill()

    def execute_complete(self, context: Context, event: Any = None) -> dict[str, AssistantState] | None:
        """
        Finish as the trigger has decided; after a timeout poll once more, since its last poll may have missed a change.

        :raises StatusError: If the event is not from this provider's trigger.
        """
        from airflow_provider_assistants.sensors.run import keep_past, read_event

        step, past = read_event(event, conn_id=self.conn_id)
        if step.outcome is Outcome.TIMED_OUT:
            return self._finish(self._open_run(context, past).last_poll(context))
        keep_past(context, None if step.outcome is Outcome.REACHED else past)
        return self._finish(step)

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        """
        Go on after the deferral.

        Airflow's own sensor skips for any error here that is an ``AirflowException`` if ``soft_fail`` is set; ours knows
        which error it is.
        """
        with failing_at_once():
            return self._resume(next_method, next_kwargs, context)

    def _resume(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Context) -> Any:
        try:
            return BaseOperator.resume_execution(self, next_method, next_kwargs, context)
        except TaskDeferralTimeout:
            return self._finish(self._open_run(context).last_poll(context))
        except TaskDeferralError as error:
            failed = StatusError(
                f"The wait in the triggerer ended by itself: {error}",
                conn_id=self.conn_id,
                advice="The triggerer's log says why; clear the task, or set deferrable=False",
            )
            return self._finish(Step(outcome=Outcome.ERROR, error=failed))

    def _open_run(self, context: Context, past: Mapping[str, Any] | None = None) -> SensorRun:
        """Read the connection, the arguments and, unless given, the state of an earlier try."""
        from airflow_provider_assistants.sensors.run import SensorRun, read_past

        return SensorRun(self, self._kill_switch, context, past=read_past(context) if past is None else past)

    def _pause(self, run: SensorRun) -> None:
        """Defer, ask for a reschedule, or sleep until the next poll is due."""
        waiter = run.waiter
        if self.deferrable:
            left = timedelta(seconds=min(_LONGEST_WAIT, max(0.0, waiter.schedule.deadline - time.time())))
            self.defer(trigger=run.trigger(), method_name="execute_complete", timeout=left)
        if self.mode == "reschedule":
            due_at = min(waiter.due_at, time.time() + _LONGEST_WAIT)
            raise AirflowRescheduleException(datetime.fromtimestamp(due_at, UTC))  # type: ignore[no-untyped-call]
        with self._kill_switch.interruptible():
            time.sleep(max(0.0, waiter.due_at - time.time()))

    def _finish(self, step: Step) -> dict[str, AssistantState] | None:
        """End the task as the step says, and as ``soft_fail`` and ``never_fail`` want it."""
        if step.error is None:
            return step.result
        timed_out = step.outcome is Outcome.TIMED_OUT
        error: Exception = AirflowSensorTimeout(str(step.error)) if timed_out else step.error
        may_skip = step.outcome in (Outcome.TIMED_OUT, Outcome.FAILED, Outcome.MISSING)
        flag = "never_fail" if self.never_fail else "soft_fail" if self.soft_fail and may_skip else None
        if flag:
            raise AirflowSkipException(f"Skipped, since {flag} is set: {step.error}") from error
        raise error
