# SPDX-License-Identifier: Apache-2.0
"""Opens the stream of a poll: the border between the triggers and the engine, which is loaded when the first of them runs."""

from __future__ import annotations

import asyncio
import functools
import importlib
from typing import TYPE_CHECKING

from airflow_provider_assistants.triggers.shared_poll import SharedPoll
from airflow_provider_assistants.vendors import all_vendors

if TYPE_CHECKING:
    from airflow_provider_assistants.triggers.poll_stream import PollStream

__all__ = ["open_stream"]


async def open_stream(poll: SharedPoll) -> PollStream:
    """Return a new stream of a poll's results; loads the engine in a thread, since that would block the event loop."""
    await asyncio.to_thread(_load_engine)
    from airflow_provider_assistants.triggers.poll_stream import PollStream

    return PollStream(poll)


@functools.cache
def _load_engine() -> None:
    for name in ("triggers.poll_stream", "hooks.engine", *(f"hooks.{vendor}" for vendor in all_vendors())):
        importlib.import_module(f"airflow_provider_assistants.{name}")
