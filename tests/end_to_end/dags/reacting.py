# SPDX-License-Identifier: Apache-2.0
"""A watcher at each vendor, and a Dag that runs for its events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

VENDORS = ("autocalls", "otonistark", "intellixent", "burki", "puretalk")

for vendor in VENDORS:
    watch = "updated_at" if vendor == "puretalk" else "status"
    trigger = AssistantStatusEventTrigger(conn_id=f"{vendor}_default", watch=watch, poll_interval=1)
    asset = Asset(name=f"{vendor}_assistants", watchers=[AssetWatcher(name=f"{vendor}_watcher", trigger=trigger)])
    with DAG(
        dag_id=f"reacting_{vendor}", schedule=[asset], start_date=datetime(2026, 1, 1), catchup=False
    ) as globals()[f"dag_{vendor}"]:

        @task
        def heard(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
            return [event.extra["payload"] for events in triggering_asset_events.values() for event in events]

        heard()
