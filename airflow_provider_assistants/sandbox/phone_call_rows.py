# SPDX-License-Identifier: Apache-2.0
"""
A telephone call as each vendor shows it: every documented field, with the oddities of the backend behind it.

All that is random is drawn before the stage of the call is looked at, so that a call stays the same one as it goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.sandbox.fake_values import FakeValues

if TYPE_CHECKING:
    from airflow_provider_assistants.sandbox.phone_calls import PhoneCall

__all__ = ["burki_call", "family_call", "puretalk_call"]

Row = dict[str, Any]

_WEST = timezone(timedelta(hours=-4))


def family_call(values: FakeValues, call: PhoneCall, assistant: Row) -> Row:
    """Return a call of the Autocalls family: no id of its assistant, three spellings of times, texts for costs."""
    spelled = values.pick("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S")
    kind = values.pick("inbound", "outbound", "outbound", "web")
    over = values.pick(
        "completed", "completed", "ended_by_customer", "ended_by_assistant", "no-answer", "busy", "failed"
    )
    said, brand = values.personal("said"), values.mark.partition("-")[0]
    carrier = values.random.randrange(1, 40)
    cost = f"{carrier / 100:.8f}", f"{(carrier + 4) / 100:.8f}"
    campaign = values.random.randrange(1, 4) if kind == "outbound" else None
    going_on, answered_by = values.pick("ringing", "in-progress"), values.pick("human", "machine", "unknown")
    evaluation = values.pick([], {"summary": values.personal("summary")})
    is_over, is_settled = call.stage != "open", call.stage == "settled"
    seconds = int((call.ended - call.started).total_seconds())
    changed = {"open": call.started, "ended": call.ended, "settled": call.settled}[call.stage]

    def time(moment: datetime) -> str:
        return (moment if spelled.endswith("Z") else moment.astimezone(call.zone)).strftime(spelled)

    return {
        "id": call.id,
        "assistant_name": assistant.get("name"),
        "campaign_name": None if campaign is None else f"Campaign {campaign}",
        "type": kind,
        "duration": (str(seconds) if brand == "otonistark" else seconds) if is_over else None,
        "assistant_phone_number": None if kind == "web" else values.phone(),
        "client_phone_number": None if kind == "web" else values.phone(),
        "status": (over if is_settled else "ended") if is_over else going_on,
        "transcript": (
            (
                f"bot: Hello. human: {said}"
                if brand == "autocalls"
                else [{"text": said, "type": "transcript", "sender": "human", "timestamp": call.started.timestamp()}]
            )
            if is_settled
            else None
        ),
        "variables": values.pick([], {"customer_name": values.personal("customer")}),
        "evaluation": evaluation if is_settled else None,
        "webhook_response": values.pick(None, {"lead": values.personal("lead"), "token": values.secret("webhook")}),
        "carrier_cost": (float(cost[0]) if brand == "autocalls" else cost[0]) if is_settled else None,
        "total_cost": (float(cost[1]) if brand == "autocalls" else cost[1]) if is_settled else None,
        "answered_by": answered_by if is_over else None,
        "recording_url": _recording(values, call) if is_settled else None,
        "created_at": time(call.started),
        "updated_at": time(changed),
    }


def burki_call(values: FakeValues, call: PhoneCall, assistant: Row) -> Row:
    """Return a call of Burki: no time of its last change, and costs that come later."""
    spelled = values.pick("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f+00:00")
    is_over, is_settled = call.stage != "open", call.stage == "settled"
    costs = [round(values.random.random() / 10, 6) for _ in range(4)]
    customer, own, is_inbound = values.phone(), values.phone(), values.pick(True, False)
    over = values.pick("completed", "completed", "failed")
    return {
        "id": call.id,
        "call_sid": f"CA{values.random.getrandbits(128):032x}",
        "assistant_id": assistant.get("id"),
        "assistant_name": values.pick(assistant.get("name"), assistant.get("name"), None),
        "flow_name": None,
        "to_phone_number": own if is_inbound else customer,
        "customer_phone_number": customer,
        "status": over if is_over else "ongoing",
        "duration": int((call.ended - call.started).total_seconds()) if is_over else None,
        "started_at": call.started.strftime(spelled),
        "ended_at": call.ended.strftime(spelled) if is_over else None,
        "total_cost": round(sum(costs), 6) if is_settled else None,
        "llm_cost": costs[0] if is_settled else None,
        "tts_cost": costs[1] if is_settled else None,
        "stt_cost": costs[2] if is_settled else None,
        "telephony_cost": costs[3] if is_settled else None,
        "cost_currency": "USD" if is_settled else None,
        "call_meta": values.pick(
            None, {}, {"caller_name": values.personal("caller"), "crm_token": values.secret("crm")}
        ),
    }


def puretalk_call(values: FakeValues, call: PhoneCall, assistant: Row) -> Row:
    """Return a call of Puretalk: times with an offset, and no cost."""
    is_over, is_settled = call.stage != "open", call.stage == "settled"
    seconds, said = (call.ended - call.started).total_seconds(), values.personal("said")
    over = values.pick("completed", "completed", "failed")
    note = {"customer": values.personal("customer"), "api_key": values.secret("metadata")}

    def time(moment: datetime) -> str:
        return moment.astimezone(_WEST).strftime("%Y-%m-%dT%H:%M:%S.%f%z")[:-2] + ":00"

    return {
        "call_id": call.id,
        "assistant_id": assistant.get("assistant_id"),
        "assistant_name": assistant.get("name"),
        "voice_id": "11labs-Adrian",
        "voice_name": "Adrian",
        "from_number": values.phone(),
        "to_number": values.phone(),
        "protocol": values.pick("web", "phone"),
        "start_time": time(call.started),
        "end_time": time(call.ended) if is_over else None,
        "call_duration_seconds": (seconds if seconds % 2 else str(int(seconds))) if is_over else None,
        "call_type": values.pick("incoming", "outgoing"),
        "status": over if is_over else "in-progress",
        "campaign_id": None,
        "provider_call_id": f"PC{values.random.getrandbits(64):016x}",
        "metadata": values.pick(note, str(note).replace("'", '"'), None),
        "variables": [{"name": "customer", "value": values.personal("variable")}],
        "transcript": f"Agent: Hello. User: {said}" if is_settled else None,
        "transcript_object": [{"role": "user", "content": said, "turn_latency": 0.4}] if is_settled else [],
        "call_analysis": (
            {
                "summary": values.personal("summary"),
                "call_completion": "complete",
                "task_completion": "complete",
                "post_analysis_data": [],
            }
            if is_settled
            else None
        ),
        "call_recording_enabled": True,
        "call_recording_url": _recording(values, call) if is_settled else None,
    }


def _recording(values: FakeValues, call: PhoneCall) -> str:
    """Return a link that opens for whoever has it, for a while."""
    return f"https://recordings.example.com/{call.index}.mp3?expires=1767225600&signature={values.secret('recording')}"
