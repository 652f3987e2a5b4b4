# SPDX-License-Identifier: Apache-2.0
"""What a sensor has seen, kept where its next try or reschedule finds it: Airflow's task state store (Airflow 3.3)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.storable import storable

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

__all__ = ["keep_past", "read_past"]

log = logging.getLogger(__name__)

_KEY = "assistants_wait"


def read_past(context: Context) -> dict[str, Any] | None:
    """Return what was kept; None if nothing was, or nothing can be."""
    store = context.get("task_state_store")
    kept = store.get(_KEY) if store is not None else None
    return kept if isinstance(kept, dict) else None


def keep_past(context: Context, past: Mapping[str, Any] | None) -> None:
    """Keep what has been seen; None forgets it, so that a task that is run again begins anew."""
    store: Any = context.get("task_state_store")
    if store is None:
        return
    if past is None:
        store.delete(_KEY)
        return
    kept = storable(dict(past))
    if store.get(_KEY) != kept:
        store.set(_KEY, kept)
