# SPDX-License-Identifier: Apache-2.0
"""What happens between a request and a decoded response, against a server of raw bytes."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.responses import Response, error_of, vendor_message
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.vendors import get_vendor
from tests.client.fake_clock import FakeClock
from tests.client.wire_server import Request, WireServer, response

KEY = "12|abcdefghijklmnopQRSTUVWX0123456789abcdef"
ROWS = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
LISTING = json.dumps({"data": ROWS, "total": 2, "last_page": 1, "current_page": 1}).encode()


def run(
    respond: Callable[[Request], Iterable[bytes]],
    use: Callable[[AssistantsClient], Any] | None = None,
    *,
    path: str = "/api",
    clock: FakeClock | None = None,
    **settings: Any,
) -> tuple[Any, WireServer]:
    """What comes of the client against such a server: a result, or the error; by default of a listing."""

    async def listed(client: AssistantsClient) -> Any:
        return [row async for page in client.pages() for row in page.rows]

    async def call(url: str) -> Any:
        async with AssistantsClient(
            get_vendor("autocalls"),
            api_key=KEY,
            base_url=url + path,
            conn_id="mine",
            settings=ClientSettings(**{"retry": RetryPolicy(max_retries=2), **settings}),
            clock=(clock or FakeClock()).clock(),
        ) as client:
            try:
                return await (use or listed)(client)
            except AssistantsError as error:
                return error

    with WireServer(respond) as server:
        return asyncio.run(call(server.url)), server


def times(count: int, bad: list[bytes], good: list[bytes]) -> Callable[[Request], list[bytes]]:
    """So many bad responses, then good ones."""
    sent = iter([bad] * count)
    return lambda request: next(sent, good)


OK = response(LISTING)
CUT = response(LISTING[:40], length=False)
COMPRESSED = gzip.compress(LISTING)
DAMAGED = {
    "cut, with no length": CUT,
    "cut inside a character": response('{"data": [{"id": 1, "name": "é'.encode()[:-1], length=False),
    "gzip that is cut": response(COMPRESSED[:30], length=False, content_encoding="gzip"),
    "gzip with an error in it": response(COMPRESSED[:20] + b"\xff" * 40 + COMPRESSED[20:], content_encoding="gzip"),
    "no gzip at all": response(LISTING, content_encoding="gzip"),
    "text": response(b"upstream connect error"),
}


@pytest.mark.parametrize("bad", DAMAGED)
def test_a_damaged_response_is_asked_for_again(bad: str) -> None:
    assert run(times(2, DAMAGED[bad], OK))[0] == ROWS
    error, server = run(lambda _: DAMAGED[bad])
    assert type(error) is UnexpectedResponseError
    assert error.what.endswith("after 3 tries")
    assert len(server.requests) == 3
    if "cut" in bad:
        assert "ends early" in error.what


@pytest.mark.parametrize("body", [b"", b"   ", b"<!DOCTYPE html><p>Hello", b"\xef\xbb\xbf<html><input type=password>"])
def test_html_and_nothing_are_not_asked_for_again(body: bytes) -> None:
    error, server = run(lambda _: response(body))
    assert isinstance(error, UnexpectedResponseError | AuthenticationError)
    assert len(server.requests) == 1


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert run(lambda _: response(b"\xef\xbb\xbf" + LISTING))[0] == ROWS
    error, _ = run(lambda _: response(b'\xef\xbb\xbf{"message": "Wrong key"}', status="401 Unauthorized"))
    assert "Wrong key" in error.what


def test_what_changes_something_is_sent_once() -> None:
    error, server = run(lambda _: CUT, lambda client: client.request_json("POST", "/x"))
    assert isinstance(error, UnexpectedResponseError)
    assert len(server.requests) == 1


ECHOES: dict[str, list[bytes]] = {
    "429 in JSON": response(json.dumps({"message": f"Slow down, {KEY}"}).encode(), status="429 No"),
    "503 in JSON": response(
        json.dumps({"error": {"message": f"{KEY.split('|')[1]} failed"}}).encode(), status="503 No"
    ),
    "503 far behind": response(json.dumps({"message": "x" * 270 + " " + KEY}).encode(), status="503 No"),
    "500 in HTML": response(f"<html>{KEY}</html>".encode(), status="500 No"),
    "500 in a text": response(KEY.encode(), status="500 No"),
    "the status line": response(b"{}", status=f"503 {KEY}"),
    "the target of a redirect": response(status="302 Found", location=f"/x/{'y' * 180}{KEY}"),
    "a login page's address": response(status="302 Found", location=f"/login?key={KEY}"),
    "another header": response(b"{}", status="500 No", x_key=KEY, retry_after="1", www_authenticate=KEY),
    "no JSON": response(KEY.encode()),
    "a failure in a success": response(json.dumps({"err": True, "msg": KEY, "data": KEY}).encode()),
    "somebody else's": response(b'{"message": "no sk-proj-abcdefghij0123456789ABCDEF"}', status="503 No"),
}
PARTS = (KEY, KEY.split("|")[1], KEY.split("|")[1][:24], "sk-proj-abcdefghij")


@pytest.mark.parametrize("echo", ECHOES)
def test_no_key_in_any_log_line_or_error(echo: str, caplog: pytest.LogCaptureFixture) -> None:
    """Everything is logged that can be: the vendor's words must be redacted before, not by who reads the log."""
    loggers = ["httpx", "httpcore", "httpcore.http11", "httpcore.connection", "airflow_provider_assistants"]
    before = {name: logging.getLogger(name).level for name in loggers}
    try:
        for name in loggers:
            logging.getLogger(name).setLevel(logging.DEBUG)
        with caplog.at_level(logging.DEBUG):
            error, _ = run(lambda _: ECHOES[echo])
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
    assert isinstance(error, AssistantsError)
    shown = f"{error} {error!r} {vars(error)} {caplog.text} {[vars(record) for record in caplog.records]}"
    assert "try 2 of 3" in caplog.text or "redirect" in shown or "login" in shown or "a list of rows" in shown
    for part in PARTS:
        assert part not in shown


def test_a_retry_is_reported_with_what_and_how_often(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert run(times(1, response(status="503 No"), OK))[0] == ROWS
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("Autocalls, connection 'mine': GET http://127.0.0.1:")
    assert line.endswith("get?page=1&per_page=100: The vendor returned HTTP 503; try 2 of 3 in 0.2 s")


def test_the_first_failure_is_not_reported_as_a_habit() -> None:
    error, _ = run(lambda _: response(status="503 No"), retry=RetryPolicy(max_retries=0))
    assert str(error).startswith("The vendor returned HTTP 503 (")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["message", "error", "detail", "msg", "errors", "loc", "title", "x"]) | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(body=JSON)
@example(body={"detail": [{"loc": None, "msg": "x"}]})
@example(body={"detail": [{"loc": 7, "msg": {"a": 1}}]})
@example(body={"detail": [{"msg": 5}]})
@example(body={"errors": {"page": None}, "message": " "})
@example(body={"message": "x", "errors": {"page": []}})
def test_whatever_an_errors_body_is_it_is_a_message_or_none(body: Any) -> None:
    message = vendor_message(body)
    assert message is None or (isinstance(message, str) and message)
    respond = Response(status=503, headers={}, body=json.dumps(body).encode())
    assert isinstance(error_of(respond, get_vendor("burki")), VendorUnavailableError)


@pytest.mark.parametrize("body", [{"detail": [{"loc": None, "msg": "x"}]}, {"message": {"a": [1]}}, [1], "x", None])
@pytest.mark.parametrize(("status", "kind"), [(503, VendorUnavailableError), (429, RateLimitedError)])
def test_an_odd_body_is_retried_and_typed_as_any(body: Any, status: int, kind: type[AssistantsError]) -> None:
    odd = response(json.dumps(body).encode(), status=f"{status} No")
    assert run(times(2, odd, OK))[0] == ROWS
    error, server = run(lambda _: odd)
    assert type(error) is kind
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "Too much", "code": 7}}, "Too much"),
        ({"errors": [{"title": "Bad", "detail": "Worse"}, {"detail": "Wrong"}]}, "Worse; Wrong"),
        ({"detail": [{"loc": ["query", "limit"], "msg": "too large"}]}, "limit: too large"),
        ({"title": "Not here", "status": 404}, "Not here"),
        ({"message": "Invalid.", "errors": {"page": ["must be a number"]}}, "Invalid. (page: must be a number)"),
        ({"data": 1}, None),
    ],
)
def test_what_a_vendor_says(body: Any, message: str | None) -> None:
    assert vendor_message(body) == message


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Authentication credentials were not provided.", AuthenticationError),
        ("Invalid API key", AuthenticationError),
        ("Not authenticated", AuthenticationError),
        ("The token is expired", AuthenticationError),
        ("You do not have permission to perform this action.", PermissionDeniedError),
        ("Your API key is missing the scope assistants:read", PermissionDeniedError),
        ("Access denied", PermissionDeniedError),
        (None, PermissionDeniedError),
    ],
)
def test_a_403_may_be_about_the_key(message: str | None, kind: type[AssistantsError]) -> None:
    error, server = run(lambda _: response(json.dumps({"detail": message}).encode(), status="403 Forbidden"))
    assert type(error) is kind
    assert "known" not in str(error)
    assert error.status == 403
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (None, "redirects (HTTP 302) without a Location"),
        ("", "without a Location"),
        ("http://[x", "redirects to what is no URL"),
        ("http://host.example:99999999/x", "redirects to what is no URL"),
        ("https://user:secret-pw@host.example/x", "redirects to https://host.example/x"),
        ("/elsewhere", "redirects to /elsewhere"),
    ],
)
def test_a_redirect_is_an_error_that_says_where_to(location: str | None, message: str) -> None:
    headers = {} if location is None else {"location": location}
    error, server = run(lambda _: response(status="302 Found", **headers))
    assert type(error) is UnexpectedResponseError
    assert message in error.what
    assert "nowhere" not in str(error)
    assert "secret-pw" not in str(error)
    assert len(server.requests) == 1


def test_a_host_with_a_slash_at_its_end_is_reported() -> None:
    error, _ = run(lambda _: response(b"{}", status="404 Not Found"), path="")
    assert "host ends in a slash, so /api is not added" in str(error)


def slashes(request: Request) -> list[bytes]:
    """Django: what does not end in a slash is redirected to what does."""
    path, mark, query = request.target.partition("?")
    if path.endswith("/"):
        return OK
    return response(status="301 Moved Permanently", location=f"{path}/{mark}{query}")


def test_the_redirect_to_a_slash_is_followed_once_and_remembered() -> None:
    async def twice(client: AssistantsClient) -> Any:
        first = [row async for page in client.pages() for row in page.rows]
        return first, [row async for page in client.pages() for row in page.rows]

    result, server = run(slashes, twice)
    assert result == (ROWS, ROWS)
    asked = [request.target.partition("?")[0].endswith("/") for request in server.requests]
    assert asked == [False, *[True] * (len(asked) - 1)]
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    assert len({request.target.partition("?")[2] for request in server.requests}) == 1


def test_ids_share_what_is_known_of_their_route() -> None:
    async def three(client: AssistantsClient) -> Any:
        return [await client.get(each) for each in (1, 2, 3)]

    def item(request: Request) -> list[bytes]:
        return response(json.dumps(ROWS[0]).encode()) if request.path.endswith("/") else slashes(request)

    async def call(url: str) -> Any:
        vendor = get_vendor("burki")
        async with AssistantsClient(
            vendor, api_key="burki_live_abcdef", base_url=url, clock=FakeClock().clock()
        ) as client:
            return await three(client)

    with WireServer(item) as server:
        assert len(asyncio.run(call(server.url))) == 3
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "{path}/?page=2",
        "{path}/x/?{query}",
        "{path}//?{query}",
        "http://127.0.0.1:9{path}/?{query}",
        "http://user@{host}{path}/?{query}",
        "https://{host}{path}/?{query}",
    ],
)
def test_no_other_redirect_is_followed(location: str) -> None:
    def respond(request: Request) -> list[bytes]:
        path, _, query = request.target.partition("?")
        where = location.format(path=path, query=query, host=request.headers["host"])
        return response(status="301 Moved Permanently", location=where)

    error, server = run(respond)
    assert type(error) is UnexpectedResponseError
    assert "never followed" in error.what
    assert len(server.requests) == 1


def test_two_redirects_are_no_loop() -> None:
    def respond(request: Request) -> list[bytes]:
        path, _, query = request.target.partition("?")
        other = path[:-1] if path.endswith("/") else f"{path}/"
        return response(status="301 Moved Permanently", location=f"{other}?{query}")

    error, server = run(respond)
    assert type(error) is UnexpectedResponseError
    assert len(server.requests) == 2


def test_only_a_get_is_redirected() -> None:
    error, server = run(slashes, lambda client: client.request_json("POST", "/x"))
    assert type(error) is UnexpectedResponseError
    assert len(server.requests) == 1


def test_a_500_does_not_wait_for_the_end_of_a_rate_window() -> None:
    clock = FakeClock()
    limited = response(status="500 No", x_ratelimit_reset="55", x_ratelimit_remaining="90")
    assert run(times(2, limited, OK), clock=clock)[0] == ROWS
    assert sum(clock.slept) < 3
    clock = FakeClock()
    assert run(times(1, response(status="500 No", retry_after="55"), OK), clock=clock)[0] == ROWS
    assert sum(clock.slept) == 55
