# SPDX-License-Identifier: Apache-2.0
"""The hook of Autocalls."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import AUTOCALLS

__all__ = ["AutocallsHook"]


class AutocallsHook(AssistantsHook):
    """
    Reads the assistants of an account at Autocalls.

    :param conn_id: The connection to the account.
    """

    vendor = AUTOCALLS
    conn_type = AUTOCALLS.name
    hook_name = AUTOCALLS.title
    default_conn_name = AUTOCALLS.default_conn_id
