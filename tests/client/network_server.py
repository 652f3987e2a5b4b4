# SPDX-License-Identifier: Apache-2.0
"""A server in the test's own event loop, over TCP or TLS: a coroutine serves each connection as it likes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

__all__ = ["Peer", "Records", "Server", "pass_on", "read_head", "serving", "tls_proxy"]


@dataclass
class Peer:
    """A connection as the server has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """Return the head of the next request; empty if the client has closed the connection."""
        return await read_head(self.reader)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def respond(self, body: bytes, *headers: str) -> None:
        """Send a whole response, and keep the connection."""
        lines = ["HTTP/1.1 200 OK", f"content-length: {len(body)}", *headers]
        await self.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def closed_by_client(self) -> bool:
        """Wait until the client sends something or closes the connection; return whether it has closed it."""
        try:
            return await self.reader.read(1) == b""
        except (ConnectionError, ssl.SSLError):
            return True

    def reset_on_close(self) -> None:
        """Let the connection be reset instead of closed."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Records:
    """
    The server's side of TLS over a connection, each record in the hands of the test.

    :param tls: The server's TLS settings.
    """

    def __init__(self, peer: Peer, tls: ssl.SSLContext) -> None:
        self._peer = peer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = tls.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def request(self) -> bytes:
        """Return the next request, after the handshake; empty if the client has closed the connection."""
        while True:
            try:
                self._object.do_handshake()
                return self._object.read(65_536)
            except ssl.SSLWantReadError:
                await self._peer.send(self._outgoing.read())
            except ssl.SSLError:
                # Why it is refused.
                await self._peer.send(self._outgoing.read())
                raise
            received = await self._peer.reader.read(65_536)
            if not received:
                return b""
            self._incoming.write(received)

    def encrypted(self, data: bytes) -> bytes:
        """Return data as one record."""
        self._object.write(data)
        return self._outgoing.read()

    def goodbye(self) -> bytes:
        """Return TLS's own end of the connection."""
        with suppress(ssl.SSLError):
            self._object.unwrap()
        return self._outgoing.read()


@dataclass
class Server:
    """Where it listens, and what it saw."""

    url: str
    connections: list[Peer] = field(default_factory=list)

    async def closed(self, *, but: int = 0) -> None:
        """
        Wait until connections are closed.

        :param but: All but so many of the last ones.
        """
        while not all(each.writer.is_closing() for each in self.connections[: len(self.connections) - but]):  # noqa: ASYNC110
            await asyncio.sleep(0)


async def read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        return b""


@asynccontextmanager
async def serving(serve: Callable[[Peer], Awaitable[None]], tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """
    Serve connections.

    :param serve: Serves one, which is closed afterwards.
    :param tls: The server's TLS settings; None for none.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def accepted(peer: Peer) -> None:
        try:
            # What is sent to a client that has gone away.
            with suppress(ConnectionError, EOFError, ssl.SSLError):
                await serve(peer)
        finally:
            peer.writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of asyncio's own would log that it was cancelled, on Python 3.11.
        server.connections.append(Peer(reader, writer))
        task = asyncio.ensure_future(accepted(server.connections[-1]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    server = Server(f"{'https' if tls else 'http'}://localhost:{listening.sockets[0].getsockname()[1]}")
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write what is read until its end, and then close."""
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.transport.abort()


def tls_proxy(targets: list[bytes]) -> Callable[[Peer], Awaitable[None]]:
    """
    Serve a connection as a proxy that is asked for a tunnel.

    :param targets: Gets host and port of each tunnel.
    """

    async def serve(peer: Peer) -> None:
        head = await peer.request()
        if not head:
            return
        target = head.split(b" ")[1]
        targets.append(target)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(target.rpartition(b":")[2]))
        await peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pass_on(peer.reader, writer), pass_on(reader, peer.writer))

    return serve
