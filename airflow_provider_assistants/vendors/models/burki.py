# SPDX-License-Identifier: Apache-2.0
"""The row of an assistant at Burki."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    Array,
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

__all__ = ["BurkiAssistant"]


class BurkiAssistant(AssistantModel):
    """
    An assistant of Burki, hosted or self-hosted: the listing's fields, newer ones, then the legacy of old deployments.

    Nested settings stay free objects: documents show two shapes of several of them. ``is_active`` may be null, which
    means the documented default, active.
    """

    id: Identity
    organization_id: Id = None
    user_id: Id = None
    name: Text = None
    description: Text = None
    llm_provider: Text = None
    llm_provider_config: Object = None
    llm_settings: Object = None
    webhook_url: Text = None
    sms_webhook_url: Text = None
    messaging_service_sid: Text = None
    interruption_settings: Object = None
    tts_settings: Object = None
    stt_settings: Object = None
    end_call_message: Text = None
    transfer_call_message: Text = None
    idle_message: Text = None
    max_idle_messages: Integer = None
    idle_timeout: Integer = None
    max_call_length: Integer = None
    conversation_continuity_enabled: Boolean = None
    tools_settings: Object = None
    rag_settings: Object = None
    llm_fallback_providers: Object = None
    bypass_numbers: Array = None
    custom_settings: Object = None
    is_active: Boolean = None
    backchannel_settings: Object = None
    recording_settings: Object = None
    api_keys: Object = None
    tts_limit: Integer = None
    stt_limit: Integer = None
    created_at: Time = None
    updated_at: Time = None
    total_calls: Integer = None
    avg_call_duration: Number = None
    success_rate: Number = None
    twilio_config: Object = None
    openai_api_key: Text = None
    deepgram_api_key: Text = None
    elevenlabs_api_key: Text = None
    twilio_auth_token: Text = None
    telnyx_api_key: Text = None
    webhook_headers: Object = None
