# SPDX-License-Identifier: Apache-2.0
"""Every way by which a vendor's value comes into Airflow's database, for assistants that are named when a Dag is triggered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

# As in tests/end_to_end/dags/waiting.py: Airflow needs some seconds between the end of a process and the next one.
INTERVAL = 5
CONNECTION = "puretalk_default"
FIELD = "voice"
MODES: dict[str, dict[str, Any]] = {
    "poke": {"mode": "poke"},
    "reschedule": {"mode": "reschedule"},
    "deferrable": {"deferrable": True},
}
COMMON: dict[str, Any] = {"schedule": None, "start_date": datetime(2026, 1, 1), "catchup": False}

with DAG(dag_id="values_waiting", render_template_as_native_obj=True, **COMMON) as waiting:
    for name, mode in MODES.items():
        AssistantStatusSensor(
            task_id=name,
            conn_id=CONNECTION,
            assistant_id="{{ dag_run.conf['ids'] }}",
            until="changed",
            watch=FIELD,
            poke_interval=INTERVAL,
            timeout=1_800,
            retries=5,
            retry_delay=timedelta(seconds=1),
            **mode,
        )

with DAG(dag_id="values_rows", **COMMON) as rows:
    listed = ListAssistantsOperator(task_id="list", conn_id=CONNECTION, max_xcom_bytes=50_000_000)
    ListAssistantsOperator(task_id="export", conn_id=CONNECTION, destination="{{ dag_run.conf['destination'] }}")

    @task
    def read(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return found

    read(listed.output)  # type: ignore[arg-type]

trigger = AssistantStatusEventTrigger(conn_id=CONNECTION, watch=FIELD, poll_interval=INTERVAL)
asset = Asset(name="values", watchers=[AssetWatcher(name="values_watcher", trigger=trigger)])

with DAG(dag_id="values_reacting", **{**COMMON, "schedule": [asset]}) as reacting:

    @task
    def heard(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
        return [event.extra["payload"] for events in triggering_asset_events.values() for event in events]

    heard()
