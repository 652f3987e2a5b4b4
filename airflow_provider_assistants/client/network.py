# SPDX-License-Identifier: Apache-2.0
"""
Connections over sockets and TLS on asyncio's event loop, as httpcore reads and writes them.

httpcore's own go through anyio, which costs as much CPU time for each part of a response as everything above it. These read
a socket when httpcore asks for more, so what nobody asked for stays in the kernel. Their errors are those that httpcore's
raise, each with the operating system's error as its cause.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import httpcore

__all__ = ["Stream", "within"]

Result = TypeVar("Result")

#: Bytes that are read from a socket, or encrypted, at a time below TLS.
_PIECE = 65_536
#: After so many reads in a row that did not wait, other tasks of the event loop get their turn.
_READS_IN_A_ROW = 8


async def within(
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

    def is_readable(self) -> bool:
        """Whether there is something to read, or the end; so for one that is closed."""


class _Socket:
    """
    A connected socket.

    :param connected: Is not blocking.
    """

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._reads_in_a_row = 0
        self._waiting: dict[asyncio.Future[None], Callable[[int], Any]] = {}
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
            loop = asyncio.get_running_loop()
            await self._ready(loop.add_reader, loop.remove_reader)
            self._reads_in_a_row = 0
        return data

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        unsent = memoryview(data)
        while unsent:
            try:
                unsent = unsent[self.socket.send(unsent) :]
            except (BlockingIOError, InterruptedError):
                loop = asyncio.get_running_loop()
                await self._ready(loop.add_writer, loop.remove_writer)

    def is_readable(self) -> bool:
        """Whether there is something to read, or the end; so for one that is closed."""
        return self.socket.fileno() < 0 or bool(self._poll.poll(0))

    def close(self) -> None:
        """Close it; who waits for it gets an error."""
        for ready, remove in self._waiting.items():
            if not ready.done():
                ready.set_exception(ConnectionAbortedError("The connection was closed"))
            # A closed descriptor's number is used again for the next one: nothing may wait for it then.
            remove(self.socket.fileno())
        self._waiting.clear()
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
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        add(descriptor, _set, ready)
        self._waiting[ready] = remove
        try:
            await ready
        finally:
            if self._waiting.pop(ready, None):
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

    def __init__(self, below: _Bytes, context: ssl.SSLContext, hostname: str) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname)
        # Neither is said before all that came before it was read.
        self._is_over = False
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
        while left and not self._is_over:
            try:
                part = self.object.read(left)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError as error:
                self._is_over = True
                self._failure = None if _is_end(error) else error
            else:
                self._is_over = not part
                parts.append(part)
                left -= len(part)
        if data := b"".join(parts):
            return data
        if self._failure is not None:
            raise self._failure
        return b"" if self._is_over else None

    async def receive(self, max_bytes: int) -> bytes:
        """Return what is there, or wait for it; empty at the end."""
        while (data := self.receive_now(max_bytes)) is None:
            # It is TLS's own: what has arrived can be read even if the peer takes nothing any more.
            await self._flush_quietly()
            await self._fill()
        return data

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        unsent = memoryview(data)
        while unsent:
            unsent = unsent[await self._drive(self.object.write, unsent[:_PIECE]) :]

    def is_readable(self) -> bool:
        """Whether there is something to read, or the end; so for one that is closed."""
        return self._is_over or bool(self._incoming.pending or self.object.pending()) or self._below.is_readable()

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
        data = await self._below.receive(_PIECE)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def _is_end(error: ssl.SSLError) -> bool:
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "UNEXPECTED_EOF" in (error.reason or "")


class Stream(httpcore.AsyncNetworkStream):
    """
    A connection, as httpcore reads and writes it.

    :param below: The socket: connected, and not blocking.
    :ivar is_answered: Whether anything was read since the last write.
    """

    def __init__(self, below: socket.socket) -> None:
        self._socket = _Socket(below)
        self._tls: _Tls | None = None
        self._bytes: _Socket | _Tls = self._socket
        self.is_answered = False

    async def start_encryption(self, context: ssl.SSLContext, hostname: str) -> None:
        """
        Encrypt from here on.

        :param context: The TLS settings.
        :param hostname: Whom the certificate has to name.
        :raises OSError: If that fails; an ``ssl.SSLError`` if the peer does not speak TLS or is not to be trusted.
        """
        tls = _Tls(self._bytes, context, hostname)
        await tls.handshake()
        self._tls = self._bytes = tls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - it is httpcore's
        """Return what there is to read, or wait for it; empty at the end."""
        self.is_answered = True
        try:
            data = self._bytes.receive_now(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        if data is not None:
            return data
        receiving = self._bytes.receive(max_bytes)
        return await within(timeout, receiving, late=httpcore.ReadTimeout, failed=httpcore.ReadError)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send all of it."""
        self.is_answered = False
        if buffer:
            await within(timeout, self._bytes.send(buffer), late=httpcore.WriteTimeout, failed=httpcore.WriteError)

    def close(self) -> None:
        """Close the connection at once."""
        self._socket.close()

    async def aclose(self) -> None:
        """Close the connection."""
        self.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore and callers ask of a connection; None for what it does not have."""
        if info == "is_readable":
            return self._bytes.is_readable()
        if info == "ssl_object":
            return self._tls.object if self._tls else None
        if info == "socket":
            return self._socket.socket
        if info == "client_addr":
            return self._socket.socket.getsockname()
        if info == "server_addr":
            return self._socket.socket.getpeername()
        return None
