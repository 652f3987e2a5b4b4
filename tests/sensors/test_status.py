# SPDX-License-Identifier: Apache-2.0
"""The sensor in the worker: what it checks, when it defers, how it finishes after the trigger, what it keeps."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowSensorTimeout, AirflowSkipException, TaskDeferred

from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    StatusError,
    VendorUnavailableError,
)
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors import status as sensor_module
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from tests.sensors.test_parity import happening


def make(**given: Any) -> AssistantStatusSensor:
    defaults = {
        "task_id": "wait",
        "conn_id": "burki_default",
        "poke_interval": 0.05,
        "timeout": 60,
        "deferrable": False,
    }
    return AssistantStatusSensor(**{**defaults, **given})


def run(context: Any = None, **given: Any) -> Any:
    return make(**given).execute({} if context is None else context)


def switched(sandbox: Sandbox, status: str, vendor: str = "burki") -> str:
    """An assistant with this status."""
    each = next(str(row["id"]) for row in sandbox.rows(vendor) if not row.get("deleted_at"))
    sandbox.set_status(vendor, each, status)
    sandbox.clear_requests()
    return each


class Store(dict[str, Any]):
    """As Airflow's task state store."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


def deferred(**given: Any) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        run(deferrable=True, **given)
    return caught.value


def test_a_status_that_is_there_already_needs_no_wait(sandbox: Sandbox) -> None:
    each = switched(sandbox, "active")
    result = run(assistant_id=each, deferrable=True)
    assert list(result) == [each]
    assert list(result[each]) == ["status", "previous", "observed_at", "updated_at"]
    assert result[each]["status"] == "active"
    assert len(sandbox.requests("burki")) == 1


def test_a_uuid_and_many(sandbox: Sandbox) -> None:
    rows = [row for row in sandbox.rows("autocalls") if not row.get("deleted_at")][:2]
    for row in rows:
        sandbox.set_status("autocalls", row["id"], "active")
    ids = [uuid.UUID(rows[0]["uuid"]), rows[1]["id"]]
    result = run(conn_id="autocalls_default", assistant_id=ids)
    assert list(result) == [rows[0]["uuid"], str(rows[1]["id"])]


def test_it_defers_with_the_remaining_timeout_and_the_state_of_its_poll(sandbox: Sandbox) -> None:
    each = switched(sandbox, "inactive")
    before = time.time()
    task = deferred(assistant_id=each, timeout=10_000, exponential_backoff=True, max_wait=7, silent_fail=True)
    assert timedelta(seconds=9_000) < task.timeout < timedelta(seconds=10_000)  # type: ignore[operator]
    _, kwargs = task.trigger.serialize()
    assert kwargs["past"]["baseline"] == {each: "inactive"}
    assert before <= kwargs["started_at"] <= time.time()
    assert kwargs["exponential_backoff"] is True
    assert kwargs["max_wait"] == 7
    assert kwargs["silent_fail"] is True
    assert task.method_name == "execute_complete"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"assistant_id": []}, ConfigurationError),
        ({"assistant_id": 1.5}, ConfigurationError),
        ({"assistant_id": "abc"}, ConfigurationError),
        ({"target_statuses": ["live"]}, ConfigurationError),
        ({"until": "changed", "watch": "a..b"}, ConfigurationError),
        ({"baseline": {"2": "x"}, "until": "changed"}, ConfigurationError),
        ({"conn_id": "nowhere"}, ConfigurationError),
        ({"conn_id": "puretalk_default"}, ConfigurationError),
    ],
)
@pytest.mark.parametrize("flag", ["soft_fail", "never_fail", "silent_fail"])
def test_invalid_arguments_fail_before_the_first_poll(
    sandbox: Sandbox, given: dict[str, Any], error: type[AssistantsError], flag: str
) -> None:
    with pytest.raises(error):
        run(**{"assistant_id": 1, flag: True, **given})
    assert sandbox.requests() == []


def test_a_field_that_no_assistant_has_is_refused(sandbox: Sandbox) -> None:
    each = switched(sandbox, "active")
    with pytest.raises(ConfigurationError, match="no field 'voice_idd'") as caught:
        run(assistant_id=each, until="changed", watch="voice_idd")
    assert "description" in str(caught.value)


def test_a_secret_field_is_watched_by_its_fingerprint(sandbox: Sandbox) -> None:
    each = switched(sandbox, "active")
    sandbox.update("burki", each, webhook_secret="hunter2hunter2")
    change = {("burki", 1): lambda: sandbox.update("burki", each, webhook_secret="hunter3hunter3")}
    with happening(sandbox, change):
        result = run(assistant_id=each, until="changed", watch="webhook_secret")
    assert result[each]["previous"].startswith("sha256:")
    assert result[each]["value"].startswith("sha256:")
    assert result[each]["previous"] != result[each]["value"]
    assert "hunter" not in str(result)


def test_the_baseline_survives_a_retry(sandbox: Sandbox) -> None:
    each = switched(sandbox, "inactive")
    context = {"task_state_store": Store()}
    with pytest.raises(TaskDeferred):
        run(context, assistant_id=each, until="changed", deferrable=True)
    sandbox.set_status("burki", each, "active")
    result = run(context, assistant_id=each, until="changed", deferrable=True)
    assert (result[each]["previous"], result[each]["status"]) == ("inactive", "active")
    assert context["task_state_store"] == {}, "run again, it begins anew"
    with pytest.raises(TaskDeferred):
        run(context, assistant_id=each, until="changed", deferrable=True)


def test_the_baseline_survives_reschedules(sandbox: Sandbox) -> None:
    from airflow_provider_assistants.sensors.status import AirflowRescheduleException

    each = switched(sandbox, "inactive")
    context = {"task_state_store": Store()}
    given = {"assistant_id": each, "until": "changed", "mode": "reschedule"}
    for _ in range(2):
        with pytest.raises(AirflowRescheduleException):
            run(context, **given)
    sandbox.set_status("burki", each, "active")
    assert run(context, **given)[each]["previous"] == "inactive"


@pytest.mark.parametrize("seconds", [1e11, 1e12, timedelta.max])
def test_a_wait_without_an_end(sandbox: Sandbox, seconds: Any) -> None:
    """It fits into a time that Airflow can store."""
    from airflow_provider_assistants.sensors.status import AirflowRescheduleException

    each = switched(sandbox, "inactive")
    with pytest.raises(TaskDeferred) as deferred:
        run(assistant_id=each, timeout=seconds, deferrable=True)
    assert datetime.now(UTC) + deferred.value.timeout > datetime.now(UTC) + timedelta(days=36_000)
    with pytest.raises(AirflowRescheduleException) as rescheduled:
        run(assistant_id=each, timeout=seconds, poke_interval=seconds, mode="reschedule")
    assert rescheduled.value.reschedule_date > datetime.now(UTC) + timedelta(days=36_000)


def test_without_a_store_a_reschedule_needs_a_baseline(sandbox: Sandbox) -> None:
    each = switched(sandbox, "active")
    given = {"assistant_id": each, "until": "changed", "mode": "reschedule"}
    with pytest.raises(ConfigurationError, match="keeps nothing between reschedules"):
        run(**given)
    assert run(**given, baseline="inactive")[each]["previous"] == "inactive"


def test_a_baseline_of_a_time_in_the_vendors_spelling(sandbox: Sandbox) -> None:
    row = sandbox.rows("puretalk")[0]
    given = {"conn_id": "puretalk_default", "assistant_id": row["assistant_id"], "until": "changed", "deferrable": True}
    with pytest.raises(TaskDeferred):
        run(**given, watch="updated_at", baseline=row["updated_at"])
    sandbox.update("puretalk", row["assistant_id"])
    assert run(**given, watch="updated_at", baseline=row["updated_at"])


@pytest.mark.parametrize("refusal", [401, 403])
def test_a_rotated_key_is_read_once_more(sandbox: Sandbox, connect: Callable[..., str], refusal: int) -> None:
    each = switched(sandbox, "inactive")
    connect("burki_default", **sandbox.connection("burki", account=2))

    def rotate() -> None:
        connect("burki_default", **sandbox.connection("burki", account=1))
        sandbox.fail("burki", str(refusal), times=None, account=2)
        sandbox.set_status("burki", each, "active")

    with happening(sandbox, {("burki", 2): rotate}):
        assert run(assistant_id=each)[each]["status"] == "active"
    assert [seen["status"] for seen in sandbox.requests("burki")].count(refusal) == 1


@pytest.mark.parametrize(("fault", "error"), [("401", AuthenticationError), ("403", PermissionDeniedError)])
def test_a_refused_key_fails_at_once(sandbox: Sandbox, fault: str, error: type[AssistantsError]) -> None:
    sandbox.fail("burki", fault, times=None)
    with pytest.raises(error):
        run(assistant_id=1)
    assert len(sandbox.requests("burki")) == 1


def test_an_outage_is_tolerated_max_consecutive_failures_times(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("burki_default", **sandbox.connection("burki", max_retries=0))
    sandbox.fail("burki", "503", times=None)
    with pytest.raises(VendorUnavailableError, match="3 polls in a row failed"):
        run(assistant_id=1, max_consecutive_failures=2)
    assert len(sandbox.requests("burki")) == 3


def test_poke_is_one_step_of_execute(sandbox: Sandbox) -> None:
    each = switched(sandbox, "inactive")
    sensor = make(assistant_id=each, failure_statuses=["deleted"])
    assert not sensor.poke({})
    sandbox.set_status("burki", each, "active")
    done = sensor.poke({})
    assert done
    assert done.xcom_value[each]["previous"] == "inactive"
    sandbox.delete("burki", each)
    with pytest.raises(StatusError, match="is deleted"):
        sensor.poke({})


def test_poke_tolerates_failures_as_execute_does(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("burki_default", **sandbox.connection("burki", max_retries=0))
    each = switched(sandbox, "inactive")
    sensor = make(assistant_id=each, max_consecutive_failures=2)
    assert not sensor.poke({})
    sandbox.fail("burki", "503", times=None)
    assert not sensor.poke({})
    assert not sensor.poke({})
    with pytest.raises(VendorUnavailableError, match="3 polls in a row failed"):
        sensor.poke({})
    sandbox.heal()
    sandbox.set_status("burki", each, "active")
    assert sensor.poke({}).xcom_value[each]["previous"] == "inactive"


def test_execute_repeats_poke(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    each = switched(sandbox, "inactive")
    results = []

    class Recording(AssistantStatusSensor):
        def poke(self, context: Any) -> Any:
            if results:
                sandbox.set_status("burki", each, "active")
            results.append(super().poke(context))
            return results[-1]

    sensor = Recording(
        task_id="wait", conn_id="burki_default", assistant_id=each, poke_interval=0.01, timeout=60, deferrable=False
    )
    assert sensor.execute({})[each]["status"] == "active"  # type: ignore[index]
    assert [bool(each) for each in results] == [False, True]


def finish(sensor: AssistantStatusSensor, event: Any) -> Any:
    return sensor.resume_execution("execute_complete", {"event": event}, {})


PAST = {"baseline": {"1": "inactive"}, "known": ["1"], "failures": 0, "reason": None, "logged_at": 0, "due_at": 0}


def test_the_task_finishes_as_the_trigger_decided(sandbox: Sandbox) -> None:
    assert finish(make(assistant_id=1), {"outcome": "reached", "result": {"1": {}}, "error": None, "past": PAST}) == {
        "1": {}
    }
    error = AssistantNotFoundError("Gone", vendor="Burki", conn_id="mine").as_dict()
    with pytest.raises(AssistantNotFoundError, match="Gone"):
        finish(make(assistant_id=1), {"outcome": "missing", "result": None, "error": error, "past": PAST})
    with pytest.raises(AirflowSkipException, match="soft_fail is set: Gone"):
        finish(
            make(assistant_id=1, soft_fail=True), {"outcome": "missing", "result": None, "error": error, "past": PAST}
        )
    broken = AuthenticationError("No", status=401).as_dict()
    with pytest.raises(AuthenticationError):
        finish(make(assistant_id=1, soft_fail=True), {"outcome": "error", "error": broken, "past": PAST})


@pytest.mark.parametrize(
    ("outcome", "error"),
    [("done", None), ("lost", StatusError("x")), ("broken", AuthenticationError("x", status=401))],
)
def test_an_event_of_an_earlier_version_still_ends_the_wait(
    sandbox: Sandbox, outcome: str, error: AssistantsError | None
) -> None:
    event = {"outcome": outcome, "result": {"1": {}}, "error": error.as_dict() if error else None, "past": PAST}
    if error is None:
        assert finish(make(assistant_id=1), event) == {"1": {}}
        return
    with pytest.raises(type(error)):
        finish(make(assistant_id=1), event)


@pytest.mark.parametrize(
    "event",
    [None, {}, "done", {"status": "success"}, {"outcome": "wait"}, {"outcome": "unknown"}, {"outcome": None}, [1]],
)
def test_junk_from_a_trigger_is_an_error(sandbox: Sandbox, event: Any) -> None:
    with pytest.raises(StatusError, match="Expected an event of AssistantStatusTrigger"):
        finish(make(assistant_id=1, soft_fail=True), event)


def test_after_a_timeout_it_polls_once_more(sandbox: Sandbox) -> None:
    each = switched(sandbox, "inactive")
    past = {**PAST, "baseline": {each: "inactive"}, "known": [each]}
    event = {"outcome": "timed_out", "result": None, "error": StatusError("x").as_dict(), "past": past}
    with pytest.raises(AirflowSensorTimeout, match=rf"waiting for {each} to be active: {each} is inactive"):
        finish(make(assistant_id=each), event)
    sandbox.set_status("burki", each, "active")
    assert finish(make(assistant_id=each), event)[each]["previous"] == "inactive"


def test_airflows_own_timeout_and_failure_of_a_trigger(sandbox: Sandbox) -> None:
    each = switched(sandbox, "inactive")
    timeout = {"error": "Trigger timeout"}
    with pytest.raises(AirflowSensorTimeout):
        make(assistant_id=each).resume_execution("__fail__", timeout, {})
    with pytest.raises(AirflowSkipException):
        make(assistant_id=each, soft_fail=True).resume_execution("__fail__", timeout, {})
    failure = {"error": "Trigger failure", "traceback": []}
    with pytest.raises(StatusError, match="ended by itself"):
        make(assistant_id=each, soft_fail=True).resume_execution("__fail__", failure, {})
    with pytest.raises(AirflowSkipException):
        make(assistant_id=each, never_fail=True).resume_execution("__fail__", failure, {})


def test_the_log_has_changes_and_no_key(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    each = switched(sandbox, "inactive")

    def later() -> None:
        while len(sandbox.requests("burki")) < 4:
            time.sleep(0.01)
        sandbox.set_status("burki", each, "active")

    with happening(sandbox, {("burki", 1): later}):
        run(assistant_id=each)
    out = capsys.readouterr().out
    assert out.count("Waiting for") == 1
    assert out.count("Reached") == 1
    assert len(sandbox.requests("burki")) > 3
    assert sandbox.api_key("burki") not in out


def test_arguments_are_templates_and_stay_as_given() -> None:
    sensor = make(assistant_id="{{ 1 }}")
    assert {"conn_id", "assistant_id", "target_statuses", "baseline"} <= {*sensor.template_fields}
    assert sensor.target_statuses == frozenset({"active"})
    for name in sensor.template_fields:
        assert hasattr(sensor, name)


def test_a_copied_sensor_still_waits_for_any_change(sandbox: Sandbox) -> None:
    sensor = AssistantStatusSensor(
        task_id="wait", conn_id="puretalk_default", assistant_id="x", until="changed", watch="updated_at"
    )
    sensor.target_statuses = copy.deepcopy(sensor.target_statuses)
    run = sensor._open_run({})
    assert not run.waiter.conditions.target_statuses


def test_deferring_is_as_airflow_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "True")
    try:
        again = importlib.reload(sensor_module)
        assert again.AssistantStatusSensor(task_id="a", conn_id="b", assistant_id=1).deferrable is True
    finally:
        monkeypatch.undo()
        importlib.reload(sensor_module)
