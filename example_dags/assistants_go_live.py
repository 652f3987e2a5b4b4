# SPDX-License-Identifier: Apache-2.0
"""
Wait until an assistant is live, then start what needs it.

Trigger it with the id of an assistant. The sensor waits in the triggerer, so it holds no worker slot however long it takes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_assistants.sensors.status import AssistantStatusSensor

with DAG(
    dag_id="assistants_go_live",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    params={"assistant_id": Param(1000012, type=["integer", "string"], description="The assistant to wait for")},
    doc_md=__doc__,
) as dag:
    # [START howto_sensor_assistant_status]
    live = AssistantStatusSensor(
        task_id="wait_until_live",
        conn_id="burki_default",
        assistant_id="{{ params.assistant_id }}",
        target_statuses=["active"],
        failure_statuses=["deleted"],
        deferrable=True,
        poke_interval=60,
        timeout=timedelta(days=2),
    )
    # [END howto_sensor_assistant_status]

    @task
    def start_campaign(seen: dict[str, Any]) -> str:
        """Do what needs the assistant; here it is only reported."""
        assistant_id, now = next(iter(seen.items()))
        return f"Assistant {assistant_id} is {now['status']} since {now['updated_at']}"

    start_campaign(live.output)  # type: ignore[arg-type]
