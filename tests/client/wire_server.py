# SPDX-License-Identifier: Apache-2.0
"""A server of a few bytes: a function makes the response to each request, piece by piece, good or bad."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Request", "WireServer", "dripping", "response"]


@dataclass(frozen=True)
class Request:
    """
    What a client sent.

    :param target: As in the request line: a path, a URL (to a proxy), or host and port (of CONNECT).
    """

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


Response = Callable[[Request], Iterable[bytes]]


def response(body: bytes = b"", *, status: str = "200 OK", length: bool = True, **headers: str) -> list[bytes]:
    """A whole response; ``length=False`` says nothing of its length, so that it ends with the connection."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    lines += [f"content-length: {len(body)}"] if length else []
    lines += ["connection: close"]
    return ["\r\n".join([*lines, "", ""]).encode("latin-1") + body]


def dripping(*, seconds: float = 0.05, head: bool = False) -> Iterator[bytes]:
    """A response of which a byte comes every now and then, for ever: of its body, or of its headers."""
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + (b"x-slow: " if head else b"\r\n[")
    while True:
        yield b"a" if head else b" "
        time.sleep(seconds)


class WireServer:
    """
    Listens on a free port of 127.0.0.1; a context manager.

    :param respond: Makes the pieces of a response; the connection is closed after the last one.
    """

    def __init__(self, respond: Response) -> None:
        self.respond = respond
        self.requests: list[Request] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopped.set()
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            request = _read_request(peer)
            if request is None:
                return
            self.requests.append(request)
            for piece in self.respond(request):
                if self._stopped.is_set():
                    return
                peer.sendall(piece)


def _read_request(peer: socket.socket) -> Request | None:
    read = b""
    while b"\r\n\r\n" not in read:
        more = peer.recv(65_536)
        if not more:
            return None
        read += more
    first, *lines = read.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    return Request(method, target, {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)})
