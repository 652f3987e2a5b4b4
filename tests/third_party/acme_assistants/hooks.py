# SPDX-License-Identifier: Apache-2.0
"""The hook of Acme."""

from __future__ import annotations

from acme_assistants import ACME
from airflow_provider_assistants.hooks.base import AssistantsHook


class AcmeHook(AssistantsHook):
    """Read the assistants of an account at Acme."""

    vendor = ACME
