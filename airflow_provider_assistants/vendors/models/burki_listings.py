# SPDX-License-Identifier: Apache-2.0
"""The rows of what Burki lists beside its assistants."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    AssistantModel,
    Boolean,
    Id,
    Identity,
    Integer,
    Number,
    Object,
    Text,
    Time,
)

__all__ = ["BurkiCall", "BurkiCampaign", "BurkiPhoneNumber"]


class BurkiCall(AssistantModel):
    """A telephone call; costs come later than its end."""

    id: Identity
    call_sid: Text = None
    assistant_id: Id = None
    assistant_name: Text = None
    flow_name: Text = None
    to_phone_number: Text = None
    customer_phone_number: Text = None
    status: Text = None
    duration: Integer = None
    started_at: Time = None
    ended_at: Time = None
    total_cost: Number = None
    llm_cost: Number = None
    tts_cost: Number = None
    stt_cost: Number = None
    telephony_cost: Number = None
    cost_currency: Text = None
    call_meta: Object = None


class BurkiCampaign(AssistantModel):
    """A campaign, with how far it has come."""

    id: Identity
    name: Text = None
    description: Text = None
    campaign_type: Text = None
    status: Text = None
    assistant_id: Id = None
    assistant_name: Text = None
    total_contacts: Integer = None
    completed_contacts: Integer = None
    failed_contacts: Integer = None
    created_at: Time = None
    started_at: Time = None
    completed_at: Time = None
    metrics: Object = None


class BurkiPhoneNumber(AssistantModel):
    """A telephone number of the organization."""

    id: Identity
    phone_number: Text = None
    friendly_name: Text = None
    twilio_sid: Text = None
    is_active: Boolean = None
    capabilities: Object = None
    assistant: Object = None
    created_at: Time = None
    updated_at: Time = None
