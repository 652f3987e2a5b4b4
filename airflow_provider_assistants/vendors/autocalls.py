# SPDX-License-Identifier: Apache-2.0
"""
Autocalls, and the brands that run on its backend: OtoniStark and Intellixent; any other is a host away.

One software, several brands: paths, paging and rows are the same, documents differ in age and detail. The listing knows
no filters and no order, and there is no way to get one assistant by its id.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.base import (
    AssistantStatus,
    Filter,
    Listing,
    RowReader,
    Sensitive,
    StatusField,
    Vendor,
)
from airflow_provider_assistants.vendors.paging_styles import CursorStyle, PageStyle, UnpagedStyle

__all__ = ["AUTOCALLS", "INTELLIXENT", "OTONISTARK"]

#: Laravel's paginator. ``next_page_url`` carries the page but not ``per_page``, so it is a sign and not a way.
_PAGES = PageStyle(
    page_param="page",
    size_param="per_page",
    last_page="last_page",
    total="total",
    page_echo="current_page",
    next="next_page_url",
)

ASSISTANTS = Listing(
    path="/user/assistants/get",
    rows=("data", "assistants", "items"),
    paging=_PAGES,
    default_page_size=100,
    max_page_size=100,
    reader=RowReader(
        id="id",
        other_ids=("uuid",),
        status=StatusField(
            path="status",
            values={"active": AssistantStatus.ACTIVE, "inactive": AssistantStatus.INACTIVE},
        ),
        deleted_at="deleted_at",
        direction="type",
        directions={"receive": "inbound", "make": "outbound"},
    ),
    model="airflow_provider_assistants.vendors.models.autocalls:AutocallsAssistant",
    volatile=("updated_at",),
)

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

#: The family's other listings; the assistants' names and ids in them are not always the same (see ``conversations``).
LISTINGS = {
    "calls": Listing(
        path="/user/calls",
        rows=("data", "items"),
        paging=_PAGES,
        max_page_size=100,
        filters=(
            Filter(name="status", choices=_CALL_STATUSES),
            Filter(name="type", choices=("inbound", "outbound", "web")),
            Filter(name="phone_number"),
            Filter(name="assistant_id", type="integer"),
            Filter(name="campaign_id", type="integer"),
            Filter(name="date_from", type="date"),
            Filter(name="date_to", type="date"),
        ),
    ),
    "leads": Listing(
        path="/user/leads",
        rows=("data", "items"),
        paging=_PAGES,
        max_page_size=100,
        filters=(
            Filter(name="status"),
            Filter(name="campaign_id", type="integer"),
            Filter(name="phone_number"),
            Filter(name="date_from", type="date"),
            Filter(name="date_to", type="date"),
        ),
    ),
    "conversations": Listing(
        path="/user/conversations",
        rows=("data",),
        paging=CursorStyle(cursor_param="cursor", next_cursor="next_cursor", size_param="per_page"),
        max_page_size=100,
        filters=(
            Filter(name="type", choices=("test", "widget", "whatsapp", "api")),
            Filter(name="assistant_id"),
            Filter(name="customer_phone"),
            Filter(name="whatsapp_sender_phone"),
            Filter(name="external_identifier"),
        ),
    ),
    "campaigns": Listing(path="/user/campaigns", rows=("data",), paging=UnpagedStyle()),
    "phone_numbers": Listing(path="/user/phone-numbers/all", rows=("data",), paging=UnpagedStyle()),
    "folders": Listing(
        path="/user/folders",
        rows=("data",),
        paging=PageStyle(size_param="per_page", total="total", page_echo="current_page"),
        max_page_size=100,
    ),
}

_SENSITIVE = Sensitive(
    secrets=("tools[].data.calcom_api_key",),
    personal=(
        "variables.*",
        "system_prompt",
        "initial_message",
        "reengagement_prompt",
        "voice_mail_message",
        "tools[].data.supervisor_phone",
        "tools[].data.phone_number",
        "tools[].data.custom_caller_id",
    ),
)


def _brand(*, name: str, title: str, hook_class: str, host: str, docs_url: str) -> Vendor:
    return Vendor(
        name=name,
        title=title,
        base_url=f"https://{host}/api",
        api_root="/api",
        hook_class=hook_class,
        assistants=ASSISTANTS,
        listings=LISTINGS,
        sensitive=_SENSITIVE,
        console_url=f"https://{host}",
        docs_url=docs_url,
        key_hint='An API key from the page "API Keys" of the console',
        key_example="1|abc123…",
    )


AUTOCALLS = _brand(
    name="autocalls",
    title="Autocalls",
    hook_class="airflow_provider_assistants.hooks.autocalls.AutocallsHook",
    host="app.autocalls.ai",
    docs_url="https://docs.autocalls.ai/api-reference/assistants/get-assistants",
)
OTONISTARK = _brand(
    name="otonistark",
    title="OtoniStark",
    hook_class="airflow_provider_assistants.hooks.otonistark.OtoniStarkHook",
    host="call.otonistark.com.br",
    docs_url="https://docs.otonistark.com.br/api-reference/authentication",
)
INTELLIXENT = _brand(
    name="intellixent",
    title="Intellixent",
    hook_class="airflow_provider_assistants.hooks.intellixent.IntellixentHook",
    host="portal.intellixent.ai",
    docs_url="https://docs.intellixent.ai/api-reference/introduction",
)
