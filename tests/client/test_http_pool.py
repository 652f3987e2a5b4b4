# SPDX-License-Identifier: Apache-2.0
"""Connections that are kept: how many, for how long, for whom, and what becomes of them when a request is given up."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import threading
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.client.http_pool import PooledTransport
from tests.client.network_client import LIMIT, Tls, echo, run, silent
from tests.client.network_server import Peer, Server, serving, tls_proxy

pytestmark = pytest.mark.usefixtures("quiet")


async def close_each(peer: Peer) -> None:
    await peer.request()
    await peer.respond(b"ok", "connection: close")


def at_every_moment(call: Callable[[int], Coroutine[Any, Any, bool]]) -> None:
    """
    Run something after each turn of the event loop that a request takes.

    :param call: Gets the number of turns; returns whether the request was over by then.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        turns = 0
        while not asyncio.run(call(turns)):
            turns += 1
        gc.collect()


@pytest.mark.parametrize(("serve", "by_proxy"), [(echo, False), (close_each, False), (echo, True)])
def test_a_request_that_is_given_up_at_any_moment_leaves_its_place(
    tls: Tls | None, certificates: Tls, serve: Callable[[Peer], Awaitable[None]], by_proxy: bool
) -> None:
    """After each turn of the event loop that a request takes: the next one finds the only place free."""

    async def call(turns: int) -> bool:
        async with (
            asyncio.timeout(LIMIT),
            serving(serve, tls.server if tls else None) as server,
            serving(tls_proxy([]) if tls else serve) as proxy,
        ):
            through = httpx.Proxy(proxy.url) if by_proxy else None
            transport = PooledTransport(tls=certificates.client, connections=1, proxy=through)
            async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=LIMIT) as client:
                first = asyncio.ensure_future(client.get(server.url))
                given_up = asyncio.ensure_future(client.get(server.url))
                for _ in range(turns):
                    await asyncio.sleep(0)
                is_over = given_up.done()
                given_up.cancel()
                await asyncio.gather(given_up, return_exceptions=True)
                assert (await first).status_code == 200
                assert (await client.get(server.url)).status_code == 200
        return is_over

    at_every_moment(call)


def test_requests_wait_in_turn() -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> list[str]:
        order: list[str] = []

        async def ask(name: str) -> None:
            await client.get(f"{server.url}/{name}")
            order.append(name)

        await asyncio.gather(*(ask(name) for name in "abcdef"))
        assert len(server.connections) == 1
        return order

    assert run(echo, use, connections=1) == [*"abcdef"]


def test_the_limit_holds_for_all_hosts_together() -> None:
    """A connection that nobody uses makes room for one to another host."""

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        async with serving(echo) as other:
            for _ in range(3):
                await client.get(server.url)
                await client.get(other.url)
            await server.closed()
            await other.closed(but=1)
            assert len(server.connections) == len(other.connections) == 3

    run(echo, use, connections=1)


def test_a_connection_that_nobody_used_for_long_is_not_used_again(certificates: Tls) -> None:
    async def call(idle_seconds: float) -> int:
        async with asyncio.timeout(LIMIT), serving(echo) as server:
            transport = PooledTransport(tls=certificates.client, connections=2, idle_seconds=idle_seconds)
            async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
                for _ in range(3):
                    await client.get(server.url)
                    await asyncio.sleep(0.001)
            return len(server.connections)

    assert asyncio.run(call(0)) == 3
    assert asyncio.run(call(3_600)) == 1


def test_a_response_that_is_not_read_closes_its_connection(tls: Tls | None) -> None:
    async def serve(peer: Peer) -> None:
        while await peer.request():
            await peer.respond(b"x" * 100_000)

    async def use(client: httpx.AsyncClient, server: Server) -> int:
        for _ in range(3):
            async with client.stream("GET", server.url) as response:
                assert response.status_code == 200
        return len(server.connections)

    assert run(serve, use, tls, connections=1) == 3


def test_a_client_that_is_closed_while_a_request_is_under_way(tls: Tls | None, certificates: Tls) -> None:
    """Also the connection that is made at that time, or that the request gives back after that, is closed."""

    async def call(turns: int) -> bool:
        async with asyncio.timeout(LIMIT), serving(echo, tls.server if tls else None) as server:
            transport = PooledTransport(tls=certificates.client, connections=1)
            client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=LIMIT)
            asking = asyncio.ensure_future(client.get(server.url))
            for _ in range(turns):
                await asyncio.sleep(0)
            is_over = asking.done()
            await client.aclose()
            await asyncio.gather(asking, return_exceptions=True)
            await server.closed()
        return is_over

    at_every_moment(call)


def test_one_client_in_one_event_loop_after_the_other(tls: Tls | None, certificates: Tls) -> None:
    """A connection that was kept needs nothing of the loop that is gone."""
    accepted: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted.append(listening.accept()[0])
                with tls.server.wrap_socket(accepted[-1], server_side=True) if tls else accepted[-1] as peer:
                    while peer.recv(65_536):
                        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        url = f"{'https' if tls else 'http'}://localhost:{listening.getsockname()[1]}"
        transport = PooledTransport(tls=certificates.client, connections=2)
        client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=LIMIT)
        for _ in range(3):
            assert asyncio.run(client.get(url)).text == "ok"
        asyncio.run(client.aclose())
        assert len(accepted) == 1
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(LIMIT)


@pytest.mark.parametrize("timeout", ["pool", "connect", "read"])
def test_a_request_that_takes_too_long_leaves_its_place(certificates: Tls, timeout: str) -> None:
    kinds = {"pool": httpx.PoolTimeout, "connect": httpx.ConnectTimeout, "read": httpx.ReadTimeout}

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        url = server.url.replace("http:", "https:") if timeout == "connect" else server.url
        first = asyncio.ensure_future(client.get(url, timeout=LIMIT)) if timeout == "pool" else None
        while first and not server.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(kinds[timeout]):
                await client.get(url, timeout=httpx.Timeout(LIMIT, **{timeout: 0.01}))
        if first:
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            with pytest.raises(httpx.ReadTimeout):
                await client.get(url, timeout=httpx.Timeout(LIMIT, read=0.01))

    run(silent, use, trusted=certificates.client, connections=1)


def test_a_url_that_cannot_be_requested() -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> None:
        for url in ("http://127.0.0.1:70000", "http://localhost:70000", "ftp://localhost/"):
            with pytest.raises(httpx.UnsupportedProtocol):
                await client.get(url)

    run(echo, use, connections=1)
