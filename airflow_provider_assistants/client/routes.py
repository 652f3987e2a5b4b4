# SPDX-License-Identifier: Apache-2.0
"""
How a host is connected to: directly, through an HTTP proxy (``CONNECT``) or through a SOCKS proxy.

Requests to ``http://`` hosts need no tunnel through an HTTP proxy: it is sent the whole URL. One limit of time holds for
all that comes before a connection can be used.
"""

from __future__ import annotations

import base64
import ipaddress
import ssl

import httpcore
import httpx

from airflow_provider_assistants.client.happy_eyeballs import open_socket
from airflow_provider_assistants.client.network import Stream, within

__all__ = ["Route", "endpoint_of"]

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def endpoint_of(url: httpx.URL) -> httpcore.Origin:
    """
    Return what a connection is made to for a URL.

    :raises httpcore.UnsupportedProtocol: If its scheme is none of HTTP and proxies, or its port no port.
    """
    port = url.port or _PORTS.get(url.scheme, 0)
    if url.scheme not in _PORTS or port > 65_535:
        raise httpcore.UnsupportedProtocol(
            f"A URL with the scheme {url.scheme!r} and the port {port} cannot be requested"
        )
    return httpcore.Origin(url.raw_scheme, url.raw_host, port)


class Route:
    """
    Makes connections.

    :param tls: The TLS settings for hosts.
    :param proxy: The proxy, with its own TLS settings if it is spoken to over TLS; None for no proxy.
    """

    def __init__(self, *, tls: ssl.SSLContext, proxy: httpx.Proxy | None = None) -> None:
        self._tls = tls
        self._proxy = proxy
        self._is_socks = proxy is not None and proxy.url.scheme.startswith("socks")
        for context in (tls, proxy.ssl_context if proxy else None):
            if context:
                context.set_alpn_protocols(["http/1.1"])

    async def connect(self, origin: httpcore.Origin, *, hostname: str | None, timeout: float | None) -> Stream:  # noqa: ASYNC109
        """
        Connect to an origin.

        :param hostname: Whom the certificate has to name; the origin's host if None.
        :param timeout: Seconds for all of it; None for no limit.
        :raises httpcore.ConnectTimeout: If that takes longer.
        :raises httpcore.ConnectError: If it fails.
        :raises httpcore.ProxyError: If the proxy refuses.
        """
        connecting = self._connect(origin, hostname)
        return await within(timeout, connecting, late=httpcore.ConnectTimeout, failed=httpcore.ConnectError)

    def request(self, request: httpx.Request) -> httpcore.Request:
        """Return a request as it is sent: to an HTTP proxy with the whole URL, if it goes to an ``http://`` host."""
        url, target, headers = request.url, request.url.raw_path, request.headers.raw
        if self._proxy is not None and not self._is_socks and url.scheme == "http":
            target = b"http://%b%b" % (url.netloc, target)
            url = self._proxy.url
            own = {name.lower() for name, _ in headers}
            headers = [*(each for each in _headers(self._proxy) if each[0].lower() not in own), *headers]
        return httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
            headers=headers,
            content=request.stream,
            extensions=request.extensions,
        )

    async def _connect(self, origin: httpcore.Origin, hostname: str | None) -> Stream:
        first = origin if self._proxy is None else endpoint_of(self._proxy.url)
        stream = Stream(await open_socket(first.host.decode("ascii"), first.port))
        try:
            if self._proxy is not None:
                if self._proxy.url.scheme == "https":
                    await stream.start_encryption(self._proxy.ssl_context or self._tls, first.host.decode("ascii"))
                if self._is_socks or origin.scheme == b"https":
                    await self._tunnel(stream, self._proxy, origin)
            if origin.scheme == b"https":
                await stream.start_encryption(self._tls, hostname or origin.host.decode("ascii"))
        except BaseException:
            stream.close()
            raise
        return stream

    async def _tunnel(self, stream: Stream, proxy: httpx.Proxy, origin: httpcore.Origin) -> None:
        try:
            await (_socks_tunnel if self._is_socks else _http_tunnel)(stream, proxy, origin)
        except httpcore.NetworkError as error:
            raise ConnectionResetError("The proxy closed the connection") from error
        except httpcore.RemoteProtocolError as error:
            raise httpcore.ProxyError("It closed the connection, or does not speak as a proxy") from error


def _headers(proxy: httpx.Proxy) -> list[tuple[bytes, bytes]]:
    if proxy.raw_auth is None:
        return proxy.headers.raw
    return [(b"Proxy-Authorization", b"Basic " + base64.b64encode(b":".join(proxy.raw_auth))), *proxy.headers.raw]


async def _http_tunnel(stream: Stream, proxy: httpx.Proxy, origin: httpcore.Origin) -> None:
    """
    Ask an HTTP proxy for a tunnel.

    :raises httpcore.ProxyError: If it refuses.
    """
    target = b"%b:%d" % (_in_url(origin.host), origin.port)
    first = endpoint_of(proxy.url)
    request = httpcore.Request(
        method=b"CONNECT",
        url=httpcore.URL(scheme=first.scheme, host=first.host, port=first.port, target=target),
        headers=[(b"Host", target), (b"Accept", b"*/*"), *_headers(proxy)],
    )
    response = await httpcore.AsyncHTTP11Connection(origin=first, stream=stream).handle_async_request(request)
    if not 200 <= response.status <= 299:
        reason = response.extensions.get("reason_phrase", b"").decode("ascii", errors="ignore")
        raise httpcore.ProxyError(f"{response.status} {reason}")


async def _socks_tunnel(stream: Stream, proxy: httpx.Proxy, origin: httpcore.Origin) -> None:
    """
    Ask a SOCKS5 proxy for a tunnel (RFC 1928, RFC 1929); it looks the host's name up.

    :raises httpcore.ProxyError: If it refuses, or is none.
    """
    method = 0 if proxy.raw_auth is None else 2
    await stream.write(bytes((5, 1, method)))
    if await _exactly(stream, 2) != bytes((5, method)):
        raise httpcore.ProxyError("It does not speak SOCKS5, or wants another way to sign in")
    if proxy.raw_auth is not None:
        await stream.write(b"\x01" + b"".join(_counted(part) for part in proxy.raw_auth))
        if (await _exactly(stream, 2))[1] != 0:
            raise httpcore.ProxyError("407 Wrong user or password")
    await stream.write(b"\x05\x01\x00%b%b" % (_socks_address(origin.host), origin.port.to_bytes(2, "big")))
    _, reply, _, kind = await _exactly(stream, 4)
    if reply != 0:
        raise httpcore.ProxyError(
            "403 Not allowed" if reply == 2 else f"The host cannot be connected to: reply {reply}"
        )
    # Its own address and port, which nobody needs.
    await _exactly(stream, 2 + ({1: 4, 4: 16}.get(kind) or (await _exactly(stream, 1))[0]))


def _socks_address(host: bytes) -> bytes:
    try:
        address = ipaddress.ip_address(host.decode("ascii"))
    except ValueError:
        return b"\x03" + _counted(host)
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _counted(text: bytes) -> bytes:
    if len(text) > 255:
        raise httpcore.ProxyError("SOCKS allows host, user and password to have 255 bytes")
    return bytes((len(text),)) + text


def _in_url(host: bytes) -> bytes:
    return b"[%b]" % host if b":" in host else host


async def _exactly(stream: Stream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = await stream.read(count - len(data))
        if not part:
            raise httpcore.RemoteProtocolError("The proxy closed the connection")
        data += part
    return data
