# SPDX-License-Identifier: Apache-2.0
"""The rows of what the Autocalls family lists beside its assistants."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    Array,
    AssistantModel,
    Boolean,
    Decimal,
    Free,
    Id,
    Identity,
    Integer,
    Number,
    Object,
    Text,
    TextIdentity,
    Time,
)

__all__ = [
    "AutocallsCall",
    "AutocallsCampaign",
    "AutocallsConversation",
    "AutocallsFolder",
    "AutocallsLead",
    "AutocallsPhoneNumber",
]


class AutocallsCall(AssistantModel):
    """A telephone call; the row does not say which assistant had it, only its name."""

    id: Identity
    assistant_name: Text = None
    campaign_name: Text = None
    type: Text = None
    duration: Integer = None
    assistant_phone_number: Text = None
    client_phone_number: Text = None
    status: Text = None
    transcript: Free = None
    variables: Object = None
    evaluation: Free = None
    webhook_response: Free = None
    carrier_cost: Decimal = None
    total_cost: Decimal = None
    answered_by: Text = None
    recording_url: Text = None
    created_at: Time = None
    updated_at: Time = None


class AutocallsLead(AssistantModel):
    """A lead of a campaign."""

    id: Identity
    campaign_id: Id = None
    phone_number: Text = None
    variables: Object = None
    status: Text = None
    created_at: Time = None
    updated_at: Time = None
    campaign: Object = None
    secondary_contacts: Array = None


class AutocallsConversation(AssistantModel):
    """A conversation in a chat; ``assistant_id`` is the ``uuid`` of its assistant."""

    id: TextIdentity
    assistant_id: Text = None
    assistant_name: Text = None
    type: Text = None
    variables: Object = None
    external_identifier: Text = None
    message_count: Integer = None
    total_cost: Number = None
    ai_enabled: Boolean = None
    created_at: Time = None
    updated_at: Time = None
    whatsapp_sender: Object = None
    customer: Object = None


class AutocallsCampaign(AssistantModel):
    """A campaign."""

    id: Identity
    name: Text = None
    status: Text = None
    max_calls_in_parallel: Integer = None
    mark_complete_when_no_leads: Boolean = None
    allowed_hours_start_time: Text = None
    allowed_hours_end_time: Text = None
    allowed_days: Array = None
    max_retries: Integer = None
    retry_interval: Integer = None
    created_at: Time = None
    updated_at: Time = None


class AutocallsPhoneNumber(AssistantModel):
    """A telephone number of the account."""

    id: Identity
    phone_number: Text = None
    country_code: Text = None
    type: Text = None
    type_label: Text = None
    sms_capable: Boolean = None
    region: Text = None
    has_active_subscription: Boolean = None
    created_at: Time = None


class AutocallsFolder(AssistantModel):
    """A folder of assistants."""

    id: Identity
    name: Text = None
    color: Text = None
    assistants_count: Integer = None
