# SPDX-License-Identifier: Apache-2.0
"""The vendor Acme, declared by a package of its own."""

from __future__ import annotations

from typing import Any

from airflow_provider_assistants.get_provider_info import vendor_info
from airflow_provider_assistants.vendors.base import (
    AssistantStatus,
    Auth,
    Listing,
    RowReader,
    StatusField,
    Vendor,
)
from airflow_provider_assistants.vendors.paging_styles import CursorStyle

# [START vendor]
ACME = Vendor(
    name="acme",
    title="Acme",
    base_url="https://api.acme.example",
    hook_class="acme_assistants.hooks.AcmeHook",
    auth=Auth(header="X-Api-Key", scheme=None),
    headers={"Acme-Version": "2026-03-01"},
    assistants=Listing(
        path="/v1/agents",
        rows=("agents",),
        paging=CursorStyle(
            cursor_param="cursor",
            next_cursor="next_cursor",
            size_param="page_size",
            has_more="has_more",
        ),
        reader=RowReader(
            id="agent_id",
            status=StatusField(
                path="state",
                values={"live": AssistantStatus.ACTIVE, "off": AssistantStatus.INACTIVE},
            ),
        ),
        model="acme_assistants.models:AcmeAssistant",
    ),
)
# [END vendor]


# [START provider_info]
def get_provider_info() -> dict[str, Any]:
    """Return what Airflow shows of this package, and its connection type."""
    return {
        "package-name": "acme-assistants",
        "name": "Acme",
        "description": "Assistants of Acme.",
        **vendor_info(ACME),
    }


# [END provider_info]
