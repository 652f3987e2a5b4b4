# SPDX-License-Identifier: Apache-2.0
"""Tasks with retries that must not be retried, each for another reason, and one that must."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor


def note(context: Any) -> None:
    """Write down what a callback sees."""
    error = context["exception"]
    seen = {"type": type(error).__name__, "conn_id": getattr(error, "conn_id", None), "text": str(error)}
    Path(os.environ["ASSISTANTS_LAKE"], f"seen-{context['ti'].task_id}.json").write_text(json.dumps(seen))


with DAG("assistants_no_retry", schedule=None, default_args={"retries": 2, "retry_delay": timedelta(0)}) as dag:
    ListAssistantsOperator(
        task_id="wrong_argument", conn_id="burki_default", destination="{{ '' }}", on_failure_callback=note
    )
    ListAssistantsOperator(task_id="wrong_key", conn_id="wrong_key", on_failure_callback=note)
    ListAssistantsOperator(task_id="not_allowed", conn_id="puretalk_default", on_failure_callback=note)
    AssistantStatusSensor(
        task_id="sensor_wrong_key", conn_id="wrong_key", assistant_id=1, soft_fail=True, on_failure_callback=note
    )
    AssistantStatusSensor(task_id="sensor_never_fail", conn_id="wrong_key", assistant_id=1, never_fail=True)
    ListAssistantsOperator(task_id="may_pass", conn_id="autocalls_default")
    ListAssistantsOperator.partial(task_id="mapped", conn_id="burki_default").expand(on_drift=["warn", "warm"])
