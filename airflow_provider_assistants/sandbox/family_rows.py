# SPDX-License-Identifier: Apache-2.0
"""An assistant of the Autocalls family: every documented field, and the oddities of a PHP backend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow_provider_assistants.sandbox.fake_values import TOPICS, ZONES, FakeValues

__all__ = ["family_row"]

Row = dict[str, Any]

#: What a row of Intellixent's document has; some of the sandbox's have no more either.
_SHORT = (
    "id user_id name type mode status initial_message system_prompt voice_id language_id phone_number_id timezone "
    "max_duration record uuid created_at updated_at"
).split()
_SHORT_SHARE = 0.2

_BRIEFING = (
    "Be brief, friendly and exact. Ask one question at a time and wait for the answer. Say what was understood before you "
    "go on. Never promise a price, a date or a discount that you were not given. If the caller wants a person, pass the call "
    "on at once and say so. If the line is bad, ask to repeat once, then offer to call back. Note the wish, the time that "
    "suits and how sure the caller is. End when the caller says goodbye, and thank them by name if they gave one."
)


def family_row(values: FakeValues, row_id: int) -> Row:
    """Return an assistant of the Autocalls family."""
    spelled = values.pick("%Y-%m-%dT%H:%M:%S.000000Z", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S")
    deleted = values.random.random() < 0.03
    row: Row = {
        "id": row_id,
        "user_id": 1,
        "phone_number_id": values.pick(None, 45, 46),
        "engine_id": None,
        "synthesizer_id": None,
        "transcriber_id": None,
        "voice_id": values.random.randrange(1, 60),
        "instance_id": 1,
        "name": f"{values.pick(*TOPICS)} {row_id}",
        "variables": values.pick([], {"company_name": values.personal("company"), "rep_name": values.personal("rep")}),
        "post_call_evaluation": values.pick(True, False),
        "fillers": values.pick(1, 0),
        "post_call_schema": [{"name": "interest_level", "type": "string", "description": "High, medium or low"}],
        "tools": values.pick(
            [],
            [
                {
                    "type": "calendar_integration",
                    "data": {
                        "calcom_api_key": values.secret("calcom"),
                        "calcom_custom_endpoint": values.hook("calcom"),
                    },
                },
                {
                    "type": "call_transfer",
                    "data": {
                        "phone_number": values.phone(),
                        "supervisor_phone": values.phone(),
                        "custom_caller_id": values.phone(),
                    },
                },
            ],
            [
                {
                    "type": "http",
                    "data": {
                        "url": values.hook("tool"),
                        "headers": [{"name": "Authorization", "value": f"Bearer {values.secret('header')}"}],
                    },
                }
            ],
        ),
        "is_webhook_active": values.pick(True, False, 1, 0),
        "webhook_url": values.hook("webhook"),
        "inbound_webhook_url": values.pick(None, values.hook("inbound")),
        "language": None,
        "type": values.pick("inbound", "outbound"),
        "status": values.pick("active", "active", "inactive"),
        "max_duration": values.pick(600, 900, "900"),
        "record": values.pick(True, False),
        "initial_message": f"Hello, this is {values.personal('greeting')}. How are you today?",
        "system_prompt": f"You speak for {values.personal('prompt')}. {_BRIEFING}",
        "flows_platform_id": None,
        "timezone": values.pick(*ZONES),
        "created_at": values.created.strftime(spelled),
        "updated_at": values.updated.strftime(spelled),
        "max_silence_duration": 25,
        "reengagement_interval": 45,
        "deleted_at": (values.updated + timedelta(days=1)).strftime(spelled) if deleted else None,
        "end_call_on_voicemail": values.pick(1, 0),
        "llm_temperature": values.pick("0.35", "0.70"),
        "voice_stability": "0.75",
        "voice_similarity": "0.85",
        "allow_interruptions": True,
        "enable_noise_cancellation": values.pick(True, False),
        "endpoint_sensitivity": values.pick(1.8, 2),
        "speech_speed": "1.10",
        "endpoint_type": values.pick("vad", "ai"),
        "wait_for_customer": values.pick(True, False),
        "mode": values.pick("pipeline", "multimodal", "dualplex"),
        "language_id": values.random.randrange(1, 30),
        "transcriber_provider_id": None,
        "synthesizer_provider_id": None,
        "llm_model_id": values.pick(None, 3),
        "multimodal_model_id": None,
        "ambient_sound": values.pick("office", None),
        "uuid": values.uuid(),
        "send_webhook_only_on_completed": True,
        "include_recording_in_webhook": values.pick(True, False),
        "interrupt_sensitivity": 1.2,
        "filler_config": values.pick(
            [],
            {"neutral": ["I see.", "Right."], "negative": ["Hmm."], "positive": ["Great!"], "question": ["Well..."]},
            {"enabled": True, "phrases": ["One moment."]},
        ),
        "knowledgebase_id": values.pick(None, 12),
        "knowledgebase_mode": values.pick("function_call", "prompt", "hybrid", "semantic"),
        "min_interrupt_words": 3,
        "ambient_sound_volume": "0.30",
        "widget_settings": values.pick([], {"theme": "modern", "color": "#2563eb", "position": "bottom-right"}),
        "ringing_time": 30,
        "max_initial_silence_duration": 20,
        "secondary_language_ids": [],
        "reengagement_prompt": values.personal("reengagement"),
        "voice_mail_message": values.personal("voicemail"),
        "tool_ids": [],
        "conversation_ended_webhook_url": values.pick(None, values.hook("ended")),
        "chat_llm_fallback_id": None,
        "turn_detection_threshold": values.pick(None, 0.5),
        "tts_emotion_enabled": values.pick(True, False),
        "folder_id": values.pick(None, 4),
        "label_ids": values.pick([], [2, 9]),
        "conversation_inactivity_timeout": 300,
        "conversation_ended_retrigger": False,
    }
    if values.mark.startswith("intellixent") and values.random.random() < _SHORT_SHARE:
        return {key: row[key] for key in _SHORT}
    return row
