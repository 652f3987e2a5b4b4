# SPDX-License-Identifier: Apache-2.0
"""A listing for each of many connections, which are named when the Dag is triggered; once with a pool, once without."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

for name, more in {"exports": {}, "pooled_exports": {"pool": "one_vendor"}}.items():
    with DAG(dag_id=name, schedule=None, start_date=datetime(2026, 1, 1), catchup=False) as globals()[name]:

        @task(retries=3, retry_delay=timedelta(seconds=1))
        def accounts() -> list[dict[str, Any]]:
            """The connections, and where each is written to."""
            run: Any = get_current_context()["dag_run"]
            lake = run.conf["lake"]
            return [{"conn_id": each, "destination": f"{lake}/{each}.jsonl"} for each in run.conf["connections"]]

        ListAssistantsOperator.partial(
            task_id="list", page_size=10, concurrency=1, retries=5, retry_delay=timedelta(seconds=1), **more
        ).expand_kwargs(accounts())  # type: ignore[arg-type]
