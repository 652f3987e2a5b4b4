# SPDX-License-Identifier: Apache-2.0
"""The hook of OtoniStark."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import OTONISTARK

__all__ = ["OtoniStarkHook"]


class OtoniStarkHook(AssistantsHook):
    """
    Reads the assistants of an account at OtoniStark.

    :param conn_id: The connection to the account.
    """

    vendor = OTONISTARK
    conn_type = OTONISTARK.name
    hook_name = OTONISTARK.title
    default_conn_name = OTONISTARK.default_conn_id
