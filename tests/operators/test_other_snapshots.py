# SPDX-License-Identifier: Apache-2.0
"""Snapshots of other listings than assistants, and files that only look like one, as ``DiffAssistantsOperator`` sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.operators.calls import ListCallsOperator
from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator, ListingOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.conftest import VENDORS

#: OtoniStark and Intellixent document the same fields as Autocalls.
DIFFERENT = ("autocalls", "burki", "puretalk")
LISTINGS = [
    (vendor, name)
    for vendor in DIFFERENT
    for name in get_vendor(vendor).listings
    if name not in ("assistants", "calls")
]
CALLS = [(vendor, record, "jsonl") for vendor in DIFFERENT for record in ("vendor", "common")]
CALLS += [("autocalls", record, format) for record in ("vendor", "common") for format in ("csv", "parquet")]


def refused(before: Any, after: Any) -> str:
    with pytest.raises(ConfigurationError) as error:
        DiffAssistantsOperator(task_id="diff", before=before, after=after).execute({})
    assert "Name snapshots that ListAssistantsOperator wrote" in str(error.value)
    return error.value.what


def assistants(path: Path, vendor: str, **arguments: Any) -> Any:
    operator = ListAssistantsOperator(task_id="list", conn_id=f"{vendor}_default", destination=str(path), **arguments)
    return operator.execute({})


@pytest.mark.parametrize(("vendor", "record", "format"), CALLS)
def test_calls(sandbox: Sandbox, tmp_path: Path, vendor: str, record: str, format: str) -> None:
    """With their manifest, and without one, where only the fields show it."""
    calls = ListCallsOperator(
        task_id="calls",
        conn_id=f"{vendor}_default",
        since="2026-03-01T00:00:00Z",
        until="2026-03-15T00:00:00Z",
        allow_full_scan=True,
        record=record,
        destination=str(tmp_path / f"calls.{format}"),
    ).execute({})
    both = "Expected snapshots of assistants, and before is one of calls and after is one of calls"
    assert refused(calls, calls) == refused(calls["uri"], calls["uri"]) == both
    other = assistants(tmp_path / f"assistants.{format}", vendor, record=record)
    only = "Expected snapshots of assistants, and {} is one of calls"
    assert refused(calls, other) == refused(calls["uri"], other["uri"]) == only.format("before")
    assert refused(other, calls) == refused(other, calls["uri"]) == only.format("after")


@pytest.mark.parametrize(("vendor", "listing"), LISTINGS)
def test_other_listings(sandbox: Sandbox, tmp_path: Path, vendor: str, listing: str) -> None:
    manifest = ListingOperator(
        task_id="list", conn_id=f"{vendor}_default", listing=listing, destination=str(tmp_path / "rows.jsonl")
    ).execute({})
    said = f"Expected snapshots of assistants, and before is one of {listing} and after is one of {listing}"
    assert refused(manifest, manifest) == refused(manifest["uri"], manifest["uri"]) == said


@pytest.mark.parametrize("record", ["vendor", "common"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_assistants_of_any_fields_are_compared(sandbox: Sandbox, tmp_path: Path, vendor: str, record: str) -> None:
    """Also with the few fields that other listings have too, and one that no document knows and calls have."""
    path = tmp_path / "whole.jsonl"
    assistants(path, vendor, record=record)
    [first, *_] = rows = [json.loads(line) for line in path.read_text().splitlines()]
    key = next(name for name in ("assistant_id", "id") if name in first)
    common = [
        name for name in ("vendor", "account", key, "name", "status", "created_at", "updated_at") if name in first
    ]
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps({name: row[name] for name in common} | {"duration": 1}) + "\n" for row in rows))
    for each in (path, few):
        summary = DiffAssistantsOperator(task_id="diff", before=str(each), after=str(each)).execute({})
        assert summary["unchanged"] == 12
