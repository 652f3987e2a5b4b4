# SPDX-License-Identifier: Apache-2.0
"""The API of Autocalls, OtoniStark and Intellixent: a Laravel backend."""

from __future__ import annotations

import json
import math
from typing import Any

from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = ["LOGIN_PAGE", "answer"]

LOGIN_PAGE = b"""<!DOCTYPE html><html><head><title>Log in</title></head><body>
<form method="post" action="/login"><input name="email"><input type="password" name="password"></form></body></html>"""

_MAX_PER_PAGE = 100


def answer(call: Call) -> Reply:
    """Answer a request."""
    if call.path == "/login":
        return Reply(body=LOGIN_PAGE, headers={"content-type": "text/html; charset=UTF-8"})
    if call.account is None:
        if "application/json" not in call.headers.get("accept", ""):
            return Reply(status=302, body=b"", headers={"location": f"{call.root}/login", "content-type": "text/html"})
        return Reply(status=401, body={"message": "Unauthenticated."})
    if call.method != "GET":
        return Reply(status=405, body={"message": f"The {call.method} method is not supported for this route."})
    match call.path:
        case "/user/assistants/get":
            return _assistants(call)
        case "/user/me":
            return Reply(body={"name": "Sandbox", "email": "sandbox@example.com", "total_balance": 12.5})
        case "/user/assistants/outbound":
            rows = [call.account.row(index) for index in call.account.listed()]
            return Reply(body=[row for row in rows if row["type"] == "outbound"])
        case _:
            return Reply(status=404, body={"message": f"The route api{call.path} could not be found."})


def _assistants(call: Call) -> Reply:
    account = call.account
    assert account is not None  # noqa: S101 - answer() has looked
    page, per_page = integer(call.query.get("page"), 1), integer(call.query.get("per_page"), 10)
    errors: dict[str, list[str]] = {}
    if per_page is None or not 1 <= per_page <= _MAX_PER_PAGE:
        errors["per_page"] = [f"The per page field must be between 1 and {_MAX_PER_PAGE}."]
    if page is None or page < 1:
        errors["page"] = ["The page field must be at least 1."]
    if errors or page is None or per_page is None:
        return Reply(status=422, body={"message": "The given data was invalid.", "errors": errors})
    per_page = call.cap(per_page)
    total = len(account)
    last = max(math.ceil(total / per_page), 1)
    start = (page - 1) * per_page
    indexes = account.window(start, start + per_page)
    path = f"{call.root}/user/assistants/get"
    frame: dict[str, Any] = {
        "first_page_url": f"{path}?page=1",
        "from": start + 1 if indexes else None,
        "last_page": last,
        "last_page_url": f"{path}?page={last}",
        "links": [
            {"url": f"{path}?page={page - 1}" if page > 1 else None, "label": "&laquo; Previous", "active": False},
            {"url": f"{path}?page={page}", "label": str(page), "active": True},
            {"url": f"{path}?page={page + 1}" if page < last else None, "label": "Next &raquo;", "active": False},
        ],
        "next_page_url": f"{path}?page={page + 1}" if page < last else None,
        "path": path,
        "per_page": per_page,
        "prev_page_url": f"{path}?page={page - 1}" if page > 1 else None,
        "to": start + len(indexes) if indexes else None,
        "total": total,
    }
    rows = b",".join(account.encoded(index) for index in indexes)
    return Reply(body=b'{"current_page":%d,"data":[%b],%b' % (page, rows, json.dumps(frame).encode()[1:]))
