# SPDX-License-Identifier: Apache-2.0
"""One request over the wire: to the configured origin only, bounded in size and time, and every failure typed."""

from __future__ import annotations

import asyncio
import functools
import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from airflow_provider_assistants import __version__
from airflow_provider_assistants.client.failures import failure_of, proxy_refusal
from airflow_provider_assistants.client.http_pool import PooledTransport
from airflow_provider_assistants.client.origin import (
    AsyncOriginTransport,
    OriginAuth,
    OriginTransport,
    origin_of,
    quiet_wire,
)
from airflow_provider_assistants.client.proxies import Proxies, Proxy
from airflow_provider_assistants.client.responses import Response
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    ConfigurationError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["USER_AGENT", "Transport", "authenticated_headers", "client_options", "http_options", "origin_of"]

_SOCKS5H = re.compile(r"^socks5h(?=:)", re.IGNORECASE)
#: How long a connection is kept that no request uses.
_IDLE_SECONDS = 30

USER_AGENT = f"airflow-provider-assistants/{__version__}"


def authenticated_headers(vendor: Vendor, api_key: str) -> dict[str, str]:
    """Return the headers of every request: ``Accept`` always, or a Laravel backend responds to a bad key with its login page."""
    return {
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        **vendor.headers,
        **vendor.auth.headers(api_key),
    }


@functools.lru_cache(maxsize=8)
def _authorities(path: str, modified: int, size: int) -> ssl.SSLContext:
    """Read a file or directory of authorities, once for each version of it: that takes a while."""
    is_directory = Path(path).is_dir()
    return ssl.create_default_context(cafile=None if is_directory else path, capath=path if is_directory else None)


@functools.cache
def _usual_tls(*, verify: bool) -> ssl.SSLContext:
    """Make the TLS settings that connections without a CA file share: to read all authorities takes a while."""
    return httpx.create_ssl_context(verify=verify, trust_env=False)


def _tls(verify: bool | str) -> ssl.SSLContext:
    """
    Return the TLS settings that the extra ``verify`` means, or else ``SSL_CERT_FILE`` or ``SSL_CERT_DIR``.

    :raises ConfigurationError: If the authorities cannot be read.
    """
    path, source = (verify, "the connection's extra 'verify'") if isinstance(verify, str) else ("", "")
    if verify is True:
        for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
            if value := os.environ.get(variable):
                path, source = value, f"{variable} of the environment"
                break
    if not path:
        return _usual_tls(verify=bool(verify))
    try:
        found = Path(path).stat()
        return _authorities(path, found.st_mtime_ns, found.st_size)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"The CA file {path!r} cannot be used: {error}",
            advice=f"Set {source} to a readable PEM file; the extra 'verify' may be true or false as well",
        ) from None


def client_options(
    settings: ClientSettings, *, base_url: str, api_key: str, asynchronous: bool = True
) -> dict[str, Any]:
    """
    Return the options of an httpx client that follows the settings and keeps the key to the origin of its base URL.

    :raises ConfigurationError: If the CA file cannot be read, or the proxy cannot be used.
    """
    tls = _tls(settings.verify)
    proxies = Proxies(settings.proxy)

    def wire(proxy: Proxy | None) -> Any:
        try:
            # The authorities of the connection hold for a proxy that is spoken to over TLS too.
            secure = proxy is not None and urlsplit(proxy.url).scheme.lower() == "https"
            # Both mean the same here, and httpx 0.27 knows one.
            through = (
                httpx.Proxy(_SOCKS5H.sub("socks5", proxy.url), ssl_context=tls if secure else None) if proxy else None
            )
            if asynchronous:
                return PooledTransport(
                    tls=tls, connections=settings.concurrency, idle_seconds=_IDLE_SECONDS, proxy=through
                )
            limits = httpx.Limits(max_connections=settings.concurrency, keepalive_expiry=_IDLE_SECONDS)
            return httpx.HTTPTransport(verify=tls, limits=limits, proxy=through, trust_env=False)
        except ImportError:
            raise ConfigurationError(
                f"The proxy {proxy} speaks SOCKS, for which the package socksio is missing",
                advice="Install it with pip install 'httpx[socks]', or use an HTTP proxy",
            ) from None
        except (ValueError, httpx.InvalidURL):
            raise ConfigurationError(
                f"The proxy {proxy} cannot be used", advice="Expected a URL like http://user:password@host:3128"
            ) from None

    transport = AsyncOriginTransport if asynchronous else OriginTransport
    return {
        "transport": transport(base_url=base_url, api_key=api_key, proxies=proxies, make=wire),
        "trust_env": False,
        "follow_redirects": False,
        "timeout": httpx.Timeout(settings.timeout),
    }


def http_options(
    vendor: Vendor, settings: ClientSettings, *, base_url: str, api_key: str, asynchronous: bool
) -> dict[str, Any]:
    """
    Return the options of an httpx client for requests of a caller's own.

    :raises ConfigurationError: If the CA file cannot be read, or the proxy cannot be used.
    """
    return {
        "base_url": base_url,
        "auth": OriginAuth(vendor, base_url=base_url, api_key=api_key),
        "headers": {"Accept": "application/json", "User-Agent": USER_AGENT, **vendor.headers},
        **client_options(settings, base_url=base_url, api_key=api_key, asynchronous=asynchronous),
    }


class Transport:
    """
    Sends requests below one base URL and returns responses of bounded size.

    :param base_url: The API's root.
    :param api_key: Goes into the header that the vendor wants, of requests to this origin.
    :raises ConfigurationError: If the CA file cannot be read, or the proxy cannot be used.
    """

    def __init__(self, vendor: Vendor, *, base_url: str, api_key: str, settings: ClientSettings) -> None:
        self._base_url = base_url.rstrip("/")
        self._max_bytes = settings.max_response_bytes
        self._timeout = settings.timeout
        self._max_seconds = settings.request_seconds
        self.proxy = Proxies(settings.proxy).for_url(self._base_url)
        self._client = httpx.AsyncClient(
            headers=authenticated_headers(vendor, api_key) | {"Accept-Encoding": "gzip, deflate"},
            **client_options(settings, base_url=self._base_url, api_key=api_key),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def send(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Response:
        """
        Send one request and read its whole response.

        :param path: Below the API's root.
        :raises VendorUnavailableError: If there is no response: no such host, refused, reset, timed out.
        :raises UnexpectedResponseError: If the response is larger than allowed.
        :raises Damaged: If it cannot be decompressed.
        :raises ConfigurationError: If the connection or its proxy is misconfigured.
        """
        url = self._base_url + path
        try:
            with quiet_wire():
                async with (
                    asyncio.timeout(self._max_seconds) as limit,
                    self._client.stream(method, url, params=_wire(params), json=json) as response,
                ):
                    status = response.status_code
                    if status == 407 and self.proxy:
                        raise proxy_refusal(self.proxy, status)
                    body = await self._read(response)
                    asked = str(response.request.url) if 300 <= status < 400 else ""
                    return Response(status=status, headers=response.headers, body=body, url=asked)
        except AssistantsError:
            raise
        except TimeoutError:
            if not limit.expired():
                raise
            raise VendorUnavailableError(
                f"No complete response within {self._max_seconds:g} s",
                advice="Try later, or with smaller pages (page_size); max_request_seconds in [assistants] is the limit",
            ) from None
        except Exception as error:
            if not _is_of_the_wire(error):
                raise
            raise failure_of(error, url=url, timeout=self._timeout, proxy=self.proxy) from None

    async def _read(self, response: httpx.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise UnexpectedResponseError(
                    f"The response is larger than {self._max_bytes:,} bytes",
                    advice="Ask for smaller pages with page_size, or raise max_response_bytes in [assistants]",
                )
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _is_of_the_wire(error: Exception) -> bool:
    """Whether an error is one that a request can bring about."""
    return isinstance(error, httpx.HTTPError | httpx.InvalidURL | UnicodeError)


def _wire(params: Mapping[str, Any] | None) -> dict[str, str] | None:
    if not params:
        return None
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in params.items()
        if value is not None
    }
