# SPDX-License-Identifier: Apache-2.0
"""
Burki: an open-source backend, hosted or self-hosted; windows of a bare array, newest first.

The order has no tie-breaker, so a row made while the listing is read shifts every later window: the overlap of the
windows shows it.
"""

from __future__ import annotations

from airflow_provider_assistants.vendors.base import (
    AssistantStatus,
    Count,
    Filter,
    Item,
    Listing,
    RowReader,
    Sensitive,
    StatusField,
    Vendor,
)
from airflow_provider_assistants.vendors.burki_listings import LISTINGS
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle

__all__ = ["BURKI"]

ASSISTANTS = Listing(
    path="/api/v1/assistants",
    rows=("items", "assistants", "data"),
    paging=OffsetStyle(offset_param="skip", size_param="limit"),
    filters=(
        Filter(name="active_only", type="boolean"),
        Filter(name="my_assistants_only", type="boolean"),
        Filter(name="include_stats", type="boolean"),
    ),
    # The documented maximum is 1000; a page of 100 rows of some KB keeps memory and retries small at the same speed.
    default_page_size=100,
    max_page_size=1000,
    count=Count(path="/api/v1/assistants/count", key="count", filters=("active_only", "include_stats")),
    item=Item(path="/api/v1/assistants/{id}", id_type="integer"),
    reader=RowReader(
        id="id",
        status=StatusField.switch("is_active", null=AssistantStatus.ACTIVE),
    ),
    model="airflow_provider_assistants.vendors.models.burki:BurkiAssistant",
    volatile=("updated_at", "total_calls", "avg_call_duration", "success_rate"),
)

BURKI = Vendor(
    name="burki",
    title="Burki",
    base_url="https://api.burki.dev",
    hook_class="airflow_provider_assistants.hooks.burki.BurkiHook",
    assistants=ASSISTANTS,
    listings=LISTINGS,
    sensitive=Sensitive(
        secrets=(
            "api_keys.*",
            "llm_provider_config.api_key",
            "llm_provider_config.custom_config.*",
            "llm_fallback_providers.fallbacks[].api_key",
            "twilio_config.account_sid",
            "twilio_config.auth_token",
            "tts_settings.provider_config.*",
            "stt_settings.provider_config.*",
            "custom_settings.*",
            "webhook_headers.*",
        ),
        personal=(
            "llm_settings.system_prompt",
            "llm_settings.welcome_message",
            "end_call_message",
            "transfer_call_message",
            "idle_message",
            "tools_settings.transfer_call.transfer_numbers[]",
            "bypass_numbers[]",
        ),
    ),
    console_url="https://burki.dev",
    docs_url="https://docs.burki.dev/api-reference/introduction",
    key_hint="An API key from the dashboard",
    key_example="burki_live_abc123…",
)
