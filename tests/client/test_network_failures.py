# SPDX-License-Identifier: Apache-2.0
"""What httpx raises over this package's network: servers that cut, reset, stall and do not speak TLS."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from airflow_provider_assistants.client import routes
from airflow_provider_assistants.client.failures import failure_of
from airflow_provider_assistants.exceptions import ConfigurationError, VendorUnavailableError
from tests.client.network_client import LIMIT, Tls, echo, fails, run, silent
from tests.client.network_server import Peer, Server

pytestmark = pytest.mark.usefixtures("quiet")


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
        peer.reset_on_close()

    error = run(serve, fails, tls)
    assert isinstance(error, httpx.ReadError)
    assert isinstance(failure_of(error, url="http://x", timeout=1, proxy=None), VendorUnavailableError)


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
        with pytest.raises(httpx.PoolTimeout) as caught:
            await client.get(server.url)
        message = str(failure_of(caught.value, url=server.url, timeout=1, proxy=None))
        assert "waiting for one of the connections to be free" in message
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

    monkeypatch.setattr(routes, "open_socket", never)
    assert type(run(echo, fails, timeout=httpx.Timeout(LIMIT, connect=0.05))) is httpx.ConnectTimeout


def test_the_kernels_timeout_is_a_broken_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(host: str, port: int) -> socket.socket:
        raise TimeoutError(110, "Connection timed out")

    monkeypatch.setattr(routes, "open_socket", late)
    assert type(run(echo, fails)) is httpx.ConnectError


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
    if closes:
        message = str(failure_of(error, url="https://x", timeout=1, proxy=None))
        assert "The connection was closed while it was set up" in message
