# SPDX-License-Identifier: Apache-2.0
"""A sensor for each mode, outcome and flag; tests/sensors/test_parity.py makes the world behave accordingly."""

from __future__ import annotations

import importlib.util
import itertools
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG

from airflow_provider_assistants.sensors.status import AssistantStatusSensor

MODES: dict[str, dict[str, Any]] = {
    "poke": {"mode": "poke", "deferrable": False},
    "reschedule": {"mode": "reschedule", "deferrable": False},
    "deferrable": {"deferrable": True},
}
#: An Airflow that keeps nothing between reschedules cannot count failures either, and ends the wait by its timeout.
KEEPS_COUNT = importlib.util.find_spec("airflow.triggers.shared_stream") is not None
#: Seconds within which all tasks of the run have had their turns, on a slow machine as well: no task waits for it to pass.
AMPLE = 1800
#: What happens, and to an assistant of which vendor.
OUTCOMES: dict[str, tuple[str, dict[str, Any]]] = {
    "reached at once": ("autocalls", {"target_statuses": ["active", "inactive"]}),
    "reached": ("otonistark", {"timeout": AMPLE}),
    "failed status": ("burki", {"failure_statuses": ["deleted"], "timeout": AMPLE}),
    "timeout": ("intellixent", {"timeout": 1}),
    "missing": ("burki", {"on_missing": "fail", "assistant_id": "999"}),
    "auth error at once": ("autocalls", {"timeout": 1}),
    "auth error": ("burki", {"timeout": 1}),
    "transient errors, then reached": ("otonistark", {"timeout": AMPLE}),
    "one error, then reached in a retry": (
        "autocalls",
        {"timeout": AMPLE, "max_consecutive_failures": 0, "retries": 1, "retry_delay": timedelta(0)},
    ),
    "transient errors for ever": ("burki", {"timeout": AMPLE if KEEPS_COUNT else 15, "max_consecutive_failures": 2}),
}
FLAGS = ("none", "soft_fail", "never_fail", "silent_fail")

#: Task id, mode, outcome, flag, vendor and the number of the account, which no other task uses.
CASES = [
    (f"case_{number}", mode, outcome, flag, OUTCOMES[outcome][0], number + 1)
    for number, (outcome, flag, mode) in enumerate(itertools.product(OUTCOMES, FLAGS, MODES))
    if not (outcome == "transient errors for ever" and flag == "silent_fail")
]

with DAG(dag_id="status_parity", schedule=None, start_date=datetime(2026, 1, 1), catchup=False, doc_md=__doc__) as dag:
    for task_id, mode, outcome, flag, _, account in CASES:
        AssistantStatusSensor(
            task_id=task_id,
            **{
                "conn_id": f"parity_{account}",
                "assistant_id": "{{ var.value.get('parity_" + str(account) + "') }}",
                "poke_interval": 0.1,
                **MODES[mode],
                **OUTCOMES[outcome][1],
                **({} if flag == "none" else {flag: True}),
            },
        )
