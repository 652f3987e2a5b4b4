# SPDX-License-Identifier: Apache-2.0
"""The hook of Burki."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.burki import BURKI

__all__ = ["BurkiHook"]


class BurkiHook(AssistantsHook):
    """Read the assistants of an account at Burki; all methods are those of the base."""

    vendor = BURKI
