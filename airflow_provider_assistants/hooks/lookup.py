# SPDX-License-Identifier: Apache-2.0
"""The hook of a connection, of whichever vendor."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from airflow.providers.common.compat.sdk import AirflowException, AirflowNotFoundException, BaseHook

import airflow_provider_assistants.hooks.engine  # noqa: F401 - the first use of a hook in an event loop must load nothing
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.hooks.async_connection import async_connection
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.connection_form import check_conn_id
from airflow_provider_assistants.vendors import find_vendor

__all__ = ["aget_hook", "get_hook"]


def get_hook(conn_id: str) -> AssistantsHook:
    """
    Return the hook of a connection.

    :raises ConfigurationError: If there is no such connection, or its type is no vendor's.
    """
    check_conn_id(conn_id)
    try:
        hook = BaseHook.get_hook(conn_id)
    except AirflowException as error:
        raise _no_hook(conn_id, error) from None
    return _checked(conn_id, hook)


async def aget_hook(conn_id: str) -> AssistantsHook:
    """Return the hook of a connection without blocking the event loop; see :func:`get_hook`."""
    check_conn_id(conn_id)
    try:
        connection = await async_connection(conn_id)
        vendor = find_vendor(connection.conn_type)
        if vendor is not None and vendor.hook_class:
            # Airflow's own way discovers all providers, which takes a while and blocks the event loop meanwhile.
            module, _, class_name = vendor.hook_class.rpartition(".")
            hook = getattr(importlib.import_module(module), class_name)(conn_id)
        else:
            hook = await asyncio.to_thread(connection.get_hook)
    except AirflowException as error:
        raise _no_hook(conn_id, error) from None
    return _checked(conn_id, hook)


def _no_hook(conn_id: str, error: Exception) -> ConfigurationError:
    if isinstance(error, AirflowNotFoundException):
        return ConfigurationError(
            "There is no such connection",
            conn_id=conn_id,
            advice="Correct its id, or add it with the vendor's name for its type",
        )
    return ConfigurationError(
        f"Airflow finds no hook for the connection: {error}",
        conn_id=conn_id,
        advice="Make its type the name of a vendor",
    )


def _checked(conn_id: str, hook: Any) -> AssistantsHook:
    if not isinstance(hook, AssistantsHook):
        raise ConfigurationError(
            f"Expected a connection of a vendor of assistants, got one of {type(hook).__name__}",
            conn_id=conn_id,
            advice="Use a connection whose type is the name of a vendor",
        )
    return hook
