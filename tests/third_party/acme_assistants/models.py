# SPDX-License-Identifier: Apache-2.0
"""The row of an assistant at Acme."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import AssistantModel, Text, TextIdentity


class AcmeAssistant(AssistantModel):
    """An assistant of Acme; fields that are not declared here are kept as they come."""

    agent_id: TextIdentity
    name: Text = None
    state: Text = None
