# SPDX-License-Identifier: Apache-2.0
"""The rows of what Puretalk lists beside its assistants."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    Array,
    AssistantModel,
    Boolean,
    Free,
    Integer,
    Number,
    Object,
    Text,
    TextIdentity,
    Time,
)

__all__ = ["PuretalkCall", "PuretalkCampaign", "PuretalkPhoneNumber"]


class PuretalkCall(AssistantModel):
    """A telephone or web call; ``metadata`` is an object or a text of one."""

    call_id: TextIdentity
    assistant_id: Text = None
    assistant_name: Text = None
    voice_id: Text = None
    voice_name: Text = None
    from_number: Text = None
    to_number: Text = None
    protocol: Text = None
    start_time: Time = None
    end_time: Time = None
    call_duration_seconds: Number = None
    call_type: Text = None
    status: Text = None
    campaign_id: Text = None
    provider_call_id: Text = None
    metadata: Free = None
    variables: Array = None
    transcript: Text = None
    transcript_object: Array = None
    call_analysis: Object = None
    call_recording_enabled: Boolean = None
    call_recording_url: Text = None


class PuretalkCampaign(AssistantModel):
    """A campaign."""

    ai_assistant: Object = None
    schedules: Array = None
    campaign_id: TextIdentity
    type: Text = None
    name: Text = None
    start_date: Time = None
    end_date: Time = None
    status: Text = None
    created_at: Time = None
    updated_at: Time = None
    total_tasks: Integer = None
    completed_tasks: Integer = None
    pending_tasks: Integer = None


class PuretalkPhoneNumber(AssistantModel):
    """A telephone number of the account."""

    user: Object = None
    ai_assistant: Object = None
    additional_data: Object = None
    phone_number_id: TextIdentity
    phone_number: Text = None
    friendly_name: Text = None
    provider: Text = None
    provider_id: Text = None
    is_active: Boolean = None
    created_at: Time = None
    updated_at: Time = None
