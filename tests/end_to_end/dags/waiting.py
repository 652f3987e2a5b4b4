# SPDX-License-Identifier: Apache-2.0
"""Deferred sensors at all vendors, and three that only a person ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG

from airflow_provider_assistants.sensors.status import AssistantStatusSensor

# Airflow fails a deferred task that is resumed, or a rescheduled one that is queued, before its scheduler has processed the end
# of the process before (apache/airflow#72716), which takes a busy machine a while: so intervals are some seconds long, and the
# tasks are tried again.
INTERVAL = 5

VENDORS = ("autocalls", "otonistark", "intellixent", "burki", "puretalk")

with DAG(dag_id="waiting", schedule=None, start_date=datetime(2026, 1, 1), catchup=False) as waiting:
    for vendor in VENDORS:
        condition: dict[str, Any] = {"target_statuses": ["active"]}
        if vendor == "puretalk":
            condition = {"until": "changed", "watch": "updated_at"}
        AssistantStatusSensor(
            task_id=vendor,
            conn_id=f"{vendor}_default",
            assistant_id="{{ dag_run.conf['" + vendor + "'] }}",
            deferrable=True,
            poke_interval=INTERVAL,
            timeout=600,
            retries=3,
            retry_delay=timedelta(seconds=1),
            **condition,
        )

with DAG(dag_id="cancelled", schedule=None, start_date=datetime(2026, 1, 1), catchup=False) as cancelled:
    for mode in ("poke", "reschedule", "deferrable"):
        AssistantStatusSensor(
            task_id=mode,
            conn_id=f"cancelled_{mode}",
            assistant_id="999",
            mode="reschedule" if mode == "reschedule" else "poke",
            deferrable=mode == "deferrable",
            poke_interval=INTERVAL,
            timeout=600,
            retries=0 if mode == "poke" else 3,
            retry_delay=timedelta(seconds=1),
        )
