# SPDX-License-Identifier: Apache-2.0
"""
Puretalk: numbered pages with count and next; no status, so its assistants are ``present`` or ``deleted``.

``limit`` has no documented bound and may be ignored or capped, so the size of the pages is taken from the responses. Responses
with one object are wrapped, and ``err: true`` makes a response a failure whatever its HTTP status.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.base import Auth, Filter, Item, Listing, RowReader, Sensitive, Vendor
from airflow_provider_assistants.vendors.paging_styles import PageStyle, UnpagedStyle

__all__ = ["PURETALK"]

_PAGES = PageStyle(page_param="page", size_param="limit", total="count", next="next")

ASSISTANTS = Listing(
    path="/ai-assistants",
    rows=("results", "data", "items"),
    paging=_PAGES,
    default_page_size=100,
    item=Item(path="/ai-assistants/{id}", row="results"),
    reader=RowReader(id="assistant_id"),
    model="airflow_provider_assistants.vendors.models.puretalk:PuretalkAssistant",
    volatile=("updated_at",),
)

LISTINGS = {
    "calls": Listing(
        path="/calls",
        rows=("results",),
        paging=_PAGES,
        filters=(
            Filter(name="call_type", choices=("incoming", "outgoing")),
            Filter(name="status", choices=("completed", "in-progress", "failed")),
            Filter(name="voice_id"),
            Filter(name="assistant_id"),
            Filter(name="from_number"),
            Filter(name="to_number"),
        ),
        reader=RowReader(id="call_id", name=None, created_at="start_time", updated_at=None),
    ),
    "phone_numbers": Listing(
        path="/phone-numbers", rows=("results",), paging=_PAGES, reader=RowReader(id="phone_number_id", name=None)
    ),
    "campaigns": Listing(
        path="/campaigns",
        rows=("results.campaigns",),
        paging=UnpagedStyle(total="results.count"),
        reader=RowReader(id="campaign_id"),
    ),
}

PURETALK = Vendor(
    name="puretalk",
    title="Puretalk",
    base_url="https://api.puretalk.ai/api",
    api_root="/api",
    hook_class="airflow_provider_assistants.hooks.puretalk.PuretalkHook",
    assistants=ASSISTANTS,
    listings=LISTINGS,
    auth=Auth(header="X-API-KEY", scheme=None),
    failure_flag="err",
    sensitive=Sensitive(
        personal=(
            "user.*",
            "phone_number",
            "prompt",
            "begin_message",
            "custom_knowledge_base",
            "knowledge_base",
            "chatbot_begin_message",
            "chatbot_faq",
            "chatbot_whitelisted_domains[]",
        ),
    ),
    console_url="https://puretalk.ai",
    docs_url="https://docs.puretalk.ai/api-reference/ai-assistants/assistants-list",
    key_hint='An API key from the dashboard, under "API Keys"',
)
