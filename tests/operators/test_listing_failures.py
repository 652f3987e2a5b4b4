# SPDX-License-Identifier: Apache-2.0
"""Listings that fail, and arguments that cannot be meant: one clear error, and nothing at the destination."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    DestinationError,
    ListingDriftError,
    PaginationError,
    UnexpectedResponseError,
    VendorUnavailableError,
    XComTooLargeError,
)
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import run

BROKEN: list[tuple[str, dict[str, Any], type[AssistantsError]]] = [
    ("401", {"after": 2}, AuthenticationError),
    ("html", {"after": 1}, UnexpectedResponseError),
    ("422", {}, UnexpectedResponseError),
    ("not_json", {"after": 2}, UnexpectedResponseError),
    ("truncated", {"after": 1}, UnexpectedResponseError),
    ("row_no_object", {"after": 2}, UnexpectedResponseError),
    ("same_page", {}, PaginationError),
    ("total_lies", {}, ListingDriftError),
]


@pytest.mark.parametrize("vendor", ["autocalls", "puretalk"])
@pytest.mark.parametrize("before", [None, "as it was"])
@pytest.mark.parametrize(("fault", "given", "kind"), BROKEN, ids=[each[0] for each in BROKEN])
def test_a_listing_that_fails_leaves_the_destination_alone(
    sandbox: Sandbox,
    tmp_path: Path,
    vendor: str,
    before: str | None,
    fault: str,
    given: dict[str, Any],
    kind: type[AssistantsError],
) -> None:
    sandbox.set_size(vendor, 400)
    sandbox.fail(vendor, fault, times=None, **given)
    path = tmp_path / "x.jsonl.gz"
    if before:
        path.write_text(before)
    with pytest.raises(kind):
        run(conn_id=f"{vendor}_default", destination=str(path))
    assert [each.name for each in tmp_path.iterdir()] == ([path.name] if before else [])
    if before:
        assert path.read_text() == before


def test_a_vendor_that_is_down_ends_within_its_retries(
    sandbox: Sandbox, tmp_path: Path, connect: Callable[..., str]
) -> None:
    sandbox.fail("burki", "500", times=None)
    conn_id = connect(**sandbox.connection("burki", max_retries=1))
    with pytest.raises(VendorUnavailableError, match="after 2 tries"):
        run(conn_id=conn_id, destination=str(tmp_path / "x.json"))
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_xcom(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 250)
    with pytest.raises(XComTooLargeError) as caught:
        run(conn_id="autocalls_default")
    message = str(caught.value)
    assert "all 250 need about" in message
    assert "49,152 bytes" in message
    assert "destination" in message
    assert "max_xcom_bytes" in message
    assert caught.value.limit == 49_152
    assert len(run(conn_id="autocalls_default", max_xcom_bytes=5_000_000)) == 250


def test_the_cap_of_the_configuration(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__ASSISTANTS__MAX_XCOM_BYTES", "2000")
    with pytest.raises(XComTooLargeError, match="2,000 bytes"):
        run()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"conn_id": "nowhere"}, ["There is no such connection", "nowhere"]),
        ({"destination": "x.txt"}, ["The format of 'x.txt' is not known"]),
        ({"format": "csv"}, ["format and compression are for a destination"]),
        ({"record": "raw"}, ["record must be one of 'vendor', 'common', got 'raw'"]),
        ({"redact": "all"}, ["redact must be one of 'none', 'secrets', 'personal', got 'all'"]),
        ({"on_drift": "ignore"}, ["on_drift must be one of 'fail', 'warn'"]),
        ({"where": "present"}, ["Burki reports no status 'present'; it reports active, deleted, inactive"]),
        ({"where": 7}, ["where must be a status"]),
        ({"filters": {"status": "active"}}, ["no filter 'status'; it has active_only"]),
        ({"filters": ["active_only"]}, ["filters must be a mapping"]),
        ({"fields": []}, ["fields must be a list of field names"]),
        ({"fields": ["id", "id"]}, ["fields has a field twice"]),
        ({"record": "common", "fields": ["id", "uuid"]}, ["The common record has no uuid"]),
        ({"changed_since": "yesterday"}, ["changed_since must be a time such as"]),
        ({"page_size": 1001}, ["page_size must be an integer from 1 to 1,000"]),
        ({"concurrency": "many"}, ["concurrency must be an integer from 1 to 64"]),
        ({"overwrite": "perhaps"}, ["overwrite must be true or false"]),
        (
            {"record": "raw", "page_size": 0, "on_drift": "warm"},
            ["record must be", "page_size must be", "on_drift must be", "connection 'burki_default'"],
        ),
        (
            {"fields": ["id", "id"], "page_size": 1_001, "filters": {"x": 1}},
            ["fields has a field twice", "page_size must be", "no filter 'x'", "connection 'burki_default'"],
        ),
    ],
)
def test_invalid_arguments(sandbox: Sandbox, arguments: dict[str, Any], expected: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(**arguments)
    for part in expected:
        assert part in str(caught.value)
    assert sandbox.requests() == [], "a request was made with arguments that cannot be meant"


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("{tmp}/", "it is a directory"),
        ("{tmp}", "directory"),
        ("zz://bucket/x.jsonl", "zz"),
        ("{tmp}/file/x.jsonl", "cannot be written"),
    ],
)
def test_destinations_that_cannot_be_written(sandbox: Sandbox, tmp_path: Path, destination: str, expected: str) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises((DestinationError, ConfigurationError), match=expected):
        run(destination=destination.format(tmp=tmp_path), format="jsonl")
    assert sandbox.requests() == []


def test_overwrite_false_keeps_what_is_there(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    run(destination=str(path), overwrite=False)
    before = path.read_bytes()
    with pytest.raises(DestinationError, match="it exists already"):
        run(destination=str(path), overwrite=False)
    assert path.read_bytes() == before
