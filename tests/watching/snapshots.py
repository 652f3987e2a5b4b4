# SPDX-License-Identifier: Apache-2.0
"""Snapshots made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.watching.observations import Observation, PollScope, Snapshot

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def snapshot(
    statuses: dict[str, str | None], *, everything: bool = True, at: datetime = NOON, **fields: Any
) -> Snapshot:
    """Return a snapshot of assistants with these statuses; ``fields`` are the same for all."""
    return Snapshot(
        observations={
            each: Observation(status, f"Name of {each}", "2026-01-01T00:00:00+00:00", fields)
            for each, status in statuses.items()
        },
        scope=PollScope(ids=frozenset(statuses), everything=everything, watches=frozenset(fields)),
        observed_at=at,
    )
