# SPDX-License-Identifier: Apache-2.0
"""
The network below httpcore: sockets of asyncio's event loop, without a layer between.

httpcore's own backend goes through anyio, which costs as much CPU time for each part of a response as everything above it.
This one reads a socket when httpcore asks for more, so what nobody asked for stays in the kernel. Its errors are those
that httpcore's backends raise, each with the operating system's error as its cause.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeVar

import httpcore

from airflow_provider_assistants.client.happy_eyeballs import open_socket

__all__ = ["AsyncioBackend"]

Result = TypeVar("Result")

#: Bytes that are read from a socket at a time below TLS.
_READ_BYTES = 65_536
#: After so many reads in a row that did not wait, other tasks of the event loop get their turn.
_READS_IN_A_ROW = 8


async def _within(
    seconds: float | None, work: Awaitable[Result], *, late: type[Exception], failed: type[Exception]
) -> Result:
    """
    Await work that ends in time, or raise what httpcore expects.

    :param seconds: From now; None for no limit.
    :param late: Raised if it does not end in time.
    :param failed: Raised for every other error of the network; one of them is a ``TimeoutError`` of the kernel's.
    """
    try:
        async with asyncio.timeout(seconds) as limit:
            return await work
    except OSError as error:
        kind = late if isinstance(error, TimeoutError) and limit.expired() else failed
        raise kind(str(error)) from error


class _Bytes(Protocol):
    """A connection that bytes come from and go to, over a socket or over TLS."""

    async def receive(self, max_bytes: int) -> bytes:
        """Return what is there, or wait for it; empty at the end."""

    async def send(self, data: bytes) -> None:
        """Send all of it."""


class _Socket:
    """
    A connected socket.

    :param connected: Is not blocking.
    """

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._loop = asyncio.get_running_loop()
        self._reads_in_a_row = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._poll = select.poll()
        self._poll.register(connected, select.POLLIN)

    def receive_now(self, max_bytes: int) -> bytes | None:
        """Return what is there; empty at the end, None if it has to be waited for."""
        self._reads_in_a_row += 1
        if self._reads_in_a_row > _READS_IN_A_ROW:
            return None
        try:
            return self.socket.recv(max_bytes)
        except (BlockingIOError, InterruptedError):
            return None

    async def receive(self, max_bytes: int) -> bytes:
        """Return what is there, or wait for it; empty at the end."""
        while (data := self.receive_now(max_bytes)) is None:
            await self._ready(self._loop.add_reader, self._loop.remove_reader)
            self._reads_in_a_row = 0
        return data

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        unsent = memoryview(data)
        while unsent:
            try:
                unsent = unsent[self.socket.send(unsent) :]
            except (BlockingIOError, InterruptedError):
                await self._ready(self._loop.add_writer, self._loop.remove_writer)

    def is_readable(self) -> bool:
        """Whether there is something to read, or the end; so for one that is closed."""
        return self.socket.fileno() < 0 or bool(self._poll.poll(0))

    def close(self) -> None:
        """Close it; who waits for it gets an error."""
        for each in self._waiting:
            if not each.done():
                each.set_exception(ConnectionAbortedError("The connection was closed"))
        # A closed descriptor's number is used again for the next one: nothing may wait for it then.
        if (descriptor := self.socket.fileno()) >= 0:
            self._loop.remove_reader(descriptor)
            self._loop.remove_writer(descriptor)
        self.socket.close()

    async def _ready(self, add: Callable[..., Any], remove: Callable[..., Any]) -> None:
        """
        Wait until the socket can be read, or written.

        :param add: The event loop's method that calls back then.
        :param remove: Its counterpart.
        """
        # The number and not the socket: asyncio would write out the socket each time.
        descriptor = self.socket.fileno()
        if descriptor < 0:
            raise ConnectionAbortedError("The connection is closed")
        ready: asyncio.Future[None] = self._loop.create_future()
        add(descriptor, _set, ready)
        self._waiting.add(ready)
        try:
            await ready
        finally:
            self._waiting.discard(ready)
            if self.socket.fileno() >= 0:
                remove(descriptor)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class _Tls:
    """
    TLS over a connection, which may be one over TLS itself: so it is with a proxy that is spoken to over TLS.

    A peer that closes the connection without TLS's own goodbye has closed it: many servers do so, and HTTP says itself how
    long a response is.

    :param below: The connection.
    :param context: The TLS settings.
    :param hostname: Whom the certificate has to name.
    """

    def __init__(self, below: _Bytes, context: ssl.SSLContext, hostname: str | None) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname)
        self._failure: ssl.SSLError | None = None

    async def handshake(self) -> None:
        """
        Agree with the peer on how to encrypt.

        :raises ssl.SSLError: If that fails, or the certificate is not to be trusted.
        :raises OSError: If the connection ends.
        """
        await self._drive(self.object.do_handshake)

    def receive_now(self, max_bytes: int) -> bytes | None:
        """Return what has been received and can be decrypted; empty at the end, None if more has to be received."""
        parts: list[bytes] = []
        left = max_bytes
        while left:
            try:
                if self._failure is not None:
                    raise self._failure
                part = self.object.read(left)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError as error:
                if not _is_end(error):
                    self._failure = error
                    if not parts:
                        raise
                    break
                part = b""
            if not part:
                return b"".join(parts)
            parts.append(part)
            left -= len(part)
        return b"".join(parts) if parts else None

    async def receive(self, max_bytes: int) -> bytes:
        """Return what is there, or wait for it; empty at the end."""
        while (data := self.receive_now(max_bytes)) is None:
            await self._flush()
            await self._fill()
        await self._flush()
        return data

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        unsent = memoryview(data)
        while unsent:
            unsent = unsent[await self._drive(self.object.write, unsent) :]

    async def _drive(self, call: Callable[..., Result], *arguments: Any) -> Result:
        """Make a call of the TLS object, and send and receive what it needs for it."""
        while True:
            try:
                result = call(*arguments)
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except ssl.SSLError:
                # The peer shall know why: the alert is among what is to be sent.
                await self._flush_quietly()
                raise
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.send(self._outgoing.read())

    async def _flush_quietly(self) -> None:
        try:
            await self._flush()
        except OSError:
            return

    async def _fill(self) -> None:
        data = await self._below.receive(_READ_BYTES)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def _is_end(error: ssl.SSLError) -> bool:
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "UNEXPECTED_EOF" in (error.reason or "")


class _Stream(httpcore.AsyncNetworkStream):
    """
    What httpcore reads and writes.

    :param below: The socket.
    :param tls: What encrypts, if anything does.
    """

    def __init__(self, below: _Socket, tls: _Tls | None = None) -> None:
        self._socket = below
        self._tls = tls
        self._bytes: _Socket | _Tls = tls or below

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - it is httpcore's
        """Return what there is to read, or wait for it; empty at the end."""
        try:
            data = self._bytes.receive_now(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        if data is not None:
            return data
        receiving = self._bytes.receive(max_bytes)
        return await _within(timeout, receiving, late=httpcore.ReadTimeout, failed=httpcore.ReadError)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send all of it."""
        if buffer:
            await _within(timeout, self._bytes.send(buffer), late=httpcore.WriteTimeout, failed=httpcore.WriteError)

    async def aclose(self) -> None:
        """Close the connection."""
        self._socket.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> _Stream:
        """Encrypt from here on."""
        try:
            tls = _Tls(self._bytes, ssl_context, server_hostname)
            await _within(timeout, tls.handshake(), late=httpcore.ConnectTimeout, failed=httpcore.ConnectError)
        except BaseException:
            await self.aclose()
            raise
        return _Stream(self._socket, tls)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection; None for what it does not have."""
        if info == "is_readable":
            return self._socket.is_readable()
        if info == "ssl_object":
            return self._tls.object if self._tls else None
        if info == "socket":
            return self._socket.socket
        if info == "client_addr":
            return self._socket.socket.getsockname()
        if info == "server_addr":
            return self._socket.socket.getpeername()
        return None


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Makes httpcore's connections in the running event loop of asyncio."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> _Stream:
        """
        Connect to a host.

        :param local_address: None: which address this end has is not supported.
        :param socket_options: Arguments of :meth:`socket.socket.setsockopt`.
        :raises httpcore.ConnectTimeout: If that takes too long.
        :raises httpcore.ConnectError: If it fails.
        """
        if local_address is not None:
            raise NotImplementedError("An address of this end is not supported")
        connecting = open_socket(host, port)
        connected = await _within(timeout, connecting, late=httpcore.ConnectTimeout, failed=httpcore.ConnectError)
        for option in socket_options or ():
            connected.setsockopt(*option)
        return _Stream(_Socket(connected))

    async def sleep(self, seconds: float) -> None:
        """Wait, between httpcore's own tries to connect."""
        await asyncio.sleep(seconds)
