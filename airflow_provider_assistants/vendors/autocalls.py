# SPDX-License-Identifier: Apache-2.0
"""
Autocalls, and the brands that run on its backend: OtoniStark and Intellixent; any other is a host away.

One software, several brands: paths, paging and rows are the same, documents differ in age and detail. The listing knows
no filters and no order, and there is no way to get one assistant by its id.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.autocalls_listings import LISTINGS, PAGES
from airflow_provider_assistants.vendors.base import (
    AssistantStatus,
    Listing,
    RowReader,
    Sensitive,
    StatusField,
    Vendor,
)

__all__ = ["AUTOCALLS", "INTELLIXENT", "OTONISTARK"]

ASSISTANTS = Listing(
    path="/user/assistants/get",
    rows=("data", "assistants", "items"),
    paging=PAGES,
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
