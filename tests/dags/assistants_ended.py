# SPDX-License-Identifier: Apache-2.0
"""Tasks that take long, for tests that end them: by SIGTERM, or by their time."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor

SECONDS = os.environ.get("ENDED_AFTER")
#: A Dag for each, since Airflow 3.1 keeps the tasks of a Dag's first version.
TASK = os.environ.get("ENDED_TASK", "list")
LIMIT = timedelta(seconds=float(SECONDS)) if SECONDS else None

with DAG(f"assistants_ended_{TASK}", schedule=None, start_date=datetime(2026, 1, 1)) as dag:
    if TASK == "list":
        ListAssistantsOperator(
            task_id="list",
            conn_id="burki_default",
            destination=os.environ.get("ENDED_DESTINATION", "unused.jsonl"),
            page_size=10,
            concurrency=2,
            execution_timeout=LIMIT,
        )
    else:
        AssistantStatusSensor(
            task_id="wait",
            conn_id="burki_default",
            assistant_id="999",
            poke_interval=0.2,
            execution_timeout=LIMIT,
        )
