# SPDX-License-Identifier: Apache-2.0
"""
What changed since the night before, in every account.

For each account: list all assistants into a file, compare it with the newest earlier file of that account, write the changes as
rows and as a report, and notify if there are any. Accounts do not wait for each other, and one that fails fails alone. A night
that was missed is passed over: the next one is compared with the newest that there is.

To add an account, add its connection to `ACCOUNTS`.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, task, task_group

from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator

#: A path, or a URI such as s3://my-lake/assistants.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out

ACCOUNTS = ["autocalls_default", "otonistark_default", "intellixent_default", "burki_default", "puretalk_default"]

with DAG(
    dag_id="assistants_changes",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:

    @task_group
    def account(conn_id: str) -> None:
        # [START howto_operator_diff_assistants]
        snapshot = ListAssistantsOperator(
            task_id="snapshot",
            conn_id=conn_id,
            destination=LAKE + "/snapshots/{{ dag_run.run_after | ds }}/{{ task.conn_id }}.jsonl.gz",
        )
        changes = DiffAssistantsOperator(
            task_id="changes",
            before=LAKE + "/snapshots/*/{{ task.after.conn_id }}.jsonl.gz",  # the newest that is older
            after=snapshot.output,
            destination=LAKE + "/changes/{{ dag_run.run_after | ds }}/{{ task.after.conn_id }}.parquet",
            report=LAKE + "/changes/{{ dag_run.run_after | ds }}/{{ task.after.conn_id }}.html",
            on_no_change="skip",
            outlets=[Asset("assistants_changes")],
        )
        # [END howto_operator_diff_assistants]

        # Any notifier of Airflow's providers can be put in the place of this task, such as
        # SlackWebhookOperator(task_id="notify", slack_webhook_conn_id="slack", message="{{ ... }}").
        @task
        def notify(summary: dict[str, Any]) -> str:
            """Say what changed in a line; it runs only when something did."""
            return (
                f"{summary['account']}: {summary['added']} added, {summary['removed']} removed,"
                f" {summary['changed']} changed; see {summary['report']}"
            )

        notify(changes.output)  # type: ignore[arg-type]

    account.expand(conn_id=ACCOUNTS)
