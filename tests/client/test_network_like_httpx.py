# SPDX-License-Identifier: Apache-2.0
"""
What comes of servers that misbehave, over this package's network and over httpx's own: the same, or something better.

Each server is asked twice, one request after the other, with one connection at a time. An outcome is a body, or the kind of
error; which of its errors httpx raises for a connection that broke depends on when the operating system notices, so they
count as one.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest

from airflow_provider_assistants.client.http_pool import PooledTransport
from tests.client.network_client import LIMIT, Tls
from tests.client.network_server import Peer, Records, serving

pytestmark = pytest.mark.usefixtures("quiet")

BROKEN = "a broken connection"
OK = b"HTTP/1.1 200 OK\r\n"
TWO = OK + b"content-length: 2\r\n\r\nok"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
UNTIL_CLOSED = OK + b"connection: close\r\n\r\n"


@dataclass(frozen=True)
class Case:
    """
    A server, and what comes of it.

    :param serve: The server.
    :param outcomes: What comes of the two requests.
    :param httpx: What comes of them over httpx's own network, if that may be something else.
    """

    serve: Callable[[Peer], Awaitable[None]]
    outcomes: list[str]
    httpx: list[str] | None = None


def sends(
    *parts: bytes, reset: bool = False, keep: bool = False, waits: bool = True
) -> Callable[[Peer], Awaitable[None]]:
    """
    Send these parts of a response and close the connection.

    :param reset: Reset it instead.
    :param keep: Keep it for the next request, to which the same is sent.
    :param waits: Wait for a request first.
    """

    async def serve(peer: Peer) -> None:
        while not waits or await peer.request():
            for part in parts:
                await peer.send(part)
                await asyncio.sleep(0)
            if reset:
                peer.reset_on_close()
            if not keep:
                return

    return serve


async def byte_by_byte(peer: Peer) -> None:
    while await peer.request():
        for number in range(len(TWO)):
            await peer.send(TWO[number : number + 1])
            await asyncio.sleep(0)


async def early(peer: Peer) -> None:
    """Respond before the whole request has come, and close the connection."""
    await peer.request()
    await peer.send(b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")


HTTP = {
    "closed at once": Case(sends(waits=False), [BROKEN, BROKEN]),
    "reset at once": Case(sends(waits=False, reset=True), [BROKEN, BROKEN]),
    "closed after the request": Case(sends(), [BROKEN, BROKEN]),
    "reset after the request": Case(sends(reset=True), [BROKEN, BROKEN]),
    "cut status line": Case(sends(b"HTTP/1.1 20"), [BROKEN, BROKEN]),
    "cut headers": Case(sends(OK, b"content-le"), [BROKEN, BROKEN]),
    "cut body": Case(sends(OK, b"content-length: 100\r\n\r\n", b"abc"), [BROKEN, BROKEN]),
    "reset body": Case(sends(OK, b"content-length: 100\r\n\r\n", b"abc", reset=True), [BROKEN, BROKEN]),
    "reset body without a length": Case(sends(UNTIL_CLOSED, b"abc", reset=True), [BROKEN, BROKEN]),
    "cut size of a chunk": Case(sends(CHUNKED, b"1"), [BROKEN, BROKEN]),
    "cut chunk": Case(sends(CHUNKED, b"10\r\nabc"), [BROKEN, BROKEN]),
    "no last chunk": Case(sends(CHUNKED, b"3\r\nabc\r\n"), [BROKEN, BROKEN]),
    "odd chunks": Case(
        sends(CHUNKED, b"1;ext=1\r\na\r\n0003\r\nbcd\r\nA\r\n012345", b"6789\r\n0\r\nx-t: 1\r\n\r\n", keep=True),
        ["abcd0123456789"] * 2,
    ),
    "interim responses": Case(
        sends(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + TWO, keep=True),
        ["ok"] * 2,
    ),
    "HTTP/1.0": Case(sends(b"HTTP/1.0 200 OK\r\n\r\nok"), ["ok"] * 2),
    "90 KB of headers": Case(sends(OK + b"x: " + b"a" * 90_000 + b"\r\n" + TWO[len(OK) :], keep=True), ["ok"] * 2),
    "200 KB of headers": Case(sends(OK + b"x: " + b"a" * 200_000 + b"\r\n" + TWO[len(OK) :]), [BROKEN, BROKEN]),
    "no HTTP": Case(sends(b"SSH-2.0-OpenSSH_9\r\n"), [BROKEN, BROKEN]),
    "two lengths": Case(sends(OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\nok"), [BROKEN, BROKEN]),
    "byte by byte": Case(byte_by_byte, ["ok"] * 2),
    # Whoever reads the second one as what the next request has asked for takes one account's rows for another's.
    "two responses to one request": Case(
        sends(TWO + TWO.replace(b"ok", b"no"), keep=True), ["ok", BROKEN], httpx=["ok", "no"]
    ),
    "a body where there is none": Case(
        sends(b"HTTP/1.1 204 No Content\r\n\r\n" + TWO, keep=True), ["", BROKEN], httpx=["", "ok"]
    ),
}


def outcomes(
    make: Callable[[], httpx.AsyncBaseTransport], case: Case, tls: ssl.SSLContext | None, *, scheme: str = ""
) -> list[str]:
    """
    Return what comes of two requests.

    :param make: Makes the transport.
    :param scheme: That of the URL, if the server does not say it.
    """

    async def one(client: httpx.AsyncClient, url: str) -> str:
        try:
            return (await client.get(url)).text
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError):
            return BROKEN
        except ssl.SSLError:
            return "SSLError"
        except httpx.HTTPError as error:
            return type(error).__name__

    async def call() -> list[str]:
        async with asyncio.timeout(LIMIT), serving(case.serve, tls) as server:
            url = f"{scheme}:{server.url.partition(':')[2]}/x" if scheme else f"{server.url}/x"
            async with httpx.AsyncClient(transport=make(), trust_env=False, timeout=LIMIT) as client:
                return [await one(client, url), await one(client, url)]

    return asyncio.run(call())


def ours(tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    return PooledTransport(tls=tls, connections=1)


def theirs(tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(verify=tls, limits=httpx.Limits(max_connections=1), trust_env=False)


@pytest.mark.parametrize("name", HTTP)
def test_http(name: str, tls: Tls | None, certificates: Tls) -> None:
    case, server = HTTP[name], tls.server if tls else None
    assert outcomes(lambda: ours(certificates.client), case, server) == case.outcomes
    assert outcomes(lambda: theirs(certificates.client), case, server) in (case.outcomes, case.httpx)


def spoilt(record: bytes) -> bytes:
    return record[:-1] + bytes((record[-1] ^ 1,))


Reply = Callable[[Records], bytes]

#: What is sent over TLS in one piece, with what comes of it.
TLS: dict[str, tuple[Reply, list[str], list[str] | None]] = {
    "a good response": (lambda tls: tls.encrypted(TWO), ["ok", "ok"], None),
    "a record for each byte": (
        lambda tls: b"".join(tls.encrypted(TWO[number : number + 1]) for number in range(len(TWO))),
        ["ok", "ok"],
        None,
    ),
    # The connection is not used again, instead of being found closed by the next request.
    "goodbye after the response": (lambda tls: tls.encrypted(TWO) + tls.goodbye(), ["ok", "ok"], ["ok", BROKEN]),
    "goodbye instead of it": (lambda tls: tls.goodbye(), [BROKEN, BROKEN], None),
    "goodbye at its end": (lambda tls: tls.encrypted(UNTIL_CLOSED + b"ok") + tls.goodbye(), ["ok", "ok"], None),
    "goodbye within it": (lambda tls: tls.encrypted(TWO[:-1]) + tls.goodbye(), [BROKEN, BROKEN], None),
    "a spoilt record": (lambda tls: spoilt(tls.encrypted(TWO)), [BROKEN, BROKEN], ["SSLError", "SSLError"]),
    "a good and a spoilt record": (
        lambda tls: tls.encrypted(TWO[:-1]) + spoilt(tls.encrypted(b"k")),
        [BROKEN, BROKEN],
        ["SSLError", "SSLError"],
    ),
    "what is not encrypted": (lambda tls: TWO, [BROKEN, BROKEN], ["SSLError", "SSLError"]),
    "two responses in two records": (
        lambda tls: tls.encrypted(TWO) + tls.encrypted(TWO.replace(b"ok", b"no")),
        ["ok", BROKEN],
        ["ok", "no"],
    ),
}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", TLS)
def test_records_of_tls(name: str, version: ssl.TLSVersion, certificates: Tls) -> None:
    reply, expected, httpx_own = TLS[name]

    async def serve(peer: Peer) -> None:
        tls = Records(peer, certificates.server_of(version))
        while await tls.request():
            await peer.send(reply(tls))

    case = Case(serve, expected, httpx_own)
    assert outcomes(lambda: ours(certificates.client), case, None, scheme="https") == expected
    assert outcomes(lambda: theirs(certificates.client), case, None, scheme="https") in (expected, httpx_own)


HELLOS = {
    "nothing": b"",
    "half a record": b"\x16\x03\x03\x00\x7a\x02\x00",
    "a refusal": b"\x15\x03\x03\x00\x02\x02\x28",
    "goodbye": b"\x15\x03\x03\x00\x02\x01\x00",
    "HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("name", HELLOS)
def test_a_handshake_that_fails(name: str, reset: bool, certificates: Tls) -> None:
    async def serve(peer: Peer) -> None:
        await peer.reader.read(65_536)
        await peer.send(HELLOS[name])
        if reset:
            peer.reset_on_close()

    case = Case(serve, ["ConnectError"] * 2, httpx=["SSLError"] * 2)
    assert outcomes(lambda: ours(certificates.client), case, None, scheme="https") == case.outcomes
    assert outcomes(lambda: theirs(certificates.client), case, None, scheme="https") in (case.outcomes, case.httpx)


def test_a_response_before_the_whole_request_has_come(tls: Tls | None, certificates: Tls) -> None:
    """httpx's own network loses it when the server then closes the connection."""

    async def call() -> httpx.Response:
        async with (
            asyncio.timeout(LIMIT),
            serving(early, tls.server if tls else None) as server,
            httpx.AsyncClient(transport=ours(certificates.client), timeout=LIMIT) as client,
        ):
            return await client.post(server.url, content=b"x" * 30_000_000)

    assert asyncio.run(call()).status_code == 413
