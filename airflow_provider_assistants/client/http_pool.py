# SPDX-License-Identifier: Apache-2.0
"""
A transport of httpx that keeps its connections for the next request, over this package's own network; HTTP/1.1.

HTTP itself is httpcore's. Its pool is not used: it never gives back the place of a request that is cancelled between two
steps of it, nor that of a tunnel through a proxy that fails, so that a client that lives long ends without connections.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

from airflow_provider_assistants.client.network import Stream
from airflow_provider_assistants.client.routes import Route, endpoint_of

__all__ = ["PooledTransport"]

#: httpcore's errors that a request can bring about; httpx has each under the same name.
_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        *("TimeoutException", "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"),
        *("NetworkError", "ConnectError", "ReadError", "WriteError"),
        *("ProxyError", "UnsupportedProtocol", "ProtocolError", "LocalProtocolError", "RemoteProtocolError"),
    )
}


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """Raise httpcore's errors as those of httpx."""
    try:
        yield
    except Exception as error:
        for kind in type(error).__mro__:
            if kind in _ERRORS:
                raise _ERRORS[kind](str(error)) from error
        raise


@dataclass(eq=False, slots=True)
class _Connection:
    """
    A connection of the pool.

    :param origin: What it leads to, through a proxy or not.
    :param stream: Its bytes.
    :param http: What sends one request at a time over it.
    """

    origin: httpcore.Origin
    stream: Stream
    http: httpcore.AsyncHTTP11Connection


class PooledTransport(httpx.AsyncBaseTransport):
    """
    Sends requests over connections that are kept for the next one.

    :param tls: The TLS settings.
    :param connections: How many connections there may be; further requests wait in turn.
    :param idle_seconds: How long an unused connection is kept.
    :param proxy: The proxy that all requests take; None for no proxy.
    """

    def __init__(
        self, *, tls: ssl.SSLContext, connections: int, idle_seconds: float = 30, proxy: httpx.Proxy | None = None
    ) -> None:
        self._route = Route(tls=tls, proxy=proxy)
        self._max_connections = connections
        self._idle_seconds = idle_seconds
        self._places = asyncio.Semaphore(connections)
        self._in_use = 0
        self._open: set[_Connection] = set()
        #: Those that no request uses, the longest unused first.
        self._idle: list[_Connection] = []
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, whose body is still to be read."""
        timeouts = request.extensions.get("timeout", {})
        with _errors_of_httpx():
            origin = endpoint_of(request.url)
            await self._take_place(timeouts.get("pool"))
            connection: _Connection | None = None
            try:
                sent = self._route.request(request)
                connection = self._take_idle(origin)
                if connection is None:
                    hostname = request.extensions.get("sni_hostname")
                    stream = await self._route.connect(origin, hostname=hostname, timeout=timeouts.get("connect"))
                    http = httpcore.AsyncHTTP11Connection(sent.url.origin, stream, keepalive_expiry=self._idle_seconds)
                    connection = _Connection(origin, stream, http)
                    self._open.add(connection)
                response = await connection.http.handle_async_request(sent)
                if not connection.stream.is_answered:
                    raise httpcore.RemoteProtocolError("The server sent more than one response to an earlier request")
            except BaseException:
                self._give_back(connection, keep=False)
                raise
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response, functools.partial(self._give_back, connection, keep=True)),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections; requests that use them fail."""
        self._is_closed = True
        for each in [*self._open]:
            self._close(each)

    async def _take_place(self, timeout: float | None) -> None:  # noqa: ASYNC109 - httpx says it with the request
        try:
            async with asyncio.timeout(timeout if self._places.locked() else None):
                await self._places.acquire()
        except TimeoutError:
            raise httpcore.PoolTimeout("All connections are in use") from None
        self._in_use += 1

    def _take_idle(self, origin: httpcore.Origin) -> _Connection | None:
        """Return a connection to an origin that can be used again, if there is one; if none, see that one may be made."""
        for each in [each for each in self._idle if each.http.has_expired()]:
            self._close(each)
        found = next((each for each in reversed(self._idle) if each.origin == origin), None)
        if found is not None:
            self._idle.remove(found)
        elif self._in_use + len(self._idle) > self._max_connections:
            self._close(self._idle[0])
        return found

    def _close(self, connection: _Connection) -> None:
        connection.stream.close()
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)

    def _give_back(self, connection: _Connection | None, *, keep: bool) -> None:
        """Let the next request have the place of one that is over, and its connection if that can be used again."""
        if connection is not None:
            if keep and not self._is_closed and connection.http.is_idle():
                self._idle.append(connection)
            else:
                self._close(connection)
        self._in_use -= 1
        self._places.release()


class _Body(httpx.AsyncByteStream):
    """
    The body of a response, as it comes.

    :param response: The response.
    :param give_back: Called once, when nobody reads it any more.
    """

    def __init__(self, response: httpcore.Response, give_back: Callable[[], None]) -> None:
        self._response = response
        self._give_back: Callable[[], None] | None = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        """Release the connection."""
        if self._give_back is None:
            return
        give_back, self._give_back = self._give_back, None
        try:
            with _errors_of_httpx():
                await self._response.aclose()
        finally:
            give_back()
