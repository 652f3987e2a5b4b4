# SPDX-License-Identifier: Apache-2.0
"""A listing of a few assistants."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import DAG

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

with DAG(dag_id="listing", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):
    ListAssistantsOperator(
        task_id="list", conn_id="intellixent_default", destination="{{ dag_run.conf['destination'] }}"
    )
