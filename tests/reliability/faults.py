# SPDX-License-Identifier: Apache-2.0
"""The faults of the matrix: what goes wrong, how often, and what may come of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_assistants.sandbox import Sandbox
from tests.client.wire_server import WireServer, response

__all__ = ["FAULTS", "Fault"]

ONCE, BURST, FOREVER = 1, 2, None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """
    :param name: Of one of the sandbox's faults; None for one that the connection or the sandbox's options make.
    :param times: How often; None for ever.
    :param given: The fault's parameters, and which requests it meets.
    :param options: Options of the sandbox instead.
    :param connection: What is wrong with the connection: its host, or extras that make waiting short.
    """

    name: str | None = None
    times: int | None = FOREVER
    given: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    connection: Callable[[], dict[str, Any]] = dict

    def begin(self, sandbox: Sandbox, vendor: str) -> None:
        """Let it go wrong from now on."""
        if self.options:
            sandbox.set_options(**self.options)
        if self.name is not None:
            sandbox.fail(vendor, self.name, times=self.times, **self.given)


def closed_port() -> dict[str, Any]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"host": f"http://127.0.0.1:{probe.getsockname()[1]}"}


def impatient() -> dict[str, Any]:
    return {"timeout": 0.3, "max_retries": 1}


def proxied(make: Callable[[], str]) -> Callable[[], dict[str, Any]]:
    """Connections through a proxy; ``max_retries`` as few as can be."""
    return lambda: {"proxy": make(), "max_retries": 1}


@functools.cache
def refusing_proxy(status: str) -> str:
    """A proxy that refuses all, for as long as the tests run."""
    return WireServer(lambda _: response(b"", status=status)).__enter__().url


ODD_ERROR = {"detail": [{"loc": None, "msg": "x"}], "errors": {"page": None}}


def fault(name: str, times: int | None = FOREVER, **given: Any) -> Fault:
    return Fault(name=name, times=times, given=given)


FAULTS: dict[str, Fault] = {
    "no such host": Fault(connection=lambda: {"host": "http://nowhere.invalid"}),
    "connection refused": Fault(connection=closed_port),
    "no TLS there": Fault(connection=lambda: {"host": "https://"}),
    "reset, once": fault("reset", ONCE),
    "reset, for ever": fault("reset"),
    "reset in the middle of the body, once": fault("reset_midway", ONCE),
    "reset in the middle of the body, for ever": fault("reset_midway"),
    "a drip of bytes, once": Fault(name="drip", times=ONCE, connection=impatient),
    "a drip of bytes, for ever": Fault(name="drip", connection=impatient),
    "a proxy that is down": Fault(connection=proxied(lambda: closed_port()["host"])),
    "a proxy that nobody knows": Fault(connection=proxied(lambda: "http://nowhere.invalid:3128")),
    "a proxy that wants a password": Fault(
        connection=proxied(lambda: refusing_proxy("407 Proxy Authentication Required"))
    ),
    "a proxy of no known scheme": Fault(connection=proxied(lambda: "ftp://127.0.0.1:3128")),
    "response too late, once": Fault(name="slow", times=ONCE, given={"seconds": 1.0}, connection=impatient),
    "response too late, for ever": Fault(name="slow", given={"seconds": 1.0}, connection=impatient),
    "408, once": fault("408", ONCE),
    "408, for ever": fault("408"),
    "425, once": fault("425", ONCE),
    "429 with Retry-After in seconds": fault("429", ONCE, told="header", retry_after=2),
    "429 with Retry-After as a date": fault("429", ONCE, told="date", retry_after=2),
    "429 with Retry-After in the past": fault("429", ONCE, told="date", retry_after=-3_600),
    "429 with Retry-After of a day": fault("429", ONCE, told="header", retry_after=86_400),
    "429 with Retry-After of nonsense": fault("429", ONCE, told="header", retry_after="soon"),
    "429 with X-RateLimit-Reset": fault("429", ONCE, told="reset", retry_after=2),
    "429 with retry_after in the body": fault("429", ONCE, told="body", retry_after=2),
    "429 without a word": fault("429", ONCE, told="none"),
    "429, for ever": fault("429"),
    **{f"{status}, once": fault(status, ONCE) for status in ("500", "502", "503", "504")},
    **{f"{status}, twice": fault(status, BURST) for status in ("500", "503")},
    **{f"{status}, for ever": fault(status) for status in ("500", "502", "503", "504")},
    "400": fault("400"),
    "401": fault("401"),
    "401 in the middle": fault("401", after=1),
    "403": fault("403"),
    "404": fault("404"),
    "422": fault("422"),
    "302 to a login page": fault("redirect_login"),
    "302 to another origin": fault("redirect_foreign"),
    "302 on the same origin": fault("redirect_same"),
    "307 on the same origin": fault("redirect_kept"),
    "301 to the path with a slash": fault("redirect_slash"),
    "503 with a body of another shape, once": fault("body", ONCE, status=503, body=ODD_ERROR),
    "503 with a body of another shape, for ever": fault("body", status=503, body=ODD_ERROR),
    "429 with a body of another shape, once": fault("body", ONCE, status=429, body=ODD_ERROR),
    "422 with a body of another shape": fault("body", status=422, body=ODD_ERROR),
    "a login page": fault("login_page"),
    "a web page": fault("html"),
    "an empty body": fault("empty"),
    "half the JSON, once": fault("truncated", ONCE),
    "half the JSON": fault("truncated"),
    "a byte order mark before the JSON": fault("byte_order_mark"),
    "no JSON": fault("not_json"),
    "JSON of another shape": fault("wrong_shape"),
    "a number": fault("scalar"),
    "null": fault("body", body=None),
    "a list of numbers": fault("body", body=[1, 2, 3]),
    "err: true": fault("err_true"),
    "bytes that are no text": fault("wrong_charset"),
    "NaN": fault("nan"),
    "1e400": fault("overflow"),
    "half a character": fault("surrogate"),
    "control characters in a row": fault("nul"),
    "control characters in a refusal": fault("nul_refused"),
    "numbers beyond 64 bits": fault("large_numbers"),
    "a key twice": fault("duplicate_keys"),
    "JSON nested 10,000 deep": fault("deep"),
    "broken gzip, once": fault("broken_gzip", ONCE),
    "broken gzip": fault("broken_gzip"),
    "brotli": fault("brotli"),
    "a decompression bomb": fault("gzip_bomb"),
    "a body over the limit": fault("huge"),
    "a page size that is capped": Fault(options={"page_cap": 4}),
    "page is ignored": fault("same_page"),
    "the first page in another's place, once": fault("same_page", ONCE, after=1),
    "an empty page in the middle, once": fault("empty_page", ONCE, after=1),
    "an empty page in the middle, for ever": fault("empty_page", after=1),
    "next on another origin": fault("next_foreign"),
    "a listing without end": fault("endless"),
    "no last_page": fault("no_last_page"),
    "no total": fault("no_total"),
    "no next": fault("no_next"),
    "a total that lies": fault("total_lies"),
    "a row twice, once": fault("duplicate_row", ONCE),
    "a row twice, for ever": fault("duplicate_row"),
    "a row that is left out, once": fault("missing_row", ONCE),
    "a row that is left out, for ever": fault("missing_row"),
    "a row without an id": fault("row_without_id"),
    "a row that is no object": fault("row_no_object"),
}
