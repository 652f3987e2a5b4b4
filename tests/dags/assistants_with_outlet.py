# SPDX-License-Identifier: Apache-2.0
"""A listing whose manifest is an asset's event, with templated arguments."""

from __future__ import annotations

import os
from datetime import datetime

from airflow.sdk import DAG, Asset

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

LAKE = os.environ.get("ASSISTANTS_LAKE", "lake")

with DAG(
    dag_id="assistants_with_outlet", schedule=None, start_date=datetime(2026, 1, 1), params={"status": "active"}
) as dag:
    ListAssistantsOperator(
        task_id="list",
        conn_id="{{ 'burki' }}_default",
        destination=LAKE + "/{{ run_id | replace(':', '-') }}.jsonl",
        where="{{ params.status }}",
        filters={"include_stats": "{{ 'true' }}"},
        outlets=[Asset("assistants_lake")],
    )
