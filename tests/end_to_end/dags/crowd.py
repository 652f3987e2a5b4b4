# SPDX-License-Identifier: Apache-2.0
"""Two hundred watchers on one connection, and a sensor of which a test makes two hundred that are deferred."""

from __future__ import annotations

from datetime import datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, AssetWatcher

from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

INTERVAL = 3.0
SENSORS = WATCHERS = 200

with DAG(
    dag_id="crowd_watching",
    schedule=[
        Asset(
            name=f"crowd_{number}",
            watchers=[
                AssetWatcher(
                    name=f"crowd_{number}",
                    trigger=AssistantStatusEventTrigger(
                        conn_id="crowd", poll_interval=INTERVAL, watch_name=f"crowd_{number}"
                    ),
                )
            ],
        )
        for number in range(WATCHERS)
    ],
    start_date=datetime(2026, 1, 1),
    catchup=False,
):
    EmptyOperator(task_id="nothing")

with DAG(dag_id="crowd_waiting", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):
    AssistantStatusSensor.partial(
        task_id="wait", conn_id="crowd", deferrable=True, poke_interval=INTERVAL, timeout=3600
    ).expand(assistant_id=[str(number) for number in range(SENSORS)])
