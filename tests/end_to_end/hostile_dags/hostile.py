# SPDX-License-Identifier: Apache-2.0
"""Every way by which a vendor's text comes into Airflow's database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

# Airflow fails a rescheduled or resumed task that is queued before its scheduler has processed the end of the process before
# (apache/airflow#72716): so intervals are some seconds long, and the tasks are tried again.
INTERVAL = 5
#: The sensors, by task: what they watch, and how they wait.
WAITS: dict[str, dict[str, Any]] = {
    "time": {"watch": "updated_at", "deferrable": True},
    "name": {"watch": "name", "deferrable": True},
    "poke": {"watch": "name"},
    "reschedule": {"watch": "name", "mode": "reschedule"},
}

START = datetime(2026, 1, 1)
RETRIES: dict[str, Any] = {"retries": 5, "retry_delay": timedelta(seconds=1)}

with DAG(dag_id="hostile_waiting", schedule=None, start_date=START, catchup=False) as waiting:
    for name, how in WAITS.items():
        AssistantStatusSensor(
            task_id=name,
            conn_id="autocalls_default",
            assistant_id="{{ dag_run.conf['autocalls'] }}",
            until="changed",
            poke_interval=INTERVAL,
            timeout=600,
            **RETRIES,
            **how,
        )
    # Airflow forgets a deferral that ends at once (apache/airflow#72716); this one is refused for good, so no retry.
    AssistantStatusSensor(
        task_id="refused",
        conn_id="otonistark_default",
        assistant_id="{{ dag_run.conf['otonistark'] }}",
        until="changed",
        deferrable=True,
        poke_interval=INTERVAL,
        timeout=600,
    )
    AssistantStatusSensor(
        task_id="bystander",
        conn_id="burki_default",
        assistant_id="{{ dag_run.conf['burki'] }}",
        deferrable=True,
        poke_interval=INTERVAL,
        timeout=600,
        **RETRIES,
    )

with DAG(dag_id="hostile_rows", schedule=None, start_date=START, catchup=False) as rows:
    listed = ListAssistantsOperator(task_id="list", conn_id="puretalk_default", max_xcom_bytes=1_000_000)

    @task
    def read(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return found

    read(listed.output)  # type: ignore[arg-type]

trigger = AssistantStatusEventTrigger(conn_id="autocalls_default", watch="name", poll_interval=INTERVAL)
asset = Asset(name="hostile_assistants", watchers=[AssetWatcher(name="hostile_watcher", trigger=trigger)])

with DAG(dag_id="hostile_reacting", schedule=[asset], start_date=START, catchup=False) as reacting:

    @task
    def heard(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
        return [event.extra["payload"] for events in triggering_asset_events.values() for event in events]

    heard()
