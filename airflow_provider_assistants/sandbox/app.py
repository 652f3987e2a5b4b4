# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: finds the vendor, checks the key, waits, breaks what is to break, and keeps the log."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from airflow_provider_assistants.sandbox import burki, family, puretalk
from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.control import answer_control
from airflow_provider_assistants.sandbox.faults import FAULTS, Fault, Faults
from airflow_provider_assistants.sandbox.state import ROOTS, RequestSeen, State

__all__ = ["SandboxApp"]

_ANSWERS: Mapping[str, Callable[[Call], Reply]] = {
    "autocalls": family.answer,
    "otonistark": family.answer,
    "intellixent": family.answer,
    "burki": burki.answer,
    "puretalk": puretalk.answer,
}


class SandboxApp:
    """
    All five vendors' APIs and the control endpoints.

    :param state: What the sandbox knows.
    :param verbose: Print a line for each request.
    """

    def __init__(self, state: State, *, verbose: bool = False) -> None:
        self.state = state
        self.faults = Faults()
        self._verbose = verbose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.startswith("/_sandbox"):
            await answer_control(self, scope, receive, send)
            return
        vendor = next((name for name, root in ROOTS.items() if path.startswith(root + "/")), None)
        if vendor is None:
            known = ", ".join(ROOTS.values())
            await Response(f"No API here; there are {known}\n", status_code=404)(scope, receive, send)
            return
        self.state.in_flight += 1
        self.state.max_in_flight = max(self.state.max_in_flight, self.state.in_flight)
        try:
            await self._answer(vendor, scope, receive, send)
        finally:
            self.state.in_flight -= 1

    async def _answer(self, vendor: str, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._call(vendor, scope)
        fault = self.faults.next_for(call)
        if self.state.options.latency:
            await asyncio.sleep(self.state.options.latency)
        if fault and fault.name == "slow":
            await asyncio.sleep(float(fault.given.get("seconds", 5)))
        with self.state.lock:
            reply = self._reply(call, fault)
        self._log(call, reply, fault)
        if fault and fault.name == "reset":
            _connection_of(receive).abort()
            return
        body = reply.encoded()
        if fault and fault.name == "reset_midway":
            await send(
                {
                    "type": "http.response.start",
                    "status": reply.status,
                    "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))],
                }
            )
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.01)
            _connection_of(receive).abort()
            return
        headers = {name: text for name, text in reply.headers.items() if name != "content-type"}
        response = Response(body, status_code=reply.status, headers=headers, media_type=reply.content_type)
        await response(scope, receive, send)

    def _call(self, vendor: str, scope: Scope) -> Call:
        headers = Headers(scope=scope)
        key = headers.get("x-api-key", "")
        if vendor != "puretalk":
            scheme, _, key = headers.get("authorization", "").partition(" ")
            key = key if scheme == "Bearer" else ""
        number = self.state.account_of_key(vendor, key)
        root = f"{scope['scheme']}://{headers.get('host', 'localhost')}{ROOTS[vendor]}"
        return Call(
            vendor=vendor,
            method=scope["method"],
            path=scope["path"].removeprefix(ROOTS[vendor]),
            query=dict(QueryParams(scope["query_string"])),
            headers=headers,
            root=root,
            account=None if number is None else self.state.account(vendor, number),
            options=self.state.options,
        )

    def _reply(self, call: Call, fault: Fault | None) -> Reply:
        if call.account and (wait := self.state.over_limit(call.vendor, call.account.number)):
            return FAULTS["429"](call, Reply(), {"retry_after": int(wait) + 1})
        if fault and fault.name == "same_page":
            call.query.pop("page", None)
            call.query.pop("skip", None)
        reply = _ANSWERS[call.vendor](call)
        return FAULTS[fault.name](call, reply, fault.given) if fault else reply

    def _log(self, call: Call, reply: Reply, fault: Fault | None) -> None:
        hidden = {"authorization", "x-api-key"}
        seen = RequestSeen(
            time=time.time(),
            vendor=call.vendor,
            account=call.account.number if call.account else None,
            method=call.method,
            path=call.path,
            query=dict(call.query),
            headers={
                name: ("right key" if call.account else "wrong key") if name in hidden else text
                for name, text in call.headers.items()
            },
            status=reply.status,
        )
        self.state.requests.append(seen)
        if self._verbose:
            query = "&".join(f"{name}={text}" for name, text in call.query.items())
            broken = f"  [{fault.name}]" if fault else ""
            print(
                f"{reply.status} {call.method} {ROOTS[call.vendor]}{call.path}?{query}{broken}",
                file=sys.stderr,
                flush=True,
            )


def _connection_of(receive: Receive) -> Any:
    """Give the socket's transport, which uvicorn keeps where ``receive`` is bound to."""
    return receive.__self__.transport  # type: ignore[attr-defined]


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
