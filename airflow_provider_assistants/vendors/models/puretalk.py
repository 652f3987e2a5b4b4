# SPDX-License-Identifier: Apache-2.0
"""The row of an assistant at Puretalk."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    Array,
    AssistantModel,
    Boolean,
    Free,
    Id,
    Integer,
    KeyOrObject,
    Number,
    Text,
    TextIdentity,
    Time,
)

__all__ = ["PuretalkAssistant"]


class PuretalkAssistant(AssistantModel):
    """
    An assistant of Puretalk: ``AssistantPopulated`` of its OpenAPI document, where no field is marked as required.

    ``user`` and ``voice`` are objects, or ids in older responses, which also had a number of their own, ``id``. ``tools``,
    ``post_analysis`` and ``knowledge_base`` are documented as texts and may be anything.
    """

    user: KeyOrObject = None
    voice: KeyOrObject = None
    llm_states: Array = None
    phone_number: Text = None
    variables: Array = None
    knowledge_base: Free = None
    assistant_id: TextIdentity
    name: Text = None
    prompt: Text = None
    model: Text = None
    who_speaks_first: Text = None
    begin_message: Text = None
    assistant_type: Text = None
    avatar: Text = None
    custom_knowledge_base: Text = None
    timezone: Text = None
    voice_stability: Number = None
    voice_clarity_similarity: Number = None
    voice_stream_latency_optimization: Integer = None
    voice_boost: Boolean = None
    voice_speed: Number = None
    voice_emotion: Array = None
    call_recording_enabled: Boolean = None
    reminder_message_frequency: Integer = None
    max_reminder_messages: Integer = None
    post_analysis: Free = None
    chatbot_logo: Text = None
    chatbot_accent_color: Text = None
    chatbot_faq: Text = None
    chatbot_whitelisted_domains: Array = None
    chatbot_begin_message: Text = None
    tools: Free = None
    created_at: Time = None
    updated_at: Time = None
    behavior: Integer = None
    id: Id = None
