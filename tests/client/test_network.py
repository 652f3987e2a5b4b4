# SPDX-License-Identifier: Apache-2.0
"""The network below httpcore, through httpx: every byte, connections that are kept, and clients that stop."""

from __future__ import annotations

import asyncio
import socket

import httpcore
import httpx
import pytest

from airflow_provider_assistants.client import network
from airflow_provider_assistants.client.happy_eyeballs import open_socket
from tests.client.network_client import LIMIT, Tls, echo, fails, get, run
from tests.client.network_server import Peer, Server, serving

pytestmark = pytest.mark.usefixtures("quiet")


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
            plain = network.Stream(await open_socket("127.0.0.1", port))
            assert plain.get_extra_info("server_addr") == ("127.0.0.1", port)
            assert plain.get_extra_info("client_addr") == plain.get_extra_info("socket").getsockname()
            assert plain.get_extra_info("ssl_object") is None
            assert plain.get_extra_info("something else") is None
            secure = network.Stream(await open_socket("127.0.0.1", port))
            await secure.start_encryption(certificates.client, "localhost")
            assert secure.get_extra_info("ssl_object").version().startswith("TLSv1")
            for stream in (plain, secure):
                await stream.aclose()
                await stream.aclose()
                assert stream.get_extra_info("is_readable")
                for _ in range(20):
                    with pytest.raises(httpcore.ReadError):
                        await stream.read(1)
                with pytest.raises(httpcore.WriteError):
                    await stream.write(b"x")

    asyncio.run(call())
