# SPDX-License-Identifier: Apache-2.0
"""Campaigns, leads, conversations, telephone numbers and folders of one account, in the shape of each vendor's documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_assistants.sandbox.apis import FAMILY
from airflow_provider_assistants.sandbox.fake_values import FakeValues
from airflow_provider_assistants.sandbox.options import Options

__all__ = ["LISTED", "ListedRows"]

Row = dict[str, Any]

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def _family_campaign(values: FakeValues, number: int) -> Row:
    return {
        "id": number,
        "name": f"Campaign {number}",
        "status": values.pick("draft", "in-progress", "stopped", "active", "paused", "completed"),
        "max_calls_in_parallel": values.pick(3, 5, 10),
        "mark_complete_when_no_leads": values.pick(True, False, 1, 0),
        "allowed_hours_start_time": "09:00",
        "allowed_hours_end_time": "18:00",
        "allowed_days": _DAYS,
        "max_retries": 3,
        "retry_interval": values.pick(300, "300"),
        "created_at": values.created.strftime(_STAMP),
        "updated_at": values.updated.strftime(_STAMP),
    }


def _family_lead(values: FakeValues, number: int) -> Row:
    def contact(own: int) -> Row:
        return {
            "id": own,
            "phone_number": values.phone(),
            "variables": values.pick([], {"customer_name": values.personal("lead"), "email": values.personal("mail")}),
            "status": values.pick("created", "scheduled", "processing", "completed", "rescheduled", "blacklisted"),
            "created_at": values.created.strftime("%Y-%m-%d %H:%M:%S"),
            "updated_at": values.updated.strftime("%Y-%m-%d %H:%M:%S"),
        }

    campaign = values.random.randrange(1, 4)
    return {
        **contact(number),
        "campaign_id": campaign,
        "campaign": {"id": campaign, "name": f"Campaign {campaign}"},
        "secondary_contacts": values.pick([], [contact(number + 500_000)]),
    }


def _family_conversation(values: FakeValues, number: int) -> Row:
    kind = values.pick("test", "widget", "whatsapp", "api")
    row = {
        "id": values.uuid(),
        "assistant_id": values.uuid(),
        "assistant_name": "Support Line",
        "type": kind,
        "variables": values.pick(None, [], {"user_name": values.personal("user")}),
        "message_count": values.random.randrange(1, 30),
        "total_cost": round(values.random.random() / 100, 4),
        "ai_enabled": True,
        "created_at": values.created.strftime("%Y-%m-%d %H:%M:%S"),
        "updated_at": values.updated.strftime("%Y-%m-%d %H:%M:%S"),
    }
    if kind == "whatsapp":
        row["whatsapp_sender"] = {"name": "Sandbox Support", "phone": values.phone()}
        row["customer"] = {"name": values.personal("customer"), "phone": values.phone()}
    if kind == "api":
        row["external_identifier"] = f"crm-{number}"
    return row


def _family_phone_number(values: FakeValues, number: int) -> Row:
    return {
        "id": number,
        "phone_number": values.phone(),
        "country_code": values.pick("US", "DE", "BR"),
        "type": values.pick("normal", "sip", "caller_id"),
        "type_label": "Dedicated Number",
        "sms_capable": values.pick(True, False),
        "region": "us1",
        "has_active_subscription": values.pick(True, False),
        "created_at": values.created.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
    }


def _family_folder(values: FakeValues, number: int) -> Row:
    return {
        "id": number,
        "name": f"Customer {number}",
        "color": values.pick("blue", None),
        "assistants_count": values.random.randrange(9),
    }


def _burki_campaign(values: FakeValues, number: int) -> Row:
    return {
        "id": number,
        "name": f"Reminders {number}",
        "description": values.pick(None, "Calls of the week"),
        "campaign_type": values.pick("call", "sms", "mixed"),
        "status": values.pick("draft", "scheduled", "running", "paused", "completed", "cancelled", "failed"),
        "assistant_id": values.random.randrange(1, 60),
        "assistant_name": "Appointment Desk",
        "total_contacts": 500,
        "completed_contacts": 485,
        "failed_contacts": 15,
        "created_at": values.created.strftime(_STAMP),
        "started_at": values.pick(None, values.updated.strftime(_STAMP)),
        "completed_at": None,
        "metrics": {"success_rate": 97.0, "answer_rate": 85.0, "average_duration_seconds": 45, "actual_cost": 12.5},
    }


def _burki_phone_number(values: FakeValues, number: int) -> Row:
    return {
        "id": number,
        "phone_number": values.phone(),
        "friendly_name": f"Line {number}",
        "twilio_sid": f"PN{values.random.getrandbits(128):032x}",
        "is_active": values.pick(True, True, False),
        "capabilities": {"voice": True, "sms": values.pick(True, False), "mms": False},
        "assistant": values.pick(None, {"id": 123, "name": "Support Line", "is_active": True}),
        "created_at": values.created.strftime(_STAMP),
        "updated_at": values.pick(None, values.updated.strftime(_STAMP)),
    }


def _puretalk_campaign(values: FakeValues, number: int) -> Row:
    return {
        "ai_assistant": {"assistant_id": values.uuid(), "name": "My Assistant", "variables": ["name"]},
        "schedules": [
            {"campaign_schedule_id": values.uuid(), "day": "Monday", "start_time": "10:00", "end_time": "11:00"}
        ],
        "campaign_id": values.uuid(),
        "type": "call",
        "name": f"My Campaign {number}",
        "start_date": values.created.strftime("%Y-%m-%d"),
        "end_date": values.updated.strftime("%Y-%m-%d"),
        "status": values.pick("active", "paused"),
        "created_at": values.created.strftime("%Y-%m-%d"),
        "updated_at": values.updated.strftime("%Y-%m-%d"),
        "total_tasks": 100,
        "completed_tasks": 60,
        "pending_tasks": 40,
    }


def _puretalk_phone_number(values: FakeValues, number: int) -> Row:
    return {
        "user": {
            "name": values.personal("name"),
            "dp": f"https://cdn.example.com/{values.personal('picture')}.png",
            "email": f"{values.personal('mail')}@example.com",
        },
        "ai_assistant": values.pick(None, {"assistant_id": values.uuid(), "name": "My Assistant", "variables": []}),
        "additional_data": {"postal_code": "94107", "capabilities": {"voice": True, "SMS": True, "MMS": False}},
        "phone_number_id": values.uuid(),
        "phone_number": values.phone(),
        "friendly_name": values.phone(),
        "provider": "twilio",
        "provider_id": f"PN{values.random.getrandbits(128):032x}",
        "is_active": values.pick(True, False),
        "created_at": values.created.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "updated_at": values.updated.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


_FAMILY_MAKERS: Mapping[str, Callable[..., Row]] = {
    "campaigns": _family_campaign,
    "leads": _family_lead,
    "conversations": _family_conversation,
    "phone_numbers": _family_phone_number,
    "folders": _family_folder,
}

#: What else each vendor lists, with what makes a row of it.
LISTED: Mapping[str, Mapping[str, Callable[..., Row]]] = {
    **dict.fromkeys(FAMILY, _FAMILY_MAKERS),
    "burki": {"campaigns": _burki_campaign, "phone_numbers": _burki_phone_number},
    "puretalk": {"campaigns": _puretalk_campaign, "phone_numbers": _puretalk_phone_number},
}


class ListedRows:
    """
    One of an account's other listings; rows are made when they are asked for.

    :param vendor: Of which vendor.
    :param listing: Which of its listings.
    :param number: The account's number, from 1.
    :param options: How the sandbox behaves; ``others`` says how many rows there are.
    """

    def __init__(self, vendor: str, listing: str, number: int, options: Options) -> None:
        self._vendor = vendor
        self._listing = listing
        self._number = number
        self._options = options
        self._changed: dict[int, Row] = {}
        self._present = list(range(options.others))

    def rows(self, matches: Callable[[Row], bool] | None = None) -> Sequence[Row]:
        """Return the rows, all or those that are so, in the order of the listing."""
        rows = [self._row(index) for index in self._present]
        return rows if matches is None else [row for row in rows if matches(row)]

    def update(self, position: int, **fields: Any) -> None:
        """Change fields of the row at a position."""
        index = self._present[position]
        self._changed[index] = {**self._changed.get(index, {}), **fields}

    def insert(self) -> None:
        """Add a row at the end."""
        self._present.append(max(self._present, default=-1) + 1)

    def delete(self, position: int) -> None:
        """Remove the row at a position."""
        del self._present[position]

    def _row(self, index: int) -> Row:
        values = FakeValues(self._vendor, self._number, index, self._options.seed, kind=f"{self._listing}-")
        own = LISTED[self._vendor][self._listing](values, self._number * 1_000_000 + index + 1)
        return {**own, **self._changed.get(index, {})}
