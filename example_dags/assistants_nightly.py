# SPDX-License-Identifier: Apache-2.0
"""
Every assistant of every account into the lake, each night.

One mapped task for each connection; a file for each, Parquet for queries and JSON Lines as the vendor sent it. To add an
account, add its connection to :data:`ACCOUNTS`. The folder is named for the day of the run: ``ds`` is not there for a run
that is triggered by hand without a logical date.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, ObjectStoragePath, task

from airflow_provider_assistants.operators.listing import ListAssistantsOperator

#: A path, or a URI such as s3://my-lake/assistants.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out

ACCOUNTS = ["autocalls_default", "otonistark_default", "intellixent_default", "burki_default", "puretalk_default"]

with DAG(
    dag_id="assistants_nightly",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:
    # [START howto_operator_list_assistants_mapped]
    as_parquet = ListAssistantsOperator.partial(
        task_id="as_parquet",
        destination=LAKE + "/{{ dag_run.run_after | ds }}/{{ task.conn_id }}.parquet",
        map_index_template="{{ task.conn_id }}",
    ).expand(conn_id=ACCOUNTS)
    # [END howto_operator_list_assistants_mapped]

    as_jsonl = ListAssistantsOperator.partial(
        task_id="as_jsonl",
        destination=LAKE + "/{{ dag_run.run_after | ds }}/{{ task.conn_id }}.jsonl.gz",
        map_index_template="{{ task.conn_id }}",
    ).expand(conn_id=ACCOUNTS)

    @task
    def keep_manifests(*listings: Any) -> int:
        """Keep what the listings say of themselves beside the files, and give the number of rows in all."""
        manifests = [manifest for listing in listings for manifest in listing]
        ObjectStoragePath(f"{LAKE}/manifests.json").write_text(json.dumps(manifests, indent=2))
        return sum(manifest["rows"] for manifest in manifests)

    keep_manifests(as_parquet.output, as_jsonl.output)
