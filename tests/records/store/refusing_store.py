# SPDX-License-Identifier: Apache-2.0
"""A store that sends a configured response over HTTP: what real ones send for keys that they do not accept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def refusing_store(
    status: int, code: str, *, is_json: bool = False, document: dict[str, Any] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """
    Serve one response to everything; yield the URL, and the methods and paths that were asked for.

    :param code: The store's error code, such as ``AccessDenied``.
    :param document: The JSON to send; that of Google's storage by default.
    """
    asked: list[str] = []
    message = f"The request was refused: {code}"
    body = (
        json.dumps(document or {"error": {"code": status, "message": message, "errors": []}})
        if is_json
        else f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if is_json else "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-ms-error-code", code)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
