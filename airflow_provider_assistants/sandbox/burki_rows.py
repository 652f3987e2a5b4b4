# SPDX-License-Identifier: Apache-2.0
"""An assistant of Burki: its newest document's shape, with what old deployments still send."""

from __future__ import annotations

from typing import Any

from airflow_provider_assistants.sandbox.fake_values import TOPICS, FakeValues

__all__ = ["burki_row"]

Row = dict[str, Any]

#: Keys that old and self-hosted deployments keep on the assistant itself.
_OLD_KEYS = ("openai_api_key", "deepgram_api_key", "elevenlabs_api_key", "twilio_auth_token", "telnyx_api_key")


def burki_row(values: FakeValues, row_id: int) -> Row:
    """Return an assistant of Burki, in the shape of its newest document with what old deployments still send."""
    spelled = values.pick("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")
    row: Row = {
        "id": row_id,
        "organization_id": 77,
        "user_id": values.pick(5, 5, 6),
        "name": f"{values.pick(*TOPICS)} {row_id}",
        "description": values.pick(None, "Answers calls and passes them on."),
        "llm_provider": values.pick("openai", "anthropic", "custom"),
        "llm_provider_config": {
            "api_key": values.secret("llm"),
            "base_url": f"https://llm:{values.secret('llm-password')}@llm.example.com/v1",
            "model": "gpt-4o-mini",
            "custom_config": {"region": "eu", "signing": values.secret("custom-config")},
        },
        "llm_settings": {
            "temperature": 0.5,
            "max_tokens": 1000,
            "system_prompt": f"You speak for {values.personal('prompt')}.",
            "welcome_message": values.personal("welcome"),
            "top_p": 1,
            "frequency_penalty": 0,
            "presence_penalty": 0,
            "stop_sequences": [],
            **values.pick({}, {}, {"provider": "openai", "model": "gpt-4-turbo"}),
        },
        "webhook_url": values.hook("webhook"),
        "sms_webhook_url": values.pick(None, values.hook("sms")),
        "messaging_service_sid": None,
        "interruption_settings": values.pick(
            {"interruption_threshold": 3, "min_speaking_time": 0.5, "interruption_cooldown": 2},
            {"enabled": True, "threshold": 0.5, "evaluation_period": 0.8},
        ),
        "tts_settings": {
            "provider": "elevenlabs",
            "voice_id": "rachel",
            "model_id": "eleven_turbo_v2",
            "latency": 1,
            "stability": 0.5,
            "similarity_boost": 0.75,
            "style": 0,
            "use_speaker_boost": True,
            "speed": 1.0,
            "volume": 1.0,
            "background_sound": {"enabled": False, "storage_key": None, "sound_url": None, "volume": 0.3, "loop": True},
            "provider_config": {"elevenlabs": values.secret("tts"), "model": None},
        },
        "stt_settings": {
            "model": "nova-2",
            "language": "en-US",
            "punctuate": True,
            "interim_results": True,
            "endpointing": {"silence_threshold": 500, "min_silence_duration": 500},
            "utterance_end_ms": 1000,
            "vad_turnoff": 500,
            "smart_format": True,
            "keywords": [{"keyword": "refund", "intensifier": 1}],
            "keyterms": ["invoice"],
            "audio_denoising": False,
        },
        "end_call_message": values.personal("end"),
        "transfer_call_message": values.personal("transfer"),
        "idle_message": values.personal("idle"),
        "max_idle_messages": 3,
        "idle_timeout": 30,
        "max_call_length": values.pick(None, 1800),
        "conversation_continuity_enabled": values.pick(True, False),
        "tools_settings": {
            "enabled_tools": ["end_call"],
            "end_call": {"enabled": True, "scenarios": ["The caller says goodbye."], "custom_message": None},
            "transfer_call": {
                "enabled": True,
                "scenarios": ["The caller asks for a person."],
                "transfer_numbers": [values.phone(), values.phone()],
                "custom_message": None,
            },
            "custom_tools": [{"url": values.hook("tool"), "headers": {"X-Api-Key": values.secret("tool-header")}}],
            "send_sms": {"enabled": False},
            "dtmf_solver": {"enabled": False},
        },
        "rag_settings": {
            "enabled": values.pick(True, False),
            "search_limit": 3,
            "similarity_threshold": 0.7,
            "embedding_model": "text-embedding-3-small",
            "chunking_strategy": "recursive",
            "chunk_size": 1000,
            "chunk_overlap": 200,
            "auto_process": True,
            "include_metadata": True,
            "context_window_tokens": 4000,
        },
        "llm_fallback_providers": {
            "enabled": True,
            "fallbacks": [
                {"provider": "openai", "api_key": values.secret("fallback"), "base_url": None, "model": "gpt-4o"}
            ],
        },
        "bypass_numbers": values.pick([], [values.phone()]),
        "custom_settings": values.pick({}, {"crm": values.secret("custom-settings")}),
        "is_active": values.pick(True, True, False, None),
        "backchannel_settings": None,
        "recording_settings": {"enabled": True},
        "api_keys": {"elevenlabs_api_key": values.secret("elevenlabs"), "deepgram_api_key": values.secret("deepgram")},
        "tts_limit": None,
        "stt_limit": None,
        "created_at": values.created.strftime(spelled),
        "updated_at": values.updated.strftime(spelled),
    }
    if values.random.random() < 0.2:
        row["twilio_config"] = {"account_sid": values.secret("twilio-sid"), "auth_token": values.secret("twilio")}
        row["webhook_headers"] = {"X-Hook": values.secret("webhook-header")}
        row |= {name: values.secret(name.replace("_", "-")) for name in _OLD_KEYS}
    return row
