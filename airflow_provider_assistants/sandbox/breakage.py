# SPDX-License-Identifier: Apache-2.0
"""
What faults do to requests and responses; :mod:`.faults` names them.

Errors have each vendor's shape: Laravel's ``message``, FastAPI's ``detail``, Django REST framework's ``detail`` and, where
Puretalk documents it, its own ``err`` and ``msg``.
"""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from airflow_provider_assistants.sandbox.apis import FAMILY
from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = [
    "FOREIGN",
    "TOLD",
    "Ask",
    "Change",
    "always",
    "body",
    "deep",
    "edited",
    "ending_in_slash",
    "endless",
    "first_page",
    "gzip_bomb",
    "huge",
    "login_redirect",
    "raw",
    "refused",
    "slash_redirect",
    "too_many",
    "unasked",
    "unchanged",
    "with_fields",
    "with_odd_field",
    "without",
]

FOREIGN = "https://elsewhere.example.com"
TOLD = ("header", "date", "body", "reset", "both", "none")

_ROW_LISTS = ("data", "items", "campaigns", "results")
_HUGE = 70 * 1024 * 1024
_BOMB = 200 * 1024 * 1024

Given = Mapping[str, Any]
Change = Callable[[Call, Reply, Given], Reply]
Ask = Callable[[Call], Call]


def unchanged(call: Call, reply: Reply, given: Given) -> Reply:
    """Leave the response unchanged."""
    return reply


def unasked(call: Call) -> Call:
    """Leave the request unchanged."""
    return call


def first_page(call: Call) -> Call:
    """Ignore the page parameter."""
    return replace(call, query={name: text for name, text in call.query.items() if name not in ("page", "skip")})


def endless(call: Call) -> Call:
    """Make the account longer than the requested page by one page, whichever that is."""
    if call.account is None:
        return call
    asked = {name: integer(call.query.get(name), 0) or 0 for name in ("page", "skip", "per_page", "limit")}
    size = asked["per_page"] or asked["limit"] or 100
    known = (max(asked["page"], 1) + 1) * size + asked["skip"]
    return replace(call, account=call.account.endless(max(known, len(call.account))))


def refused(status: int, message: str, **more: Any) -> Change:
    """Respond with a status in the vendor's shape; ``more`` is what the Autocalls family adds."""

    def change(call: Call, reply: Reply, given: Given) -> Reply:
        if call.vendor in FAMILY:
            return Reply(status=status, body={"message": message, **more})
        if status == 422 and call.vendor == "burki":
            return Reply(
                status=status, body={"detail": [{"loc": ["query", "limit"], "msg": message, "type": "value_error"}]}
            )
        if call.vendor == "burki" or status in (401, 403):
            return Reply(status=status, body={"detail": message})
        return Reply(status=status, body={"err": True, "msg": message})

    return change


def too_many(call: Call, reply: Reply, given: Given) -> Reply:
    """Respond with 429 and a wait of ``retry_after`` seconds; ``told``, one of :data:`TOLD`, is where it is sent."""
    seconds, told = given.get("retry_after", 1), given.get("told", "header")
    headers: dict[str, str] = {}
    if told in ("header", "both"):
        headers["retry-after"] = str(seconds)
    elif told == "date":
        headers["retry-after"] = format_datetime(_after(seconds), usegmt=True)
    if told in ("reset", "both"):
        headers["x-ratelimit-reset"] = str(int(_after(seconds).timestamp()))
    if call.vendor in FAMILY:
        headers |= {"x-ratelimit-limit": str(call.options.requests_per_minute or 100), "x-ratelimit-remaining": "0"}
    message = {"puretalk": "Request was throttled.", "burki": "Rate limit exceeded"}.get(
        call.vendor, "Too Many Attempts."
    )
    payload: dict[str, Any] = {"message" if call.vendor in FAMILY else "detail": message}
    if told == "body":
        payload["retry_after"] = seconds
    return Reply(status=429, body=payload, headers=headers)


def _after(seconds: Any) -> datetime:
    """Return the moment in so many seconds, at the end of time if that is beyond it."""
    try:
        return datetime.now(UTC) + timedelta(seconds=float(seconds))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def login_redirect(call: Call, reply: Reply, given: Given) -> Reply:
    """Send to the login page."""
    return Reply(status=302, body=b"", headers={"location": f"{call.site}/login", "content-type": "text/html"})


def ending_in_slash(call: Call) -> Call:
    """Have all routes end in a slash: a path without one gets one, for :func:`slash_redirect`."""
    return replace(call, path=call.path[:-1] if call.path.endswith("/") else f"{call.path}/")


def slash_redirect(call: Call, reply: Reply, given: Given) -> Reply:
    """Redirect to where a slash was missing."""
    if not call.path.endswith("/"):
        return reply
    query = f"?{call.query_string}" if call.query_string else ""
    return Reply(status=301, body=b"", headers={"location": f"{urlsplit(call.root).path}{call.path}{query}"})


def always(status: int, payload: Any, **headers: str) -> Change:
    """Respond with this, whatever the request is."""

    def change(call: Call, reply: Reply, given: Given) -> Reply:
        return Reply(status=status, body=payload, headers=_headers(headers))

    return change


def body(call: Call, reply: Reply, given: Given) -> Reply:
    """Respond with the literal JSON ``body`` and ``status``."""
    return Reply(status=int(given.get("status", 200)), body=given.get("body"))


def raw(make: Callable[[bytes], bytes], **headers: str) -> Change:
    """Change the bytes of the response."""

    def change(call: Call, reply: Reply, given: Given) -> Reply:
        return Reply(status=reply.status, body=make(reply.encoded()), headers={**reply.headers, **_headers(headers)})

    return change


def huge(sent: bytes) -> bytes:
    """Return 70 MiB of JSON."""
    return b'{"data":["' + b"x" * _HUGE + b'"]}'


def with_odd_field(value: bytes) -> Callable[[bytes], bytes]:
    """Put a field ``odd`` of this JSON, valid or not, into the first row."""

    def change(sent: bytes) -> bytes:
        listed = sent.find(b"[{")
        start = (sent.find(b"{") if listed < 0 else listed + 1) + 1
        return sent[:start] + b'"odd":' + value + b"," + sent[start:]

    return change


def deep(sent: bytes) -> bytes:
    """Return JSON nested so deep that a reader may run out of stack."""
    return b"[" * 10_000 + b"]" * 10_000


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(b" " * _BOMB, 1)


def gzip_bomb(sent: bytes) -> bytes:
    """Return a few bytes that unpack to 200 MiB."""
    return _bomb()


def edited(edit: Callable[[Any, list[Any], Given], None]) -> Change:
    """Change a decoded response in place; ``edit`` gets the payload and its rows. Other responses stay as they are."""

    def change(call: Call, reply: Reply, given: Given) -> Reply:
        if reply.status != 200 or reply.content_type != "application/json":
            return reply
        payload = json.loads(reply.encoded())
        edit(payload, _rows_in(payload), given)
        return Reply(status=reply.status, body=payload, headers=reply.headers)

    return change


def _rows_in(payload: Any) -> list[Any]:
    """Return the rows of a decoded response, which some listings wrap twice."""
    if not isinstance(payload, dict):
        return payload if isinstance(payload, list) else []
    held = [payload.get(key) for key in _ROW_LISTS]
    inner = next((each for each in held if isinstance(each, dict)), {})
    return next((each for each in [*held, *map(inner.get, _ROW_LISTS)] if isinstance(each, list)), [])


def without(*keys: str) -> Change:
    """Leave keys out of the envelope."""

    def edit(payload: Any, rows: list[Any], given: Given) -> None:
        if isinstance(payload, dict):
            for key in keys:
                payload.pop(key, None)

    return edited(edit)


def with_fields(**fields: Any) -> Change:
    """Replace fields of the envelope, by the fault's own parameters where it has them."""

    def edit(payload: Any, rows: list[Any], given: Given) -> None:
        if isinstance(payload, dict):
            payload.update({key: given.get(key, value) for key, value in fields.items() if key in payload})

    return edited(edit)


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): text for name, text in given.items()}
