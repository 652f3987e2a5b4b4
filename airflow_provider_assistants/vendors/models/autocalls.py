# SPDX-License-Identifier: Apache-2.0
"""The row of an assistant at Autocalls and the brands on its backend."""

from __future__ import annotations

from airflow_provider_assistants.vendors.models.base import (
    Array,
    AssistantModel,
    Boolean,
    Flag,
    Id,
    Identity,
    Integer,
    Number,
    Object,
    Text,
    Time,
)

__all__ = ["AutocallsAssistant"]


class AutocallsAssistant(AssistantModel):
    """
    An assistant of the Autocalls family: the fields of the listing's document, then those of newer deployments.

    The brands' documents differ in how many fields they show (Intellixent's example has 17), so all but the id are
    optional. ``status`` and ``mode`` are open: new values appear without notice.
    """

    id: Identity
    user_id: Id = None
    phone_number_id: Id = None
    engine_id: Id = None
    synthesizer_id: Id = None
    transcriber_id: Id = None
    voice_id: Id = None
    instance_id: Id = None
    name: Text = None
    variables: Object = None
    post_call_evaluation: Boolean = None
    fillers: Flag = None
    post_call_schema: Array = None
    tools: Array = None
    is_webhook_active: Boolean = None
    webhook_url: Text = None
    inbound_webhook_url: Text = None
    language: Text = None
    type: Text = None
    status: Text = None
    max_duration: Integer = None
    record: Boolean = None
    initial_message: Text = None
    system_prompt: Text = None
    flows_platform_id: Id = None
    timezone: Text = None
    created_at: Time = None
    updated_at: Time = None
    max_silence_duration: Integer = None
    reengagement_interval: Integer = None
    deleted_at: Time = None
    end_call_on_voicemail: Flag = None
    llm_temperature: Text = None
    voice_stability: Text = None
    voice_similarity: Text = None
    allow_interruptions: Boolean = None
    enable_noise_cancellation: Boolean = None
    endpoint_sensitivity: Number = None
    speech_speed: Text = None
    endpoint_type: Text = None
    wait_for_customer: Boolean = None
    mode: Text = None
    language_id: Id = None
    transcriber_provider_id: Id = None
    synthesizer_provider_id: Id = None
    llm_model_id: Id = None
    multimodal_model_id: Id = None
    ambient_sound: Text = None
    uuid: Text = None
    send_webhook_only_on_completed: Boolean = None
    include_recording_in_webhook: Boolean = None
    interrupt_sensitivity: Number = None
    filler_config: Object = None
    knowledgebase_id: Id = None
    knowledgebase_mode: Text = None
    min_interrupt_words: Integer = None
    ambient_sound_volume: Text = None
    widget_settings: Object = None
    ringing_time: Integer = None
    max_initial_silence_duration: Integer = None
    secondary_language_ids: Array = None
    chat_llm_fallback_id: Id = None
    turn_detection_threshold: Number = None
    tts_emotion_enabled: Boolean = None
    reengagement_prompt: Text = None
    voice_mail_message: Text = None
    tool_ids: Array = None
    folder_id: Id = None
    label_ids: Array = None
    conversation_inactivity_timeout: Integer = None
    conversation_ended_retrigger: Boolean = None
    conversation_ended_webhook_url: Text = None
