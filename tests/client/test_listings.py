# SPDX-License-Identifier: Apache-2.0
"""Whole listings over real sockets, against the sandbox: complete, each row once, also while rows come and go."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.exceptions import (
    ConfigurationError,
    ListingDriftError,
)
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.client.running import listed, run
from tests.client.wire_server import Request, WireServer, response
from tests.conftest import VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 100, 101, 250])
def test_a_listing_arrives_as_the_server_holds_it(sandbox: Sandbox, vendor: str, size: int) -> None:
    sandbox.set_size(vendor, size)
    assert run(sandbox, vendor, listed) == sandbox.rows(vendor)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_server_that_gives_smaller_pages(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_size(vendor, 60)
    sandbox.set_options(page_cap=7)
    assert run(sandbox, vendor, listed) == sandbox.rows(vendor)


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_no_more_requests_at_once_than_allowed(sandbox: Sandbox, concurrency: int) -> None:
    """The server responds once that many have come, so all of them are there at once however busy the machine is."""
    together, lock = threading.Barrier(concurrency), threading.Lock()
    in_flight: list[int] = []
    most = 0

    def respond(request: Request) -> list[bytes]:
        nonlocal most
        page = int(parse_qs(urlsplit(request.target).query)["page"][0])
        with lock:
            in_flight.append(page)
            most = max(most, len(in_flight))
        if page > 1:
            together.wait(60)
            time.sleep(0.05)  # one too many would come now
        with lock:
            in_flight.remove(page)
        body = {"data": [{"id": page}], "last_page": 25, "total": 25, "current_page": page}
        return response(json.dumps(body).encode())

    with WireServer(respond) as server:
        rows = run(sandbox, "autocalls", listed, base_url=server.url, concurrency=concurrency, page_size=1)
    assert [row["id"] for row in rows] == [*range(1, 26)]
    assert most == concurrency


def test_looking_for_assistants_stops_once_they_are_found(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 5_000)
    first = sandbox.rows("autocalls")[0]
    found = run(sandbox, "autocalls", lambda client: client.find([first["id"], first["uuid"]]), concurrency=1)
    assert found == {str(first["id"]): first, first["uuid"]: first}
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize(
    "filters", [{}, {"active_only": True}, {"my_assistants_only": "true"}, {"include_stats": 1, "active_only": False}]
)
def test_burkis_filters(sandbox: Sandbox, filters: dict[str, Any]) -> None:
    sandbox.set_size("burki", 150)
    rows = run(sandbox, "burki", lambda client: listed(client, filters=filters, page_size=20))
    wanted = [
        row["id"]
        for row in sandbox.rows("burki")
        if (row["is_active"] is not False or not filters.get("active_only"))
        and (row["user_id"] == 5 or not filters.get("my_assistants_only"))
    ]
    assert [row["id"] for row in rows] == wanted
    assert ("total_calls" in rows[0]) == bool(filters.get("include_stats"))


@pytest.mark.parametrize(
    ("vendor", "filters", "message"),
    [
        ("burki", {"active": True}, "it has active_only, my_assistants_only, include_stats"),
        ("burki", {"active_only": "perhaps"}, "'active_only' must be of type boolean, got 'perhaps'"),
        ("puretalk", {"page": 2}, "it has none"),
    ],
)
def test_unknown_filters(sandbox: Sandbox, vendor: str, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        run(sandbox, vendor, lambda client: listed(client, filters=filters))
    assert sandbox.requests() == []


def test_a_total_that_lies(sandbox: Sandbox) -> None:
    sandbox.fail("puretalk", "total_lies", times=None)
    with pytest.raises(ListingDriftError):
        run(sandbox, "puretalk", listed)
    report = ListingReport()
    rows = run(sandbox, "puretalk", lambda client: listed(client, on_drift="warn", report=report))
    assert rows == sandbox.rows("puretalk")
    assert (report.consistent, report.passes) == (False, 3)


@pytest.mark.parametrize("fault", ["no_total", "no_last_page", "no_next"])
@pytest.mark.parametrize("vendor", ["autocalls", "puretalk"])
def test_envelopes_that_lack_something(sandbox: Sandbox, vendor: str, fault: str) -> None:
    sandbox.set_size(vendor, 250)
    sandbox.fail(vendor, fault, times=None)
    assert run(sandbox, vendor, listed) == sandbox.rows(vendor)


def test_a_repeated_row_is_written_once_and_makes_for_another_pass(sandbox: Sandbox) -> None:
    sandbox.fail("autocalls", "duplicate_row")
    report = ListingReport()
    assert run(sandbox, "autocalls", lambda client: listed(client, report=report)) == sandbox.rows("autocalls")
    assert (report.duplicates, report.passes, report.consistent) == (1, 2, True)


def ids_read(
    sandbox: Sandbox, vendor: str, *, change: Callable[[], object], report: ListingReport
) -> tuple[list[Any], set[Any]]:
    """Read the ids of 95 rows in pages of ten, with a change after the third page; return them, and those of before."""
    sandbox.set_size(vendor, 95)
    key = get_vendor(vendor).assistants.reader.id
    before = {row[key] for row in sandbox.rows(vendor)}

    async def read(client: AssistantsClient) -> list[Any]:
        ids = []
        async for page in client.pages(page_size=10, concurrency=1, report=report):
            ids += [row[key] for row in page.rows]
            if page.number == 3:
                change()
        return ids

    ids = run(sandbox, vendor, read)
    assert len(ids) == len({*ids})
    return ids, before


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
@pytest.mark.parametrize("where", ["first", "last"])
def test_a_row_that_goes_while_the_listing_is_read(sandbox: Sandbox, vendor: str, where: str) -> None:
    sandbox.set_size(vendor, 95)
    gone = sandbox.rows(vendor)[0 if where == "first" else -1][get_vendor(vendor).assistants.reader.id]
    report = ListingReport()
    ids, before = ids_read(sandbox, vendor, change=lambda: sandbox.delete(vendor, gone), report=report)
    assert before - {gone} <= {*ids}
    assert report.consistent
    assert report.passes == 2


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_a_row_that_comes_while_the_listing_is_read(sandbox: Sandbox, vendor: str) -> None:
    report = ListingReport()
    made: list[Any] = []
    ids, before = ids_read(sandbox, vendor, change=lambda: made.append(sandbox.insert(vendor)), report=report)
    assert {*ids} == before | {*made}
    assert report.consistent


def test_page_sizes_are_checked(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="page_size must be an integer from 1 to 100, got 101"):
        run(sandbox, "autocalls", lambda client: listed(client, page_size=101))


def test_a_page_is_not_a_line_in_the_log(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.set_size("burki", 500)
    with caplog.at_level(logging.INFO):
        run(sandbox, "burki", listed)
    assert caplog.records == []
