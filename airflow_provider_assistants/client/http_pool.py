# SPDX-License-Identifier: Apache-2.0
"""
A transport of httpx over httpcore's connection pool, with this package's own network below.

httpx's own transport does the same, but its network cannot be chosen.
"""

from __future__ import annotations

import importlib.util
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from airflow_provider_assistants.client.network import AsyncioBackend

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


class PooledTransport(httpx.AsyncBaseTransport):
    """
    Sends requests over connections that are kept for the next one; HTTP/1.1.

    :param tls: The TLS settings.
    :param limits: How many connections there may be, and how long an unused one is kept.
    :param proxy: The proxy that all requests take; None for no proxy.
    :raises ImportError: If it is a SOCKS proxy and the package ``socksio`` is missing.
    """

    def __init__(self, *, tls: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None = None) -> None:
        options: dict[str, Any] = {
            "ssl_context": tls,
            "max_connections": limits.max_connections,
            "max_keepalive_connections": limits.max_keepalive_connections,
            "keepalive_expiry": limits.keepalive_expiry,
            "network_backend": AsyncioBackend(),
        }
        self._pool = httpcore.AsyncConnectionPool(**options) if proxy is None else _proxy_pool(proxy, options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its response, whose body is still to be read."""
        url = request.url
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _errors_of_httpx():
            response = await self._pool.handle_async_request(sent)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        with _errors_of_httpx():
            await self._pool.aclose()


def _proxy_pool(proxy: httpx.Proxy, options: dict[str, Any]) -> httpcore.AsyncConnectionPool:
    url = proxy.url
    options |= {
        "proxy_url": httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        "proxy_auth": proxy.raw_auth,
    }
    if url.scheme in ("http", "https"):
        return httpcore.AsyncHTTPProxy(proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context, **options)
    if importlib.util.find_spec("socksio") is None:
        raise ImportError("The package socksio is missing")
    return httpcore.AsyncSOCKSProxy(**options)


class _Body(httpx.AsyncByteStream):
    """
    The body of a response, as it comes.

    :param response: The response.
    """

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        """Release the connection."""
        with _errors_of_httpx():
            await self._response.aclose()
