# SPDX-License-Identifier: Apache-2.0
"""The API of Burki: a FastAPI backend."""

from __future__ import annotations

import re
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.burki_listings import LISTING_ROUTES
from airflow_provider_assistants.sandbox.call import Call, Reply, integer
from airflow_provider_assistants.sandbox.fake_values import PERSONAL
from airflow_provider_assistants.sandbox.fastapi_query import Query, unparsed

__all__ = ["respond"]

_LIST = "/api/v1/assistants"
_PLACE = re.compile(rf"{_LIST}(?:/(?P<what>[^/]+|me/organization))?")
_MAX_LIMIT = 1000
_ME = 5  # the user whose key it is: of the sandbox's users the one who made most assistants
_STATS = {"total_calls": 12, "avg_call_duration": 61.5, "success_rate": 0.75}


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    place, route = _PLACE.fullmatch(call.path), LISTING_ROUTES.get(call.path)
    other = call.path[:-1] if call.path.endswith("/") else f"{call.path}/"
    if place is None and route is None and (other in LISTING_ROUTES or _PLACE.fullmatch(other)):
        query = f"?{call.query_string}" if call.query_string else ""
        return Reply(status=307, body=b"", headers={"location": f"{call.root}{other}{query}"})
    if place is None and route is None:
        return Reply(status=404, body={"detail": "Not Found"})
    if call.method != "GET":
        return Reply(status=405, body={"detail": "Method Not Allowed"}, headers={"allow": "GET"})
    if call.account is None:
        detail = "Authentication required. Provide a valid API key or login session."
        return Reply(status=401, body={"detail": detail}, headers={"www-authenticate": "Bearer"})
    if route is not None:
        return route(call, call.account)
    match place["what"] if place else None:
        case None:
            return _assistants(call, call.account)
        case "count":
            return _count(call, call.account)
        case "me/organization":
            return Reply(body=_organization(call.account))
        case assistant_id:
            return _assistant(call.account, assistant_id)


def _assistants(call: Call, account: Account) -> Reply:
    query = Query(call)
    skip = query.whole("skip", 0, least=0)
    limit = call.cap(query.whole("limit", 100, least=1, most=_MAX_LIMIT))
    active_only, mine_only, stats = map(query.flag, ("active_only", "my_assistants_only", "include_stats"))
    if refusal := query.refusal():
        return refusal
    if active_only or mine_only:
        passing = [index for index in account.listed() if _passes(account, index, active_only, mine_only)]
        indexes = passing[skip : skip + limit]
    else:
        indexes = list(account.window(skip, skip + limit))
    if stats:
        return Reply(body=[{**account.row(index), **_STATS} for index in indexes])
    return Reply(body=b"[" + b",".join(account.encoded(index) for index in indexes) + b"]")


def _count(call: Call, account: Account) -> Reply:
    query = Query(call)
    active_only = query.flag("active_only")
    if refusal := query.refusal():
        return refusal
    if not active_only:
        return Reply(body={"count": len(account)})
    return Reply(body={"count": sum(_passes(account, index, True, False) for index in account.listed())})


def _assistant(account: Account, text: str) -> Reply:
    number = integer(text, 0)
    if number is None:
        return Reply(status=422, body={"detail": [unparsed(["path", "assistant_id"], text)]})
    index = account.find(number)
    if index is None:
        return Reply(status=404, body={"detail": f"Assistant with ID {number} not found in your organization"})
    return Reply(body=account.encoded(index))


def _organization(account: Account) -> dict[str, Any]:
    return {
        "organization_id": 77,
        "organization_name": "Sandbox",
        "user_id": _ME,
        "user_email": f"{PERSONAL}user-{account.number}@example.com",
        "user_role": "admin",
    }


def _passes(account: Account, index: int, active_only: bool, mine_only: bool) -> bool:
    is_active, user_id = account.switches(index)
    return (is_active is not False or not active_only) and (user_id == _ME or not mine_only)
