# SPDX-License-Identifier: Apache-2.0
"""
The calls of every account into the lake, one object for each day and account, in one shape for all vendors.

A call's cost and transcript may come hours after it. So each run reads its own day and the `LOOKBACK` days before it again, and
overwrites their objects: the same calls give the same bytes, so nothing is written twice. Calls still going on are in
the manifest as `open_calls`.

`schedule="@daily"` would give the runs data intervals of zero length: the timetable gives them days. Puretalk has no filter by
time, so each of its tasks reads every call of the account: take it out of `ACCOUNTS` if that is too much.
"""

from __future__ import annotations

import os
from datetime import datetime

from airflow.sdk import DAG, Asset
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_assistants.operators.calls import ListCallsOperator

#: A path, or a URI such as s3://my-lake/assistants.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out

ACCOUNTS = ["autocalls_default", "otonistark_default", "intellixent_default", "burki_default", "puretalk_default"]

#: Days before its own that a run reads again.
LOOKBACK = 2

with DAG(
    dag_id="assistants_calls",
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=4,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:
    # [START howto_operator_list_calls]
    for back in range(LOOKBACK + 1):
        ListCallsOperator.partial(
            task_id=f"calls_of_{back}_days_before" if back else "calls",
            since=f"{{{{ data_interval_start - macros.timedelta(days={back}) }}}}",
            until=f"{{{{ data_interval_end - macros.timedelta(days={back}) }}}}",
            destination=LAKE
            + f"/calls/{{{{ (data_interval_start - macros.timedelta(days={back})) | ds }}}}/{{{{ task.conn_id }}}}.parquet",
            record="common",
            allow_full_scan=True,
            map_index_template="{{ task.conn_id }}",
            outlets=[Asset("assistants_calls")],
        ).expand(conn_id=ACCOUNTS)
    # [END howto_operator_list_calls]
