# SPDX-License-Identifier: Apache-2.0
"""Whom a certificate is for and how long, who is asked for one, and what a user is told."""

from __future__ import annotations

import contextlib
import ssl
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.client.failures import failure_of
from airflow_provider_assistants.exceptions import VendorUnavailableError
from tests.client.network_client import Tls, echo, fails, get, run
from tests.client.network_server import Peer, Records, Server

pytestmark = pytest.mark.usefixtures("quiet")


def told(error: Exception) -> str:
    """Return what a user is told."""
    meant = failure_of(error, url="https://x", timeout=1, proxy=None)
    assert isinstance(meant, VendorUnavailableError)
    return str(meant).replace("self signed", "self-signed")


def test_a_certificate_that_nobody_vouches_for(certificates: Tls) -> None:
    error = run(echo, fails, certificates, trusted=ssl.create_default_context())
    assert type(error) is httpx.ConnectError
    assert "TLS fails: self-signed certificate" in told(error)


@pytest.mark.parametrize(
    ("certificate", "host", "words"),
    [
        ({}, "localhost", None),
        ({}, "127.0.0.1", "IP address mismatch"),
        ({"name": "other.example.com", "address": "127.0.0.1"}, "127.0.0.1", None),
        ({"name": "other.example.com"}, "localhost", "Hostname mismatch"),
        ({"name": "*.localhost"}, "localhost", "Hostname mismatch"),
        ({"days": (-2, -1)}, "localhost", "has expired"),
        ({"days": (1, 2)}, "localhost", "not yet valid"),
    ],
)
def test_whom_a_certificate_is_for(tmp_path: Path, certificate: dict[str, Any], host: str, words: str | None) -> None:
    async def use(client: httpx.AsyncClient, server: Server) -> Any:
        at = Server(server.url.replace("localhost", host))
        return await (fails(client, at) if words else get(client, at))

    found = run(echo, use, Tls(tmp_path, **certificate))
    if words is None:
        assert found == b"GET /x HTTP/1.1"
    else:
        assert type(found) is httpx.ConnectError
        assert "TLS fails: " in told(found)
        assert words in told(found)


@pytest.mark.parametrize(("host", "named"), [("localhost", "localhost"), ("127.0.0.1", None)])
def test_what_a_server_is_asked_for(tmp_path: Path, host: str, named: str | None) -> None:
    """The name, but no address, and the only HTTP that is spoken here."""
    asked: list[Any] = []
    tls = Tls(tmp_path, address="127.0.0.1")
    tls.server.set_alpn_protocols(["h2", "http/1.1"])
    tls.server.sni_callback = lambda _, name, __: asked.append(name)

    async def serve(peer: Peer) -> None:
        asked.append(peer.writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await echo(peer)

    async def use(client: httpx.AsyncClient, server: Server) -> None:
        await get(client, Server(server.url.replace("localhost", host)))

    run(serve, use, tls)
    assert asked == [named, "http/1.1"]


def test_a_name_of_the_callers(certificates: Tls) -> None:
    """httpx's extension, for a host that is connected to by its address."""

    async def use(client: httpx.AsyncClient, server: Server) -> str:
        url = server.url.replace("localhost", "127.0.0.1")
        return (await client.get(url, extensions={"sni_hostname": "localhost"})).text

    assert run(echo, use, certificates) == "GET / HTTP/1.1"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("required", [False, True])
def test_a_server_that_wants_a_certificate(certificates: Tls, version: ssl.TLSVersion, required: bool) -> None:
    context = certificates.server_of(version)
    context.load_verify_locations(certificates.authority)
    context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL

    async def serve(peer: Peer) -> None:
        tls = Records(peer, context)
        with contextlib.suppress(ssl.SSLError):
            while await tls.request():
                await peer.send(tls.encrypted(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
        while not await peer.closed_by_client():
            pass

    async def use(client: httpx.AsyncClient, server: Server) -> Any:
        at = Server(server.url.replace("http:", "https:"))
        return await (fails(client, at) if required else get(client, at))

    found = run(serve, use, trusted=certificates.client)
    if not required:
        assert found == b"ok"
    elif version is ssl.TLSVersion.TLSv1_2:
        assert type(found) is httpx.ConnectError
        assert "handshake failure" in told(found)
    else:
        # In TLS 1.3 the client hears of it when it reads the response.
        assert type(found) is httpx.ReadError
        assert "TLS fails, tlsv13 alert certificate required" in told(found)


def test_what_is_sent_is_encrypted_piece_by_piece(certificates: Tls) -> None:
    """Not as a whole beside what it was made of."""
    body = b"x" * 16_000_000

    async def serve(peer: Peer) -> None:
        await peer.request()
        left = len(body)
        while left:
            left -= len(await peer.reader.read(65_536))
        await peer.respond(b"ok")

    async def use(client: httpx.AsyncClient, server: Server) -> int:
        tracemalloc.start()
        try:
            assert (await client.post(server.url, content=body)).text == "ok"
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert run(serve, use, certificates) < len(body) / 2
