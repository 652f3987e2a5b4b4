# SPDX-License-Identifier: Apache-2.0
"""Hosts through HTTP and SOCKS proxies, plain and over TLS, that work and that do not."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable

import httpcore
import httpx
import pytest

from airflow_provider_assistants.client.failures import failure_of
from airflow_provider_assistants.client.http_pool import PooledTransport
from airflow_provider_assistants.client.proxies import Proxy
from airflow_provider_assistants.client.routes import Route
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, VendorUnavailableError
from tests.client.network_client import LIMIT, Tls, echo
from tests.client.network_server import Peer, serving, tls_proxy
from tests.client.socks_server import Socks

pytestmark = pytest.mark.usefixtures("quiet")

#: Of a host that only the proxy knows.
HOST = "vendor.invalid"


def ask(
    certificates: Tls,
    proxy: Callable[[Peer], Awaitable[None]],
    *,
    host: str = "localhost",
    server: bool = True,
    proxy_tls: bool = False,
    scheme: str = "",
    user: str = "",
    times: int = 2,
    timeout: httpx.Timeout | float = LIMIT,
) -> list[httpx.Response | Exception]:
    """
    Return what comes of requests through a proxy, one after the other, with one connection at a time.

    :param server: The server speaks TLS.
    :param proxy_tls: The proxy does.
    :param scheme: The scheme of the proxy's URL, if not that.
    """

    async def one(client: httpx.AsyncClient, url: str) -> httpx.Response | Exception:
        try:
            return await client.get(url)
        except httpx.HTTPError as error:
            return error

    async def call() -> list[httpx.Response | Exception]:
        async with (
            asyncio.timeout(LIMIT),
            serving(echo, certificates.server if server else None) as target,
            serving(proxy, certificates.server if proxy_tls else None) as through,
        ):
            url = through.url.replace("http:", f"{scheme}:") if scheme else through.url
            transport = PooledTransport(
                tls=certificates.client,
                connections=1,
                proxy=httpx.Proxy(
                    url.replace("localhost", f"{user}localhost"), ssl_context=certificates.client if proxy_tls else None
                ),
            )
            async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout) as client:
                return [await one(client, target.url.replace("localhost", host) + "/x") for _ in range(times)]

    return asyncio.run(call())


def bodies(found: list[httpx.Response | Exception]) -> list[str]:
    return [each.text if isinstance(each, httpx.Response) else repr(each) for each in found]


def meant(found: list[httpx.Response | Exception], scheme: str = "http") -> list[AssistantsError | Exception]:
    """Return the errors that they mean to a user."""
    proxy = Proxy(f"{scheme}://proxy.invalid:1", "HTTPS_PROXY of the environment")
    return [
        failure_of(each, url=f"https://{HOST}", timeout=1, proxy=proxy) for each in found if isinstance(each, Exception)
    ]


@pytest.mark.parametrize("proxy_tls", [False, True], ids=["over tcp", "over tls"])
def test_a_tunnel(certificates: Tls, proxy_tls: bool) -> None:
    targets: list[bytes] = []
    found = ask(certificates, tls_proxy(targets), proxy_tls=proxy_tls, times=3)
    assert bodies(found) == ["GET /x HTTP/1.1"] * 3
    assert len(targets) == 1
    assert targets[0].startswith(b"localhost:")


@pytest.mark.parametrize("proxy_tls", [False, True], ids=["over tcp", "over tls"])
def test_a_host_without_tls_is_asked_for_by_its_whole_url(certificates: Tls, proxy_tls: bool) -> None:
    heads: list[bytes] = []

    async def proxy(peer: Peer) -> None:
        while head := await peer.request():
            heads.append(head)
            await peer.respond(b"ok")

    found = ask(certificates, proxy, host=HOST, server=False, proxy_tls=proxy_tls, user="us%40er:p%3Aw@")
    assert bodies(found) == ["ok", "ok"]
    for head in heads:
        assert head.startswith(b"GET http://vendor.invalid:")
        assert b"/x HTTP/1.1\r\n" in head
        assert b"\r\nHost: vendor.invalid:" in head
        assert b"\r\nProxy-Authorization: Basic " + base64.b64encode(b"us@er:p:w") + b"\r\n" in head


def test_a_tunnel_says_who_asks(certificates: Tls) -> None:
    heads: list[bytes] = []

    async def proxy(peer: Peer) -> None:
        heads.append(await peer.request())
        await peer.send(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    ask(certificates, proxy, user="user:pw@", host="[::1]", times=1)
    assert heads[0].startswith(b"CONNECT [::1]:")
    assert b"\r\nHost: [::1]:" in heads[0]
    assert b"\r\nProxy-Authorization: Basic " + base64.b64encode(b"user:pw") + b"\r\n" in heads[0]
    # The vendor's key is for the vendor: it is sent within the tunnel.
    assert {line.split(b":")[0] for line in heads[0].split(b"\r\n")[1:] if line} == {
        b"Host",
        b"Accept",
        b"Proxy-Authorization",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [("403 Forbidden", ConfigurationError), ("407 Who?", ConfigurationError), ("502 Bad", VendorUnavailableError)],
)
def test_a_tunnel_that_is_refused(certificates: Tls, status: str, kind: type[AssistantsError]) -> None:
    async def proxy(peer: Peer) -> None:
        await peer.request()
        await peer.send(f"HTTP/1.1 {status}\r\ncontent-length: 1000\r\n\r\n".encode() + b"x" * 1_000)
        await peer.closed_by_client()

    found = ask(certificates, proxy)
    assert [type(each) for each in found] == [httpx.ProxyError] * 2
    for each in meant(found):
        assert type(each) is kind
        assert f"(HTTP {status[:3]})" in str(each)


ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.mark.parametrize("proxy_tls", [False, True], ids=["over tcp", "over tls"])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 20", ESTABLISHED], ids=["nothing", "half", "established"])
def test_a_tunnel_that_breaks_leaves_its_place(certificates: Tls, proxy_tls: bool, reset: bool, sent: bytes) -> None:
    """httpcore keeps the place for ever: a client with eight of them works no more after eight such failures."""

    async def proxy(peer: Peer) -> None:
        await peer.request()
        await peer.send(sent)
        if reset:
            peer.reset_on_close()

    found = ask(certificates, proxy, proxy_tls=proxy_tls, times=3)
    for each in found:
        assert isinstance(each, httpx.ConnectError | httpx.ProxyError)
    for each in meant(found):
        assert type(each) is VendorUnavailableError
        assert "The proxy http://proxy.invalid:1" in str(each) or "through the proxy http://proxy.invalid:1" in str(
            each
        )


@pytest.mark.parametrize(
    ("scheme", "sent"), [("http", b""), ("http", ESTABLISHED), ("socks5", b""), ("socks5", b"\x05\x00")]
)
def test_a_proxy_that_says_nothing_more(certificates: Tls, scheme: str, sent: bytes) -> None:
    async def proxy(peer: Peer) -> None:
        await peer.reader.read(1)
        await peer.send(sent)
        while not await peer.closed_by_client():
            pass

    found = ask(certificates, proxy, scheme=scheme, timeout=httpx.Timeout(LIMIT, connect=0.02), times=3)
    assert [type(each) for each in found] == [httpx.ConnectTimeout] * 3


def test_a_proxy_that_says_a_byte_now_and_then(certificates: Tls) -> None:
    """The time to connect holds for all of it, not for each piece."""

    async def proxy(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 ")
        while not peer.reader.at_eof():
            await peer.send(b"x")
            await asyncio.sleep(0.001)

    found = ask(certificates, proxy, timeout=httpx.Timeout(LIMIT, connect=0.05))
    assert [type(each) for each in found] == [httpx.ConnectTimeout] * 2


@pytest.mark.parametrize("server", [False, True], ids=["tcp", "tls"])
@pytest.mark.parametrize("byte_by_byte", [False, True])
@pytest.mark.parametrize("user", [None, (b"us@er", b"p:w")])
def test_socks(certificates: Tls, server: bool, byte_by_byte: bool, user: tuple[bytes, bytes] | None) -> None:
    proxy = Socks(user=user, byte_by_byte=byte_by_byte)
    found = ask(certificates, proxy, server=server, scheme="socks5", user="us%40er:p%3Aw@" if user else "", times=3)
    assert bodies(found) == ["GET /x HTTP/1.1"] * 3
    assert [each.partition(":")[0] for each in proxy.asked] == ["localhost"]


@pytest.mark.parametrize(("host", "asked"), [("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), (HOST, HOST)])
def test_socks_looks_names_up(certificates: Tls, host: str, asked: str) -> None:
    proxy = Socks()
    assert bodies(ask(certificates, proxy, host=host, server=False, scheme="socks5", times=1)) == ["GET /x HTTP/1.1"]
    assert [each.rpartition(":")[0] for each in proxy.asked] == [asked]


@pytest.mark.parametrize(
    ("proxy", "user", "kind", "words"),
    [
        (Socks(user=(b"user", b"pw")), "user:no@", ConfigurationError, "wants another user and password. "),
        (Socks(user=(b"user", b"pw")), "", VendorUnavailableError, "could not connect"),
        (Socks(reply=2), "", ConfigurationError, "does not allow the request. "),
        (Socks(reply=5), "", VendorUnavailableError, "could not connect to the vendor's host. "),
        (echo, "", VendorUnavailableError, "could not connect"),
    ],
)
def test_socks_that_refuses(
    certificates: Tls,
    proxy: Callable[[Peer], Awaitable[None]],
    user: str,
    kind: type[AssistantsError],
    words: str,
) -> None:
    async def closing(peer: Peer) -> None:
        if isinstance(proxy, Socks):
            await proxy(peer)
        else:
            await peer.reader.read(1)

    for each in meant(ask(certificates, closing, scheme="socks5", user=user), scheme="socks5"):
        assert type(each) is kind
        assert words in str(each)
        assert "HTTP" not in str(each).replace("HTTPS_PROXY", "")


def test_a_host_that_socks_cannot_name(certificates: Tls) -> None:
    long = ".".join(["a" * 60] * 5)
    found = ask(certificates, Socks(), host=long, scheme="socks5")
    assert [type(each) for each in found] == [httpx.ProxyError] * 2


def test_a_route_that_is_given_up_leaves_no_socket(certificates: Tls) -> None:
    async def call() -> None:
        async def silent(peer: Peer) -> None:
            while not await peer.closed_by_client():
                pass
            closed.set()

        closed = asyncio.Event()
        async with asyncio.timeout(LIMIT), serving(silent) as server:
            route = Route(tls=certificates.client, proxy=httpx.Proxy(server.url.replace("http:", "socks5:")))
            connecting = asyncio.ensure_future(
                route.connect(httpcore.Origin(b"http", b"x.invalid", 80), hostname=None, timeout=None)
            )
            while not server.connections:  # noqa: ASYNC110
                await asyncio.sleep(0)
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            await closed.wait()

    asyncio.run(call())
