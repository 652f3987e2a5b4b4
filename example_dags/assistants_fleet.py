# SPDX-License-Identifier: Apache-2.0
"""
Thousands of small accounts into the lake, every quarter of an hour.

The accounts are found while the Dag runs: the connections in the workers' environment whose type is a vendor's. For those in
Airflow's database, name a connection to Airflow's own API in `ASSISTANTS_API_CONN_ID`. Each task lists a batch of accounts, so
that 10,000 accounts are 200 tasks, and each account is a file with a manifest of its own. A batch with an account that fails
lists the others, fails, and names it.

`ASSISTANTS_POOLS=1` puts the tasks of each vendor into a pool, which limits how many of them run at once; make the pools first:
`airflow pools set assistants_burki 4 "Tasks that list Burki's assistants"`, and so on.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, task

from airflow_provider_assistants.accounts import in_batches, list_connections
from airflow_provider_assistants.operators.accounts import ListAccountsOperator

#: A path, or a URI such as s3://my-lake/assistants.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out
API_CONN_ID = os.environ.get("ASSISTANTS_API_CONN_ID") or None
HAS_POOLS = bool(os.environ.get("ASSISTANTS_POOLS"))
VENDORS = ["autocalls", "otonistark", "intellixent", "burki", "puretalk"]

with DAG(
    dag_id="assistants_fleet",
    schedule=timedelta(minutes=15),
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:

    @task
    def find(vendor: str) -> list[list[str]]:
        """Return the accounts of a vendor in batches; none is no error, since not everybody uses all vendors."""
        return in_batches(list_connections(types=vendor, api_conn_id=API_CONN_ID, allow_empty=True), size=50)

    @task(trigger_rule="all_done")
    def check(found: list[Any], manifests: list[Any]) -> int:
        """Return the number of assistants, or fail if an account was not listed: with all_done this task decides."""
        accounts = {conn_id for batches in found for batch in batches or () for conn_id in batch}
        listed = {each["conn_id"]: each["rows"] for lists in manifests for batch in lists or () for each in batch or ()}
        if not accounts or accounts - listed.keys():
            raise RuntimeError(f"{len(listed)} of {len(accounts)} accounts were listed; see the tasks that failed")
        return sum(listed.values())

    found, manifests = [], []
    for vendor in VENDORS:
        batches = find.override(task_id=f"find_{vendor}")(vendor)
        # [START howto_operator_list_accounts]
        listed = ListAccountsOperator.partial(
            task_id=f"list_{vendor}",
            destination=LAKE + "/fleet/{{ dag_run.run_after | ts_nodash }}/{conn_id}.jsonl.gz",
            pool=f"assistants_{vendor}" if HAS_POOLS else "default_pool",
        ).expand(conn_ids=batches)
        # [END howto_operator_list_accounts]
        found.append(batches)
        manifests.append(listed.output)
    check(found, manifests)
