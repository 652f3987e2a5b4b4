# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: routes to a vendor, checks the key, adds latency, injects faults, and logs requests."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from airflow_provider_assistants.sandbox import burki, family, puretalk
from airflow_provider_assistants.sandbox.apis import FAMILY, ROOTS, account_of_key
from airflow_provider_assistants.sandbox.breakage import too_many
from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.control import handle_control
from airflow_provider_assistants.sandbox.faults import Fault
from airflow_provider_assistants.sandbox.front_page import front_page
from airflow_provider_assistants.sandbox.state import RequestSeen, State

__all__ = ["SandboxApp"]

_RESPONDERS: Mapping[str, Callable[[Call], Reply]] = {
    **dict.fromkeys(FAMILY, family.respond),
    "burki": burki.respond,
    "puretalk": puretalk.respond,
}
_KEY_HEADERS = ("authorization", "x-api-key")
_CONTROL = "/_sandbox"
_DRIP_SECONDS = 0.05


class SandboxApp:
    """
    All five vendors' APIs and the control endpoints.

    :param state: The sandbox's data, options and log.
    :param verbose: Print a line for each request.
    """

    def __init__(self, state: State, *, verbose: bool = False) -> None:
        self.state = state
        self._verbose = verbose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path == _CONTROL or path.startswith(f"{_CONTROL}/"):
            await handle_control(self.state, scope, receive, send)
            return
        if path == "/":
            await HTMLResponse(front_page())(scope, receive, send)
            return
        vendor = _vendor_at(path)
        if vendor is None:
            known = ", ".join(ROOTS.values())
            await Response(f"No API here; there are {known}\n", status_code=404)(scope, receive, send)
            return
        self.state.in_flight += 1
        self.state.max_in_flight = max(self.state.max_in_flight, self.state.in_flight)
        try:
            reply, fault = await self._respond(vendor, scope)
        finally:
            # Before the response is sent: a client that has it must not find its own request still counted.
            self.state.in_flight -= 1
        await _send(reply, fault, scope, receive, send)

    async def _respond(self, vendor: str, scope: Scope) -> tuple[Reply, Fault | None]:
        with self.state.lock:
            call = self._call(vendor, scope)
            fault = self.state.faults.next_for(call)
        wait = self.state.options.latency + (fault.seconds if fault else 0)
        if wait:
            await asyncio.sleep(wait)
        with self.state.lock:
            reply = self._reply(call, fault)
            self._log(call, reply, fault)
        return reply, fault

    def _call(self, vendor: str, scope: Scope) -> Call:
        headers = Headers(scope=scope)
        key = _key_in(vendor, headers)
        number = account_of_key(vendor, key, self.state.options.accounts)
        path, origin = scope["path"], f"{scope['scheme']}://{headers.get('host', 'localhost')}"
        on_site = not _is_below(path, ROOTS[vendor])
        return Call(
            vendor=vendor,
            method=scope["method"],
            path=path.removeprefix(f"/{vendor}" if on_site else ROOTS[vendor]),
            query=dict(QueryParams(scope["query_string"])),
            query_string=scope["query_string"].decode("latin-1"),
            headers=headers,
            site=f"{origin}/{vendor}",
            root=f"{origin}{ROOTS[vendor]}",
            on_site=on_site,
            key=key,
            account=None if number is None else self.state.account(vendor, number),
            options=self.state.options,
        )

    def _reply(self, call: Call, fault: Fault | None) -> Reply:
        room = self.state.room(call.vendor, call.account.number) if call.account else None
        if room and room[1]:
            return too_many(call, Reply(), {"retry_after": math.ceil(room[1]), "told": "both"})
        asked = fault.kind.ask(call) if fault else call
        reply = _RESPONDERS[call.vendor](asked)
        if room and call.vendor in FAMILY:
            reply.headers["x-ratelimit-limit"] = str(self.state.options.requests_per_minute)
            reply.headers["x-ratelimit-remaining"] = str(room[0])
        return fault.kind.change(asked, reply, fault.given) if fault else reply

    def _log(self, call: Call, reply: Reply, fault: Fault | None) -> None:
        shown_key = "right key" if call.account else "wrong key"
        seen = RequestSeen(
            time=time.time(),
            vendor=call.vendor,
            account=call.account.number if call.account else None,
            method=call.method,
            path=call.path,
            query=call.query,
            headers={name: shown_key if name in _KEY_HEADERS else text for name, text in call.headers.items()},
            status=0 if fault and fault.kind.send == "nothing" else reply.status,
            fault=fault.name if fault else None,
        )
        self.state.note(seen)
        if self._verbose:
            place = f"{'/' + call.vendor if call.on_site else ROOTS[call.vendor]}{call.path}"
            query = f"?{call.query_string}" if call.query_string else ""
            broken = f"  [{fault.name}]" if fault else ""
            print(f"{seen.status} {call.method} {place}{query}{broken}", file=sys.stderr, flush=True)


def _vendor_at(path: str) -> str | None:
    """Return whose API, or whose web site, a path is part of."""
    vendor = path.split("/", 2)[1] if "/" in path else ""
    if vendor not in ROOTS or not (vendor in FAMILY or _is_below(path, ROOTS[vendor])):
        return None
    return vendor


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def _key_in(vendor: str, headers: Headers) -> str:
    if vendor == "puretalk":
        return headers.get("x-api-key", "")
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


async def _send(reply: Reply, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
    cut = fault.kind.send if fault else "whole"
    if cut == "nothing":
        _connection_of(receive).abort()
    elif cut == "drip":
        await _drip(reply, receive, send)
    elif cut == "half":
        await _send_half(reply, receive, send)
    else:
        headers = {name: text for name, text in reply.headers.items() if name != "content-type"}
        response = Response(reply.encoded(), status_code=reply.status, headers=headers, media_type=reply.content_type)
        await response(scope, receive, send)


async def _send_half(reply: Reply, receive: Receive, send: Send) -> None:
    body = reply.encoded()
    headers = [(b"content-type", reply.content_type.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await asyncio.sleep(0.01)  # let that half reach the client before the connection goes
    _connection_of(receive).abort()


async def _drip(reply: Reply, receive: Receive, send: Send) -> None:
    """Send a space now and then, until the client disconnects."""
    headers = [(b"content-type", reply.content_type.encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await receive()
    gone = asyncio.ensure_future(receive())
    try:
        while not gone.done():
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.wait({gone}, timeout=_DRIP_SECONDS)
    finally:
        gone.cancel()


def _connection_of(receive: Receive) -> Any:
    """Return the socket's transport, which uvicorn keeps where ``receive`` is bound to."""
    return receive.__self__.transport  # type: ignore[attr-defined]


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
