# SPDX-License-Identifier: Apache-2.0
"""What Burki lists beside its assistants; calls, the newest first, and campaigns are paged in two different ways."""

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
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle, PageStyle, UnpagedStyle

__all__ = ["LISTINGS"]

_MODELS = "airflow_provider_assistants.vendors.models.burki_listings"
_DOCS = "https://docs.burki.dev/api-reference"
_WORDS = StatusField.words("status")

LISTINGS = {
    "calls": Listing(
        path="/api/v1/calls/",
        rows=("items",),
        paging=OffsetStyle(offset_param="skip", size_param="limit", total="total"),
        max_page_size=1000,
        filters=(
            Filter(name="status", choices=("ongoing", "completed", "failed")),
            Filter(name="assistant_id", type="integer"),
            Filter(name="customer_phone"),
            Filter(name="call_sid"),
            Filter(name="assistant_name"),
            Filter(name="date_from", type="datetime"),
            Filter(name="date_to", type="datetime"),
            Filter(name="min_duration", type="integer"),
            Filter(name="max_duration", type="integer"),
        ),
        reader=CallReader(
            status=_WORDS,
            open=("ongoing",),
            created_at="started_at",
            updated_at=None,
            started_at="started_at",
            ended_at="ended_at",
            duration="duration",
            cost="total_cost",
            currency="cost_currency",
            from_number="customer_phone_number",
            to_number="to_phone_number",
        ),
        model=f"{_MODELS}:BurkiCall",
        sensitive=Sensitive(personal=("to_phone_number", "customer_phone_number", "call_meta.*")),
        time_range=TimeRange(
            start="date_from",
            end="date_to",
            end_is_inclusive=True,
            unproven=("A call without started_at may be found by no filter by time",),
        ),
        docs_url=f"{_DOCS}/calls/list",
    ),
    "campaigns": Listing(
        path="/api/v1/campaigns/",
        rows=("campaigns",),
        paging=PageStyle(
            size_param="per_page",
            page_count="pagination.total_pages",
            total="pagination.total_items",
            page_echo="pagination.page",
            has_more="pagination.has_next",
        ),
        max_page_size=1000,
        filters=(
            Filter(
                name="status",
                choices=("draft", "scheduled", "running", "paused", "completed", "cancelled", "failed"),
            ),
            Filter(name="campaign_type", choices=("call", "sms", "mixed")),
            Filter(name="assistant_id", type="integer"),
            Filter(name="search"),
        ),
        reader=RowReader(status=_WORDS, updated_at=None),
        model=f"{_MODELS}:BurkiCampaign",
        volatile=("total_contacts", "completed_contacts", "failed_contacts", "metrics"),
        docs_url=f"{_DOCS}/campaigns/list",
    ),
    "phone_numbers": Listing(
        path="/api/v1/assistants/organization/phone-numbers",
        rows=("items", "phone_numbers"),
        paging=UnpagedStyle(),
        filters=(
            Filter(name="include_assigned", type="boolean"),
            Filter(name="include_unassigned", type="boolean"),
            Filter(name="include_inactive", type="boolean"),
        ),
        reader=RowReader(
            name="friendly_name",
            status=StatusField.switch("is_active"),
        ),
        model=f"{_MODELS}:BurkiPhoneNumber",
        volatile=("updated_at",),
        sensitive=Sensitive(personal=("phone_number",)),
        docs_url=f"{_DOCS}/organization/list-phonenumbers",
    ),
}
