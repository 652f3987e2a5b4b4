# SPDX-License-Identifier: Apache-2.0
"""The control endpoints under ``/_sandbox/``: change the data while clients read, inject faults, read the log."""

from __future__ import annotations

import copy
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, ValidationError, validate_call
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.apis import VENDORS, api_key
from airflow_provider_assistants.sandbox.faults import FAULTS, Fault
from airflow_provider_assistants.sandbox.listed_rows import ListedRows
from airflow_provider_assistants.sandbox.night import pass_night
from airflow_provider_assistants.sandbox.options import Count, VendorName, plain
from airflow_provider_assistants.sandbox.phone_calls import CALL_IDS
from airflow_provider_assistants.sandbox.rows import ID_FIELDS, planted_in
from airflow_provider_assistants.sandbox.state import State

__all__ = ["describe_commands", "handle_control", "run_command"]


def _every(given: Any) -> Any:
    """Read how often: in a query, "null" means for ever."""
    return None if given in ("null", "") else given


AccountNumber = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Times = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_every)]
AnyVendor = Annotated[VendorName | None, BeforeValidator(lambda given: None if given == "*" else given)]
AssistantId = Annotated[int | str, AfterValidator(str)]


def _found(state: State, vendor: str, account: int, assistant_id: Any) -> tuple[Account, int]:
    holder = state.account(vendor, account)
    index = holder.find(assistant_id)
    if index is None:
        raise ValueError(f"{vendor} has no assistant {assistant_id!r} in account {account}")
    return holder, index


def _status(state: State, *, vendor: VendorName, id: AssistantId, status: str, account: AccountNumber = 1) -> Any:
    """Switch an assistant on or off: `active` or `inactive`."""
    holder, index = _found(state, vendor, account, id)
    holder.set_status(index, status)
    return holder.row(index)


def _update(
    state: State, *, vendor: VendorName, id: AssistantId, fields: dict[str, Any], account: AccountNumber = 1
) -> Any:
    """Change fields of an assistant; `updated_at` moves too."""
    holder, index = _found(state, vendor, account, id)
    holder.update(index, copy.deepcopy(fields))
    return holder.row(index)


def _insert(
    state: State, *, vendor: VendorName, fields: dict[str, Any] | None = None, account: AccountNumber = 1
) -> Any:
    """Add an assistant and return its id."""
    return {ID_FIELDS[vendor]: state.account(vendor, account).insert(copy.deepcopy(fields or {}))}


def _delete(
    state: State, *, vendor: VendorName, id: AssistantId, soft: bool = False, account: AccountNumber = 1
) -> Any:
    """Remove an assistant; `soft` keeps it listed with `deleted_at`, in the Autocalls family."""
    holder, index = _found(state, vendor, account, id)
    holder.delete(index, soft=soft)
    return {"deleted": id}


def _size(state: State, *, vendor: VendorName, assistants: Count, account: AccountNumber = 1) -> Any:
    """Set the number of assistants of an account."""
    holder = state.account(vendor, account)
    holder.resize(assistants)
    return {"assistants": len(holder)}


def _night(
    state: State,
    *,
    vendor: VendorName,
    added: NotNegative = 2,
    removed: NotNegative = 1,
    edited: NotNegative = 5,
    prompts: NotNegative = 3,
    account: AccountNumber = 1,
) -> Any:
    """Change an account as its people do in a day: assistants come and go, settings and prompts are edited."""
    holder = state.account(vendor, account)
    return pass_night(holder, added=added, removed=removed, edited=edited, prompts=prompts)


def _call(
    state: State,
    *,
    vendor: VendorName,
    started: AwareDatetime,
    seconds: Annotated[float, Field(ge=0)] = 60,
    fields: dict[str, Any] | None = None,
    account: AccountNumber = 1,
) -> Any:
    """Add a telephone call that began at a time and lasts so many seconds, and return its id."""
    log = state.account(vendor, account).calls
    return {CALL_IDS[vendor]: log.insert(started, seconds=seconds, **copy.deepcopy(fields or {}))}


def _change_call(
    state: State, *, vendor: VendorName, id: AssistantId, fields: dict[str, Any], account: AccountNumber = 1
) -> Any:
    """Change fields of a telephone call."""
    state.account(vendor, account).calls.update(id, **copy.deepcopy(fields))
    return {"changed": id}


def _delete_call(state: State, *, vendor: VendorName, id: AssistantId, account: AccountNumber = 1) -> Any:
    """Remove a telephone call."""
    state.account(vendor, account).calls.delete(id)
    return {"deleted": id}


def _change_row(
    state: State,
    *,
    vendor: VendorName,
    listing: str,
    position: Annotated[int, Field(ge=0)],
    fields: dict[str, Any],
    account: AccountNumber = 1,
) -> Any:
    """Change fields of the row at a position of another listing, such as `campaigns`."""
    _other(state, vendor, listing, account).update(position, **copy.deepcopy(fields))
    return {"changed": position}


def _other(state: State, vendor: str, listing: str, account: int) -> ListedRows:
    others = state.account(vendor, account).others
    if listing not in others:
        raise ValueError(f"{vendor} has no listing {listing!r}; it has assistants, calls, {', '.join(others)}")
    return others[listing]


def _encoded(state: State, vendor: str, listing: str, account: int) -> Iterator[bytes]:
    """Return the rows of a listing as JSON, in its order."""
    holder = state.account(vendor, account)
    if listing == "assistants":
        yield from map(holder.encoded, holder.listed())
    elif listing == "calls":
        yield from map(holder.calls.encoded, holder.calls.between()[::-1])
    else:
        yield from (json.dumps(row).encode() for row in _other(state, vendor, listing, account).rows())


def _rows(state: State, *, vendor: VendorName, listing: str = "assistants", account: AccountNumber = 1) -> Any:
    """Return what a perfect client would receive now; of calls, what it would without a filter."""
    return [json.loads(row) for row in _encoded(state, vendor, listing, account)]


def _planted(state: State, *, vendor: VendorName, listing: str = "assistants", account: AccountNumber = 1) -> Any:
    """Return the secrets and the personal data that an account's rows hold."""
    rows = (row.decode() for row in _encoded(state, vendor, listing, account))
    found = asdict(planted_in([api_key(vendor, account), *rows]))
    found["personal"].append(f"sandbox-personal-user-{account}")
    return found


def _fail(
    state: State,
    *,
    name: str,
    vendor: AnyVendor = None,
    times: Times = 1,
    after: NotNegative = 0,
    path: str | None = None,
    page: int | None = None,
    query: dict[str, Any] | None = None,
    account: int | None = None,
    **given: Any,
) -> Any:
    """Break the next responses by a named fault; `times` null is for ever, further parameters go to the fault."""
    which: dict[str, Any] = {"vendor": vendor, "path": path, "page": page, "query": query or {}, "account": account}
    state.faults.add(Fault(name=name, times=times, after=after, given=given, **which))
    return {"waiting": name}


def _heal(state: State) -> Any:
    """Remove all faults."""
    state.faults.clear()
    return {"waiting": None}


def _requests(state: State, *, vendor: VendorName | None = None) -> Any:
    """Return the latest requests, at most 10,000, how many of all vendors were made, and how many were in flight at once."""
    return {"max_in_flight": state.max_in_flight, "made": state.made, "requests": state.log(vendor)}


def _clear(state: State) -> Any:
    """Empty the log of requests."""
    state.clear()
    return {"requests": []}


def _reset(state: State) -> Any:
    """Undo all changes, faults and options, and empty the log."""
    state.reset()
    return {"reset": True}


def _options(state: State, **given: Any) -> Any:
    """Change how the sandbox behaves: any option of the command line, with `_` for `-`."""
    state.set_options(given)
    return state.options.model_dump(mode="json")


def _help(state: State) -> Any:
    """Return the commands, faults and vendors."""
    return {
        "commands": sorted(filter(None, COMMANDS)),
        "faults": {name: {"about": kind.about, "given": dict(kind.given)} for name, kind in FAULTS.items()},
        "vendors": list(VENDORS),
    }


_COMMANDS: Mapping[str, Callable[..., Any]] = {
    "": _help,
    "status": _status,
    "update": _update,
    "insert": _insert,
    "delete": _delete,
    "size": _size,
    "night": _night,
    "phone_call": _call,
    "phone_call_update": _change_call,
    "phone_call_delete": _delete_call,
    "row_update": _change_row,
    "rows": _rows,
    "planted": _planted,
    "fail": _fail,
    "heal": _heal,
    "requests": _requests,
    "clear": _clear,
    "reset": _reset,
    "options": _options,
}
_CHECKED = validate_call(config=ConfigDict(arbitrary_types_allowed=True))

#: The commands by their path below ``/_sandbox/``; parameters come as a JSON body or in the query.
COMMANDS: Mapping[str, Callable[..., Any]] = {name: _CHECKED(command) for name, command in _COMMANDS.items()}


def run_command(state: State, name: str, given: Mapping[str, Any]) -> Any:
    """
    Run a command.

    :raises ValueError: If there is no such command or a parameter is invalid; the message lists what is valid.
    """
    if name not in COMMANDS:
        raise ValueError(f"There is no command {name!r}; there are {', '.join(sorted(filter(None, COMMANDS)))}")
    try:
        with state.lock:
            return COMMANDS[name](state, **given)
    except ValidationError as error:
        raise ValueError(plain(error)) from None


def describe_commands() -> list[tuple[str, str, str]]:
    """Return each command's name, its parameters as they are written, and what it does."""
    described = []
    for name, command in _COMMANDS.items():
        parameters = []
        for each in list(inspect.signature(command).parameters.values())[1:]:
            if each.kind is each.VAR_KEYWORD:
                parameters.append("...")
            elif each.default is each.empty:
                parameters.append(each.name)
            else:
                parameters.append(f"{each.name}={json.dumps(each.default)}")
        described.append((name, ", ".join(parameters), inspect.getdoc(command) or ""))
    return described


async def handle_control(state: State, scope: Scope, receive: Receive, send: Send) -> None:
    """Handle a request to a control endpoint."""
    request = Request(scope, receive)
    name = request.url.path.removeprefix("/_sandbox").strip("/")
    try:
        body = await request.body()
        sent = json.loads(body) if body else {}
        if not isinstance(sent, dict):
            raise ValueError("The parameters must be a JSON object")
        response = JSONResponse(run_command(state, name, {**request.query_params, **sent}))
    except ValueError as error:
        response = JSONResponse({"error": str(error)}, status_code=400)
    await response(scope, receive, send)
