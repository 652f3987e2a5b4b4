# SPDX-License-Identifier: Apache-2.0
"""A way to a store that kills the process on it once so many bytes have passed: it knows neither library nor protocol."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

__all__ = ["KillingProxy"]


class KillingProxy:
    """
    A TCP proxy on loopback; a context manager.

    :param endpoint: The URL of the store.
    :param after: How many bytes may pass to the store, over all connections.
    """

    def __init__(self, endpoint: str, *, after: int) -> None:
        url = urlsplit(endpoint)
        self._target = (str(url.hostname), int(url.port or 80))
        self._left = after
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        #: The process to kill; nothing is passed on before it is known.
        self.victim: int | None = None
        self._known = threading.Event()
        self.endpoint = endpoint.replace(url.netloc, f"127.0.0.1:{self._listener.getsockname()[1]}")

    def aim(self, victim: int) -> None:
        """Name the process to kill."""
        self.victim = victim
        self._known.set()

    def __enter__(self) -> KillingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # a thread that waits in accept() would keep it open
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                for source, sink, counts in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(source, sink, counts), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            for data in _received(source):
                if counts and not self._may_pass(len(data)):
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _may_pass(self, size: int) -> bool:
        self._known.wait()
        with self._lock:
            self._left -= size
            if self._left < 0 and self.victim is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.victim, signal.SIGKILL)
            return self._left >= 0


def _received(source: socket.socket) -> Iterator[bytes]:
    while data := source.recv(64 * 1024):
        yield data
