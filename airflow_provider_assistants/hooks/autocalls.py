# SPDX-License-Identifier: Apache-2.0
"""The hook of Autocalls."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.autocalls import AUTOCALLS

__all__ = ["AutocallsHook"]


class AutocallsHook(AssistantsHook):
    """Read the assistants of an account at Autocalls; all methods are those of the base."""

    vendor = AUTOCALLS
