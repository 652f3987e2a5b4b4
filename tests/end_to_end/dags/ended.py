# SPDX-License-Identifier: Apache-2.0
"""A listing that takes long, and that a person ends."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import DAG

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

with DAG(dag_id="ended", schedule=None, start_date=datetime(2026, 1, 1), catchup=False) as ended:
    ListAssistantsOperator(
        task_id="list",
        conn_id="ended",
        destination="{{ dag_run.conf['destination'] }}",
        page_size=1,
        concurrency=1,
    )
