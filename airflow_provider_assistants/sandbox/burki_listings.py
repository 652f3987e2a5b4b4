# SPDX-License-Identifier: Apache-2.0
"""What Burki lists beside its assistants: calls, campaigns and the organization's telephone numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.fastapi_query import Query, error

__all__ = ["LISTING_ROUTES"]

Row = dict[str, Any]

_MAX = 1000
_CALLS = "/api/v1/calls/"
_PARTIAL = ("customer_phone", "call_sid", "assistant_name")
_FIELDS = {"customer_phone": "customer_phone_number", "call_sid": "call_sid", "assistant_name": "assistant_name"}


def _calls(call: Call, account: Account) -> Reply:
    """Return a window of calls, the newest first; both times of the filter are inclusive."""
    log, query = account.calls, Query(call)
    log.tick()
    skip = query.whole("skip", 0, least=0)
    limit = call.cap(query.whole("limit", 100, least=1, most=_MAX))
    found = _found(call, account, query)
    if refusal := query.refusal():
        return refusal
    newest = found[::-1]
    rows = [log.encoded(index) for index in newest[skip : skip + limit]]
    body = b'{"items":[%b],"total":%d,"skip":%d,"limit":%d}'
    return Reply(body=body % (b",".join(rows), len(newest), skip, limit))


def _count(call: Call, account: Account) -> Reply:
    query = Query(call)
    found = _found(call, account, query)
    return query.refusal() or Reply(body={"count": len(found)})


def _found(call: Call, account: Account, query: Query) -> Sequence[int]:
    """Return the calls that a request is about, the oldest first."""
    since, until, assistant_id = query.time("date_from"), query.time("date_to"), query.number("assistant_id")
    least, most = query.number("min_duration"), query.number("max_duration")
    texts = {_FIELDS[name]: call.query[name] for name in _PARTIAL if name in call.query}
    if len(texts) > 1:
        message = "Use only one of customer_phone, call_sid and assistant_name"
        query.errors.append(error(["query"], message, "value_error", call.query_string))
    assistant = None if assistant_id is None else account.find(assistant_id)
    if query.errors or (assistant_id is not None and assistant is None):
        return ()

    def matches(row: Row) -> bool:
        lasted = row["duration"]
        return (
            all(text in str(row[name]) for name, text in texts.items())
            and (least is None or (lasted is not None and lasted >= least))
            and (most is None or (lasted is not None and lasted <= most))
        )

    return account.calls.between(
        since,
        until,
        inclusive=True,
        assistant=assistant,
        wanted={"status": call.query["status"]} if "status" in call.query else None,
        matches=matches if texts or least is not None or most is not None else None,
    )


def _campaigns(call: Call, account: Account) -> Reply:
    query = Query(call)
    page, per_page = query.whole("page", 1, least=1), call.cap(query.whole("per_page", 50, least=1, most=_MAX))
    assistant = query.number("assistant_id")
    if refusal := query.refusal():
        return refusal

    def matches(row: Row) -> bool:
        return (
            call.query.get("status") in (None, row["status"])
            and call.query.get("campaign_type") in (None, row["campaign_type"])
            and assistant in (None, row["assistant_id"])
            and call.query.get("search", "") in f"{row['name']} {row['description']}"
        )

    rows = account.others["campaigns"].rows(matches)
    pages = max(math.ceil(len(rows) / per_page), 1)
    frame = {
        "page": page,
        "per_page": per_page,
        "total_items": len(rows),
        "total_pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1,
    }
    return Reply(body={"campaigns": rows[(page - 1) * per_page : page * per_page], "pagination": frame})


def _phone_numbers(call: Call, account: Account) -> Reply:
    """Return all numbers at once, those that are not active only if asked for."""
    query = Query(call)
    assigned, unassigned = query.flag("include_assigned", default=True), query.flag("include_unassigned", default=True)
    inactive = query.flag("include_inactive")
    if refusal := query.refusal():
        return refusal

    def matches(row: Row) -> bool:
        return (inactive or row["is_active"]) and (assigned if row["assistant"] else unassigned)

    rows = account.others["phone_numbers"].rows(matches)
    return Reply(body=json.dumps(rows, separators=(",", ":")).encode())


LISTING_ROUTES: Mapping[str, Callable[[Call, Account], Reply]] = {
    _CALLS: _calls,
    f"{_CALLS}count": _count,
    "/api/v1/campaigns/": _campaigns,
    "/api/v1/assistants/organization/phone-numbers": _phone_numbers,
}
