# SPDX-License-Identifier: Apache-2.0
"""What Puretalk lists beside its assistants; calls cannot be asked for by time, and campaigns are wrapped."""

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
from airflow_provider_assistants.vendors.paging_styles import PageStyle

__all__ = ["LISTINGS", "PAGES"]

_MODELS = "airflow_provider_assistants.vendors.models.puretalk_listings"
_DOCS = "https://docs.puretalk.ai/api-reference"
_WORDS = StatusField.words("status")

#: ``previous`` is never used: in the documents page 1 has one.
PAGES = PageStyle(page_param="page", size_param="limit", total="count", next="next")

LISTINGS = {
    "calls": Listing(
        path="/calls",
        rows=("results",),
        paging=PAGES,
        filters=(
            Filter(name="call_type", choices=("incoming", "outgoing")),
            Filter(name="status", choices=("completed", "in-progress", "failed")),
            Filter(name="voice_id"),
            Filter(name="assistant_id"),
            Filter(name="from_number"),
            Filter(name="to_number"),
        ),
        reader=CallReader(
            id="call_id",
            status=_WORDS,
            open=("in-progress",),
            direction="call_type",
            directions={"incoming": "inbound", "outgoing": "outbound"},
            created_at="start_time",
            updated_at=None,
            started_at="start_time",
            ended_at="end_time",
            duration="call_duration_seconds",
            from_number="from_number",
            to_number="to_number",
            recording_url="call_recording_url",
        ),
        model=f"{_MODELS}:PuretalkCall",
        sensitive=Sensitive(
            personal=(
                "from_number",
                "to_number",
                "provider_call_id",
                "metadata",
                "variables[].value",
                "transcript",
                "transcript_object[]",
                "call_analysis.*",
            ),
            personal_links=("call_recording_url",),
        ),
        time_range=TimeRange(
            unproven=("The vendor has no filter by time and documents no order: every call of the account was read",)
        ),
        docs_url=f"{_DOCS}/calls/call-list",
    ),
    "phone_numbers": Listing(
        path="/phone-numbers",
        rows=("results",),
        paging=PAGES,
        reader=RowReader(
            id="phone_number_id",
            name="friendly_name",
            status=StatusField.switch("is_active"),
        ),
        model=f"{_MODELS}:PuretalkPhoneNumber",
        volatile=("updated_at",),
        sensitive=Sensitive(personal=("phone_number", "friendly_name")),
        docs_url=f"{_DOCS}/phone-numbers/get-phone-numbers",
    ),
    "campaigns": Listing(
        path="/campaigns",
        rows=("results.campaigns",),
        paging=PageStyle(page_param="page", size_param="limit", total="results.count"),
        reader=RowReader(id="campaign_id", status=_WORDS),
        model=f"{_MODELS}:PuretalkCampaign",
        volatile=("updated_at", "total_tasks", "completed_tasks", "pending_tasks"),
        docs_url=f"{_DOCS}/campaigns/get-campaigns",
    ),
}
