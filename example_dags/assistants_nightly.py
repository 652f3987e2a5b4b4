# SPDX-License-Identifier: Apache-2.0
"""
Every assistant of every account into the lake, each night.

One mapped task for each connection and format: Parquet for queries, JSON Lines as the vendor sent it. To add an account, add
its connection to `ACCOUNTS`. An account that fails fails alone: the other files are written, `manifests.json` describes them,
and the run is marked as failed.

Each Parquet file is an event of the asset `assistants_lake`, with the file's manifest, so other Dags can start from it.

The folder is named for the day of the run: `ds` does not exist in a run that is triggered by hand without a logical date.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, ObjectStoragePath, task

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
        outlets=[Asset("assistants_lake")],
    ).expand(conn_id=ACCOUNTS)
    # [END howto_operator_list_assistants_mapped]

    as_jsonl = ListAssistantsOperator.partial(
        task_id="as_jsonl",
        destination=LAKE + "/{{ dag_run.run_after | ds }}/{{ task.conn_id }}.jsonl.gz",
        map_index_template="{{ task.conn_id }}",
    ).expand(conn_id=ACCOUNTS)

    @task(trigger_rule="all_done")
    def keep_manifests(parquet: Any, jsonl: Any) -> int:
        """Write the manifests of the listings that succeeded, and return the number of assistants in all accounts."""
        parquet, jsonl = list(parquet or ()), list(jsonl or ())
        ObjectStoragePath(f"{LAKE}/manifests.json").write_text(json.dumps([*parquet, *jsonl], indent=2))
        missing = sorted(
            {f"{conn_id} ({form})" for form, kept in (("parquet", parquet), ("jsonl", jsonl)) for conn_id in ACCOUNTS}
            - {f"{each['conn_id']} ({each['format']})" for each in [*parquet, *jsonl]}
        )
        if missing:
            # With all_done this task decides over the run, so it must not succeed.
            raise RuntimeError(f"Not listed: {', '.join(missing)}; see their tasks")
        return sum(manifest["rows"] for manifest in parquet)

    keep_manifests(as_parquet.output, as_jsonl.output)
