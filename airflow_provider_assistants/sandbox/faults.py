# SPDX-License-Identifier: Apache-2.0
"""
Faults by name: what a vendor, a proxy or the network may do to an answer.

A fault is a function from the reply that was due to the reply that is sent; a new one is one entry in :data:`FAULTS`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.family import LOGIN_PAGE

__all__ = ["FAULTS", "Fault", "Faults"]

_FOREIGN = "https://elsewhere.example.com"
_ROW_LISTS = ("data", "results")

Change = Callable[[Call, Reply, Mapping[str, Any]], Reply]


def _status(status: int, body: Any, **headers: str) -> Change:
    def change(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
        return Reply(status=status, body=body, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return change


def _too_many(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
    """429; ``retry_after`` seconds, told by ``told`` in the header, as a date, in the body, as a reset, or not at all."""
    seconds = given.get("retry_after", 1)
    told = given.get("told", "header")
    moment = datetime.now(UTC) + timedelta(seconds=float(seconds))
    headers = {
        "header": {"retry-after": str(seconds)},
        "date": {"retry-after": format_datetime(moment, usegmt=True)},
        "reset": {"x-ratelimit-reset": str(int(moment.timestamp()))},
    }.get(told, {})
    body: dict[str, Any] = {"message": "Too Many Attempts."}
    if told == "body":
        body["retry_after"] = seconds
    return Reply(status=429, body=body, headers={"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", **headers})


def _html(status: int, page: bytes) -> Change:
    return _status(status, page, content_type="text/html; charset=UTF-8")


def _raw(make: Callable[[bytes], bytes], **headers: str) -> Change:
    def change(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
        extra = {name.replace("_", "-"): text for name, text in headers.items()}
        return Reply(status=reply.status, body=make(reply.encoded()), headers={**reply.headers, **extra})

    return change


def _edited(edit: Callable[[Any, list[Any], Mapping[str, Any]], Any]) -> Change:
    """Change the decoded answer; ``edit`` gets the payload and its rows, and gives the payload to send or None."""

    def change(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
        payload = json.loads(reply.encoded())
        rows = (
            payload if isinstance(payload, list) else next((payload[key] for key in _ROW_LISTS if key in payload), [])
        )
        edited = edit(payload, rows, given)
        return Reply(status=reply.status, body=payload if edited is None else edited, headers=reply.headers)

    return change


def _without(*keys: str) -> Change:
    def edit(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> Any:
        return {key: value for key, value in payload.items() if key not in keys} if isinstance(payload, dict) else None

    return _edited(edit)


def _with(**fields: Any) -> Change:
    def edit(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> None:
        if isinstance(payload, dict):
            payload.update({**fields, **{key: value for key, value in given.items() if key in fields}})

    return _edited(edit)


def _endless(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> None:
    if isinstance(payload, dict):
        page = int(payload.get("current_page") or 0)
        payload.update({"last_page": page + 2, "next": f"{_FOREIGN}/?page=9", "count": None, "total": None})


def _repeat_row(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> None:
    rows.extend(rows[-1:])


def _drop_ids(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> None:
    for row in rows:
        for key in ("id", "assistant_id"):
            row.pop(key, None)


def _no_object(payload: Any, rows: list[Any], given: Mapping[str, Any]) -> None:
    rows[:1] = ["not an object"]


def _body(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
    """Send the literal ``body``, with ``status``."""
    return Reply(status=int(given.get("status", 200)), body=given.get("body"))


def _unchanged(call: Call, reply: Reply, given: Mapping[str, Any]) -> Reply:
    return reply


FAULTS: Mapping[str, Change] = {
    "400": _status(400, {"message": "Bad request."}),
    "401": _status(401, {"message": "Unauthenticated."}),
    "403": _status(403, {"message": "Access denied.", "success": False}),
    "404": _status(404, {"message": "Not found."}),
    "408": _status(408, {"message": "Request timeout."}),
    "422": _status(422, {"message": "The given data was invalid.", "errors": {"page": ["The page must be a number."]}}),
    "425": _status(425, {"message": "Too early."}),
    "429": _too_many,
    "500": _status(500, {"message": "Server Error"}),
    "502": _html(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "503": _status(503, {"message": "Service Unavailable"}),
    "504": _html(504, b"<html><body><h1>504 Gateway Time-out</h1></body></html>"),
    "html": _html(200, b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"),
    "login_page": _html(200, LOGIN_PAGE),
    "redirect_login": _status(302, b"", location="/login"),
    "redirect_foreign": _status(302, b"", location=f"{_FOREIGN}/api"),
    "empty": _raw(lambda body: b""),
    "truncated": _raw(lambda body: body[: len(body) // 2]),
    "not_json": _raw(lambda body: b"OK, here is your list"),
    "wrong_shape": _status(200, {"assistants_by_id": {}}),
    "scalar": _status(200, 42),
    "wrong_charset": _raw(lambda body: b"\xff\xfe" + body),
    "huge": _raw(lambda body: b'{"data":["' + b"x" * (70 * 1024 * 1024) + b'"]}'),
    "gzip_bomb": _raw(lambda body: gzip.compress(b" " * (200 * 1024 * 1024)), content_encoding="gzip"),
    "broken_gzip": _raw(lambda body: gzip.compress(body)[:20] + b"\xff" * 40, content_encoding="gzip"),
    "deep": _raw(lambda body: b"[" * 10_000 + b"]" * 10_000),
    "err_true": _status(200, {"err": True, "msg": "Something went wrong"}),
    "no_total": _without("total", "count"),
    "no_last_page": _without("last_page"),
    "no_next": _without("next", "next_page_url"),
    "total_lies": _with(total=99_999, count=99_999),
    "endless": _edited(_endless),
    "duplicate_row": _edited(_repeat_row),
    "row_without_id": _edited(_drop_ids),
    "row_no_object": _edited(_no_object),
    "next_foreign": _with(next=f"{_FOREIGN}/?page=2", next_page_url=f"{_FOREIGN}/?page=2"),
    "body": _body,
    # The application carries these out, since they are about how an answer is made or sent and not what it says.
    "slow": _unchanged,
    "reset": _unchanged,
    "reset_midway": _unchanged,
    "same_page": _unchanged,
}


@dataclass(kw_only=True)
class Fault:
    """
    A fault that waits for its requests.

    :param name: Which, of :data:`FAULTS`.
    :param vendor: Of whose API.
    :param times: How often; None for ever.
    :param after: How many matching requests go well before.
    :param path: Only requests whose path contains this.
    :param page: Only requests for this page (or offset).
    :param account: Only requests of this account.
    :param given: What the fault itself can be told.
    """

    name: str
    vendor: str
    times: int | None = 1
    after: int = 0
    path: str | None = None
    page: int | None = None
    account: int | None = None
    given: dict[str, Any] = field(default_factory=dict)

    def matches(self, call: Call) -> bool:
        """Tell whether a request is one of those."""
        return (
            call.vendor == self.vendor
            and (self.path is None or self.path in call.path)
            and (self.page is None or str(self.page) in (call.query.get("page", "1"), call.query.get("skip")))
            and (self.account is None or (call.account is not None and call.account.number == self.account))
        )


class Faults:
    """The faults that wait."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its requests."""
        if fault.name not in FAULTS:
            raise ValueError(f"There is no fault {fault.name!r}; there are {', '.join(FAULTS)}")
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let all go well again."""
        self._waiting.clear()

    def next_for(self, call: Call) -> Fault | None:
        """Give the fault that a request meets, if any, and count it."""
        for fault in self._waiting:
            if not fault.matches(call):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault
        return None
