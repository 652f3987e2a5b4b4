# SPDX-License-Identifier: Apache-2.0
"""A client of httpx over this package's network, and its TLS settings."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.client.http_pool import PooledTransport
from tests.client.certificates import load, server_tls
from tests.client.network_server import Peer, Server, serving

__all__ = ["LIMIT", "Serve", "Tls", "Use", "echo", "fails", "get", "run", "silent"]

Serve = Callable[[Peer], Awaitable[None]]
Use = Callable[[httpx.AsyncClient, Server], Awaitable[Any]]

#: Ends a test that hangs.
LIMIT = 60


class Tls:
    """
    The TLS settings of the tests' server and client.

    :param certificate: What it is for; see :func:`.server_tls`.
    """

    def __init__(self, folder: Path, **certificate: Any) -> None:
        self._folder = folder
        self.server, self.authority = server_tls(folder, **certificate)
        self.client = ssl.create_default_context(cafile=str(self.authority))

    def server_of(self, version: ssl.TLSVersion) -> ssl.SSLContext:
        """Return the settings of a server that speaks one version of TLS."""
        context = load(self._folder)
        context.minimum_version = context.maximum_version = version
        return context


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
        client_tls = trusted or (tls.client if tls else ssl.create_default_context())
        transport = PooledTransport(tls=client_tls, connections=connections)
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


async def silent(peer: Peer) -> None:
    """Never respond."""
    await peer.request()
    await peer.closed_by_client()
