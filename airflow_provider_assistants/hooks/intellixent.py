# SPDX-License-Identifier: Apache-2.0
"""The hook of Intellixent."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import INTELLIXENT

__all__ = ["IntellixentHook"]


class IntellixentHook(AssistantsHook):
    """
    Reads the assistants of an account at Intellixent.

    :param conn_id: The connection to the account.
    """

    vendor = INTELLIXENT
    conn_type = INTELLIXENT.name
    hook_name = INTELLIXENT.title
    default_conn_name = INTELLIXENT.default_conn_id
