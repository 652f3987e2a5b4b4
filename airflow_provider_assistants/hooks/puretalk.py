# SPDX-License-Identifier: Apache-2.0
"""The hook of Puretalk."""

from __future__ import annotations

from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.vendors.puretalk import PURETALK

__all__ = ["PuretalkHook"]


class PuretalkHook(AssistantsHook):
    """Read the assistants of an account at Puretalk; all methods are those of the base."""

    vendor = PURETALK
