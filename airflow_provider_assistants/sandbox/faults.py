# SPDX-License-Identifier: Apache-2.0
"""
Faults by name: what a vendor, a proxy or the network may do to a response.

A new one is one entry in :data:`FAULTS`.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from airflow_provider_assistants.sandbox import breakage
from airflow_provider_assistants.sandbox.breakage import FOREIGN, TOLD, Ask, Change, Given
from airflow_provider_assistants.sandbox.call import Call
from airflow_provider_assistants.sandbox.pages import LOGIN_PAGE

__all__ = ["FAULTS", "Fault", "FaultKind", "Faults"]


@dataclass(frozen=True, kw_only=True)
class FaultKind:
    """
    One way to fail.

    :param about: What happens, for a person.
    :param change: Changes the response.
    :param ask: Changes the request before it is handled.
    :param given: Its parameters, with their defaults.
    :param send: How much of the response is sent before the connection is cut.
    """

    about: str
    change: Change = breakage.unchanged
    ask: Ask = breakage.unasked
    given: Mapping[str, Any] = field(default_factory=dict)
    send: Literal["whole", "half", "nothing", "drip"] = "whole"


def _refused(status: int, message: str, **more: Any) -> FaultKind:
    return FaultKind(about=f"{status}, in the vendor's shape", change=breakage.refused(status, message, **more))


def _html(status: int, page: bytes, about: str) -> FaultKind:
    return FaultKind(about=about, change=breakage.always(status, page, content_type="text/html; charset=UTF-8"))


def _repeat_row(payload: Any, rows: list[Any], given: Given) -> None:
    rows.extend(rows[-1:])


def _drop_ids(payload: Any, rows: list[Any], given: Given) -> None:
    for row in rows:
        for key in ("id", "assistant_id", "call_id", "campaign_id", "phone_number_id"):
            row.pop(key, None)


def _no_object(payload: Any, rows: list[Any], given: Given) -> None:
    rows[:1] = ["not an object"]


def _hostile_text(payload: Any, rows: list[Any], given: Given) -> None:
    for row in rows[:1]:
        row.update({"name": "Anna\0\x1b[31m", "updated_at": "2026-11-21\0", "odd\0key": "a\0b\n\u202e"})


def _drop_row(payload: Any, rows: list[Any], given: Given) -> None:
    del rows[-1:]


def _empty_page(payload: Any, rows: list[Any], given: Given) -> None:
    rows.clear()


_OUT_OF_RANGE = {"page": ["The page must be a number."]}
_BAD_GATEWAY = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
_TIMED_OUT = b"<html><body><h1>504 Gateway Time-out</h1></body></html>"
_WELCOME = b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"

FAULTS: Mapping[str, FaultKind] = {
    "400": _refused(400, "Bad request."),
    "401": _refused(401, "Unauthenticated."),
    "403": _refused(403, "Access denied.", success=False),
    "404": _refused(404, "Not found."),
    "408": _refused(408, "Request timeout."),
    "422": _refused(422, "The given data was invalid.", errors=_OUT_OF_RANGE),
    "425": _refused(425, "Too early."),
    "429": FaultKind(
        about=f"429; told, one of {', '.join(TOLD)}, is where the wait is sent",
        change=breakage.too_many,
        given={"retry_after": 1, "told": "header"},
    ),
    "500": _refused(500, "Server Error"),
    "502": _html(502, _BAD_GATEWAY, "502 of a proxy, in HTML"),
    "503": _refused(503, "Service Unavailable"),
    "504": _html(504, _TIMED_OUT, "504 of a proxy, in HTML"),
    "html": _html(200, _WELCOME, "200 with some web page"),
    "login_page": _html(200, LOGIN_PAGE, "200 with a login page"),
    "redirect_login": FaultKind(about="302 to the login page", change=breakage.login_redirect),
    "redirect_foreign": FaultKind(
        about="302 to another origin", change=breakage.always(302, b"", location=f"{FOREIGN}/api")
    ),
    "redirect_same": FaultKind(
        about="302 to another path of the same origin", change=breakage.always(302, b"", location="/elsewhere")
    ),
    "redirect_kept": FaultKind(
        about="307 to another path of the same origin", change=breakage.always(307, b"", location="/elsewhere")
    ),
    "redirect_slash": FaultKind(
        about="301 to the same path with a slash at its end, where all is well",
        ask=breakage.ending_in_slash,
        change=breakage.slash_redirect,
    ),
    "byte_order_mark": FaultKind(
        about="a byte order mark before the JSON", change=breakage.raw(lambda sent: b"\xef\xbb\xbf" + sent)
    ),
    "drip": FaultKind(about="a space now and then, for ever, and no JSON", send="drip"),
    "empty": FaultKind(about="an empty body", change=breakage.raw(lambda sent: b"")),
    "truncated": FaultKind(about="half the JSON", change=breakage.raw(lambda sent: sent[: len(sent) // 2])),
    "not_json": FaultKind(about="text instead of JSON", change=breakage.raw(lambda sent: b"OK, here is your list")),
    "wrong_shape": FaultKind(about="JSON of another shape", change=breakage.always(200, {"assistants_by_id": {}})),
    "scalar": FaultKind(about="a number where a listing was due", change=breakage.always(200, 42)),
    "wrong_charset": FaultKind(about="bytes that are no UTF-8", change=breakage.raw(lambda sent: b"\xff\xfe" + sent)),
    "huge": FaultKind(about="a body of 70 MiB", change=breakage.raw(breakage.huge)),
    "gzip_bomb": FaultKind(
        about="a small body that unpacks to 200 MiB", change=breakage.raw(breakage.gzip_bomb, content_encoding="gzip")
    ),
    "broken_gzip": FaultKind(
        about="a compressed body with an error in it",
        change=breakage.raw(lambda sent: gzip.compress(sent)[:20] + b"\xff" * 40, content_encoding="gzip"),
    ),
    "brotli": FaultKind(
        about="a compression that was not asked for",
        change=breakage.raw(lambda sent: b"\x8b\x04\x80" + sent[:40] + b"\x03", content_encoding="br"),
    ),
    "nan": FaultKind(about="NaN in a row", change=breakage.raw(breakage.with_odd_field(b"NaN"))),
    "overflow": FaultKind(about="1e400 in a row", change=breakage.raw(breakage.with_odd_field(b"1e400"))),
    "surrogate": FaultKind(
        about="half a character in a row", change=breakage.raw(breakage.with_odd_field(b'"\\ud800"'))
    ),
    "nul": FaultKind(
        about="NUL and other control characters, in a row's name, a value and a key",
        change=breakage.edited(_hostile_text),
    ),
    "large_numbers": FaultKind(
        about="integers and decimals beyond 64 bits in a row",
        change=breakage.raw(breakage.with_odd_field(b'[1180591620717411303424,1e300],"__classname__":"x"')),
    ),
    "nul_refused": FaultKind(
        about="403 whose message holds control characters", change=breakage.refused(403, "Denied\0 by\x1b[2J us.\u202e")
    ),
    "duplicate_keys": FaultKind(
        about="a key twice in a row", change=breakage.raw(breakage.with_odd_field(b'1,"odd":2'))
    ),
    "deep": FaultKind(about="JSON nested 10,000 deep", change=breakage.raw(breakage.deep)),
    "err_true": FaultKind(
        about="200 with err: true", change=breakage.always(200, {"err": True, "msg": "Something went wrong"})
    ),
    "no_total": FaultKind(about="no total (count)", change=breakage.without("total", "count")),
    "no_last_page": FaultKind(about="no last_page", change=breakage.without("last_page")),
    "no_next": FaultKind(about="no next (next_page_url)", change=breakage.without("next", "next_page_url")),
    "total_lies": FaultKind(
        about="a total (count) that is wrong",
        change=breakage.with_fields(total=99_999, count=99_999),
        given={"total": 99_999, "count": 99_999},
    ),
    "endless": FaultKind(about="always a page more, with assistants not seen before", ask=breakage.endless),
    "same_page": FaultKind(about="the first page, whichever is asked for", ask=breakage.first_page),
    "duplicate_row": FaultKind(about="the last row twice", change=breakage.edited(_repeat_row)),
    "missing_row": FaultKind(about="the last row left out", change=breakage.edited(_drop_row)),
    "empty_page": FaultKind(about="a page without its rows", change=breakage.edited(_empty_page)),
    "row_without_id": FaultKind(about="rows without id", change=breakage.edited(_drop_ids)),
    "row_no_object": FaultKind(about="a row that is no object", change=breakage.edited(_no_object)),
    "next_foreign": FaultKind(
        about="next (next_page_url) on another origin",
        change=breakage.with_fields(next=f"{FOREIGN}/?page=2", next_page_url=f"{FOREIGN}/?page=2"),
    ),
    "body": FaultKind(about="the JSON given as body", change=breakage.body, given={"body": None, "status": 200}),
    "slow": FaultKind(about="the right response, seconds late", given={"seconds": 5.0}),
    "reset": FaultKind(about="the connection cut before the response", send="nothing"),
    "reset_midway": FaultKind(about="the connection cut in the middle of the body", send="half"),
}

_KNOWN = {name for kind in FAULTS.values() for name in kind.given}


@dataclass(kw_only=True)
class Fault:
    """
    A fault that waits for its requests.

    :param name: Which, of :data:`FAULTS`.
    :param vendor: Of whose API; None for every.
    :param times: How often; None for ever.
    :param after: How many matching requests go well before.
    :param path: Only requests whose path contains this.
    :param page: Only requests for this page; for Burki, with this ``skip``.
    :param query: Only requests with these query parameters.
    :param account: Only requests of this account.
    :param given: The fault's own parameters.
    :raises ValueError: If there is no such fault, or no fault has such a parameter.
    """

    name: str
    vendor: str | None
    times: int | None = 1
    after: int = 0
    path: str | None = None
    page: int | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    account: int | None = None
    given: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in FAULTS:
            raise ValueError(f"There is no fault {self.name!r}; there are {', '.join(FAULTS)}")
        # Parameters of other faults are accepted: a test may try several with the same arguments.
        if unknown := set(self.given) - _KNOWN:
            raise ValueError(f"No fault takes {', '.join(sorted(unknown))}; there are {', '.join(sorted(_KNOWN))}")
        if self.given.get("told", "none") not in TOLD:
            raise ValueError(f"told must be one of {', '.join(TOLD)}, got {self.given['told']!r}")
        for number in ("seconds", "status"):
            if number in self.given:
                self.given[number] = type(_DEFAULTS[number])(self.given[number])

    @property
    def kind(self) -> FaultKind:
        """What it does."""
        return FAULTS[self.name]

    @property
    def seconds(self) -> float:
        """How many seconds late the response comes."""
        default = self.kind.given.get("seconds")
        return 0.0 if default is None else float(self.given.get("seconds", default))

    def matches(self, call: Call) -> bool:
        """Whether the fault is for a request."""
        name, first = ("skip", "0") if call.vendor == "burki" else ("page", "1")
        return (
            self.vendor in (None, call.vendor)
            and (self.path is None or self.path in call.path)
            and (self.page is None or str(self.page) == call.query.get(name, first))
            and all(call.query.get(key) == str(value) for key, value in self.query.items())
            and (self.account is None or (call.account is not None and call.account.number == self.account))
        )


_DEFAULTS = {name: value for kind in FAULTS.values() for name, value in kind.given.items()}


class Faults:
    """The pending faults, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Remove all faults."""
        self._waiting.clear()

    def next_for(self, call: Call) -> Fault | None:
        """Return the fault that a request meets, if any, and count it."""
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
