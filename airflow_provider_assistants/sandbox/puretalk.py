# SPDX-License-Identifier: Apache-2.0
"""The API of Puretalk: a Django REST framework backend, judging by its pages."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = ["respond"]

_LIST = "/ai-assistants"
_CALL_FILTERS = ("call_type", "status", "voice_id", "from_number", "to_number")


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    path = call.path.removesuffix("/")
    above, _, assistant_id = path.rpartition("/")
    if path not in _ROUTES and above != _LIST:
        return Reply(status=404, body={"err": True, "msg": "Not Found"})
    if call.account is None:
        detail = "Invalid API key." if call.key else "Authentication credentials were not provided."
        return Reply(status=401, body={"detail": detail})
    if call.method != "GET":
        return Reply(status=405, body={"detail": f'Method "{call.method}" not allowed.'}, headers={"allow": "GET"})
    return _ROUTES[path](call, call.account) if path in _ROUTES else _assistant(call.account, assistant_id)


def _assistant(account: Account, assistant_id: str) -> Reply:
    index = account.find(assistant_id)
    if index is None:
        return Reply(status=404, body={"err": True, "msg": "AI Assistant not found"})
    row = account.encoded(index)
    return Reply(body=b'{"msg":"AI Assistant fetched successfully","err":false,"results":%b}' % row)


def _assistants(call: Call, account: Account) -> Reply:
    def window(start: int, end: int) -> list[bytes]:
        return [account.encoded(index) for index in account.window(start, end)]

    return _page(call, _LIST, len(account), window)


def _calls(call: Call, account: Account) -> Reply:
    """Return a page of calls, the newest first; there is no filter by time."""
    log = account.calls
    log.tick()
    index = account.find(call.query["assistant_id"]) if "assistant_id" in call.query else None
    wanted = {name: call.query[name] for name in _CALL_FILTERS if name in call.query}
    found: Sequence[int] = ()
    if index is not None or "assistant_id" not in call.query:
        found = log.between(assistant=index, wanted=wanted)
    newest = found[::-1]
    return _page(call, call.path, len(newest), lambda start, end: [log.encoded(each) for each in newest[start:end]])


def _phone_numbers(call: Call, account: Account) -> Reply:
    rows = account.others["phone_numbers"].rows()
    return _page(call, call.path, len(rows), _window(rows))


def _campaigns(call: Call, account: Account) -> Reply:
    """Return a page of campaigns, wrapped as single objects are."""
    rows, limit = account.others["campaigns"].rows(), _limit(call)
    page = integer(call.query.get("page"), 1)
    if page is None or not 1 <= page <= max(math.ceil(len(rows) / limit), 1):
        return Reply(status=404, body={"detail": "Invalid page."})
    results = {"count": len(rows), "campaigns": rows[(page - 1) * limit : page * limit]}
    return Reply(body={"msg": "Campaigns retrieved successfully", "err": False, "results": results})


def _limit(call: Call) -> int:
    limit = integer(call.query.get("limit"), call.options.puretalk_limit)
    if limit is None or limit < 1:
        limit = call.options.puretalk_limit
    return call.cap(min(limit, call.options.puretalk_max_limit))


def _page(call: Call, path: str, total: int, window: Callable[[int, int], Sequence[bytes]]) -> Reply:
    limit = _limit(call)
    last = max(math.ceil(total / limit), 1)
    page = last if call.query.get("page") == "last" else integer(call.query.get("page"), 1)
    if page is None or not 1 <= page <= last:
        return Reply(status=404, body={"detail": "Invalid page."})
    url = f"{call.root}{path.removesuffix('/')}/"
    frame = {
        "count": total,
        "next": f"{url}?page={page + 1}" if page < last else None,
        "previous": None if page == 1 else url if page == 2 else f"{url}?page={page - 1}",
    }
    rows = b",".join(window((page - 1) * limit, page * limit))
    return Reply(body=b'%b,"results":[%b]}' % (json.dumps(frame).encode()[:-1], rows))


def _window(rows: Sequence[dict[str, Any]]) -> Callable[[int, int], list[bytes]]:
    return lambda start, end: [json.dumps(row, separators=(",", ":")).encode() for row in rows[start:end]]


_ROUTES: Mapping[str, Callable[[Call, Account], Reply]] = {
    _LIST: _assistants,
    "/calls": _calls,
    "/phone-numbers": _phone_numbers,
    "/campaigns": _campaigns,
}
