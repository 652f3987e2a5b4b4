# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from airflow.providers.common.compat.sdk import Connection
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.origin import origin_of
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.get_provider_info import get_provider_info
from airflow_provider_assistants.hooks.connection import read_connection
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor

KEY = "1|abcdefghijklmnop"


def read(vendor: str = "autocalls", *, uri: str | None = None, **fields: Any) -> Any:
    if uri:
        connection = (
            Connection.from_uri(uri, conn_id="mine") if hasattr(Connection, "from_uri") else Connection("mine", uri=uri)
        )
    else:
        extra = fields.pop("extra", None)
        extra = json.dumps(extra) if isinstance(extra, dict) else extra
        connection = Connection(conn_id="mine", conn_type=vendor, extra=extra, **{"password": KEY, **fields})
    return read_connection(connection, get_vendor(vendor))


@pytest.mark.parametrize(
    ("vendor", "fields", "base_url"),
    [
        ("autocalls", {}, "https://app.autocalls.ai/api"),
        ("autocalls", {"host": "app.famulor.de"}, "https://app.famulor.de/api"),
        ("autocalls", {"host": "https://app.famulor.de"}, "https://app.famulor.de/api"),
        ("autocalls", {"host": "https://app.famulor.de/api/"}, "https://app.famulor.de/api"),
        ("autocalls", {"host": "app.famulor.de/api"}, "https://app.famulor.de/api"),
        ("autocalls", {"host": "app.famulor.de", "port": 8443}, "https://app.famulor.de:8443/api"),
        ("autocalls", {"host": "app.famulor.de:8443"}, "https://app.famulor.de:8443/api"),
        ("autocalls", {"host": "app.famulor.de", "port": 0}, "https://app.famulor.de/api"),
        ("autocalls", {"host": "gateway.example.com", "schema": "voice/api"}, "https://gateway.example.com/voice/api"),
        ("autocalls", {"host": "gateway.example.com", "schema": "http"}, "http://gateway.example.com/api"),
        ("autocalls", {"host": "https://gateway.example.com/"}, "https://gateway.example.com"),
        ("burki", {"host": "burki.example.com"}, "https://burki.example.com"),
        ("burki", {"host": "http://[::1]:8000"}, "http://[::1]:8000"),
        ("puretalk", {"host": "http://127.0.0.1:8765/puretalk/api"}, "http://127.0.0.1:8765/puretalk/api"),
    ],
)
def test_a_white_label_or_a_host_of_your_own_is_just_a_host(vendor: str, fields: dict[str, Any], base_url: str) -> None:
    assert read(vendor, **fields).base_url == base_url


def test_a_uri_with_a_key_that_has_a_pipe() -> None:
    account = read(uri="autocalls://:1%7Cabcdefghijklmnop@app.famulor.de:8443/?timeout=12.5&concurrency=3&verify=false")
    assert account.api_key == KEY
    assert account.base_url == "https://app.famulor.de:8443/api"
    assert (account.settings.timeout, account.settings.concurrency, account.settings.verify) == (12.5, 3, False)


def test_extras_are_read_as_what_they_are() -> None:
    account = read(
        extra={
            "timeout": 5,
            "max_retries": "2",
            "concurrency": 4,
            "page_size": 50,
            "max_requests_per_minute": 60,
            "verify": "/etc/ssl/own.pem",
            "proxy": "http://user:hidden-pw@proxy:3128",
        }
    )
    settings = account.settings
    assert (settings.timeout, settings.retry.max_retries, settings.concurrency) == (5.0, 2, 4)
    assert (settings.page_size, settings.max_requests_per_minute) == (50, 60)
    assert (settings.verify, settings.proxy) == ("/etc/ssl/own.pem", "http://user:hidden-pw@proxy:3128")
    assert set(account.secrets) == {KEY, "hidden-pw"}
    assert KEY not in repr(account)
    assert "hidden-pw" not in repr(account)


def test_empty_extras_mean_nothing() -> None:
    account = read(extra={"timeout": None, "proxy": "", "verify": None})
    assert account.settings.timeout == 30.0
    assert account.settings.verify is True


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"password": None}, "the password is empty"),
        ({"password": "  "}, "the password is empty"),
        ({"password": "a\nb"}, "the password is no API key"),
        ({"password": "schlüssel"}, "the password is no API key"),
        ({"host": "ftp://x"}, "the host must be a URL or a host name, got 'ftp://x'"),
        ({"host": "a b"}, "the host must be a URL or a host name, got 'https://a b'"),
        ({"host": "https://x:port"}, "the host must be a URL or a host name"),
        ({"host": "http://x\x00y"}, r"the host must be a URL or a host name, got 'http://x\x00y'"),
        ({"host": "http://x/\u200b"}, r"the host must be a URL or a host name, got 'http://x/\u200b'"),
        ({"host": "\u2603.\u0301"}, "the host must be a URL or a host name"),
        ({"host": "127.0.0.1", "port": 65_536}, "the port must be from 1 to 65535, got 65,536"),
        ({"host": "http://..", "port": -1}, "the port must be from 1 to 65535, got -1"),
        ({"host": "https://user:pw@x"}, "the host has a user"),
        ({"host": "https://x/?a=1"}, "the host has a user, a query"),
        ({"extra": "{not json"}, "the extra is no JSON object"),
        ({"extra": "[1]"}, "the extra is no JSON object"),
        ({"extra": {"timeouts": 1}}, "there is no extra 'timeouts'; there are timeout, max_retries"),
        ({"extra": {"timeout": "long"}}, "the extra 'timeout' must be a number"),
        ({"extra": {"timeout": 10**400}}, "the extra 'timeout' must be a number"),
        ({"extra": {"timeout": 0}}, "the extra 'timeout' must be from 0.1 to 600, got 0.0"),
        ({"extra": {"concurrency": 2.5}}, "the extra 'concurrency' must be an integer, got 2.5"),
        ({"extra": {"concurrency": True}}, "the extra 'concurrency' must be an integer, got a boolean"),
        ({"extra": {"max_retries": -1}}, "the extra 'max_retries' must be from 0 to 20"),
        ({"extra": {"verify": 7}}, "the extra 'verify' must be a string, got a number"),
        ({"extra": {"page_size": "nan"}}, "the extra 'page_size' must be an integer, got a text that is none"),
        ({"extra": {"page_size": 2.5}}, "the extra 'page_size' must be an integer, got 2.5"),
        ({"extra": {"page_size": 1_001}}, "the extra 'page_size' must be from 1 to 100, got 1,001"),
        ({"extra": {"proxy": 3.5}}, "the extra 'proxy' must be a string, got a number"),
        ({"extra": {"proxy": [1]}}, "the extra 'proxy' must be a string, got a list"),
    ],
)
def test_an_invalid_connection(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(**fields)
    assert expected in str(caught.value)
    assert "connection 'mine'" in str(caught.value)


def test_all_problems_are_in_one_error_and_no_secret() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(host="https://user:hidden-pw@x", extra={"zz": "hidden-zz", "timeout": "hidden-timeout"})
    for part in ("'zz'", "'timeout'", "the host has a user"):
        assert part in str(caught.value)
    assert "hidden" not in str(caught.value)


@given(
    host=st.one_of(st.text(max_size=30), st.text(max_size=30).map("http://{}".format), st.just("127.0.0.1")),
    port=st.one_of(st.none(), st.integers()),
    schema=st.text(max_size=8),
    extra=st.one_of(st.just(""), st.text(max_size=30)),
    password=st.one_of(st.just("key"), st.text(max_size=12)),
)
def test_whatever_is_typed_into_the_form_is_an_account_or_a_clear_error(
    host: str, port: int | None, schema: str, extra: str, password: str
) -> None:
    connection = Connection(conn_id="mine", conn_type="burki", host=host, port=port, schema=schema, password=password)
    object.__setattr__(connection, "extra", extra)
    try:
        account = read_connection(connection, get_vendor("burki"))
    except ConfigurationError:
        return
    assert origin_of(account.base_url).startswith(("http://", "https://"))
    assert httpx.URL(account.base_url).host
    assert account.api_key == password.strip()


@pytest.mark.parametrize(
    ("vendor", "maximum"), [("autocalls", 100), ("otonistark", 100), ("burki", 1_000), ("puretalk", 1_000)]
)
def test_the_page_size_is_bounded_as_the_vendor_documents(
    sandbox: Sandbox, connect: Callable[..., str], vendor: str, maximum: int
) -> None:
    """In the form, on reading the connection, and in the connection test: not only when a task runs."""
    [declared] = [each for each in get_provider_info()["connection-types"] if each["connection-type"] == vendor]
    field = declared["conn-fields"]["page_size"]
    assert field["schema"]["maximum"] == maximum
    assert f"{maximum:,} at most" in field["description"]
    hook = get_hook(connect("mine", **sandbox.connection(vendor, page_size=maximum)))
    assert hook.test_connection()[0] is True
    assert len(hook.list_assistants()) == 12
    sandbox.clear_requests()
    hook = get_hook(connect("mine", **sandbox.connection(vendor, page_size=maximum + 1)))
    expected = f"the extra 'page_size' must be from 1 to {maximum:,}, got {maximum + 1:,}"
    with pytest.raises(ConfigurationError, match=expected):
        hook.get_account()
    passed, message = hook.test_connection()
    assert not passed
    assert expected in message
    assert sandbox.requests() == []
