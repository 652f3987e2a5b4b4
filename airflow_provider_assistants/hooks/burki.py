# SPDX-License-Identifier: Apache-2.0
"""The hook of Burki."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.burki import BURKI

__all__ = ["BurkiHook"]


class BurkiHook(AssistantsHook):
    """
    Reads the assistants of an account at Burki.

    :param conn_id: The connection to the account.
    """

    vendor = BURKI
    conn_type = BURKI.name
    hook_name = BURKI.title
    default_conn_name = BURKI.default_conn_id
