# SPDX-License-Identifier: Apache-2.0
"""Requests over real sockets, against the sandbox with its faults: retried, or one typed error."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

import pytest

from airflow_provider_assistants import __version__
from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    PaginationError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.client.fake_clock import FakeClock
from tests.client.running import listed, run
from tests.conftest import VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
def test_requests_say_who_asks_and_what_is_wanted(sandbox: Sandbox, vendor: str) -> None:
    run(sandbox, vendor, listed)
    for request in sandbox.requests():
        assert request["headers"]["accept"] == "application/json"
        assert request["headers"]["user-agent"] == f"airflow-provider-assistants/{__version__}"
        assert request["status"] == 200


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


@pytest.mark.parametrize("depth", [150, 230])
def test_a_response_that_is_nested_too_deep_is_named_and_not_requested_again(sandbox: Sandbox, depth: int) -> None:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    sandbox.update("puretalk", sandbox.rows("puretalk")[0]["assistant_id"], voice=value)
    if depth < 200:
        assert run(sandbox, "puretalk", listed) == sandbox.rows("puretalk")
        return
    with pytest.raises(UnexpectedResponseError, match="200 levels deep"):
        run(sandbox, "puretalk", listed)
    assert len(sandbox.requests()) == 1


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
    ("deep", {}, UnexpectedResponseError, "200 levels deep"),
    ("wrong_shape", {}, UnexpectedResponseError, "assistants_by_id"),
    ("scalar", {}, UnexpectedResponseError, "got int"),
    ("huge", {}, UnexpectedResponseError, "larger than 67,108,864 bytes"),
    ("gzip_bomb", {}, UnexpectedResponseError, "larger than 67,108,864 bytes"),
    ("broken_gzip", {}, UnexpectedResponseError, "compression is broken"),
    ("row_without_id", {}, UnexpectedResponseError, "A row has no"),
    ("row_no_object", {}, UnexpectedResponseError, "Expected an object in row 1 of the response"),
    ("same_page", {}, PaginationError, ""),
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fault", "given", "kind", "message"), FAILED, ids=lambda value: str(value)[:24])
def test_what_does_not_pass_is_one_typed_error(
    sandbox: Sandbox, vendor: str, fault: str, given: dict[str, Any], kind: type[AssistantsError], message: str
) -> None:
    sandbox.set_size(vendor, 350)
    sandbox.fail(vendor, fault, times=None, path="assistants", **given)
    clock = FakeClock()
    # Burki's count is another path below the same one: what is to be seen here is the listing's response.
    with pytest.raises(kind, match=f"(?s){message}") as caught:
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


def test_failure_inside_a_success(sandbox: Sandbox) -> None:
    sandbox.fail("puretalk", "err_true", times=None)
    with pytest.raises(UnexpectedResponseError, match="Something went wrong"):
        run(sandbox, "puretalk", listed)


@pytest.mark.parametrize(
    ("base_url", "message"),
    [
        ("http://127.0.0.1:9/api", "refuses the connection"),
        ("http://no-such-host.invalid/api", "name is not known"),
    ],
)
def test_hosts_that_are_not_there(sandbox: Sandbox, base_url: str, message: str) -> None:
    with pytest.raises(VendorUnavailableError, match=message):
        run(sandbox, "burki", listed, base_url=base_url)


def test_plain_http_where_tls_was_due(sandbox: Sandbox) -> None:
    base_url = sandbox.base_url("burki").replace("http://", "https://")
    clock = FakeClock()
    with pytest.raises(
        ConfigurationError, match=r"TLS fails: what listens on 127.*Write http://127\.0\.0\.1:\d+ as the"
    ):
        run(sandbox, "burki", listed, base_url=base_url, clock=clock)
    assert clock.slept == []


def test_a_slow_response(sandbox: Sandbox) -> None:
    sandbox.fail("burki", "slow", times=None, seconds=3)
    started = time.monotonic()
    with pytest.raises(VendorUnavailableError, match=r"Timed out after 0\.1 s"):
        run(sandbox, "burki", listed, timeout=0.1)
    assert time.monotonic() - started < 60


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


def test_no_key_in_the_log_at_debug(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.fail("autocalls", "503", times=2)
    with caplog.at_level(logging.DEBUG):
        run(sandbox, "autocalls", listed)
    assert "try 2 of 6 in" in caplog.text
    assert "sandbox-secret" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "what"),
    [("503", "The vendor returned HTTP 503: .*"), ("truncated", r"The response is not valid JSON: .* \(HTTP 200\)")],
)
def test_the_line_of_a_retry(sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: str, what: str) -> None:
    sandbox.fail("autocalls", fault)
    with caplog.at_level(logging.INFO):
        run(sandbox, "autocalls", listed)
    (line,) = [record.getMessage() for record in caplog.records]
    where = r"Autocalls, connection 'mine': GET http://.*/api/user/assistants/get\?page=1&per_page=100"
    assert re.fullmatch(rf"{where}: {what}; try 2 of 6 in \d\.\d s", line)
