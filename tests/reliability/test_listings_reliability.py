# SPDX-License-Identifier: Apache-2.0
"""Every fault at the listings of calls and of everything else: exact data or one typed error, and no secret in either."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.operators.calls import ListCallsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator, ListingOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors, get_vendor
from tests.conftest import VENDORS
from tests.reliability.entries import LIMIT, within
from tests.reliability.faults import FAULTS
from tests.reliability.test_canaries import all_logs, outcome_of
from tests.reliability.test_fault_matrix import no_waiting, prepared

__all__ = ["all_logs", "no_waiting"]

#: One vendor of each backend, with each of its listings.
LISTINGS = [
    (vendor, listing) for vendor in ("autocalls", "burki", "puretalk") for listing in all_vendors()[vendor].listings
]
#: Here no count of the vendor shows that a row is missing, so that these faults go unnoticed; the manifest says so.
UNCOUNTED = {
    ("autocalls", "conversations"),
    ("autocalls", "campaigns"),
    ("autocalls", "phone_numbers"),
    ("burki", "phone_numbers"),
}
SILENT = {
    "an empty page in the middle, once",
    "an empty page in the middle, for ever",
    "a row that is left out, once",
    "a row that is left out, for ever",
}
FAILURES = ("none", "401", "503", "wrong_shape", "row_without_id", "reset_midway")


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=5, calls=25, calls_days=2) as sandbox:
        yield sandbox


def operator(vendor: str, listing: str, **given: Any) -> ListAssistantsOperator:
    if listing != "calls":
        filters = {"include_inactive": True} if (vendor, listing) == ("burki", "phone_numbers") else None
        return ListingOperator(task_id="list", conn_id="mine", listing=listing, filters=filters, **given)
    return ListCallsOperator(
        task_id="list",
        conn_id="mine",
        since="2026-03-01T00:00:00Z",
        until="2026-03-03T00:00:00Z",
        allow_full_scan=True,
        **given,
    )


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", FAULTS)
def test_exact_data_or_a_typed_error(world: Sandbox, fault: str, tmp_path: Path, connect: Callable[..., str]) -> None:
    for vendor, listing in LISTINGS:
        seen = prepared(world, vendor, FAULTS[fault], tmp_path, connect)
        reader = get_vendor(vendor).listing(listing).reader
        ids = sorted(str(reader.row_id(row)) for row in world.rows(vendor, listing=listing))
        file = tmp_path / "out.jsonl"
        file.write_text("yesterday's\n")
        seen.begin()
        task = operator(vendor, listing, destination=str(file))
        raised = within(LIMIT + 15, lambda task=task: task.execute({}))  # type: ignore[misc, arg-type]
        assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"], "nothing half done is left"
        if raised is None:
            rows = [json.loads(line) for line in file.read_text().splitlines()]
            found = sorted(str(reader.row_id(row)) for row in rows)
            if fault in SILENT and (vendor, listing) in UNCOUNTED:
                assert {*found} <= {*ids}
            else:
                assert found == ids, f"{vendor} {listing}"
            continue
        assert isinstance(raised, AssistantsError), f"{vendor} {listing}: {raised!r}"
        assert file.read_text() == "yesterday's\n", f"{vendor} {listing}: what was there stays"
        assert raised.vendor
        assert raised.advice
        assert world.api_key(vendor) not in str(raised)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("vendor", VENDORS)
def test_no_canary_sings(
    world: Sandbox, vendor: str, tmp_path: Path, all_logs: Path, connect: Callable[..., str]
) -> None:
    world.reset()
    connect("mine", **world.connection(vendor, max_retries=0))
    secrets, personal, seen = [], [], []
    for listing in all_vendors()[vendor].listings:
        planted = world.planted(vendor, listing=listing)
        secrets += planted.secrets
        # The names of tasks and connections are not personal, nor are telephone numbers in a request's own log.
        personal += [each for each in planted.personal if each.startswith("sandbox-personal-")]
        for failure in FAILURES:
            world.heal()
            if failure != "none":
                world.fail(vendor, failure, times=None)
            for suffix in ("jsonl", "csv"):
                file = tmp_path / f"{listing}.{suffix}"
                task = operator(vendor, listing, destination=str(file))
                seen.append(outcome_of(lambda task=task: task.execute({})))  # type: ignore[misc]
            xcom = operator(vendor, listing, record="common", max_xcom_bytes=10**7)
            seen.append(outcome_of(lambda xcom=xcom: xcom.execute({})))  # type: ignore[misc]
    seen += [path.read_text() for path in tmp_path.iterdir()]
    assert len(secrets) > 1
    assert [canary for canary in secrets for text in seen if canary in text] == []
    assert [canary for canary in {*personal} for text in seen if canary in text] == []
