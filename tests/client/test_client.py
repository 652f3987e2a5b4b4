# SPDX-License-Identifier: Apache-2.0
"""The client over real sockets, against the sandbox with its faults."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_assistants import __version__
from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    ListingDriftError,
    PaginationError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.client.fake_clock import FakeClock
from tests.client.wire_server import Request, WireServer, response
from tests.conftest import VENDORS


def run(
    sandbox: Sandbox,
    vendor: str,
    use: Callable[[AssistantsClient], Awaitable[Any]],
    *,
    clock: FakeClock | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **settings: Any,
) -> Any:
    async def call() -> Any:
        async with AssistantsClient(
            get_vendor(vendor),
            api_key=api_key or sandbox.api_key(vendor),
            base_url=base_url or sandbox.base_url(vendor),
            conn_id="mine",
            settings=ClientSettings(**settings),
            clock=(clock or FakeClock()).clock(),
        ) as client:
            return await use(client)

    return asyncio.run(call())


async def listed(client: AssistantsClient, **options: Any) -> list[dict[str, Any]]:
    return [row async for page in client.pages(**options) for row in page.rows]


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


@pytest.mark.parametrize("vendor", VENDORS)
def test_requests_say_who_asks_and_what_is_wanted(sandbox: Sandbox, vendor: str) -> None:
    run(sandbox, vendor, listed)
    for request in sandbox.requests():
        assert request["headers"]["accept"] == "application/json"
        assert request["headers"]["user-agent"] == f"airflow-provider-assistants/{__version__}"
        assert request["status"] == 200


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_no_more_requests_at_once_than_allowed(sandbox: Sandbox, concurrency: int) -> None:
    """The server answers once that many have come, so all of them are there at once however busy the machine is."""
    together, lock = threading.Barrier(concurrency), threading.Lock()
    in_flight: list[int] = []
    most = 0

    def answer(request: Request) -> list[bytes]:
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

    with WireServer(answer) as server:
        rows = run(sandbox, "autocalls", listed, base_url=server.url, concurrency=concurrency, page_size=1)
    assert [row["id"] for row in rows] == [*range(1, 26)]
    assert most == concurrency


@pytest.mark.parametrize("vendor", VENDORS)
def test_one_assistant_by_its_id(sandbox: Sandbox, vendor: str) -> None:
    row = sandbox.rows(vendor)[5]
    reader = get_vendor(vendor).assistants.reader
    for row_id in reader.all_ids(row):
        assert run(sandbox, vendor, lambda client, row_id=row_id: client.get(row_id)) == row
    for missing in ("987654321", "no such", "../count", "1/../2"):
        with pytest.raises(AssistantNotFoundError, match="no assistant"):
            run(sandbox, vendor, lambda client, missing=missing: client.get(missing))


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_count_takes_one_request(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_size(vendor, 77)
    assert run(sandbox, vendor, lambda client: client.count()) == 77
    assert len(sandbox.requests()) == 1


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
    ("vendor", "filters", "said"),
    [
        ("burki", {"active": True}, "it has active_only, my_assistants_only, include_stats"),
        ("burki", {"active_only": "perhaps"}, "'active_only' must be of type boolean and is 'perhaps'"),
        ("puretalk", {"page": 2}, "it has none"),
    ],
)
def test_unknown_filters(sandbox: Sandbox, vendor: str, filters: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        run(sandbox, vendor, lambda client: listed(client, filters=filters))
    assert sandbox.requests() == []


RECOVERED = [
    *(
        ("408", {}),
        ("425", {}),
        ("500", {}),
        ("502", {}),
        ("503", {}),
        ("504", {}),
        ("reset", {}),
        ("reset_midway", {}),
    ),
    *(("429", {"told": told, "retry_after": 3}) for told in ("header", "date", "body", "reset", "none")),
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fault", "given"), RECOVERED, ids=lambda value: str(value))
def test_what_passes_is_waited_for(sandbox: Sandbox, vendor: str, fault: str, given: dict[str, Any]) -> None:
    sandbox.set_size(vendor, 350)
    for after in (0, 2):
        sandbox.fail(vendor, fault, times=2, after=after, **given)
    clock = FakeClock()
    assert run(sandbox, vendor, listed, clock=clock) == sandbox.rows(vendor)
    assert clock.slept
    if given.get("told") in ("header", "body"):
        assert max(clock.slept) == pytest.approx(3)


def test_a_429_slows_all_requests(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 2_000)
    sandbox.fail("autocalls", "429", page=3, retry_after=40)
    clock = FakeClock()
    run(sandbox, "autocalls", listed, clock=clock)
    assert clock.seconds >= 1_040
    assert len([request for request in sandbox.requests() if request["status"] == 429]) == 1


FAILED: list[tuple[str, dict[str, Any], type[AssistantsError], str]] = [
    ("401", {}, AuthenticationError, "does not accept the API key"),
    ("403", {}, PermissionDeniedError, "may not do this"),
    ("422", {}, UnexpectedResponseError, "rejects the request's parameters"),
    ("429", {"retry_after": 5}, RateLimitedError, "too many requests.* after 6 tries"),
    ("429", {"retry_after": 86_400}, RateLimitedError, "too many requests"),
    ("500", {}, VendorUnavailableError, "returned HTTP 500: Server Error, after 6 tries"),
    ("502", {}, VendorUnavailableError, "returned HTTP 502"),
    ("reset", {}, VendorUnavailableError, "connection broke"),
    ("reset_midway", {}, VendorUnavailableError, "connection broke"),
    ("html", {}, UnexpectedResponseError, "Expected JSON, got a web page"),
    ("login_page", {}, AuthenticationError, "login page"),
    ("redirect_login", {}, AuthenticationError, "login page"),
    ("redirect_foreign", {}, UnexpectedResponseError, r"redirects to https://elsewhere\.example\.com/api"),
    ("empty", {}, UnexpectedResponseError, "Expected JSON, got an empty response"),
    ("truncated", {}, UnexpectedResponseError, "not valid JSON"),
    ("not_json", {}, UnexpectedResponseError, "not valid JSON"),
    ("wrong_charset", {}, UnexpectedResponseError, "not valid JSON"),
    ("deep", {}, UnexpectedResponseError, "not valid JSON"),
    ("wrong_shape", {}, UnexpectedResponseError, "assistants_by_id"),
    ("scalar", {}, UnexpectedResponseError, "it is int"),
    ("huge", {}, UnexpectedResponseError, "larger than 67,108,864 bytes"),
    ("gzip_bomb", {}, UnexpectedResponseError, "larger than 67,108,864 bytes"),
    ("broken_gzip", {}, UnexpectedResponseError, "compression is broken"),
    ("row_without_id", {}, UnexpectedResponseError, "A row has no"),
    ("row_no_object", {}, UnexpectedResponseError, "Row 1 of the answer is no object"),
    ("same_page", {}, PaginationError, ""),
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fault", "given", "kind", "said"), FAILED, ids=lambda value: str(value)[:24])
def test_what_does_not_pass_is_one_typed_error(
    sandbox: Sandbox, vendor: str, fault: str, given: dict[str, Any], kind: type[AssistantsError], said: str
) -> None:
    sandbox.set_size(vendor, 350)
    sandbox.fail(vendor, fault, times=None, path="assistants", **given)
    clock = FakeClock()
    # Burki's count is another path below the same one: what is to be seen here is the listing's answer.
    with pytest.raises(kind, match=f"(?s){said}") as caught:
        run(
            sandbox,
            vendor,
            lambda client: listed(client, filters={"my_assistants_only": True} if vendor == "burki" else None),
            clock=clock,
        )
    error = caught.value
    assert error.vendor == get_vendor(vendor).title
    assert error.conn_id == "mine"
    assert sandbox.base_url(vendor) in (error.request or "")
    assert error.advice
    assert sandbox.api_key(vendor) not in str(error)
    assert sum(clock.slept) <= 300 + 60


def test_a_total_that_lies(sandbox: Sandbox) -> None:
    sandbox.fail("puretalk", "total_lies", times=None)
    with pytest.raises(ListingDriftError):
        run(sandbox, "puretalk", listed)
    report = ListingReport()
    rows = run(sandbox, "puretalk", lambda client: listed(client, on_drift="warn", report=report))
    assert rows == sandbox.rows("puretalk")
    assert (report.consistent, report.passes) == (False, 3)


def test_failure_inside_a_success(sandbox: Sandbox) -> None:
    sandbox.fail("puretalk", "err_true", times=None)
    with pytest.raises(UnexpectedResponseError, match="Something went wrong"):
        run(sandbox, "puretalk", listed)


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


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
@pytest.mark.parametrize("where", ["first", "last"])
def test_a_row_that_goes_while_the_listing_is_read(sandbox: Sandbox, vendor: str, where: str) -> None:
    sandbox.set_size(vendor, 95)
    before = sandbox.rows(vendor)
    key = get_vendor(vendor).assistants.reader.id
    gone = before[0 if where == "first" else -1][key]
    report = ListingReport()

    async def read(client: AssistantsClient) -> list[Any]:
        ids = []
        async for page in client.pages(page_size=10, concurrency=1, report=report):
            ids += [row[key] for row in page.rows]
            if page.number == 3:
                sandbox.delete(vendor, gone)
        return ids

    ids = run(sandbox, vendor, read)
    assert len(ids) == len({*ids})
    assert {row[key] for row in before} - {gone} <= {*ids}
    assert report.consistent
    assert report.passes == 2


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_a_row_that_comes_while_the_listing_is_read(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_size(vendor, 95)
    before = sandbox.rows(vendor)
    key = get_vendor(vendor).assistants.reader.id
    report = ListingReport()

    async def read(client: AssistantsClient) -> list[Any]:
        ids = []
        async for page in client.pages(page_size=10, concurrency=1, report=report):
            ids += [row[key] for row in page.rows]
            if page.number == 3:
                ids_made.append(sandbox.insert(vendor))
        return ids

    ids_made: list[Any] = []
    ids = run(sandbox, vendor, read)
    assert len(ids) == len({*ids})
    assert {*ids} == {row[key] for row in before} | {*ids_made}
    assert report.consistent


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("http://127.0.0.1:9/api", "refuses the connection"),
        ("http://no-such-host.invalid/api", "name is not known"),
    ],
)
def test_hosts_that_are_not_there(sandbox: Sandbox, base_url: str, said: str) -> None:
    with pytest.raises(VendorUnavailableError, match=said):
        run(sandbox, "burki", listed, base_url=base_url)


def test_plain_http_where_tls_was_due(sandbox: Sandbox) -> None:
    base_url = sandbox.base_url("burki").replace("http://", "https://")
    clock = FakeClock()
    with pytest.raises(
        ConfigurationError, match=r"TLS fails: what listens on 127.*Write http://127\.0\.0\.1:\d+ as the"
    ):
        run(sandbox, "burki", listed, base_url=base_url, clock=clock)
    assert clock.slept == []


def test_a_slow_answer(sandbox: Sandbox) -> None:
    sandbox.fail("burki", "slow", times=None, seconds=3)
    began = time.monotonic()
    with pytest.raises(VendorUnavailableError, match=r"Timed out after 0\.1 s"):
        run(sandbox, "burki", listed, timeout=0.1)
    assert time.monotonic() - began < 60


def test_the_key_does_not_leave_the_host(sandbox: Sandbox) -> None:
    for fault in ("redirect_foreign", "next_foreign"):
        sandbox.fail("puretalk", fault, times=None)
        with pytest.raises(UnexpectedResponseError) if fault == "redirect_foreign" else pytest.raises(AssistantsError):
            sandbox.set_size("puretalk", 0 if fault == "next_foreign" else 5)
            run(sandbox, "puretalk", listed)
            raise AssistantsError("the link was not followed")
        sandbox.heal()


def test_what_a_vendor_says_of_the_key_is_not_repeated(sandbox: Sandbox) -> None:
    key = sandbox.api_key("autocalls")
    sandbox.fail("autocalls", "body", times=None, status=401, body={"message": f"The key {key} is unknown"})
    with pytest.raises(AuthenticationError, match=r"The key \*\*\* is unknown"):
        run(sandbox, "autocalls", listed)


def test_page_sizes_are_checked(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="page_size must be an integer from 1 to 100, got 101"):
        run(sandbox, "autocalls", lambda client: listed(client, page_size=101))


def test_a_page_is_not_a_line_in_the_log(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.set_size("burki", 500)
    with caplog.at_level(logging.INFO):
        run(sandbox, "burki", listed)
    assert caplog.records == []


def test_no_key_in_the_log_at_debug(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.fail("autocalls", "503", times=2)
    with caplog.at_level(logging.DEBUG):
        run(sandbox, "autocalls", listed)
    assert "try 2 of 6 in" in caplog.text
    assert "sandbox-secret" not in caplog.text
