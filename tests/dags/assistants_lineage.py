# SPDX-License-Identifier: Apache-2.0
"""Tasks whose lineage OpenLineage reports: a file, XCom, a comparison, and a listing that fails."""

from __future__ import annotations

import os
from datetime import datetime

from airflow.sdk import DAG

from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator

LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants") + "/lineage"

with DAG(dag_id="assistants_lineage", schedule=None, start_date=datetime(2026, 1, 1), catchup=False) as dag:
    first = ListAssistantsOperator(task_id="first", conn_id="burki_default", destination=LAKE + "/first.jsonl")
    second = ListAssistantsOperator(
        task_id="second", conn_id="burki_default", destination=LAKE + "/second.parquet", fields=["id", "name"]
    )
    changes = DiffAssistantsOperator(
        task_id="changes",
        before=first.output,
        after=first.output,
        destination=LAKE + "/changes.csv",
        report=LAKE + "/changes.html",
    )
    ListAssistantsOperator(task_id="to_xcom", conn_id="burki_default")
    ListAssistantsOperator(task_id="fails", conn_id="refused", destination=LAKE + "/fails.jsonl")
    first >> second
