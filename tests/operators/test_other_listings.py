# SPDX-License-Identifier: Apache-2.0
"""ListingOperator: each listing that a vendor declares, in files, and what is said of one that it lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.operators.listing import ListingOperator
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors, get_vendor
from tests.conftest import VENDORS
from tests.operators.running import read_back

DECLARED = [(vendor, listing) for vendor in VENDORS for listing in all_vendors()[vendor].listings if listing != "calls"]


def run(vendor: str, listing: str, **arguments: Any) -> Any:
    given = {"conn_id": f"{vendor}_default", "listing": listing, **arguments}
    return ListingOperator(task_id="list", **given).execute({})


def everything(vendor: str, listing: str) -> dict[str, Any]:
    """Burki leaves out numbers that are not active unless it is asked for them."""
    return {"filters": {"include_inactive": True}} if (vendor, listing) == ("burki", "phone_numbers") else {}


def held(sandbox: Sandbox, vendor: str, listing: str) -> list[dict[str, Any]]:
    general, own = get_vendor(vendor).sensitive, get_vendor(vendor).listing(listing).sensitive
    redactor = Redactor(
        "personal",
        secret_paths=[*general.secrets, *own.secrets],
        personal_paths=[*general.personal, *own.personal],
    )
    return [redactor.row(row) for row in sandbox.rows(vendor, listing=listing)]


@pytest.mark.parametrize(("vendor", "listing"), DECLARED)
def test_a_file_holds_what_the_server_holds(sandbox: Sandbox, tmp_path: Path, vendor: str, listing: str) -> None:
    path = tmp_path / "rows.jsonl"
    manifest = run(vendor, listing, destination=str(path), **everything(vendor, listing))
    assert read_back(path) == held(sandbox, vendor, listing)
    assert (manifest["listing"], manifest["rows"], manifest["redact"]) == (listing, 23, "personal")
    assert manifest["unknown_fields"] == {}
    assert (manifest["unproven"] == []) is (manifest["total_reported"] is not None)
    again = run(vendor, listing, destination=str(path), **everything(vendor, listing))
    assert again["sha256"] == manifest["sha256"]
    table = tmp_path / "rows.parquet"
    run(vendor, listing, destination=str(table), **everything(vendor, listing))
    assert len(read_back(table)) == 23


@pytest.mark.parametrize(("vendor", "listing"), DECLARED)
def test_the_common_record(sandbox: Sandbox, vendor: str, listing: str) -> None:
    rows = run(vendor, listing, record="common", **everything(vendor, listing))
    reader = get_vendor(vendor).listing(listing).reader
    assert [row["id"] for row in rows] == [reader.row_id(row) for row in sandbox.rows(vendor, listing=listing)]
    assert {row["vendor"] for row in rows} == {vendor}
    if reader.created_at:
        assert all(row["created_at"] for row in rows)


@pytest.mark.parametrize("listing", ["leads", "conversations", "phone_numbers"])
def test_nothing_personal_is_written_unless_asked_for(sandbox: Sandbox, listing: str) -> None:
    sandbox.set_options(others=60)
    planted = sandbox.planted("autocalls", listing=listing).personal
    limit = {"max_xcom_bytes": 10**7}
    assert [each for each in planted if each in json.dumps(run("autocalls", listing, **limit))] == []
    text = json.dumps(run("autocalls", listing, redact="secrets", **limit))
    assert len([each for each in planted if each in text]) > 10


def test_a_field_that_is_new_is_reported(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.change_row("burki", "campaigns", 3, brand_new=1, total_contacts="many")
    manifest = run("burki", "campaigns", destination=str(tmp_path / "x.jsonl"))
    assert manifest["unknown_fields"] == {"brand_new": 1}
    assert manifest["mismatched_fields"] == {"total_contacts": 1}


def test_selections(sandbox: Sandbox) -> None:
    every = run("burki", "campaigns", fields=["id", "status"])
    done = run("burki", "campaigns", fields=["id", "status"], where="completed")
    assert done == [row for row in every if row["status"] == "completed"]
    assert run("burki", "campaigns", fields=["id", "status"], filters={"status": "completed"}) == done
    since = run("autocalls", "leads", fields=["id"], changed_since="2100-01-01T00:00:00Z")
    assert since == []


@pytest.mark.parametrize(
    ("vendor", "arguments", "message"),
    [
        (
            "burki",
            {"listing": "leads"},
            "Burki has no listing 'leads'; it has assistants, calls, campaigns, phone_numbers",
        ),
        ("puretalk", {"listing": "folders"}, "Puretalk has no listing 'folders'; it has"),
        ("burki", {"listing": "calls"}, "use ListCallsOperator"),
        ("burki", {"listing": " "}, "listing is empty"),
        ("burki", {"listing": "campaigns", "where": {"nobody": 1}}, "no campaign has 'nobody'"),
        ("burki", {"listing": "phone_numbers", "where": "odd"}, "Burki reports no status 'odd'"),
        ("autocalls", {"listing": "leads", "filters": {"status": "odd"}}, "must be one of created, scheduled"),
    ],
)
def test_what_is_wrong_is_said(sandbox: Sandbox, vendor: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(Exception, match=message):
        run(vendor, **arguments)
