# SPDX-License-Identifier: Apache-2.0
"""
Every assistant into DuckDB, as soon as the nightly listing has written it.

Started by the asset `assistants_lake` of `assistants_nightly`: each of its events has the manifest of one account's Parquet file.
A vendor is a table, whose first column is the account; a load replaces the rows of its account in one transaction, so it can be
run again at any time. A run by hand loads what `manifests.json` names.

DuckDB is one file with one writer, hence `max_active_runs=1`, and it is on the worker's machine. It reads `s3://` too, with its
extension `httpfs` and a secret of its own.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, ObjectStoragePath, task

#: As in assistants_nightly.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out
DATABASE = os.environ.get("ASSISTANTS_DUCKDB", f"{LAKE}/assistants.duckdb")

with DAG(
    dag_id="assistants_to_duckdb",
    schedule=[Asset("assistants_lake")],
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:

    @task
    def find_manifests(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
        """Return the manifest of each account, the newest if there are several."""
        events = [event.extra for each in (triggering_asset_events or {}).values() for event in each]
        manifests = events or json.loads(ObjectStoragePath(f"{LAKE}/manifests.json").read_text())
        newest = {
            each["conn_id"]: each
            for each in sorted(manifests, key=lambda each: str(each["finished_at"]))
            if each["format"] == "parquet"
        }
        return list(newest.values())

    # [START howto_load_duckdb]
    @task
    def load(manifests: list[dict[str, Any]]) -> dict[str, int]:
        """Replace the rows of each account; return how many each has."""
        import duckdb

        loaded = {}
        with duckdb.connect(DATABASE) as database:
            for manifest in manifests:
                account, uri = manifest["conn_id"], manifest["uri"].removeprefix("file://")
                table = f'"assistants_{manifest["vendor"]}"'
                rows = "SELECT ? AS account, * FROM read_parquet(?)"
                database.begin()
                database.execute(f"CREATE TABLE IF NOT EXISTS {table} AS {rows} LIMIT 0", [account, uri])
                database.execute(f"DELETE FROM {table} WHERE account = ?", [account])
                database.execute(f"INSERT INTO {table} BY NAME {rows}", [account, uri])
                [(count,)] = database.execute(f"SELECT count(*) FROM {table} WHERE account = ?", [account]).fetchall()
                if count != manifest["rows"]:
                    raise RuntimeError(f"{account}: {count} rows were loaded, and the manifest has {manifest['rows']}")
                database.commit()
                loaded[account] = count
        return loaded

    # [END howto_load_duckdb]

    load(find_manifests())  # type: ignore[arg-type]
