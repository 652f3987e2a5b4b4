# SPDX-License-Identifier: Apache-2.0
"""The calls of each day; those of the day before it again; and, with Airflow 3.2, by partitions."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import airflow.sdk
from airflow.sdk import DAG, Asset
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_assistants.operators.calls import ListCallsOperator

FIRST = datetime(2026, 3, 1)
DAYS = 14

LAKE = os.environ.get("CALLS_LAKE", "/tmp/calls")
COMMON: dict[str, Any] = {
    "conn_id": "autocalls_default",
    "page_size": 20,
    "redact": "none",
    "timezone": "America/Sao_Paulo",
    "retries": 1,
    "retry_delay": timedelta(seconds=1),
}

for back, dag_id in enumerate(("calls", "calls_again")):
    with DAG(
        dag_id=dag_id,
        schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
        start_date=FIRST,
        end_date=FIRST + timedelta(days=DAYS),
        catchup=False,
    ):
        ListCallsOperator(
            task_id="list",
            since=f"{{{{ data_interval_start - macros.timedelta(days={back}) }}}}",
            until=f"{{{{ data_interval_end - macros.timedelta(days={back}) }}}}",
            destination=f"{LAKE}/{{{{ (data_interval_start - macros.timedelta(days={back})) | ds }}}}.jsonl",
            **COMMON,
        )

if hasattr(airflow.sdk, "CronPartitionTimetable"):
    from airflow.sdk import CronPartitionTimetable, PartitionedAssetTimetable, task

    by_day = Asset("calls_by_day")

    with DAG(
        dag_id="calls_by_partition",
        schedule=CronPartitionTimetable("0 2 * * *", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
        start_date=FIRST,
        end_date=FIRST + timedelta(days=DAYS),
        catchup=False,
    ):
        ListCallsOperator(
            task_id="list",
            since="{{ dag_run.partition_key }}T00:00:00+00:00",
            until="{{ macros.ds_add(dag_run.partition_key, 1) }}T00:00:00+00:00",
            destination=f"{LAKE}/partitions/{{{{ dag_run.partition_key }}}}.jsonl",
            outlets=[by_day],
            **COMMON,
        )

    with DAG(dag_id="calls_loaded", schedule=PartitionedAssetTimetable(assets=by_day), start_date=FIRST, catchup=False):

        @task
        def loaded(dag_run: Any = None, triggering_asset_events: Any = None) -> dict[str, Any]:
            """Return the partition of this run, and what the listing's event holds."""
            [event] = triggering_asset_events[by_day]
            return {"partition_key": dag_run.partition_key, "extra": event.extra}

        loaded()
