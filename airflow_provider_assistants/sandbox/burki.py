# SPDX-License-Identifier: Apache-2.0
"""The API of Burki: a FastAPI backend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply, integer
from airflow_provider_assistants.sandbox.fake_values import PERSONAL

__all__ = ["respond"]

_LIST = "/api/v1/assistants"
_PLACE = re.compile(rf"{_LIST}(?:/(?P<what>[^/]+|me/organization))?")
_MAX_LIMIT = 1000
_ME = 5  # the user whose key it is: of the sandbox's users the one who made most assistants
_STATS = {"total_calls": 12, "avg_call_duration": 61.5, "success_rate": 0.75}
_BOOLEANS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    place = _PLACE.fullmatch(call.path)
    if place is None and call.path.endswith("/") and _PLACE.fullmatch(call.path[:-1]):
        query = f"?{call.query_string}" if call.query_string else ""
        return Reply(status=307, body=b"", headers={"location": f"{call.root}{call.path[:-1]}{query}"})
    if place is None:
        return Reply(status=404, body={"detail": "Not Found"})
    if call.method != "GET":
        return Reply(status=405, body={"detail": "Method Not Allowed"}, headers={"allow": "GET"})
    if call.account is None:
        detail = "Authentication required. Provide a valid API key or login session."
        return Reply(status=401, body={"detail": detail}, headers={"www-authenticate": "Bearer"})
    match place["what"]:
        case None:
            return _assistants(call, call.account)
        case "count":
            return _count(call, call.account)
        case "me/organization":
            return Reply(body=_organization(call.account))
        case assistant_id:
            return _assistant(call.account, assistant_id)


def _assistants(call: Call, account: Account) -> Reply:
    errors: list[dict[str, Any]] = []
    skip = _whole(call, "skip", 0, errors, least=0)
    limit = call.cap(_whole(call, "limit", 100, errors, least=1, most=_MAX_LIMIT))
    active_only, mine_only, stats = (
        _flag(call, name, errors) for name in ("active_only", "my_assistants_only", "include_stats")
    )
    if errors:
        return Reply(status=422, body={"detail": errors})
    if active_only or mine_only:
        passing = [index for index in account.listed() if _passes(account, index, active_only, mine_only)]
        indexes = passing[skip : skip + limit]
    else:
        indexes = list(account.window(skip, skip + limit))
    if stats:
        return Reply(body=[{**account.row(index), **_STATS} for index in indexes])
    return Reply(body=b"[" + b",".join(account.encoded(index) for index in indexes) + b"]")


def _count(call: Call, account: Account) -> Reply:
    errors: list[dict[str, Any]] = []
    active_only = _flag(call, "active_only", errors)
    if errors:
        return Reply(status=422, body={"detail": errors})
    if not active_only:
        return Reply(body={"count": len(account)})
    return Reply(body={"count": sum(_passes(account, index, True, False) for index in account.listed())})


def _assistant(account: Account, text: str) -> Reply:
    number = integer(text, 0)
    if number is None:
        return Reply(status=422, body={"detail": [_unparsed(["path", "assistant_id"], text)]})
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


def _whole(
    call: Call, name: str, default: int, errors: list[dict[str, Any]], *, least: int, most: int | None = None
) -> int:
    """Read a number of the query; add an error to ``errors`` if it is not valid."""
    given = call.query.get(name)
    number = integer(given, default)
    if number is None:
        errors.append(_unparsed(["query", name], given))
        return default
    if number < least:
        message = f"Input should be greater than or equal to {least}"
        errors.append(_error(["query", name], message, "greater_than_equal", given, ge=least))
    elif most is not None and number > most:
        message = f"Input should be less than or equal to {most}"
        errors.append(_error(["query", name], message, "less_than_equal", given, le=most))
    return number


def _flag(call: Call, name: str, errors: list[dict[str, Any]]) -> bool:
    """Read a switch of the query; add an error to ``errors`` if it is none."""
    given = call.query.get(name)
    if given is not None and given.lower() not in _BOOLEANS:
        message = "Input should be a valid boolean, unable to interpret input"
        errors.append(_error(["query", name], message, "bool_parsing", given))
    return _BOOLEANS.get((given or "").lower(), False)


def _unparsed(place: list[str], given: str | None) -> dict[str, Any]:
    return _error(place, "Input should be a valid integer, unable to parse string as an integer", "int_parsing", given)


def _error(place: list[str], message: str, kind: str, given: str | None, **limits: int) -> dict[str, Any]:
    return {"type": kind, "loc": place, "msg": message, "input": given} | ({"ctx": limits} if limits else {})
