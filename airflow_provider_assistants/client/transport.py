# SPDX-License-Identifier: Apache-2.0
"""One request over the wire: to the configured origin only, bounded in size, and every failure typed."""

from __future__ import annotations

import functools
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_provider_assistants import __version__
from airflow_provider_assistants.client.answers import Answer
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    ConfigurationError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.vendors.base import Vendor

if TYPE_CHECKING:
    import httpx

__all__ = ["USER_AGENT", "Transport", "authenticated_headers", "client_options", "origin_auth", "origin_of"]

USER_AGENT = f"airflow-provider-assistants/{__version__}"

_ours: ContextVar[bool] = ContextVar("airflow_provider_assistants_request", default=False)


class _QuietFilter(logging.Filter):
    """Drops httpx's line per request where the request is ours: a listing's progress is told by those who know it."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _ours.get() or record.levelno > logging.INFO


def origin_of(url: str) -> str:
    """Give scheme, host and port of a URL, in lower case and with the scheme's own port left out."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(scheme)) else f":{parts.port}"
    host = (parts.hostname or "").lower()
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{port}"


def authenticated_headers(vendor: Vendor, api_key: str) -> dict[str, str]:
    """Give the headers of every request: ``Accept`` always, or a Laravel backend answers a bad key with its login page."""
    return {
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
        **vendor.headers,
        **vendor.auth.headers(api_key),
    }


@functools.cache
def _usual_tls(*, verify: bool) -> ssl.SSLContext:
    """Make the TLS settings that connections without a CA file share: to read all authorities takes a while."""
    import httpx

    return httpx.create_ssl_context(verify=verify, trust_env=False)


def client_options(settings: ClientSettings) -> dict[str, Any]:
    """
    Give the options of an httpx client that follows the settings.

    :raises ConfigurationError: If the CA file cannot be read, or the proxy is none.
    """
    import httpx

    verify: bool | ssl.SSLContext
    if isinstance(settings.verify, str):
        try:
            verify = ssl.create_default_context(cafile=settings.verify)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"The CA file {settings.verify!r} cannot be used: {error}",
                advice="Set the connection's extra 'verify' to true, false, or a readable PEM file",
            ) from None
    else:
        verify = _usual_tls(verify=settings.verify)
    try:
        proxy = httpx.Proxy(settings.proxy) if settings.proxy else None
    except (ValueError, httpx.InvalidURL):
        raise ConfigurationError(
            "The connection's extra 'proxy' is no proxy URL", advice="It looks like http://user:password@host:3128"
        ) from None
    return {
        "verify": verify,
        "proxy": proxy,
        "trust_env": False,
        "follow_redirects": False,
        "timeout": httpx.Timeout(settings.timeout),
        "limits": httpx.Limits(
            max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency, keepalive_expiry=30
        ),
    }


class Transport:
    """
    Sends requests below one base URL and gives bounded answers.

    :param base_url: The API's root.
    :param api_key: Goes into the header that the vendor wants, of requests to this origin.
    """

    def __init__(self, vendor: Vendor, *, base_url: str, api_key: str, settings: ClientSettings) -> None:
        import httpx

        self._base_url = base_url.rstrip("/")
        self._max_bytes = settings.max_response_bytes
        self._timeout = settings.timeout
        logger = logging.getLogger("httpx")
        if not any(isinstance(each, _QuietFilter) for each in logger.filters):
            logger.addFilter(_QuietFilter())
        self._client = httpx.AsyncClient(
            headers=authenticated_headers(vendor, api_key) | {"Accept-Encoding": "gzip, deflate"},
            **client_options(settings),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def send(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Answer:
        """
        Send one request and read its whole answer.

        :param path: Below the API's root.
        :raises VendorUnavailableError: If there is no answer: no such host, refused, reset, timed out.
        :raises UnexpectedResponseError: If the answer is larger than allowed or not decompressible.
        """
        ours = _ours.set(True)
        try:
            with _typed_errors(self._timeout):
                async with self._client.stream(
                    method, self._base_url + path, params=_wire(params), json=json
                ) as response:
                    body = await self._read(response)
                    return Answer(status=response.status_code, headers=response.headers, body=body)
        finally:
            _ours.reset(ours)

    async def _read(self, response: httpx.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise UnexpectedResponseError(
                    f"The answer is larger than {self._max_bytes:,} bytes",
                    advice="Ask for smaller pages with page_size, or raise max_response_bytes in [assistants]",
                )
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _wire(params: Mapping[str, Any] | None) -> dict[str, str] | None:
    if not params:
        return None
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in params.items()
        if value is not None
    }


@contextmanager
def _typed_errors(timeout: float) -> Iterator[None]:
    """Turn what httpx raises into one sentence each; its own texts may hold a proxy's password."""
    import httpx

    try:
        yield
    except httpx.ConnectTimeout:
        raise VendorUnavailableError(
            f"No connection within {timeout:g} s",
            advice="Check the connection's host and that a firewall lets it through",
        ) from None
    except httpx.TimeoutException as error:
        doing = "sending" if isinstance(error, httpx.WriteTimeout) else "waiting for the answer"
        raise VendorUnavailableError(
            f"Timed out after {timeout:g} s, {doing}", advice="Try later, or raise the connection's timeout"
        ) from None
    except httpx.ProxyError as error:
        raise VendorUnavailableError(
            f"The proxy refuses: {error}", advice="Check the connection's extra 'proxy'"
        ) from None
    except httpx.ConnectError as error:
        raise _connect_error(error) from None
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        raise VendorUnavailableError(
            "The connection broke before the answer was complete", advice="Try later; if it lasts, tell the vendor"
        ) from None
    except httpx.DecodingError:
        raise UnexpectedResponseError(
            "The answer's compression is broken", advice="A proxy may have damaged it; try again, then tell the vendor"
        ) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError):
        raise ConfigurationError(
            "The request cannot be sent as it is",
            advice="Check the connection's host, and that the password is a plain API key without line breaks",
        ) from None


def _connect_error(error: httpx.ConnectError) -> AssistantsError:
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    text = " ".join(str(each) for each in causes)
    if any(isinstance(each, ssl.SSLError) for each in causes) or "CERTIFICATE_VERIFY" in text or "[SSL" in text:
        if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text or "HTTP_REQUEST" in text:
            return VendorUnavailableError(
                "TLS fails: what listens there does not speak it", advice="Check the connection's host and port"
            )
        failed = next((str(each) for each in causes if isinstance(each, ssl.SSLCertVerificationError)), "")
        reason = failed.split("certificate verify failed: ")[-1].split(" (_ssl")[0] or "the handshake was refused"
        return VendorUnavailableError(
            f"TLS fails: {reason}",
            advice="Check the host, or set the extra 'verify' to the file of your own certificate authority",
        )
    if "Name or service not known" in text or "getaddrinfo" in text or "name resolution" in text or "nodename" in text:
        return VendorUnavailableError("The host's name is not known", advice="Check the connection's host")
    if "refused" in text.lower() or "All connection attempts failed" in text:
        return VendorUnavailableError("The host refuses the connection", advice="Check the connection's host and port")
    return VendorUnavailableError("The host cannot be reached", advice="Check the connection's host and the network")


def origin_auth(vendor: Vendor, *, base_url: str, api_key: str) -> httpx.Auth:
    """Make an httpx auth that adds the key to requests to one origin and to no other."""
    import httpx

    class OriginAuth(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
            if origin_of(str(request.url)) == origin_of(base_url):
                request.headers.update(vendor.auth.headers(api_key))
            yield request

    return OriginAuth()
