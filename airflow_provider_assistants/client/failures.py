# SPDX-License-Identifier: Apache-2.0
"""Errors of httpx, as typed errors: which side failed, the vendor's host or the proxy, and what to do."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from airflow_provider_assistants.client.proxies import Proxy
from airflow_provider_assistants.client.responses import Damaged
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    ConfigurationError,
    UnexpectedResponseError,
    VendorUnavailableError,
)

__all__ = ["failure_of", "proxy_refusal"]

#: What OpenSSL calls a peer that does not speak TLS; which of these depends on what the peer sends.
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"}
)
#: What was waited for when a time limit ended it.
_WAITS = {httpx.WriteTimeout: "sending", httpx.PoolTimeout: "waiting for one of the connections to be free"}
_STATUS = re.compile(r"\s*([1-5][0-9]{2})\b")


def failure_of(error: Exception, *, url: str, timeout: float, proxy: Proxy | None) -> Exception:
    """
    Return the error that a failed request means: an :class:`.AssistantsError`, or :class:`.Damaged`.

    httpx's own texts are not repeated: they may hold a proxy's password.

    :param error: What httpx raised.
    :param url: The URL of the request.
    :param timeout: Seconds that were waited for a connection or a piece of the response.
    :param proxy: Which proxy the request took.
    """
    through = f", through the proxy {proxy}" if proxy else ""
    if isinstance(error, httpx.ConnectTimeout):
        return VendorUnavailableError(
            f"No connection within {timeout:g} s{through}",
            advice=f"Check {_place(proxy)}, and that a firewall lets it through",
        )
    if isinstance(error, httpx.TimeoutException):
        doing = _WAITS.get(type(error), "waiting for the response")
        return VendorUnavailableError(
            f"Timed out after {timeout:g} s, {doing}{through}", advice="Try later, or raise the connection's timeout"
        )
    if isinstance(error, httpx.ConnectError):
        return _connect_error(error, url=url, proxy=proxy)
    if proxy and isinstance(error, httpx.ProxyError):
        status = _STATUS.match(str(error))
        return proxy_refusal(proxy, int(status[1]) if status else None)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        refused = next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)
        why = f": TLS fails, {_reason(refused)}" if refused else ""
        return VendorUnavailableError(
            f"The connection broke before the response was complete{through}{why}",
            advice="Try later; if it lasts, report it to the vendor",
        )
    if isinstance(error, httpx.DecodingError):
        return Damaged(
            UnexpectedResponseError(
                "The response's compression is broken",
                advice="A proxy may have damaged it; try again, then report it to the vendor",
            )
        )
    return ConfigurationError(
        "The request cannot be sent as it is",
        advice="Check the connection's host, and that the password is a plain API key without line breaks",
    )


def proxy_refusal(proxy: Proxy, status: int | None) -> AssistantsError:
    """
    Return the error of a proxy that refused a request.

    :param status: The HTTP status of its refusal, or the one that says the same, if it gave a reason.
    """
    shown = f" (HTTP {status})" if status and not proxy.url.lower().startswith("socks") else ""
    if status == 407:
        return ConfigurationError(
            f"The proxy {proxy} wants another user and password{shown}",
            advice="Put them into the proxy's URL, like http://user:password@host:3128",
        )
    if status is not None and 400 <= status < 500 and status not in (408, 425, 429):
        return ConfigurationError(
            f"The proxy {proxy} does not allow the request{shown}",
            advice="Ask who runs the proxy to let the vendor's host through, or set the extra 'proxy'",
        )
    return VendorUnavailableError(
        f"The proxy {proxy} could not connect to the vendor's host{shown}",
        advice="Check the connection's host and the proxy; try later",
    )


def _place(proxy: Proxy | None) -> str:
    return f"the proxy in {proxy.source}" if proxy else "the connection's host and port"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that led to it, the attempts at several addresses of one host among them."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        each = pending.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        pending += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]


def _connect_error(error: httpx.ConnectError, *, url: str, proxy: Proxy | None) -> AssistantsError:
    causes = [*_causes(error)]
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls_error(cause, url=url, proxy=proxy)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        what = f"The name of the proxy {proxy} is not known" if proxy else "The host's name is not known"
        return VendorUnavailableError(what, advice=f"Check {_place(proxy).removesuffix(' and port')}")
    side = f"The proxy {proxy}" if proxy else "The host"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return VendorUnavailableError(f"{side} refuses the connection", advice=f"Check {_place(proxy)}")
    if any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in causes):
        return _closed_early(f", through the proxy {proxy}" if proxy else "", proxy=proxy)
    codes = {cause.errno for cause in causes if isinstance(cause, OSError)}
    reason = ": there is no route to it" if codes & {errno.EHOSTUNREACH, errno.ENETUNREACH} else ""
    return VendorUnavailableError(f"{side} cannot be reached{reason}", advice=f"Check {_place(proxy)} and the network")


def _tls_error(error: ssl.SSLError, *, url: str, proxy: Proxy | None) -> AssistantsError:
    reason = error.reason or ""
    of_proxy = proxy if proxy and urlsplit(proxy.url).scheme == "https" else None
    if reason in _NOT_TLS:
        if of_proxy:
            return ConfigurationError(
                f"TLS fails: the proxy {of_proxy} does not speak it",
                advice=f"Write http:// before the proxy's host in {of_proxy.source}",
            )
        host = urlsplit(url).netloc
        return ConfigurationError(
            f"TLS fails: what listens on {host} does not speak it",
            advice=f"Write http://{host} as the connection's host if that is meant, or give the port that speaks TLS",
        )
    where = f", at the proxy {of_proxy} or behind it" if of_proxy else f", through the proxy {proxy}" if proxy else ""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or reason == "UNEXPECTED_EOF_WHILE_READING":
        return _closed_early(where, proxy=proxy)
    return VendorUnavailableError(
        f"TLS fails: {_reason(error)}{where}",
        advice="Check the host, or set the extra 'verify' to the file of your own certificate authority",
    )


def _closed_early(where: str, *, proxy: Proxy | None) -> AssistantsError:
    return VendorUnavailableError(
        f"The connection was closed while it was set up{where}", advice=f"Try later, and check {_place(proxy)}"
    )


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "").replace("_", " ").lower() or "the handshake was refused"
