# SPDX-License-Identifier: Apache-2.0
"""The hook of OtoniStark."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import OTONISTARK

__all__ = ["OtoniStarkHook"]


class OtoniStarkHook(AssistantsHook):
    """Read the assistants of an account at OtoniStark; all methods are those of the base."""

    vendor = OTONISTARK
