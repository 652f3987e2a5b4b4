# SPDX-License-Identifier: Apache-2.0
"""The API of Puretalk: a Django REST framework backend, by the look of its pages."""

from __future__ import annotations

import json
import math

from airflow_provider_assistants.sandbox.call import Call, Reply, integer
from airflow_provider_assistants.sandbox.state import Account

__all__ = ["answer"]

_LIST = "/ai-assistants"
_DEFAULT_LIMIT, _MAX_LIMIT = 10, 100


def answer(call: Call) -> Reply:
    """Answer a request."""
    if call.account is None:
        return Reply(status=401, body={"detail": "Invalid API key."})
    if call.method != "GET":
        return Reply(status=405, body={"detail": f'Method "{call.method}" not allowed.'})
    if call.path in (_LIST, _LIST + "/"):
        return _assistants(call, call.account)
    if call.path.startswith(_LIST + "/"):
        index = call.account.find(call.path.removeprefix(_LIST + "/"))
        if index is None:
            return Reply(status=404, body={"err": True, "msg": "AI Assistant not found"})
        row = call.account.encoded(index)
        return Reply(body=b'{"msg":"AI Assistant fetched successfully","err":false,"results":%b}' % row)
    return Reply(status=404, body={"err": True, "msg": "Not Found"})


def _assistants(call: Call, account: Account) -> Reply:
    limit = integer(call.query.get("limit"), _DEFAULT_LIMIT)
    limit = _DEFAULT_LIMIT if limit is None or limit < 1 else min(limit, _MAX_LIMIT)
    limit = call.cap(limit)
    page = integer(call.query.get("page"), 1)
    total = len(account)
    last = max(math.ceil(total / limit), 1)
    if page is None or not 1 <= page <= last:
        return Reply(status=404, body={"detail": "Invalid page."})
    url = f"{call.root}{_LIST}/"
    frame = {
        "count": total,
        "next": f"{url}?page={page + 1}" if page < last else None,
        "previous": None if page == 1 else url if page == 2 else f"{url}?page={page - 1}",
    }
    rows = b",".join(account.encoded(index) for index in account.window((page - 1) * limit, page * limit))
    return Reply(body=b'%b,"results":[%b]}' % (json.dumps(frame).encode()[:-1], rows))
