# SPDX-License-Identifier: Apache-2.0
"""An assistant of Puretalk, with user and voice as objects or, as of old, as numbers."""

from __future__ import annotations

from typing import Any

from airflow_provider_assistants.sandbox.fake_values import TOPICS, ZONES, FakeValues

__all__ = ["puretalk_row"]

Row = dict[str, Any]


def puretalk_row(values: FakeValues, row_id: str) -> Row:
    """Return an assistant of Puretalk."""
    spelled = values.pick("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ")
    row: Row = {
        "user": values.pick(
            123,
            *[
                {
                    "name": values.personal("name"),
                    "dp": f"https://cdn.example.com/{values.personal('picture')}.png",
                    "email": f"{values.personal('mail')}@example.com",
                }
            ]
            * 4,
        ),
        "voice": values.pick(
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
        "phone_number": values.pick(None, values.phone()),
        "variables": [],
        "knowledge_base": None,
        "assistant_id": row_id,
        "name": f"{values.pick(*TOPICS)} {row_id[:4]}",
        "prompt": f"You speak for {values.personal('prompt')}. Ask one question at a time, and note what was agreed.",
        "model": values.pick("puretalk-plg", "gpt-3.5-turbo"),
        "who_speaks_first": values.pick("assistant", "user"),
        "begin_message": values.pick(None, values.personal("begin")),
        "assistant_type": "single_prompt",
        "avatar": "https://cdn.example.com/bot.png",
        "custom_knowledge_base": values.personal("knowledge"),
        "timezone": values.pick(*ZONES),
        "voice_stability": values.pick(0.5, 1),
        "voice_clarity_similarity": 0.75,
        "voice_stream_latency_optimization": 2,
        "voice_boost": values.pick(True, False),
        "voice_speed": 1.0,
        "voice_emotion": [],
        "call_recording_enabled": True,
        "reminder_message_frequency": 10,
        "max_reminder_messages": 2,
        "post_analysis": None,
        "chatbot_logo": None,
        "chatbot_accent_color": "#2563eb",
        "chatbot_faq": None,
        "chatbot_whitelisted_domains": values.pick(None, [f"{values.personal('domain')}.example.com"]),
        "chatbot_begin_message": None,
        "tools": values.pick(None, f'[{{"name": "crm", "api_key": "{values.secret("tool")}"}}]'),
        "created_at": values.created.strftime(spelled),
        "updated_at": values.updated.strftime(spelled),
        "behavior": 1,
    }
    if isinstance(row["user"], int):  # rows of that age have a number of their own, too
        row["id"] = values.random.randrange(1, 10**6)
    return row
