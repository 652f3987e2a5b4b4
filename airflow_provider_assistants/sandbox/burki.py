# SPDX-License-Identifier: Apache-2.0
"""The API of Burki: a FastAPI backend."""

from __future__ import annotations

from typing import Any

from airflow_provider_assistants.sandbox.call import Call, Reply, integer
from airflow_provider_assistants.sandbox.state import Account

__all__ = ["answer"]

_LIST = "/api/v1/assistants"
_MAX_LIMIT = 1000
_ME = 5


def answer(call: Call) -> Reply:
    """Answer a request."""
    if call.account is None:
        detail = "Authentication required. Provide a valid API key or login session."
        return Reply(status=401, body={"detail": detail}, headers={"www-authenticate": "Bearer"})
    if call.path == _LIST + "/":
        return Reply(status=307, body=b"", headers={"location": call.root + _LIST})
    if not call.path.startswith(_LIST):
        return Reply(status=404, body={"detail": "Not Found"})
    if call.method != "GET":
        return Reply(status=405, body={"detail": "Method Not Allowed"})
    match call.path.removeprefix(_LIST):
        case "":
            return _assistants(call, call.account)
        case "/count":
            return _count(call, call.account)
        case "/me/organization":
            me = {"organization_id": 77, "organization_name": "Sandbox", "user_id": _ME, "user_role": "admin"}
            return Reply(body={**me, "user_email": "sandbox@example.com"})
        case path:
            return _assistant(call.account, path.removeprefix("/"))


def _assistants(call: Call, account: Account) -> Reply:
    skip, limit = integer(call.query.get("skip"), 0), integer(call.query.get("limit"), 100)
    errors = []
    if skip is None or skip < 0:
        errors.append(_error("skip", "Input should be greater than or equal to 0"))
    if limit is None or limit < 1:
        errors.append(_error("limit", "Input should be greater than or equal to 1"))
    elif limit > _MAX_LIMIT:
        errors.append(_error("limit", f"Input should be less than or equal to {_MAX_LIMIT}"))
    flags = {}
    for name in ("active_only", "my_assistants_only", "include_stats"):
        flags[name] = _flag(call.query.get(name))
        if flags[name] is None:
            errors.append(_error(name, "Input should be a valid boolean, unable to interpret input"))
    if errors or skip is None or limit is None:
        return Reply(status=422, body={"detail": errors})
    limit = call.cap(limit)
    if flags["active_only"] or flags["my_assistants_only"]:
        every = [index for index in account.listed() if _passes(account.row(index), flags)]
        indexes = every[skip : skip + limit]
    else:
        indexes = account.window(skip, skip + limit)
    if flags["include_stats"]:
        stats = {"total_calls": 12, "avg_call_duration": 61.5, "success_rate": 0.75}
        return Reply(body=[{**account.row(index), **stats} for index in indexes])
    return Reply(body=b"[" + b",".join(account.encoded(index) for index in indexes) + b"]")


def _count(call: Call, account: Account) -> Reply:
    active_only = _flag(call.query.get("active_only"))
    if active_only is None:
        return Reply(status=422, body={"detail": [_error("active_only", "Input should be a valid boolean")]})
    if not active_only:
        return Reply(body={"count": len(account)})
    flags: dict[str, bool | None] = {"active_only": True}
    return Reply(body={"count": sum(_passes(account.row(index), flags) for index in account.listed())})


def _assistant(account: Account, text: str) -> Reply:
    if integer(text, 0) is None:
        detail = "Input should be a valid integer, unable to parse string as an integer"
        return Reply(
            status=422, body={"detail": [{"loc": ["path", "assistant_id"], "msg": detail, "type": "int_parsing"}]}
        )
    index = account.find(text)
    if index is None:
        return Reply(status=404, body={"detail": f"Assistant with ID {text} not found in your organization"})
    return Reply(body=account.encoded(index))


def _passes(row: dict[str, Any], flags: dict[str, bool | None]) -> bool:
    active = row["is_active"] is not False
    return (active or not flags.get("active_only")) and (row["user_id"] == _ME or not flags.get("my_assistants_only"))


def _flag(text: str | None) -> bool | None:
    return {None: False, "true": True, "1": True, "false": False, "0": False}.get(text.lower() if text else None)


def _error(name: str, message: str) -> dict[str, Any]:
    return {"loc": ["query", name], "msg": message, "type": "value_error"}
