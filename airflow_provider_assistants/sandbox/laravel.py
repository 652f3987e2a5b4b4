# SPDX-License-Identifier: Apache-2.0
"""How a Laravel backend pages, filters by days and refuses parameters."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = ["Errors", "cursor_page", "days", "numbered_page", "paginated"]

_MAX_PER_PAGE = 100

#: Returns the encoded rows of a window.
Window = Callable[[int, int], Sequence[bytes]]


class Errors(dict[str, list[str]]):
    """What is wrong with the parameters of a request, by name."""

    def reply(self) -> Reply:
        """Return the reply that says so."""
        return Reply(status=422, body={"message": "The given data was invalid.", "errors": dict(self)})

    def number(self, call: Call, name: str) -> int | None:
        """Read an optional integer of the query."""
        given = call.query.get(name)
        number = integer(given, 0)
        if number is None:
            self[name] = [f"The {name.replace('_', ' ')} field must be an integer."]
        return None if given is None else number

    def date(self, call: Call, name: str) -> date | None:
        """Read an optional day of the query."""
        given = call.query.get(name)
        try:
            return None if given is None else datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            self[name] = [f"The {name.replace('_', ' ')} field must match the format Y-m-d."]
            return None


def days(call: Call, errors: Errors) -> tuple[datetime | None, datetime | None]:
    """Return from and up to when the days of a request are, in the zone of the backend; both days are whole."""
    zone = ZoneInfo(call.options.zone)
    first, last = errors.date(call, "date_from"), errors.date(call, "date_to")

    def midnight(day: date, after: timedelta = timedelta()) -> datetime | None:
        try:
            return datetime.combine(day + after, time(), zone).astimezone(UTC)
        except OverflowError:  # a day of the year 1 or 9999 is no limit
            return None

    return (midnight(first) if first else None), (midnight(last, timedelta(days=1)) if last else None)


def _page_of(call: Call, default: int, errors: Errors) -> tuple[int, int]:
    page, per_page = integer(call.query.get("page"), 1), integer(call.query.get("per_page"), default)
    if per_page is None or not 1 <= per_page <= _MAX_PER_PAGE:
        errors["per_page"] = [f"The per page field must be between 1 and {_MAX_PER_PAGE}."]
    if page is None or page < 1:
        errors["page"] = ["The page field must be at least 1."]
    return page or 1, call.cap(per_page or default)


def paginated(call: Call, path: str, *, default: int, total: int, window: Window) -> Reply:
    """Return a page of the paginator."""
    errors = Errors()
    page, per_page = _page_of(call, default, errors)
    if errors:
        return errors.reply()
    rows = window((page - 1) * per_page, page * per_page)
    frame = _frame(f"{call.root}{path}", page, per_page, total, len(rows))
    body = b'{"current_page":%d,"data":[%b],%b'
    return Reply(body=body % (page, b",".join(rows), json.dumps(frame).encode()[1:]))


def numbered_page(call: Call, *, default: int, total: int, window: Window) -> Reply:
    """Return a page of the listings that do not say which page is the last."""
    errors = Errors()
    page, per_page = _page_of(call, default, errors)
    if errors:
        return errors.reply()
    rows = window((page - 1) * per_page, page * per_page)
    body = b'{"data":[%b],"current_page":%d,"per_page":%d,"total":%d}'
    return Reply(body=body % (b",".join(rows), page, per_page, total))


def cursor_page(call: Call, path: str, *, default: int, total: int, window: Window) -> Reply:
    """Return a page of the cursor paginator, which counts nothing."""
    errors = Errors()
    _, per_page = _page_of(call, default, errors)
    try:
        start = int(json.loads(base64.urlsafe_b64decode(call.query["cursor"]))["at"]) if "cursor" in call.query else 0
    except (ValueError, KeyError, TypeError):
        errors["cursor"] = ["The cursor field is invalid."]
        start = 0
    if errors:
        return errors.reply()
    rows = window(start, start + per_page)
    frame = {
        "path": f"{call.root}{path}",
        "per_page": per_page,
        "next_cursor": _cursor(start + per_page) if start + per_page < total else None,
        "prev_cursor": _cursor(max(start - per_page, 0)) if start else None,
    }
    return Reply(body=b'{"data":[%b],%b' % (b",".join(rows), json.dumps(frame).encode()[1:]))


def _cursor(at: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"at": at, "_pointsToNextItems": True}).encode()).decode()


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
