# SPDX-License-Identifier: Apache-2.0
"""
Where the key goes: to the origin of its connection and to no other, whatever redirects, URLs and headers a caller uses.

httpx takes only ``Authorization`` from a request that it redirects to another origin, and the vendors' keys have other
headers too. So the rule is kept below the client, where each single request passes on its way to the wire; that is also
where a request gets its proxy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx

from airflow_provider_assistants.client.proxies import Proxies, Proxy
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["AsyncOriginTransport", "OriginAuth", "OriginTransport", "origin_of", "quiet_wire"]

Wire = TypeVar("Wire", bound=httpx.BaseTransport | httpx.AsyncBaseTransport)

_ours: ContextVar[bool] = ContextVar("airflow_provider_assistants_request", default=False)
#: httpcore's loggers: at DEBUG they log a response's headers and status line, which may repeat a key.
_WIRE_LOGGERS = ("connection", "http11", "http2", "proxy", "socks")


class _QuietFilter(logging.Filter):
    """
    Drops what httpx and httpcore log of our requests.

    httpx's line per request says nothing that the listing's progress does not; httpcore's quote the vendor unredacted.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not _ours.get() or record.levelno > logging.INFO


def _add_filters() -> None:
    for name in ("httpx", *(f"httpcore.{each}" for each in _WIRE_LOGGERS)):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _QuietFilter) for each in logger.filters):
            logger.addFilter(_QuietFilter())


@contextmanager
def quiet_wire() -> Iterator[None]:
    """Keep the libraries below from logging what is sent and received meanwhile."""
    ours = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(ours)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, in lower case and with the scheme's own port left out."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(scheme)) else f":{parts.port}"
    host = (parts.hostname or "").lower()
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{port}"


class OriginAuth(httpx.Auth):
    """
    Adds the key to requests to one origin.

    :param base_url: Whose origin.
    """

    def __init__(self, vendor: Vendor, *, base_url: str, api_key: str) -> None:
        self._headers = vendor.auth.headers(api_key)
        self._origin = origin_of(base_url)

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Add the key, if the request goes to its origin."""
        if origin_of(str(request.url)) == self._origin:
            request.headers.update(self._headers)
        yield request


class _Wires(Generic[Wire]):
    """
    The transports behind a client, one for each proxy, and the rule of what may go through them.

    :param make: Makes the transport for a proxy, or for none.
    :raises ConfigurationError: If the proxy for the base URL cannot be used.
    """

    def __init__(self, *, base_url: str, api_key: str, proxies: Proxies, make: Callable[[Proxy | None], Wire]) -> None:
        url = httpx.URL(base_url)
        self._origin = (url.raw_scheme, url.raw_host, url.port)
        self._api_key = api_key
        self._proxies = proxies
        self._make = make
        self._by_proxy: dict[Proxy | None, Wire] = {}
        _add_filters()
        self._to(url)

    def carry(self, request: httpx.Request) -> Wire:
        """Return the transport for a request; one to another origin loses every header that holds the key."""
        url = request.url
        if (url.raw_scheme, url.raw_host, url.port) != self._origin:
            for name in [name for name, value in request.headers.items() if self._api_key in value]:
                del request.headers[name]
        return self._to(url)

    def all(self) -> list[Wire]:
        """Return the transports that are in use."""
        return [*self._by_proxy.values()]

    def _to(self, url: httpx.URL) -> Wire:
        proxy = self._proxies.for_url(str(url)) if self._proxies else None
        if proxy not in self._by_proxy:
            self._by_proxy[proxy] = self._make(proxy)
        return self._by_proxy[proxy]


def _plain(response: httpx.Response) -> httpx.Response:
    """Take out the words of the status line: they are the server's, and httpx logs them."""
    response.extensions.pop("reason_phrase", None)
    return response


class OriginTransport(httpx.BaseTransport):
    """Sends requests through their proxies, and the key to its own origin only; the options are those of the rule."""

    def __init__(self, **options: Any) -> None:
        self._wires: _Wires[httpx.BaseTransport] = _Wires(**options)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        with quiet_wire():
            return _plain(self._wires.carry(request).handle_request(request))

    def close(self) -> None:
        """Close all connections."""
        for wire in self._wires.all():
            wire.close()


class AsyncOriginTransport(httpx.AsyncBaseTransport):
    """The same, asynchronous."""

    def __init__(self, **options: Any) -> None:
        self._wires: _Wires[httpx.AsyncBaseTransport] = _Wires(**options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        with quiet_wire():
            return _plain(await self._wires.carry(request).handle_async_request(request))

    async def aclose(self) -> None:
        """Close all connections."""
        for wire in self._wires.all():
            await wire.aclose()
