# SPDX-License-Identifier: Apache-2.0
"""The hook of Intellixent."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import INTELLIXENT

__all__ = ["IntellixentHook"]


class IntellixentHook(AssistantsHook):
    """Read the assistants of an account at Intellixent; all methods are those of the base."""

    vendor = INTELLIXENT
