# SPDX-License-Identifier: Apache-2.0
"""The control endpoints under ``/_sandbox/``: change the data while clients read, break answers, read the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from airflow_provider_assistants.sandbox.faults import FAULTS, Fault
from airflow_provider_assistants.sandbox.rows import ID_FIELDS
from airflow_provider_assistants.sandbox.state import VENDORS, Account

if TYPE_CHECKING:
    from airflow_provider_assistants.sandbox.app import SandboxApp

__all__ = ["answer_control", "run_command"]

Given = dict[str, Any]


def _account(app: SandboxApp, given: Given) -> Account:
    vendor = given.get("vendor")
    if vendor not in VENDORS:
        raise ValueError(f"There is no vendor {vendor!r}; there are {', '.join(VENDORS)}")
    return app.state.account(vendor, int(given.get("account", 1)))


def _index(app: SandboxApp, given: Given) -> tuple[Account, int]:
    account = _account(app, given)
    index = account.find(given.get("id"))
    if index is None:
        raise ValueError(f"{given['vendor']} has no assistant {given.get('id')!r} in account {account.number}")
    return account, index


def _status(app: SandboxApp, given: Given) -> Any:
    account, index = _index(app, given)
    account.set_status(index, str(given.get("status")))
    return account.row(index)


def _update(app: SandboxApp, given: Given) -> Any:
    account, index = _index(app, given)
    account.update(index, dict(given.get("fields") or {}))
    return account.row(index)


def _insert(app: SandboxApp, given: Given) -> Any:
    account = _account(app, given)
    return {ID_FIELDS[account.vendor]: account.insert(dict(given.get("fields") or {}))}


def _delete(app: SandboxApp, given: Given) -> Any:
    account, index = _index(app, given)
    account.delete(index)
    return {"deleted": given.get("id")}


def _size(app: SandboxApp, given: Given) -> Any:
    account = _account(app, given)
    account.resize(int(given["assistants"]))
    return {"assistants": len(account)}


def _rows(app: SandboxApp, given: Given) -> Any:
    account = _account(app, given)
    return [account.row(index) for index in account.listed()]


def _fail(app: SandboxApp, given: Given) -> Any:
    _account(app, given)
    known = {"name", "vendor", "times", "after", "path", "page", "account"}
    own = {key: value for key, value in given.items() if key not in known}
    app.faults.add(Fault(**{key: value for key, value in given.items() if key in known}, given=own))
    return {"waiting": given["name"]}


def _heal(app: SandboxApp, given: Given) -> Any:
    app.faults.clear()
    return {"waiting": None}


def _requests(app: SandboxApp, given: Given) -> Any:
    return {"max_in_flight": app.state.max_in_flight, "requests": app.state.log(given.get("vendor"))}


def _clear(app: SandboxApp, given: Given) -> Any:
    app.state.requests.clear()
    app.state.max_in_flight = app.state.in_flight
    return {"requests": []}


def _reset(app: SandboxApp, given: Given) -> Any:
    app.faults.clear()
    app.state.reset()
    return {"reset": True}


def _options(app: SandboxApp, given: Given) -> Any:
    for name, value in given.items():
        if not hasattr(app.state.options, name):
            raise ValueError(f"There is no option {name!r}")
        setattr(app.state.options, name, value)
    return vars(app.state.options)


def _help(app: SandboxApp, given: Given) -> Any:
    return {"commands": sorted(COMMANDS), "faults": sorted(FAULTS), "vendors": list(VENDORS)}


#: What can be asked for, by the path below ``/_sandbox/``; parameters come as a JSON body or in the query.
COMMANDS: Mapping[str, Callable[[SandboxApp, Given], Any]] = {
    "": _help,
    "status": _status,
    "update": _update,
    "insert": _insert,
    "delete": _delete,
    "size": _size,
    "rows": _rows,
    "fail": _fail,
    "heal": _heal,
    "requests": _requests,
    "clear": _clear,
    "reset": _reset,
    "options": _options,
}


def run_command(app: SandboxApp, name: str, given: Given) -> Any:
    """
    Carry out a command.

    :raises ValueError: If there is no such command, or it does not fit.
    """
    if name not in COMMANDS:
        raise ValueError(f"There is no command {name!r}; there are {', '.join(sorted(filter(None, COMMANDS)))}")
    with app.state.lock:
        return COMMANDS[name](app, given)


async def answer_control(app: SandboxApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for control."""
    request = Request(scope, receive)
    try:
        body = await request.body()
        given = {**request.query_params, **(json.loads(body) if body else {})}
        result = run_command(app, request.url.path.removeprefix("/_sandbox").strip("/"), given)
        response = JSONResponse(result)
    except (ValueError, TypeError, KeyError) as error:
        response = JSONResponse({"error": str(error)}, status_code=400)
    await response(scope, receive, send)
