# SPDX-License-Identifier: Apache-2.0
"""The network below httpcore, through httpx: over TCP and TLS, with servers that close, stall, cut and flood."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest

from airflow_provider_assistants.client import network
from airflow_provider_assistants.client.failures import failure_of
from airflow_provider_assistants.client.http_pool import PooledTransport
from airflow_provider_assistants.exceptions import ConfigurationError, VendorUnavailableError
from tests.client.certificates import server_tls
from tests.client.network_server import Peer, Server, serving, tls_proxy

Serve = Callable[[Peer], Awaitable[None]]
Use = Callable[[httpx.AsyncClient, Server], Awaitable[Any]]

#: Ends a test that hangs.
LIMIT = 60


class Tls:
    """The TLS settings of the tests' server and client."""

    def __init__(self, folder: Path) -> None:
        self.server, self.authority = server_tls(folder)
        self.client = ssl.create_default_context(cafile=str(self.authority))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[False, True], ids=["tcp", "tls"])
def tls(request: pytest.FixtureRequest, certificates: Tls) -> Tls | None:
    return certificates if request.param else None


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test may leave a complaint of asyncio's in the log, which would be in the task's."""
    with caplog.at_level(logging.WARNING, logger="asyncio"):
        yield
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def run(
    serve: Serve,
    use: Use,
    tls: Tls | None = None,
    *,
    trusted: ssl.SSLContext | None = None,
    timeout: float | httpx.Timeout = LIMIT,
    connections: int = 8,
) -> Any:
    """Use a client against such a server, and check that neither task nor connection is left."""

    async def call() -> Any:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        client_tls = trusted or (tls.client if tls else ssl.create_default_context())
        transport = PooledTransport(tls=client_tls, limits=limits)
        async with asyncio.timeout(LIMIT), serving(serve, tls.server if tls else None) as server:
            before = asyncio.all_tasks()
            async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout) as client:
                result = await use(client, server)
            # A generator that an exception left is closed by a task of the event loop's.
            await asyncio.sleep(0)
            left = asyncio.all_tasks() - before
            assert [task for task in left if "accept" not in repr(task.get_coro())] == []
            return result

    return asyncio.run(call())


async def echo(peer: Peer) -> None:
    """Respond to each request with its first line, until the client closes the connection."""
    while head := await peer.request():
        await peer.respond(head.split(b"\r\n")[0])


async def get(client: httpx.AsyncClient, server: Server) -> bytes:
    return (await client.get(f"{server.url}/x")).content


async def fails(client: httpx.AsyncClient, server: Server) -> Exception:
    with pytest.raises(httpx.HTTPError) as caught:
        await client.get(f"{server.url}/x")
    return caught.value


def test_a_connection_is_kept_for_the_next_request(tls: Tls | None) -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> int:
        for _ in range(5):
            assert await get(client, server) == b"GET /x HTTP/1.1"
        return len(server.connections)

    assert run(echo, use, tls) == 1


def test_many_requests_at_a_time(tls: Tls | None) -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> int:
        responses = await asyncio.gather(*(client.get(f"{server.url}/{number}") for number in range(100)))
        assert [each.text for each in responses] == [f"GET /{number} HTTP/1.1" for number in range(100)]
        return len(server.connections)

    assert run(echo, use, tls, connections=4) <= 4


def test_a_kept_connection_that_the_server_closed_is_not_used(tls: Tls | None) -> None:
    async def once(peer: Peer) -> None:
        await peer.request()
        await peer.respond(b"[]")

    async def use(client: httpx.AsyncClient, server: Server) -> int:
        for number in range(1, 4):
            assert await get(client, server) == b"[]"
            # The server's end is closed when its coroutine has returned.
            while not server.connections[number - 1].writer.is_closing():  # noqa: ASYNC110
                await asyncio.sleep(0)
            await asyncio.sleep(0.01)
        return len(server.connections)

    assert run(once, use, tls) == 3


@pytest.mark.parametrize("size", [0, 1, 16_384, 65_536, 65_537, 20_000_000])
def test_every_byte_arrives_in_order(tls: Tls | None, size: int) -> None:
    body = bytes(number * 7 % 251 for number in range(251)) * (size // 251 + 1)
    body = body[:size]

    async def serve(peer: Peer) -> None:
        while await peer.request():
            await peer.respond(body)

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        for _ in range(2):
            assert await get(client, server) == body

    run(serve, use, tls)


def test_a_large_request_arrives_whole(tls: Tls | None) -> None:
    sent = bytes(range(256)) * 20_000

    async def serve(peer: Peer) -> None:
        await peer.request()
        received = await peer.reader.readexactly(len(sent))
        await peer.respond(b"same" if received == sent else b"different")

    async def use(client: httpx.AsyncClient, server: Server) -> bytes:
        return (await client.post(server.url, content=sent)).content

    assert run(serve, use, tls) == b"same"


def test_a_response_that_ends_with_the_connection(tls: Tls | None) -> None:
    """Over TLS without its goodbye, as many servers do it: HTTP/1.1 knows no other end of such a response."""
    body = b"x" * 3_000_000

    async def serve(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body)
        while peer.writer.transport.get_write_buffer_size():  # noqa: ASYNC110 - what drain() leaves may be dropped
            await asyncio.sleep(0)
        if tls is None:
            peer.writer.close()
            await peer.writer.wait_closed()

    assert run(serve, get, tls) == body


def test_a_response_that_is_cut_is_no_response(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2")
        peer.writer.close()

    error = run(serve, fails, tls)
    assert isinstance(error, httpx.RemoteProtocolError)


def test_a_connection_that_is_closed_without_a_response(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        await peer.request()

    error = run(serve, fails, tls)
    assert isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
    assert isinstance(failure_of(error, url="http://x", timeout=1, proxy=None), VendorUnavailableError)


def test_a_connection_that_is_reset(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        await peer.request()
        raw = peer.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    error = run(serve, fails, tls)
    assert isinstance(error, httpx.ReadError)
    assert isinstance(failure_of(error, url="http://x", timeout=1, proxy=None), VendorUnavailableError)


async def silent(peer: Peer) -> None:
    await peer.request()
    await peer.closed_by_client()


def test_a_server_that_does_not_respond(tls: Tls | None) -> None:
    assert type(run(silent, fails, tls, timeout=httpx.Timeout(LIMIT, read=0.05))) is httpx.ReadTimeout


def test_a_server_that_stops_in_a_response(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2")
        await peer.closed_by_client()

    assert type(run(serve, fails, tls, timeout=httpx.Timeout(LIMIT, read=0.05))) is httpx.ReadTimeout


def test_a_server_that_does_not_read(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        with pytest.raises(httpx.WriteTimeout):
            await client.post(server.url, content=b"x" * 50_000_000)

    run(serve, use, tls, timeout=httpx.Timeout(LIMIT, write=0.05))


def test_every_connection_is_taken(tls: Tls | None) -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> None:
        first = asyncio.ensure_future(client.get(server.url))
        while not server.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        with pytest.raises(httpx.PoolTimeout):
            await client.get(server.url)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

    run(silent, use, tls, connections=1, timeout=httpx.Timeout(LIMIT, pool=0.05))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://localhost:{server.getsockname()[1]}"

    async def use(client: httpx.AsyncClient, _: Server) -> Exception:
        return await fails(client, Server(url))

    error = run(echo, use)
    assert type(error) is httpx.ConnectError
    assert "refuses the connection" in str(failure_of(error, url=url, timeout=1, proxy=None))


def test_a_name_that_is_not_known() -> None:
    async def use(client: httpx.AsyncClient, _: Server) -> Exception:
        return await fails(client, Server("http://no-such-host.invalid"))

    error = run(echo, use)
    assert type(error) is httpx.ConnectError
    assert "name is not known" in str(failure_of(error, url="http://x", timeout=1, proxy=None))


def test_a_connection_that_does_not_come_about(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(host: str, port: int) -> socket.socket:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(network, "open_socket", never)
    assert type(run(echo, fails, timeout=httpx.Timeout(LIMIT, connect=0.05))) is httpx.ConnectTimeout


def test_the_kernels_timeout_is_a_broken_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(host: str, port: int) -> socket.socket:
        raise TimeoutError(110, "Connection timed out")

    monkeypatch.setattr(network, "open_socket", late)
    assert type(run(echo, fails)) is httpx.ConnectError


def test_a_certificate_that_nobody_vouches_for(certificates: Tls) -> None:
    error = run(echo, fails, certificates, trusted=ssl.create_default_context())
    assert type(error) is httpx.ConnectError
    message = str(failure_of(error, url="https://x", timeout=1, proxy=None))
    assert "TLS fails: self-signed certificate" in message.replace("self signed", "self-signed")


def test_a_certificate_of_another_host(certificates: Tls) -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> Exception:
        return await fails(client, Server(server.url.replace("localhost", "127.0.0.1")))

    error = run(echo, use, certificates)
    assert type(error) is httpx.ConnectError
    assert "127.0.0.1" in str(failure_of(error, url="https://x", timeout=1, proxy=None))


def test_a_port_without_tls(certificates: Tls) -> None:
    async def serve(peer: Peer) -> None:
        await peer.reader.read(1)
        await peer.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        await peer.closed_by_client()

    async def use(client: httpx.AsyncClient, server: Server) -> Exception:
        return await fails(client, Server(server.url.replace("http:", "https:")))

    error = run(serve, use, trusted=certificates.client)
    assert type(error) is httpx.ConnectError
    assert isinstance(failure_of(error, url="https://x", timeout=1, proxy=None), ConfigurationError)


@pytest.mark.parametrize("closes", [False, True])
def test_a_handshake_that_is_not_completed(certificates: Tls, closes: bool) -> None:
    async def serve(peer: Peer) -> None:
        await peer.reader.read(1)
        if not closes:
            while not await peer.closed_by_client():
                pass

    async def use(client: httpx.AsyncClient, server: Server) -> Exception:
        return await fails(client, Server(server.url.replace("http:", "https:")))

    error = run(serve, use, trusted=certificates.client, timeout=httpx.Timeout(LIMIT, connect=None if closes else 0.05))
    assert type(error) is (httpx.ConnectError if closes else httpx.ConnectTimeout)


@pytest.mark.parametrize("when", ["before the response", "within the response"])
def test_a_request_that_is_cancelled_closes_its_connection(tls: Tls | None, when: str) -> None:
    closed = asyncio.Event()
    waiting = asyncio.Event()

    async def serve(peer: Peer) -> None:
        await peer.request()
        if when == "within the response":
            await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2")
        waiting.set()
        while not await peer.closed_by_client():
            pass
        closed.set()

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        asking = asyncio.ensure_future(client.get(server.url))
        await waiting.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        await closed.wait()

    run(serve, use, tls)


def test_a_client_that_is_closed_while_it_waits(tls: Tls | None) -> None:
    waiting = asyncio.Event()

    async def serve(peer: Peer) -> None:
        await peer.request()
        waiting.set()
        await peer.closed_by_client()

    async def use(client: httpx.AsyncClient, server: Server) -> Exception:
        asking = asyncio.ensure_future(fails(client, server))
        await waiting.wait()
        await client.aclose()
        return await asking

    assert isinstance(run(serve, use, tls), httpx.TransportError)


def test_a_tunnel_through_a_proxy_over_tls(certificates: Tls) -> None:
    """TLS within TLS."""
    targets: list[bytes] = []
    body = b"0123456789" * 100_000

    async def serve(peer: Peer) -> None:
        while await peer.request():
            await peer.respond(body)

    async def call() -> None:
        async with (
            asyncio.timeout(LIMIT),
            serving(serve, certificates.server) as server,
            serving(tls_proxy(targets), certificates.server) as proxy,
        ):
            through = httpx.Proxy(proxy.url, ssl_context=certificates.client)
            transport = PooledTransport(tls=certificates.client, limits=httpx.Limits(), proxy=through)
            async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=LIMIT) as client:
                for _ in range(3):
                    assert await get(client, server) == body
            assert len(server.connections) == len(proxy.connections) == 1
            assert targets == [server.url.removeprefix("https://").encode()]

    asyncio.run(call())


def test_a_server_that_floods_leaves_others_their_turn() -> None:
    """Nothing else would run meanwhile, not even the timer that ends a request."""
    near, far = socket.socketpair()

    async def call() -> None:
        near.setblocking(False)
        connection = network._Socket(near)
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        far.sendall(b"x" * 1_000)
        task = asyncio.ensure_future(others())
        for _ in range(1_000):
            assert await connection.receive(1) == b"x"
        task.cancel()
        connection.close()
        assert turns > 10

    with far:
        asyncio.run(call())


def test_what_httpcore_asks_of_a_connection(certificates: Tls) -> None:
    async def call() -> None:
        async with asyncio.timeout(LIMIT), serving(echo, certificates.server) as server:
            port = int(server.url.rpartition(":")[2])
            plain = await network.AsyncioBackend().connect_tcp("127.0.0.1", port)
            assert plain.get_extra_info("server_addr") == ("127.0.0.1", port)
            assert plain.get_extra_info("client_addr") == plain.get_extra_info("socket").getsockname()
            assert plain.get_extra_info("ssl_object") is None
            assert plain.get_extra_info("something else") is None
            secure = await plain.start_tls(certificates.client, "localhost")
            assert secure.get_extra_info("ssl_object").version().startswith("TLSv1")
            await secure.aclose()
            await secure.aclose()
            assert secure.get_extra_info("is_readable")
            for _ in range(20):
                with pytest.raises(httpcore.ReadError):
                    await plain.read(1)
            with pytest.raises(httpcore.ReadError):
                await secure.read(1)
            with pytest.raises(httpcore.WriteError):
                await secure.write(b"x")

    asyncio.run(call())
