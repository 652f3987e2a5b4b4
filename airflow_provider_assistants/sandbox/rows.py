# SPDX-License-Identifier: Apache-2.0
"""
The sandbox's assistants: every documented field, realistic oddities, and planted secrets; the same for the same seed.

Whatever is secret contains :data:`SECRET`, whatever is personal :data:`PERSONAL` (telephone numbers begin with
:data:`PHONE`, a range reserved for fiction), so that a test can look for what must not be there.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["ID_FIELDS", "MAKERS", "PERSONAL", "PHONE", "SECRET"]

Row = dict[str, Any]

SECRET = "sandbox-secret-"  # noqa: S105 - the mark of planted secrets
PERSONAL = "sandbox-personal-"
PHONE = "+1555010"

#: By which field each vendor knows an assistant.
ID_FIELDS: Mapping[str, str] = {
    "autocalls": "id",
    "otonistark": "id",
    "intellixent": "id",
    "burki": "id",
    "puretalk": "assistant_id",
}

_TOPICS = ("Sales Outreach", "Appointment Desk", "Support Line", "Lead Qualifier", "Survey", "Collections", "Reception")
_ZONES = ("America/Los_Angeles", "Europe/Berlin", "America/Sao_Paulo", "UTC", "Europe/Istanbul")
_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


class _Dice:
    """The luck of one row, and what is made of it."""

    def __init__(self, vendor: str, account: int, index: int, seed: int) -> None:
        self.random = random.Random(f"{seed}/{vendor}/{account}/{index}")  # noqa: S311 - not for cryptography
        self.mark = f"{vendor}-{account}-{index}"
        self.created = _FIRST_DAY + timedelta(minutes=11 * index, seconds=self.random.randrange(60))
        self.updated = self.created + timedelta(seconds=self.random.randrange(1, 10**7))

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def secret(self, kind: str) -> str:
        return f"{SECRET}{kind}-{self.mark}"

    def personal(self, kind: str) -> str:
        return f"{PERSONAL}{kind}-{self.mark}"

    def phone(self) -> str:
        return f"{PHONE}{self.random.randrange(10**4):04d}"

    def hook(self, kind: str) -> str:
        return f"https://hook:{self.secret(kind + '-password')}@crm.example.com/calls?token={self.secret(kind)}&v=1"

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))


def family_row(dice: _Dice, row_id: int, *, padding: int = 0) -> Row:
    """Give an assistant of the Autocalls family."""
    spelled = dice.pick("%Y-%m-%dT%H:%M:%S.000000Z", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S")
    deleted = dice.random.random() < 0.03
    return {
        "id": row_id,
        "user_id": 1,
        "phone_number_id": dice.pick(None, 45, 46),
        "engine_id": None,
        "synthesizer_id": None,
        "transcriber_id": None,
        "voice_id": dice.random.randrange(1, 60),
        "instance_id": 1,
        "name": f"{dice.pick(*_TOPICS)} {row_id}",
        "variables": dice.pick([], {"company_name": dice.personal("company"), "rep_name": dice.personal("rep")}),
        "post_call_evaluation": dice.pick(True, False),
        "fillers": dice.pick(1, 0),
        "post_call_schema": [{"name": "interest_level", "type": "string", "description": "High, medium or low"}],
        "tools": dice.pick(
            [],
            [
                {
                    "type": "calendar_integration",
                    "data": {"calcom_api_key": dice.secret("calcom"), "calcom_custom_endpoint": dice.hook("calcom")},
                },
                {
                    "type": "call_transfer",
                    "data": {
                        "phone_number": dice.phone(),
                        "supervisor_phone": dice.phone(),
                        "custom_caller_id": dice.phone(),
                    },
                },
            ],
            [
                {
                    "type": "http",
                    "data": {
                        "url": dice.hook("tool"),
                        "headers": [{"name": "Authorization", "value": f"Bearer {dice.secret('header')}"}],
                    },
                }
            ],
        ),
        "is_webhook_active": dice.pick(True, False, 1, 0),
        "webhook_url": dice.hook("webhook"),
        "inbound_webhook_url": dice.pick(None, dice.hook("inbound")),
        "language": None,
        "type": dice.pick("inbound", "outbound"),
        "status": dice.pick("active", "active", "inactive"),
        "max_duration": dice.pick(600, 900, "900"),
        "record": dice.pick(True, False),
        "initial_message": f"Hello, this is {dice.personal('greeting')}. How are you today?",
        "system_prompt": f"You speak for {dice.personal('prompt')}. Be brief and friendly."
        + " Listen first." * (padding // 14),
        "flows_platform_id": None,
        "timezone": dice.pick(*_ZONES),
        "created_at": dice.created.strftime(spelled),
        "updated_at": dice.updated.strftime(spelled),
        "max_silence_duration": 25,
        "reengagement_interval": 45,
        "deleted_at": (dice.updated + timedelta(days=1)).strftime(spelled) if deleted else None,
        "end_call_on_voicemail": dice.pick(1, 0),
        "llm_temperature": dice.pick("0.35", "0.70"),
        "voice_stability": "0.75",
        "voice_similarity": "0.85",
        "allow_interruptions": True,
        "enable_noise_cancellation": dice.pick(True, False),
        "endpoint_sensitivity": dice.pick(1.8, 2),
        "speech_speed": "1.10",
        "endpoint_type": dice.pick("vad", "ai"),
        "wait_for_customer": dice.pick(True, False),
        "mode": dice.pick("pipeline", "multimodal", "dualplex"),
        "language_id": dice.random.randrange(1, 30),
        "transcriber_provider_id": None,
        "synthesizer_provider_id": None,
        "llm_model_id": dice.pick(None, 3),
        "multimodal_model_id": None,
        "ambient_sound": dice.pick("office", None),
        "uuid": dice.uuid(),
        "send_webhook_only_on_completed": True,
        "include_recording_in_webhook": dice.pick(True, False),
        "interrupt_sensitivity": 1.2,
        "filler_config": dice.pick(
            [],
            {"neutral": ["I see.", "Right."], "negative": ["Hmm."], "positive": ["Great!"], "question": ["Well..."]},
            {"enabled": True, "phrases": ["One moment."]},
        ),
        "knowledgebase_id": dice.pick(None, 12),
        "knowledgebase_mode": dice.pick("function_call", "prompt", "hybrid", "semantic"),
        "min_interrupt_words": 3,
        "ambient_sound_volume": "0.30",
        "widget_settings": dice.pick([], {"theme": "modern", "color": "#2563eb", "position": "bottom-right"}),
        "ringing_time": 30,
        "max_initial_silence_duration": 20,
        "secondary_language_ids": [],
        "reengagement_prompt": dice.personal("reengagement"),
        "voice_mail_message": dice.personal("voicemail"),
        "tool_ids": [],
        "conversation_ended_webhook_url": dice.pick(None, dice.hook("ended")),
    }


def burki_row(dice: _Dice, row_id: int, *, padding: int = 0) -> Row:
    """Give an assistant of Burki, in the shape of its newest document with what old deployments still send."""
    spelled = dice.pick("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")
    row: Row = {
        "id": row_id,
        "organization_id": 77,
        "user_id": dice.pick(5, 5, 6),
        "name": f"{dice.pick(*_TOPICS)} {row_id}",
        "description": dice.pick(None, "Answers calls and passes them on."),
        "llm_provider": dice.pick("openai", "anthropic", "custom"),
        "llm_provider_config": {
            "api_key": dice.secret("llm"),
            "base_url": f"https://llm:{dice.secret('llm-password')}@llm.example.com/v1",
            "model": "gpt-4o-mini",
            "custom_config": {"region": "eu", "signing": dice.secret("custom-config")},
        },
        "llm_settings": {
            "temperature": 0.5,
            "max_tokens": 1000,
            "system_prompt": f"You speak for {dice.personal('prompt')}." + " Listen first." * (padding // 14),
            "welcome_message": dice.personal("welcome"),
            "top_p": 1,
            "stop_sequences": [],
        },
        "webhook_url": dice.hook("webhook"),
        "sms_webhook_url": dice.pick(None, dice.hook("sms")),
        "messaging_service_sid": None,
        "interruption_settings": dice.pick(
            {"interruption_threshold": 3, "min_speaking_time": 0.5, "interruption_cooldown": 2},
            {"enabled": True, "threshold": 0.5, "evaluation_period": 0.8},
        ),
        "tts_settings": {
            "provider": "elevenlabs",
            "voice_id": "rachel",
            "latency": 1,
            "stability": 0.5,
            "speed": 1.0,
            "provider_config": {"elevenlabs": dice.secret("tts"), "model": None},
        },
        "stt_settings": {
            "model": "nova-2",
            "language": "en-US",
            "keywords": [{"keyword": "refund", "intensifier": 1}],
            "keyterms": ["invoice"],
        },
        "end_call_message": dice.personal("end"),
        "transfer_call_message": dice.personal("transfer"),
        "idle_message": dice.personal("idle"),
        "max_idle_messages": 3,
        "idle_timeout": 30,
        "max_call_length": dice.pick(None, 1800),
        "conversation_continuity_enabled": dice.pick(True, False),
        "tools_settings": {
            "enabled_tools": ["end_call"],
            "end_call": {"enabled": True, "scenarios": ["The caller says goodbye."], "custom_message": None},
            "transfer_call": {"enabled": True, "scenarios": [], "transfer_numbers": [dice.phone(), dice.phone()]},
            "custom_tools": [{"url": dice.hook("tool"), "headers": {"X-Api-Key": dice.secret("tool-header")}}],
            "send_sms": {"enabled": False},
        },
        "rag_settings": {"enabled": False, "search_limit": 3, "context_window_tokens": 4000},
        "llm_fallback_providers": {
            "enabled": True,
            "fallbacks": [
                {"provider": "openai", "api_key": dice.secret("fallback"), "base_url": None, "model": "gpt-4o"}
            ],
        },
        "bypass_numbers": dice.pick([], [dice.phone()]),
        "custom_settings": dice.pick({}, {"crm": dice.secret("custom-settings")}),
        "is_active": dice.pick(True, True, False, None),
        "backchannel_settings": None,
        "recording_settings": {"enabled": True},
        "api_keys": {"elevenlabs_api_key": dice.secret("elevenlabs"), "deepgram_api_key": dice.secret("deepgram")},
        "tts_limit": None,
        "stt_limit": None,
        "created_at": dice.created.strftime(spelled),
        "updated_at": dice.updated.strftime(spelled),
    }
    if dice.random.random() < 0.2:
        row["twilio_config"] = {"account_sid": dice.secret("twilio-sid"), "auth_token": dice.secret("twilio")}
        row["webhook_headers"] = {"X-Hook": dice.secret("webhook-header")}
    return row


def puretalk_row(dice: _Dice, row_id: str, *, padding: int = 0) -> Row:
    """Give an assistant of Puretalk."""
    spelled = dice.pick("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ")
    return {
        "user": dice.pick(
            123,
            *[
                {
                    "name": dice.personal("name"),
                    "dp": None,
                    "email": f"{dice.personal('mail')}@example.com",
                }
            ]
            * 4,
        ),
        "voice": dice.pick(
            7,
            *[
                {
                    "voice_id": "11labs-Adrian",
                    "name": "Adrian",
                    "avatar": "https://cdn.example.com/adrian.png",
                    "gender": "male",
                    "demo_audio_url": "https://cdn.example.com/adrian.mp3",
                    "is_cloned": False,
                    "language": "en",
                    "description": None,
                }
            ]
            * 4,
        ),
        "llm_states": [],
        "phone_number": dice.pick(None, dice.phone()),
        "variables": [],
        "knowledge_base": None,
        "assistant_id": row_id,
        "name": f"{dice.pick(*_TOPICS)} {row_id[:4]}",
        "prompt": f"You speak for {dice.personal('prompt')}." + " Listen first." * (padding // 14),
        "model": dice.pick("puretalk-plg", "gpt-3.5-turbo"),
        "who_speaks_first": dice.pick("assistant", "user"),
        "begin_message": dice.pick(None, dice.personal("begin")),
        "assistant_type": "single_prompt",
        "avatar": "https://cdn.example.com/bot.png",
        "custom_knowledge_base": dice.personal("knowledge"),
        "timezone": dice.pick(*_ZONES),
        "voice_stability": dice.pick(0.5, 1),
        "voice_clarity_similarity": 0.75,
        "voice_stream_latency_optimization": 2,
        "voice_boost": dice.pick(True, False),
        "voice_speed": 1.0,
        "voice_emotion": [],
        "call_recording_enabled": True,
        "reminder_message_frequency": 10,
        "max_reminder_messages": 2,
        "post_analysis": None,
        "chatbot_logo": None,
        "chatbot_accent_color": "#2563eb",
        "chatbot_faq": None,
        "chatbot_whitelisted_domains": dice.pick(None, [f"{dice.personal('domain')}.example.com"]),
        "chatbot_begin_message": None,
        "tools": dice.pick(None, f'[{{"name": "crm", "api_key": "{dice.secret("tool")}"}}]'),
        "created_at": dice.created.strftime(spelled),
        "updated_at": dice.updated.strftime(spelled),
        "behavior": 1,
    }


def _numbered(make: Callable[..., Row]) -> Callable[..., tuple[Any, Row]]:
    def maker(vendor: str, account: int, index: int, seed: int, padding: int) -> tuple[Any, Row]:
        row_id = account * 1_000_000 + index + 1
        return row_id, make(_Dice(vendor, account, index, seed), row_id, padding=padding)

    return maker


def _puretalk(vendor: str, account: int, index: int, seed: int, padding: int) -> tuple[Any, Row]:
    dice = _Dice(vendor, account, index, seed)
    row_id = dice.uuid()
    return row_id, puretalk_row(dice, row_id, padding=padding)


#: Makes the n-th assistant of an account: its id and its row.
MAKERS: Mapping[str, Callable[..., tuple[Any, Row]]] = {
    "autocalls": _numbered(family_row),
    "otonistark": _numbered(family_row),
    "intellixent": _numbered(family_row),
    "burki": _numbered(burki_row),
    "puretalk": _puretalk,
}
