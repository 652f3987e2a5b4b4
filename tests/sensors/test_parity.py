# SPDX-License-Identifier: Apache-2.0
"""All modes of the sensor end alike: the same states and the same XComs, run by a real Airflow."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors import run
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from tests.conftest import DAGS

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_database")]

TABLE = Path(__file__).parents[2] / "docs" / "parity.csv"
#: Before Airflow 3.3 nothing is kept between reschedules: failures are not counted, and a wait for "deleted" is refused.
KEEPS_STATE = importlib.util.find_spec("airflow.triggers.shared_stream") is not None


def load() -> Any:
    spec = importlib.util.spec_from_file_location("status_parity", DAGS / "status_parity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def happening(sandbox: Sandbox, plans: dict[tuple[str, int], Callable[[], None]]) -> Iterator[None]:
    """Let something happen to an account once it has been polled."""
    over = threading.Event()

    def watch() -> None:
        read = 0
        while not over.wait(0.01):
            with sandbox.state.lock:
                seen = list(sandbox.state.requests)[read:]
            read += len(seen)
            for request in seen:
                plan = plans.pop((request.vendor, request.account or 0), None)
                if plan:
                    plan()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def plan_of(sandbox: Sandbox, outcome: str, vendor: str, account: int, each: str) -> Callable[[], None] | None:
    def reach() -> None:
        sandbox.set_status(vendor, each, "active", account=account)

    def transient(times: int | None) -> None:
        sandbox.fail(vendor, "503", times=times, account=account)
        reach()

    return {
        "reached": reach,
        "failed status": lambda: sandbox.delete(vendor, each, account=account),
        "auth error": lambda: sandbox.fail(vendor, "401", times=None, account=account),
        "transient errors, then reached": lambda: transient(2),
        "one error, then reached in a retry": lambda: transient(1),
        "transient errors for ever": lambda: transient(None),
    }.get(outcome)


def xcoms(run_id: str) -> dict[str, dict[str, Any]]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    found: dict[str, dict[str, Any]] = {}
    with create_session() as session:
        for row in session.query(XComModel).filter_by(dag_id="status_parity", run_id=run_id):
            value = XComModel.deserialize_value(row)
            if row.key == "return_value" and value:
                value = [{**seen, "observed_at": None, "updated_at": None} for seen in value.values()]
            found.setdefault(row.task_id, {})[row.key] = value
    return found


def test_all_modes_end_alike(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, connect: Callable[..., str]) -> None:
    module = load()
    # All accounts need their number of assistants only, and no more.
    sandbox.set_options(accounts=len(module.CASES) + 20)
    plans: dict[tuple[str, int], Callable[[], None]] = {}
    for _, _, outcome, _, vendor, account in module.CASES:
        connection = sandbox.connection(vendor, account=account, max_retries=0)
        if outcome == "auth error at once":
            connection["password"] = "wrong-key"
        connect(f"parity_{account}", **connection)
        each = next(str(row["id"]) for row in sandbox.rows(vendor, account=account) if not row.get("deleted_at"))
        sandbox.set_status(vendor, each, "inactive", account=account)
        monkeypatch.setenv(f"AIRFLOW_VAR_PARITY_{account}", each)
        if plan := plan_of(sandbox, outcome, vendor, account, each):
            plans[vendor, account] = plan
    sandbox.clear_requests()
    starts: dict[str, dict[int, set[float]]] = {}
    started_at = run.started_at

    def recorded(sensor: AssistantStatusSensor, context: Any) -> float:
        time = started_at(sensor, context)
        starts.setdefault(sensor.task_id, {}).setdefault(context["ti"].try_number, set()).add(time)
        return time

    monkeypatch.setattr(run, "started_at", recorded)
    with happening(sandbox, plans):
        dag_run = module.dag.test()
    states = {ti.task_id: str(ti.state) for ti in dag_run.get_task_instances()}
    pushed = xcoms(dag_run.run_id)

    for task_id, mode, outcome, flag, *_ in module.CASES:
        if task_id not in starts and mode == "reschedule" and not KEEPS_STATE:
            assert states[task_id] in ("failed", "skipped"), (
                "refused before its first poll: nothing is kept between polls"
            )
            continue
        tries = starts[task_id]
        if outcome == "one error, then reached in a retry" and flag in ("none", "soft_fail"):
            assert max(tries[1]) < min(tries[2]), "a retry has the whole time again"
        else:
            assert list(tries) == [1]

    table: dict[tuple[str, str], dict[str, tuple[str, Any]]] = {}
    for task_id, mode, outcome, flag, *_ in module.CASES:
        table.setdefault((outcome, flag), {})[mode] = (states[task_id], pushed.get(task_id))
    lines = ["outcome," + ",".join(module.FLAGS)]
    for outcome in module.OUTCOMES:
        cells = []
        for flag in module.FLAGS:
            by_mode = table.get((outcome, flag))
            if by_mode is None:
                cells.append("waits until the timeout")
                continue
            assert by_mode["poke"] == by_mode["deferrable"], (outcome, flag, by_mode)
            if KEEPS_STATE:
                assert by_mode["poke"] == by_mode["reschedule"], (outcome, flag, by_mode)
            elif outcome not in ("transient errors for ever", "failed status"):
                assert by_mode["poke"][0] == by_mode["reschedule"][0], (outcome, flag, by_mode)
            state, pushed_keys = by_mode["poke"]
            assert ("return_value" in (pushed_keys or {})) == (state == "success"), (outcome, flag, pushed_keys)
            assert state in ("success", "failed", "skipped")
            cells.append(state)
        lines.append(",".join(f'"{cell}"' for cell in [outcome, *cells]))
    print("\n".join(lines))
    if os.environ.get("WRITE_DOCS"):
        TABLE.write_text("\n".join(lines) + "\n")
    assert TABLE.read_text() == "\n".join(lines) + "\n", "run this test with WRITE_DOCS=1"
