# SPDX-License-Identifier: Apache-2.0
"""
Every assistant into PostgreSQL, as soon as the nightly listing has written it.

Started by the asset `assistants_lake` of `assistants_nightly`: each of its events has the manifest of one account's Parquet file.
One table for all vendors, with the row as `jsonb`. A load copies the file into a staging table (`COPY`) and replaces the rows of
its account in one transaction: readers see the rows before or after, and it can be run again at any time. A run by hand loads
what `manifests.json` names.

Needs the connection `warehouse` of type `postgres`, and the packages `apache-airflow-providers-postgres` and `pyarrow`.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, ObjectStoragePath, task

#: As in assistants_nightly.
LAKE = os.environ.get("ASSISTANTS_LAKE", "/tmp/assistants")  # noqa: S108 - a default for trying it out

TABLES = [
    "SELECT pg_advisory_xact_lock(hashtext('assistants'))",  # two first loads at once must not create a table twice
    """
    CREATE TABLE IF NOT EXISTS assistants (
        account text, vendor text, id text, assistant jsonb, listed_at timestamptz, PRIMARY KEY (account, id)
    )
    """,
    "CREATE TABLE IF NOT EXISTS assistants_staging (LIKE assistants)",
]

with DAG(
    dag_id="assistants_to_postgres",
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

    # [START howto_load_postgres]
    @task
    def load(manifest: dict[str, Any]) -> int:
        """Replace the rows of an account; return how many there are."""
        import pyarrow.parquet
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        account, vendor = manifest["conn_id"], manifest["vendor"]
        hook = PostgresHook("warehouse")
        hook.run(TABLES)
        hook.run("DELETE FROM assistants_staging WHERE account = %s", parameters=[account])
        with tempfile.NamedTemporaryFile("w", newline="", encoding="utf-8") as cells:
            writer = csv.writer(cells)
            with ObjectStoragePath(manifest["uri"]).open("rb") as file:  # type: ignore[no-untyped-call]
                for batch in pyarrow.parquet.ParquetFile(file).iter_batches(batch_size=1_000):
                    for row in batch.to_pylist():
                        # PostgreSQL stores no NUL.
                        clean = {
                            name: each.replace("\0", "") if isinstance(each, str) else each
                            for name, each in row.items()
                        }
                        each_id = clean.get("id") or clean.get("assistant_id")
                        cell = json.dumps(clean, default=str)
                        writer.writerow([account, vendor, each_id, cell, manifest["finished_at"]])
            cells.flush()
            hook.copy_expert("COPY assistants_staging FROM STDIN WITH (FORMAT csv)", cells.name)
        (loaded,) = hook.get_first("SELECT count(*) FROM assistants_staging WHERE account = %s", parameters=[account])
        if loaded != manifest["rows"]:
            raise RuntimeError(f"{account}: {loaded} rows were loaded, and the manifest has {manifest['rows']}")
        replace = [
            "DELETE FROM assistants WHERE account = %s",
            "INSERT INTO assistants SELECT * FROM assistants_staging WHERE account = %s",
            "DELETE FROM assistants_staging WHERE account = %s",
        ]
        hook.run(replace, parameters=[account])  # one transaction
        return int(loaded)

    # [END howto_load_postgres]

    load.expand(manifest=find_manifests())
