# SPDX-License-Identifier: Apache-2.0
"""
Puretalk: numbered pages with count and next; no status, so its assistants are ``present`` or ``deleted``.

``limit`` has no documented bound and may be ignored or capped, so the size of the pages is taken from the responses. Responses
with one object are wrapped, and ``err: true`` makes a response a failure whatever its HTTP status.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.base import Auth, Item, Listing, RowReader, Sensitive, Vendor
from airflow_provider_assistants.vendors.puretalk_listings import LISTINGS, PAGES

__all__ = ["PURETALK"]

ASSISTANTS = Listing(
    path="/ai-assistants",
    rows=("results", "data", "items"),
    paging=PAGES,
    default_page_size=100,
    item=Item(path="/ai-assistants/{id}", row="results"),
    reader=RowReader(id="assistant_id"),
    model="airflow_provider_assistants.vendors.models.puretalk:PuretalkAssistant",
    volatile=("updated_at",),
)

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
