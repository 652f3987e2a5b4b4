# SPDX-License-Identifier: Apache-2.0
"""
A run for each assistant that somebody switches off or deletes, within a minute.

The watcher waits in the triggerer. What has changed comes with the asset's event, as its payload.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

# [START howto_watcher_assistant_status]
switched_off = Asset(
    name="assistants_switched_off",
    watchers=[
        AssetWatcher(
            name="burki_switched_off",
            trigger=AssistantStatusEventTrigger(
                conn_id="burki_default",
                statuses=["inactive", "deleted"],
                poll_interval=60,
            ),
        )
    ],
)
# [END howto_watcher_assistant_status]

with DAG(
    dag_id="assistants_switched_off",
    schedule=[switched_off],
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:
    # [START howto_watcher_payload]
    @task
    def report(triggering_asset_events: Any = None) -> list[str]:
        """Return a line for each change; one run may have several."""
        events = triggering_asset_events[switched_off]
        changes = [event.extra["payload"] for event in events]
        line = "{name} went from {previous} to {current}"
        return [line.format_map(change) for change in changes]

    # [END howto_watcher_payload]

    report()
