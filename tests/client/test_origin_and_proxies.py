# SPDX-License-Identifier: Apache-2.0
"""Where requests and the key go: their own origin, through the right proxy, whatever a caller or a server says."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.client.proxies import Proxies
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, VendorUnavailableError
from airflow_provider_assistants.hooks.lookup import get_hook
from tests.client.wire_server import Request, WireServer, response
from tests.conftest import VENDORS

KEY = "12|abcdefghijklmnopQRSTUVWX0123456789abcdef"
COUNT = b'{"total": 3, "count": 3, "data": [], "results": [], "last_page": 1, "next": null}'
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")

Connect = Callable[..., str]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def home() -> Iterator[WireServer]:
    with WireServer(lambda _: response(COUNT)) as server:
        yield server


@pytest.fixture
def stranger() -> Iterator[WireServer]:
    with WireServer(lambda _: response(b"{}")) as server:
        yield server


def carried(request: Request) -> bool:
    return any(KEY in value or KEY.split("|")[1] in value for value in request.headers.values())


def ask(conn_id: str, *, asynchronous: bool, url: str, **given: Any) -> None:
    hook = get_hook(conn_id)

    async def go() -> None:
        async with await hook.aget_conn() as client:
            client.follow_redirects = True
            await client.get(url, **given)

    if asynchronous:
        asyncio.run(go())
        return
    with hook.get_conn() as client:
        client.follow_redirects = True
        client.get(url, **given)


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_redirect_takes_the_key_to_no_other_origin(
    connect: Connect, home: WireServer, stranger: WireServer, vendor: str, asynchronous: bool
) -> None:
    home.respond = lambda request: response(status="307 Temporary Redirect", location=f"{stranger.url}/x")
    conn_id = connect(conn_type=vendor, host=home.url, password=KEY)
    ask(conn_id, asynchronous=asynchronous, url="/x")
    assert [carried(request) for request in home.requests] == [True]
    assert [carried(request) for request in stranger.requests] == [False]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_key_stays_on_its_origin_through_a_redirect_there(
    connect: Connect, home: WireServer, asynchronous: bool
) -> None:
    home.respond = lambda request: (
        response(b"{}")
        if request.path.endswith("/")
        else response(status="301 Moved Permanently", location=f"{request.path}/")
    )
    ask(connect(conn_type="puretalk", host=home.url, password=KEY), asynchronous=asynchronous, url="/x")
    assert [carried(request) for request in home.requests] == [True, True]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_absolute_url_or_a_header_of_the_callers_takes_it_nowhere(
    connect: Connect, home: WireServer, stranger: WireServer, asynchronous: bool
) -> None:
    conn_id = connect(conn_type="puretalk", host=home.url, password=KEY)
    ask(conn_id, asynchronous=asynchronous, url=f"{stranger.url}/x")
    ask(conn_id, asynchronous=asynchronous, url=f"{stranger.url}/x", headers={"X-API-KEY": KEY, "X-Mine": "yes"})
    assert [carried(request) for request in stranger.requests] == [False, False]
    assert stranger.requests[1].headers["x-mine"] == "yes"


def test_a_key_with_a_line_break_at_its_end(connect: Connect, home: WireServer) -> None:
    assert get_hook(connect(conn_type="puretalk", host=home.url, password=f"{KEY}\n")).test_connection()[0]
    assert home.requests[0].headers["x-api-key"] == KEY


# --- proxies ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def proxy() -> Iterator[WireServer]:
    """A proxy for plain HTTP: it is asked with whole URLs, and responds itself."""
    with WireServer(lambda _: response(COUNT)) as server:
        yield server


def test_the_environments_proxy_is_used_and_the_extra_wins(
    connect: Connect, home: WireServer, proxy: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"conn_type": "burki", "host": home.url, "password": KEY}
    monkeypatch.setenv("HTTP_PROXY", proxy.url.removeprefix("http://"))
    assert get_hook(connect(**fields)).test_connection()[0]
    assert (len(proxy.requests), len(home.requests)) == (1, 0)
    assert proxy.requests[0].target.startswith(home.url)
    ask(connect(**fields), asynchronous=False, url="/x")
    ask(connect(**fields), asynchronous=True, url="/x")
    assert len(proxy.requests) == 3

    assert get_hook(connect(**fields, extra={"proxy": "none"})).test_connection()[0]
    ask(connect(**fields, extra={"proxy": "None"}), asynchronous=False, url="/x")
    assert (len(proxy.requests), len(home.requests)) == (3, 2)

    with WireServer(lambda _: response(COUNT)) as own:
        assert get_hook(connect(**fields, extra={"proxy": own.url})).test_connection()[0]
        assert (len(own.requests), len(proxy.requests)) == (1, 3)

    monkeypatch.setenv("NO_PROXY", "example.com, 127.0.0.1")
    assert get_hook(connect(**fields)).test_connection()[0]
    assert len(home.requests) == 3


def test_netrc_is_not_read(connect: Connect, home: WireServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    ask(connect(conn_type="puretalk", host=home.url, password=KEY), asynchronous=False, url="/x")
    assert "authorization" not in home.requests[0].headers


URL = "https://api.burki.dev/x"
PROXIES: list[tuple[dict[str, str], str, str | None]] = [
    ({}, URL, None),
    ({"HTTPS_PROXY": "http://p:1"}, URL, "http://p:1 (HTTPS_PROXY of the environment)"),
    ({"HTTPS_PROXY": "p:1"}, URL, "http://p:1 (HTTPS_PROXY of the environment)"),
    ({"HTTPS_PROXY": "http://u:pw@p:1"}, URL, "http://p:1 (HTTPS_PROXY of the environment)"),
    ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"}, URL, "http://q:2 (https_proxy of the environment)"),
    ({"HTTPS_PROXY": "http://p:1", "https_proxy": ""}, URL, None),
    ({"HTTP_PROXY": "http://p:1"}, URL, None),
    ({"HTTP_PROXY": "http://p:1"}, "http://h/x", "http://p:1 (HTTP_PROXY of the environment)"),
    ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://h/x", None),
    ({"ALL_PROXY": "socks5://p:1"}, URL, "socks5://p:1 (ALL_PROXY of the environment)"),
    ({"ALL_PROXY": "http://p:1", "HTTPS_PROXY": "http://q:2"}, URL, "http://q:2 (HTTPS_PROXY of the environment)"),
]
DIRECT = [
    ("*", True), ("api.burki.dev", True), ("burki.dev", True), (".burki.dev", True), ("BURKI.dev", True),
    ("*.burki.dev", True), ("a,burki.dev", True), ("a burki.dev", True), ("burki.dev:443", True),
    ("burki.dev:8443", False), ("urki.dev", False), ("example.com", False), ("", False), (",", False),
]  # fmt: skip
NETWORKS = [("10.1.2.3", True), ("10.0.0.0/8", True), ("11.0.0.0/8", False), ("10.1.2.3:443", True), ("::1", False)]


@pytest.mark.parametrize(("environ", "url", "proxy"), PROXIES)
def test_which_proxy(environ: dict[str, str], url: str, proxy: str | None) -> None:
    found = Proxies(None, environ).for_url(url)
    assert (str(found) if found else None) == proxy
    assert "pw" not in repr(found)


@pytest.mark.parametrize(("direct", "is_direct"), DIRECT)
def test_hosts_without_a_proxy(direct: str, is_direct: bool) -> None:
    assert (Proxies(None, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": direct}).for_url(URL) is None) == is_direct


@pytest.mark.parametrize(("direct", "is_direct"), NETWORKS)
def test_addresses_without_a_proxy(direct: str, is_direct: bool) -> None:
    found = Proxies(None, {"https_proxy": "http://p:1", "no_proxy": direct}).for_url("https://10.1.2.3/x")
    assert (found is None) == is_direct


def test_an_address_of_six_groups_without_a_proxy() -> None:
    for direct in ("::1", "[::1]", "[::1]:443", "::/64"):
        assert Proxies(None, {"https_proxy": "http://p:1", "no_proxy": direct}).for_url("https://[::1]/x") is None


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refusing(status: str) -> Callable[[Request], Iterable[bytes]]:
    return lambda _: response(b"sorry, hidden-pw", status=status)


@pytest.mark.parametrize(
    ("scheme", "status", "kind", "message"),
    [
        ("http", "407 Proxy Authentication hidden-pw", ConfigurationError, "wants another user and password"),
        ("https", "407 Proxy Authentication hidden-pw", ConfigurationError, "wants another user and password"),
        ("https", "403 Forbidden", ConfigurationError, "does not allow the request (HTTP 403)"),
        ("https", "502 Bad Gateway", VendorUnavailableError, "could not connect to the vendor's host (HTTP 502)"),
    ],
)
def test_a_proxy_that_refuses(
    connect: Connect, scheme: str, status: str, kind: type[AssistantsError], message: str
) -> None:
    with WireServer(refusing(status)) as proxy:
        extra = {"proxy": proxy.url.replace("http://", "http://user:hidden-pw@"), "max_retries": 1}
        conn_id = connect(conn_type="burki", host=f"{scheme}://api.example.com", password=KEY, extra=extra)
        with pytest.raises(kind) as caught:
            get_hook(conn_id).count_assistants()
        ok, verdict = get_hook(conn_id).test_connection()
    assert message in caught.value.what
    assert f"{proxy.url} (the connection's extra 'proxy')" in caught.value.what
    assert not ok
    assert "hidden-pw" not in f"{caught.value} {verdict}"
    assert (caught.value.vendor, caught.value.conn_id) == ("Burki", "mine")


def test_a_proxy_that_is_down_or_unknown_is_reported_as_the_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    conn_id = connect(conn_type="burki", host="https://api.example.com", password=KEY, extra={"max_retries": 0})
    port = closed_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hidden-pw@127.0.0.1:{port}")
    with pytest.raises(VendorUnavailableError) as caught:
        get_hook(conn_id).count_assistants()
    named = f"The proxy http://127.0.0.1:{port} (HTTPS_PROXY of the environment) refuses the connection"
    assert caught.value.what == named
    assert "HTTPS_PROXY" in (caught.value.advice or "")
    monkeypatch.setenv("HTTPS_PROXY", "http://no-such-proxy.invalid:3128")
    with pytest.raises(
        VendorUnavailableError, match=r"name of the proxy http://no-such-proxy\.invalid:3128 .* not known"
    ):
        get_hook(conn_id).count_assistants()


def test_a_proxy_without_tls_is_reported_as_the_proxy(connect: Connect, proxy: WireServer) -> None:
    extra = {"proxy": proxy.url.replace("http://", "https://"), "max_retries": 0}
    proxy.respond = lambda _: response(b"")
    conn_id = connect(conn_type="burki", host="https://api.example.com", password=KEY, extra=extra)
    with pytest.raises(AssistantsError) as caught:
        get_hook(conn_id).count_assistants()
    assert "proxy" in caught.value.what


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("http://[x", "is not a proxy URL"),
        ("proxy:3128", "is not a proxy URL"),
        ("http://", "is not a proxy URL"),
        ("http://p:99999999", "is not a proxy URL"),
        ("ftp://user:hidden-pw@p:21", "got 'ftp'"),
    ],
)
def test_what_is_no_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, home: WireServer, proxy: str, message: str
) -> None:
    fields = {"conn_type": "burki", "host": home.url, "password": KEY}
    for asking in (lambda hook: hook.count_assistants(), lambda hook: hook.get_conn()):
        with pytest.raises(ConfigurationError) as caught:
            asking(get_hook(connect(**fields, extra={"proxy": proxy})))
        assert message in caught.value.what
        assert "hidden-pw" not in str(caught.value)
    if "://" in proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        for asking in (lambda hook: hook.count_assistants(), lambda hook: hook.get_conn()):
            with pytest.raises(ConfigurationError, match="HTTP_PROXY of the environment") as caught:
                asking(get_hook(connect(**fields)))
            assert caught.value.conn_id == "mine"
            assert "hidden-pw" not in str(caught.value)


def test_socks_without_its_package(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only httpx's synchronous client needs it."""
    import sys

    monkeypatch.setitem(sys.modules, "socksio", None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = f"127.0.0.1:{server.getsockname()[1]}"
    fields = {"conn_type": "burki", "host": "https://api.example.com", "password": KEY}
    extra = {"proxy": f"socks5://user:hidden-pw@{proxy}", "max_retries": 0}
    hook = get_hook(connect(**fields, extra=extra))
    with pytest.raises(ConfigurationError, match=r"package socksio is missing.*pip install 'httpx\[socks\]'") as caught:
        hook.get_conn()
    assert "hidden-pw" not in str(caught.value)
    with pytest.raises(
        VendorUnavailableError, match=rf"The proxy socks5://{proxy} .* refuses the connection"
    ) as refused:
        hook.count_assistants()
    assert "hidden-pw" not in str(refused.value)
    for scheme in ("socks5", "socks5h", "SOCKS5H"):
        extra["proxy"] = f"{scheme}://user:hidden-pw@{proxy}"
        ok, verdict = get_hook(connect(**fields, extra=extra)).test_connection()
        assert not ok
        assert f"{scheme.lower()}://{proxy}" in verdict


def test_the_authorities_of_the_environment(
    connect: Connect, home: WireServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import certifi

    fields = {"conn_type": "burki", "host": home.url, "password": KEY}
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(ConfigurationError, match=r"missing\.pem' cannot be used") as caught:
        get_hook(connect(**fields)).count_assistants()
    assert "SSL_CERT_FILE of the environment" in str(caught.value)
    assert get_hook(connect(**fields, extra={"verify": "false"})).test_connection()[0]
    assert get_hook(connect(**fields, extra={"verify": certifi.where()})).test_connection()[0]
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="SSL_CERT_DIR of the environment"):
        get_hook(connect(**fields)).get_conn()


def test_the_proxys_password_is_a_secret(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:p%40ss-word@127.0.0.1:9")
    account = get_hook(connect(conn_type="burki", host="https://x.example", password=KEY)).get_account()
    assert {"p%40ss-word", "p@ss-word"} <= {*account.secrets}


def test_httpx_would_have_sent_it(home: WireServer, stranger: WireServer) -> None:
    """Why all this is needed."""
    home.respond = lambda _: response(status="302 Found", location=stranger.url)
    with httpx.Client(headers={"X-API-KEY": KEY}, follow_redirects=True, trust_env=False) as client:
        client.get(home.url)
    assert carried(stranger.requests[0])
    assert json.loads(COUNT)["count"] == 3
