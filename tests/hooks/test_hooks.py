# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    ConfigurationError,
    UnexpectedResponseError,
)
from airflow_provider_assistants.hooks.autocalls import AutocallsHook
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.burki import BurkiHook
from airflow_provider_assistants.hooks.intellixent import IntellixentHook
from airflow_provider_assistants.hooks.otonistark import OtoniStarkHook
from airflow_provider_assistants.hooks.puretalk import PuretalkHook
from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS

HOOKS: dict[str, type[AssistantsHook]] = {
    "autocalls": AutocallsHook,
    "otonistark": OtoniStarkHook,
    "intellixent": IntellixentHook,
    "burki": BurkiHook,
    "puretalk": PuretalkHook,
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_airflow_gives_the_right_hook_for_a_connection(sandbox: Sandbox, vendor: str) -> None:
    hook = BaseHook.get_hook(f"{vendor}_default")
    assert type(hook) is HOOKS[vendor]
    assert hook.conn_id == f"{vendor}_default"


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 250])
def test_every_way_to_read_gives_the_same(sandbox: Sandbox, vendor: str, size: int) -> None:
    sandbox.set_size(vendor, size)
    held = sandbox.rows(vendor)
    hook = HOOKS[vendor]()
    assert [row for page in hook.iter_pages() for row in page.rows] == held
    models = [hook.vendor.assistants.load_model().model_validate(row) for row in held]
    assert hook.list_assistants() == models
    assert list(hook.iter_assistants(page_size=20)) == models
    assert hook.count_assistants() == size

    async def asynchronous() -> Any:
        pages = [row async for page in hook.aiter_pages() for row in page.rows]
        return pages, await hook.alist_assistants(), await hook.acount_assistants()

    assert asyncio.run(asynchronous()) == (held, models, size)


@pytest.mark.parametrize("vendor", VENDORS)
def test_one_assistant_and_statuses(sandbox: Sandbox, vendor: str) -> None:
    hook = HOOKS[vendor]()
    reader = hook.vendor.assistants.reader
    rows = sandbox.rows(vendor)
    ids = [rows[0][reader.id], rows[3][reader.id]]
    assert hook.get_assistant(ids[0]).model_dump()[reader.id] == ids[0]
    assert asyncio.run(hook.aget_assistant(ids[0])) == hook.get_assistant(ids[0])
    expected = {str(ids[0]): reader.row_status(rows[0]), str(ids[1]): reader.row_status(rows[3]), "987654321": None}
    assert hook.get_statuses([*ids, "987654321"]) == expected
    assert asyncio.run(hook.aget_statuses([*ids, 987654321])) == expected
    with pytest.raises(AssistantNotFoundError):
        hook.get_assistant("987654321")


def test_many_statuses_are_one_listing(sandbox: Sandbox) -> None:
    sandbox.set_size("burki", 80)
    ids = [row["id"] for row in sandbox.rows("burki")][:60]
    sandbox.clear_requests()
    assert len(BurkiHook().get_statuses(ids)) == 60
    assert {request["path"] for request in sandbox.requests()} <= {"/api/v1/assistants", "/api/v1/assistants/count"}
    sandbox.clear_requests()
    BurkiHook().get_statuses(ids[:2])
    assert len(sandbox.requests()) == 2


def test_hooks_work_inside_a_running_event_loop(sandbox: Sandbox) -> None:
    """As in a notebook, where a loop runs already."""

    async def cell() -> int:
        return len(BurkiHook().list_assistants())

    assert asyncio.run(cell()) == 12


def test_reading_can_stop_early(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 3_000)
    for page in AutocallsHook().iter_pages(concurrency=2):
        assert page.number == 1
        break
    assert len(sandbox.requests()) <= 3


def test_the_http_client_sends_the_key_home_only(sandbox: Sandbox) -> None:
    with BurkiHook().get_conn() as client:
        assert client.get("/api/v1/assistants/count").json() == {"count": 12}
        request = client.build_request("GET", "https://elsewhere.example.com/x")
        sent = next(client.auth.auth_flow(request))  # type: ignore[union-attr]
        assert "authorization" not in sent.headers

    async def asynchronous() -> httpx.Response:
        async with await PuretalkHook().aget_conn() as client:
            return await client.get("/ai-assistants")

    assert asyncio.run(asynchronous()).json()["count"] == 12


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_good_connection(sandbox: Sandbox, vendor: str) -> None:
    hook = HOOKS[vendor]()
    assert hook.test_connection() == (True, f"{hook.vendor.title}: 12 assistants visible")
    assert len(sandbox.requests()) == 1
    assert sandbox.requests()[0]["method"] == "GET"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"password": "1|wrong-key-123"}, "Autocalls: The vendor does not accept the API key: Unauthenticated – Put a"),
        ({"host": "http://127.0.0.1:9"}, "Autocalls: The host refuses the connection – Check the connection's host"),
        ({"host": "no-such-host.invalid"}, "Autocalls: The host's name is not known – Check the connection's host"),
        ({"host": "{url}/somewhere"}, "Autocalls: There is no such path on this host – Check the connection's host"),
        ({"host": "{tls}/autocalls/api"}, "Autocalls: TLS fails: what listens on 127.0.0.1:"),
        ({"extra": {"timeout": "x"}}, "Autocalls: Invalid connection: the extra 'timeout' must be a"),
        ({"password": ""}, "Autocalls: Invalid connection: the password is empty"),
    ],
)
def test_a_bad_connection_in_one_plain_sentence(
    sandbox: Sandbox, connect: Callable[..., str], changes: dict[str, Any], expected: str
) -> None:
    fields = {**sandbox.connection("autocalls"), **changes}
    fields["host"] = fields["host"].format(url=sandbox.url, tls=sandbox.url.replace("http:", "https:"))
    ok, message = AutocallsHook(connect(**fields)).test_connection()
    assert not ok
    assert message.startswith(expected)
    assert "\n" not in message
    assert str(fields["password"]) not in message or not fields["password"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("login_page", "Expected JSON, got a login page"),
        ("redirect_login", "Expected JSON, got a redirect to the login page"),
        ("500", "returned HTTP 500"),
        ("slow", "Timed out after 0.2 s"),
    ],
)
def test_a_connection_test_does_not_retry(
    sandbox: Sandbox, connect: Callable[..., str], fault: str, expected: str
) -> None:
    sandbox.fail("burki", fault, times=None, seconds=2)
    ok, message = BurkiHook(connect(**sandbox.connection("burki", timeout=0.2))).test_connection()
    assert not ok
    assert expected in message
    assert len(sandbox.requests()) <= 1


def test_tls_that_cannot_be_trusted(sandbox: Sandbox, connect: Callable[..., str], tmp_path: Path) -> None:
    """A server with a certificate of its own: refused, unless its authority is named or checks are off."""
    import ssl
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    pem = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pem, "-out", tmp_path / "cert.pem",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip

    class Counts(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"count": 3}')

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("localhost", 0), Counts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fields = {"conn_type": "burki", "host": f"https://localhost:{server.server_port}", "password": "burki_live_x"}
    try:
        ok, message = BurkiHook(connect(**fields)).test_connection()
        assert not ok
        assert message.startswith("Burki: TLS fails: self-signed certificate")
        for verify in (str(tmp_path / "cert.pem"), False, "false"):
            assert BurkiHook(connect(**fields, extra={"verify": verify})).test_connection()[0]
        ok, message = BurkiHook(connect(**fields, extra={"verify": "/no/such.pem"})).test_connection()
        assert "The CA file '/no/such.pem' cannot be used" in message
    finally:
        server.shutdown()
        server.server_close()


def test_a_key_does_not_go_to_another_vendor(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    conn_id = connect(**sandbox.connection("autocalls"))
    with pytest.raises(ConfigurationError, match="of type 'autocalls', so its key must not go to Burki"):
        BurkiHook(conn_id).list_assistants()
    assert sandbox.requests() == []


def test_the_limit_of_the_configuration(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__ASSISTANTS__MAX_RESPONSE_BYTES", "20000")
    assert len(BurkiHook().list_assistants(page_size=2)) == 12
    with pytest.raises(UnexpectedResponseError, match="The response is larger than"):
        BurkiHook().list_assistants()


def test_no_such_connection() -> None:
    with pytest.raises(ConfigurationError, match="There is no connection 'nowhere'"):
        BurkiHook("nowhere").count_assistants()


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("fault", "shown"), [(None, "Connection success!"), ("401", "Burki: The vendor does not accept the API key")]
)
def test_airflow_connections_test(sandbox: Sandbox, airflow_database: None, fault: str | None, shown: str) -> None:
    if fault:
        sandbox.fail("burki", fault, times=None)
    environment = {**os.environ, "AIRFLOW__CORE__TEST_CONNECTION": "Enabled"}
    command = [Path(sys.executable).parent / "airflow", "connections", "test", "burki_default"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert shown in done.stdout, done.stdout + done.stderr
    assert sandbox.api_key("burki") not in done.stdout + done.stderr
