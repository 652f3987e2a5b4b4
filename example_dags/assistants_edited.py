# SPDX-License-Identifier: Apache-2.0
"""
The same where a vendor reports no status: a run for each assistant of Puretalk that somebody edits, adds or deletes.

`updated_at` moves with every edit. The watcher and the sensor can watch any other top-level field of the vendor's rows
that is a single value, such as `watch="name"`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

# [START howto_watcher_updated_at]
edited = Asset(
    name="assistants_edited",
    watchers=[
        AssetWatcher(
            name="puretalk_edited",
            trigger=AssistantStatusEventTrigger(
                conn_id="puretalk_default",
                watch="updated_at",
            ),
        )
    ],
)
# [END howto_watcher_updated_at]

with DAG(
    dag_id="assistants_edited",
    schedule=[edited],
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["assistants"],
    doc_md=__doc__,
) as dag:

    @task
    def edits(triggering_asset_events: Any = None) -> list[dict[str, Any]]:
        """Return the assistants that were edited, and when: the baseline of the next edit."""
        changes = [event.extra["payload"] for event in triggering_asset_events[edited]]
        return [
            {"assistant_id": change["assistant_id"], "baseline": change["current"]}
            for change in changes
            if change["current"] != "deleted"
        ]

    # [START howto_sensor_changed]
    # People rarely finish with one edit: continue when the assistant was edited once more.
    AssistantStatusSensor.partial(
        task_id="wait_for_next_edit",
        conn_id="puretalk_default",
        until="changed",
        watch="updated_at",
        deferrable=True,
        timeout=3600,
        soft_fail=True,
    ).expand_kwargs(edits())
    # [END howto_sensor_changed]
