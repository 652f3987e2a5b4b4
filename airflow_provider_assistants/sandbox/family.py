# SPDX-License-Identifier: Apache-2.0
"""The API of Autocalls, OtoniStark and Intellixent: a Laravel backend."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply, integer
from airflow_provider_assistants.sandbox.fake_values import PERSONAL
from airflow_provider_assistants.sandbox.pages import LOGIN_PAGE, NOT_FOUND_PAGE

__all__ = ["respond"]

_MAX_PER_PAGE = 100
_HTML = {"content-type": "text/html; charset=UTF-8"}


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    if call.on_site:
        return _web_page(call)
    if call.path not in _ROUTES:
        return _not_found(call)
    if call.method not in ("GET", "HEAD"):
        message = f"The {call.method} method is not supported for route api{call.path}. Supported methods: GET, HEAD."
        return Reply(status=405, body={"message": message}, headers={"allow": "GET, HEAD"})
    if call.account is None:
        if not _wants_json(call):
            return Reply(status=302, body=b"", headers={"location": f"{call.site}/login", **_HTML})
        return Reply(status=401, body={"message": "Unauthenticated."})
    return _ROUTES[call.path](call, call.account)


def _web_page(call: Call) -> Reply:
    match call.path:
        case "/login":
            return Reply(body=LOGIN_PAGE, headers=_HTML)
        case "" | "/":
            return Reply(status=302, body=b"", headers={"location": f"{call.site}/login", **_HTML})
        case _:
            return _not_found(call)


def _not_found(call: Call) -> Reply:
    if not _wants_json(call):
        return Reply(status=404, body=NOT_FOUND_PAGE, headers=_HTML)
    place = call.path.strip("/") if call.on_site else f"api{call.path}"
    return Reply(status=404, body={"message": f"The route {place} could not be found."})


def _wants_json(call: Call) -> bool:
    """Whether JSON is the first choice of the Accept header, as Laravel decides it."""
    wanted = []
    for each in call.headers.get("accept", "").split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        wanted.append((float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0, kind.lower()))
    _, first = max(wanted, key=lambda one: one[0])
    return "/json" in first or "+json" in first


def _assistants(call: Call, account: Account) -> Reply:
    page, per_page = integer(call.query.get("page"), 1), integer(call.query.get("per_page"), 10)
    errors: dict[str, list[str]] = {}
    if per_page is None or not 1 <= per_page <= _MAX_PER_PAGE:
        errors["per_page"] = [f"The per page field must be between 1 and {_MAX_PER_PAGE}."]
    if page is None or page < 1:
        errors["page"] = ["The page field must be at least 1."]
    if errors or page is None or per_page is None:
        return Reply(status=422, body={"message": "The given data was invalid.", "errors": errors})
    per_page = call.cap(per_page)
    start = (page - 1) * per_page
    indexes = account.window(start, start + per_page)
    frame = _frame(f"{call.root}/user/assistants/get", page, per_page, len(account), len(indexes))
    rows = b",".join(account.encoded(index) for index in indexes)
    return Reply(body=b'{"current_page":%d,"data":[%b],%b' % (page, rows, json.dumps(frame).encode()[1:]))


def _frame(path: str, page: int, per_page: int, total: int, here: int) -> dict[str, Any]:
    """Return what surrounds the rows; its URLs carry the page alone, whatever size was asked for."""
    last = max(math.ceil(total / per_page), 1)
    start = (page - 1) * per_page

    def url(number: int) -> str | None:
        return f"{path}?page={number}" if 1 <= number <= last else None

    numbers = sorted({1, 2, page - 1, page, page + 1, last - 1, last} & set(range(1, last + 1)))
    return {
        "first_page_url": url(1),
        "from": start + 1 if here else None,
        "last_page": last,
        "last_page_url": url(last),
        "links": [
            {"url": url(page - 1), "label": "&laquo; Previous", "active": False},
            *({"url": url(number), "label": str(number), "active": number == page} for number in numbers),
            {"url": url(page + 1), "label": "Next &raquo;", "active": False},
        ],
        "next_page_url": url(page + 1),
        "path": path,
        "per_page": per_page,
        "prev_page_url": f"{path}?page={page - 1}" if page > 1 else None,
        "to": start + here if here else None,
        "total": total,
    }


def _me(call: Call, account: Account) -> Reply:
    name = f"{PERSONAL}user-{account.number}"
    return Reply(body={"name": name, "email": f"{name}@example.com", "total_balance": 12.5})


def _outbound(call: Call, account: Account) -> Reply:
    rows = (account.row(index) for index in account.listed())
    return Reply(body=[row for row in rows if row.get("type") == "outbound"])


_ROUTES: Mapping[str, Callable[[Call, Account], Reply]] = {
    "/user/assistants/get": _assistants,
    "/user/assistants/outbound": _outbound,
    "/user/me": _me,
}
