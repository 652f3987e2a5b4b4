# SPDX-License-Identifier: Apache-2.0
"""Each listing that a vendor declares: read whole by its hook, with the rows that its model knows."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, columns
from tests.conftest import VENDORS

DECLARED = [(vendor, listing) for vendor in VENDORS for listing in all_vendors()[vendor].listings]


@pytest.mark.parametrize(("vendor", "listing"), DECLARED)
@pytest.mark.parametrize("size", [0, 1, 250])
def test_a_hook_reads_the_whole_listing(sandbox: Sandbox, vendor: str, listing: str, size: int) -> None:
    sandbox.set_options(others=size, calls=size)
    filters = {"include_inactive": True} if (vendor, listing) == ("burki", "phone_numbers") else None
    pages = BaseHook.get_hook(f"{vendor}_default").iter_pages(listing, filters=filters)
    assert [row for page in pages for row in page.rows] == sandbox.rows(vendor, listing=listing)


@pytest.mark.parametrize(("vendor", "listing"), DECLARED)
def test_every_field_of_a_row_is_documented(sandbox: Sandbox, vendor: str, listing: str) -> None:
    sandbox.set_options(others=60, calls=60)
    spec = all_vendors()[vendor].listing(listing)
    model = spec.load_model()
    drift = DriftCounter(columns(model), JSON_TYPES)
    rows = sandbox.rows(vendor, listing=listing)
    drift.count(rows)
    assert drift.unknown_fields == {}
    for row in rows:
        assert model.model_validate(row).model_extra == {}
        assert spec.reader.row_id(row)


@pytest.mark.parametrize(("vendor", "listing"), DECLARED)
def test_a_listing_names_its_document_and_its_fields(vendor: str, listing: str) -> None:
    spec = all_vendors()[vendor].listing(listing)
    kinds = columns(spec.load_model())
    reader = spec.reader
    assert (spec.docs_url or "").startswith("https://docs.")
    used = [reader.id, reader.name, reader.created_at, reader.updated_at, reader.status.path if reader.status else None]
    assert [path for path in used if path and path not in kinds] == []
    declared = (*spec.sensitive.personal, *spec.sensitive.personal_links, *spec.volatile)
    assert [path for path in declared if path.split(".")[0].removesuffix("[]") not in kinds] == []


def test_a_listing_that_a_vendor_lacks_names_those_it_has(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="it has assistants, calls, campaigns, phone_numbers"):
        BaseHook.get_hook("burki_default").iter_pages("leads")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_in_the_shape_of_all_vendors(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_options(calls=200)
    reader = all_vendors()[vendor].listing("calls").reader
    records: list[dict[str, Any]] = [
        reader.common(row, vendor=vendor, account="mine") for row in sandbox.rows(vendor, listing="calls")
    ]
    assert all(list(record) == list(reader.columns) for record in records)
    filled = {name for record in records for name, value in record.items() if value is not None}
    missing = {
        "burki": {"direction", "recording_url"},
        "puretalk": {"cost", "currency"},
    }.get(vendor, {"assistant_id", "ended_at", "currency"})
    assert {*reader.columns} - filled == missing
    assert {type(record["duration_seconds"]) for record in records} == {float}
    if vendor != "burki":
        assert {record["direction"] for record in records} <= {"inbound", "outbound", "web"}
