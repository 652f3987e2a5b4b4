# SPDX-License-Identifier: Apache-2.0
"""Which assistants are switched off, through XCom: no destination, a few fields, and a task that reads the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import DAG, task

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

with DAG(
    dag_id="assistants_inactive",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:
    # [START howto_operator_list_assistants_xcom]
    inactive = ListAssistantsOperator(
        task_id="list_inactive",
        conn_id="burki_default",
        record="common",
        where="inactive",
        fields=["id", "name", "updated_at"],
    )
    # [END howto_operator_list_assistants_xcom]

    @task
    def report(rows: list[dict[str, Any]]) -> list[str]:
        """Return a line for each assistant that is switched off."""
        return [f"{row['name']} ({row['id']}), last changed {row['updated_at']}" for row in rows]

    report(inactive.output)  # type: ignore[arg-type]
