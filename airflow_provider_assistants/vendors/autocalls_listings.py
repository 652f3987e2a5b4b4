# SPDX-License-Identifier: Apache-2.0
"""
What the Autocalls family lists beside its assistants.

The brands' own documents show calls, leads and conversations; campaigns, telephone numbers and folders are from the documents of
another brand on the same backend, Famulor. The assistants' names and ids are not always the same in them: a call has only the
name, a conversation the ``uuid``.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.base import (
    CallReader,
    Filter,
    Listing,
    RowReader,
    Sensitive,
    StatusField,
    TimeRange,
)
from airflow_provider_assistants.vendors.paging_styles import CursorStyle, PageStyle, UnpagedStyle

__all__ = ["LISTINGS", "PAGES"]

_MODELS = "airflow_provider_assistants.vendors.models.autocalls_listings"
_AUTOCALLS = "https://docs.autocalls.ai/api-reference"
_FAMULOR = "https://docs.famulor.io/en/api-reference"

#: Laravel's paginator. ``next_page_url`` carries the page but not ``per_page``, so it is a sign and not a way.
PAGES = PageStyle(
    page_param="page",
    size_param="per_page",
    last_page="last_page",
    total="total",
    page_echo="current_page",
    next="next_page_url",
)

_WORDS = StatusField.words("status")
_DAYS = (Filter(name="date_from", type="date"), Filter(name="date_to", type="date"))
_CALL_STATUSES = (
    "initiated",
    "ringing",
    "busy",
    "in-progress",
    "ended",
    "completed",
    "ended_by_customer",
    "ended_by_assistant",
    "no-answer",
    "failed",
)
_LEAD_STATUSES = (
    "created",
    "scheduled",
    "processing",
    "completed",
    "rescheduled",
    "reached-max-retries",
    "blacklisted",
)

LISTINGS = {
    "calls": Listing(
        path="/user/calls",
        rows=("data", "items"),
        paging=PAGES,
        max_page_size=100,
        filters=(
            Filter(name="status", choices=_CALL_STATUSES),
            Filter(name="type", choices=("inbound", "outbound", "web")),
            Filter(name="phone_number"),
            Filter(name="assistant_id", type="integer"),
            Filter(name="campaign_id", type="integer"),
            *_DAYS,
        ),
        reader=CallReader(
            status=_WORDS,
            open=("initiated", "ringing", "in-progress"),
            direction="type",
            duration="duration",
            cost="total_cost",
            own_number="assistant_phone_number",
            client_number="client_phone_number",
            recording_url="recording_url",
        ),
        model=f"{_MODELS}:AutocallsCall",
        volatile=("updated_at",),
        sensitive=Sensitive(
            personal=(
                "assistant_phone_number",
                "client_phone_number",
                "variables.*",
                "transcript",
                "evaluation",
                "webhook_response",
            ),
            personal_links=("recording_url",),
        ),
        time_range=TimeRange(
            start="date_from",
            end="date_to",
            whole_days=True,
            unproven=(
                "A call has no documented time of its beginning: its created_at counts",
                "That date_from and date_to are about created_at is not documented",
            ),
        ),
        assistant_filter="assistant_id",
        docs_url=f"{_AUTOCALLS}/calls/get-calls",
    ),
    "leads": Listing(
        path="/user/leads",
        rows=("data", "items"),
        paging=PAGES,
        max_page_size=100,
        filters=(
            Filter(name="status", choices=_LEAD_STATUSES),
            Filter(name="campaign_id", type="integer"),
            Filter(name="phone_number"),
            *_DAYS,
        ),
        reader=RowReader(name=None, status=_WORDS),
        model=f"{_MODELS}:AutocallsLead",
        volatile=("updated_at",),
        sensitive=Sensitive(
            personal=(
                "phone_number",
                "variables.*",
                "secondary_contacts[].phone_number",
                "secondary_contacts[].variables.*",
            )
        ),
        docs_url=f"{_AUTOCALLS}/leads/get-lead",
    ),
    "conversations": Listing(
        path="/user/conversations",
        rows=("data",),
        paging=CursorStyle(cursor_param="cursor", next_cursor="next_cursor", size_param="per_page"),
        max_page_size=100,
        filters=(
            Filter(name="type", choices=("test", "widget", "whatsapp", "api")),
            Filter(name="assistant_id", type="integer"),
            Filter(name="customer_phone"),
            Filter(name="whatsapp_sender_phone"),
            Filter(name="external_identifier"),
        ),
        reader=RowReader(name=None),
        model=f"{_MODELS}:AutocallsConversation",
        volatile=("updated_at", "message_count", "total_cost"),
        sensitive=Sensitive(personal=("variables.*", "customer.*", "whatsapp_sender.phone")),
        docs_url=f"{_AUTOCALLS}/conversations/list-conversations",
    ),
    "campaigns": Listing(
        path="/user/campaigns",
        # The documents show a bare array or this key, depending on the brand.
        rows=("campaigns", "data"),
        paging=UnpagedStyle(),
        reader=RowReader(status=_WORDS),
        model=f"{_MODELS}:AutocallsCampaign",
        volatile=("updated_at",),
        docs_url=f"{_FAMULOR}/campaigns/list",
    ),
    "phone_numbers": Listing(
        path="/user/phone-numbers/all",
        rows=("data",),
        paging=UnpagedStyle(),
        reader=RowReader(name=None, updated_at=None),
        model=f"{_MODELS}:AutocallsPhoneNumber",
        sensitive=Sensitive(personal=("phone_number",)),
        docs_url=f"{_FAMULOR}/phone-numbers/list",
    ),
    "folders": Listing(
        path="/user/folders",
        rows=("data",),
        paging=PageStyle(size_param="per_page", total="total", page_echo="current_page"),
        max_page_size=100,
        reader=RowReader(created_at=None, updated_at=None),
        model=f"{_MODELS}:AutocallsFolder",
        volatile=("assistants_count",),
        docs_url=f"{_FAMULOR}/folders/list",
    ),
}
