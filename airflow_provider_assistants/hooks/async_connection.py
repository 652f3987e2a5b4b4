# SPDX-License-Identifier: Apache-2.0
"""Reading a connection in an event loop, on every supported Airflow."""

from __future__ import annotations

from airflow.providers.common.compat.sdk import BaseHook, Connection
from asgiref.sync import sync_to_async

__all__ = ["async_connection"]


async def async_connection(conn_id: str, *, hook: BaseHook | type[BaseHook] = BaseHook) -> Connection:
    """
    Return a connection without blocking the event loop.

    Before Airflow 3.3.2, ``BaseHook.aget_connection`` masks the connection's secrets with a blocking call, which fails
    while another call to the supervisor is in flight. ``Connection.aextra_dejson`` came with the cure; without it, the
    synchronous method runs in a thread. The helper of the common.compat provider does so too, but only in a version
    that is newer than most of the supported Airflows.

    :param hook: The hook, or its class, that reads it, so that its own methods are honoured.
    :raises AirflowNotFoundException: If there is no such connection.
    """
    if hasattr(Connection, "aextra_dejson"):
        return await hook.aget_connection(conn_id)
    return await sync_to_async(hook.get_connection)(conn_id)
