# SPDX-License-Identifier: Apache-2.0
"""The API of Puretalk: a Django REST framework backend, judging by its pages."""

from __future__ import annotations

import json
import math

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = ["respond"]

_LIST = "/ai-assistants"


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    path = call.path.removesuffix("/")
    listing, above, assistant_id = path == _LIST, *path.rsplit("/", 1)
    if not listing and above != _LIST:
        return Reply(status=404, body={"err": True, "msg": "Not Found"})
    if call.account is None:
        detail = "Invalid API key." if call.key else "Authentication credentials were not provided."
        return Reply(status=401, body={"detail": detail})
    if call.method != "GET":
        return Reply(status=405, body={"detail": f'Method "{call.method}" not allowed.'}, headers={"allow": "GET"})
    return _assistants(call, call.account) if listing else _assistant(call.account, assistant_id)


def _assistant(account: Account, assistant_id: str) -> Reply:
    index = account.find(assistant_id)
    if index is None:
        return Reply(status=404, body={"err": True, "msg": "AI Assistant not found"})
    row = account.encoded(index)
    return Reply(body=b'{"msg":"AI Assistant fetched successfully","err":false,"results":%b}' % row)


def _assistants(call: Call, account: Account) -> Reply:
    limit = integer(call.query.get("limit"), call.options.puretalk_limit)
    if limit is None or limit < 1:
        limit = call.options.puretalk_limit
    limit = call.cap(min(limit, call.options.puretalk_max_limit))
    total = len(account)
    last = max(math.ceil(total / limit), 1)
    page = last if call.query.get("page") == "last" else integer(call.query.get("page"), 1)
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
