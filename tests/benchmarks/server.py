# SPDX-License-Identifier: Apache-2.0
"""
The server that is listed: Laravel's paginator as Autocalls has it, with pages put together from rows made before.

It does as little as a server can, so that what is measured is the client. How it responds is part of the path:
``/{rows}-{latency in ms}-{bytes of a row}/api/user/assistants/get``; ``/figures`` returns requests and seconds of CPU, and
``/switch`` switches the first assistant of every account on or off.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from functools import cache
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.rows import ROWS_MADE, row_bodies

_LISTING = "/api/user/assistants/get"


@cache
def _rows(size: int) -> list[bytes]:
    return list(row_bodies(size))


def _page(rows: int, size: int, query: dict[str, list[str]], path: str) -> bytes:
    per_page = int(query.get("per_page", ["15"])[0])
    page = int(query.get("page", ["1"])[0])
    first, last_page = (page - 1) * per_page, -(-rows // per_page)
    made = _rows(size)
    body = b",".join(
        b'{"id":%d,' % (100_000_000 + number) + made[number % ROWS_MADE]
        for number in range(first, min(first + per_page, rows))
    )
    following = f"{path}?page={page + 1}" if page < last_page else None
    envelope = {
        "current_page": page,
        "last_page": last_page,
        "per_page": per_page,
        "total": rows,
        "next_page_url": following,
    }
    return b'{"data":[' + body + b"]," + json.dumps(envelope).encode()[1:]


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with connections kept alive, for GETs without a body."""

    requests = 0

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head, self._received = self._received[:end], self._received[end + 4 :]
            self._respond(head.split(b"\r\n", 1)[0].split(b" ")[1].decode())

    def _respond(self, target: str) -> None:
        url = urlsplit(target)
        if url.path == "/figures":
            return self._send(json.dumps({"requests": _Connection.requests, "cpu": time.process_time()}).encode())
        if url.path == "/switch":
            rows = _rows(4_000)
            old, new = b'"status":"active"', b'"status":"inactive"'
            rows[0] = rows[0].replace(old, new) if old in rows[0] else rows[0].replace(new, old)
            return self._send(b"{}")
        _Connection.requests += 1
        rows, latency, size = map(int, url.path.split("/")[1].split("-"))
        body = _page(rows, size, parse_qs(url.query), url.path)
        if latency == 0:
            return self._send(body)
        asyncio.get_running_loop().call_later(latency / 1000, self._send, body)
        return None

    def _send(self, body: bytes) -> None:
        if self._transport.is_closing():
            return
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.writelines((head, body))


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    for size in map(int, sys.argv[1:]):
        _rows(size)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
