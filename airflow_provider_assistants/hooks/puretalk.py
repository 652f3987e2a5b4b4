# SPDX-License-Identifier: Apache-2.0
"""The hook of Puretalk."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.puretalk import PURETALK

__all__ = ["PuretalkHook"]


class PuretalkHook(AssistantsHook):
    """
    Reads the assistants of an account at Puretalk.

    :param conn_id: The connection to the account.
    """

    vendor = PURETALK
    conn_type = PURETALK.name
    hook_name = PURETALK.title
    default_conn_name = PURETALK.default_conn_id
