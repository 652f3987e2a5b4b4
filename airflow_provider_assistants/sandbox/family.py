# SPDX-License-Identifier: Apache-2.0
"""The API of Autocalls, OtoniStark and Intellixent: a Laravel backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.fake_values import PERSONAL
from airflow_provider_assistants.sandbox.family_listings import LISTING_ROUTES
from airflow_provider_assistants.sandbox.laravel import paginated
from airflow_provider_assistants.sandbox.pages import LOGIN_PAGE, NOT_FOUND_PAGE

__all__ = ["respond"]

_HTML = {"content-type": "text/html; charset=UTF-8"}


def respond(call: Call) -> Reply:
    """Return the reply to a request."""
    if call.on_site:
        return _web_page(call)
    if call.path not in _ROUTES:
        return _not_found(call)
    if call.method not in ("GET", "HEAD"):
        message = f"The {call.method} method is not supported for route api{call.path}. Supported methods: GET, HEAD."
        return Reply(status=405, body={"message": message}, headers={"allow": "GET, HEAD"})
    if call.account is None:
        if not _wants_json(call):
            return Reply(status=302, body=b"", headers={"location": f"{call.site}/login", **_HTML})
        return Reply(status=401, body={"message": "Unauthenticated."})
    return _ROUTES[call.path](call, call.account)


def _web_page(call: Call) -> Reply:
    match call.path:
        case "/login":
            return Reply(body=LOGIN_PAGE, headers=_HTML)
        case "" | "/":
            return Reply(status=302, body=b"", headers={"location": f"{call.site}/login", **_HTML})
        case _:
            return _not_found(call)


def _not_found(call: Call) -> Reply:
    if not _wants_json(call):
        return Reply(status=404, body=NOT_FOUND_PAGE, headers=_HTML)
    place = call.path.strip("/") if call.on_site else f"api{call.path}"
    return Reply(status=404, body={"message": f"The route {place} could not be found."})


def _wants_json(call: Call) -> bool:
    """Whether JSON is the first choice of the Accept header, as Laravel decides it."""
    wanted = []
    for each in call.headers.get("accept", "").split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        wanted.append((float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0, kind.lower()))
    _, first = max(wanted, key=lambda one: one[0])
    return "/json" in first or "+json" in first


def _assistants(call: Call, account: Account) -> Reply:
    def window(start: int, end: int) -> list[bytes]:
        return [account.encoded(index) for index in account.window(start, end)]

    return paginated(call, call.path, default=10, total=len(account), window=window)


def _me(call: Call, account: Account) -> Reply:
    name = f"{PERSONAL}user-{account.number}"
    return Reply(body={"name": name, "email": f"{name}@example.com", "total_balance": 12.5})


def _outbound(call: Call, account: Account) -> Reply:
    rows = (account.row(index) for index in account.listed())
    return Reply(body=[row for row in rows if row.get("type") == "outbound"])


_ROUTES: Mapping[str, Callable[[Call, Account], Reply]] = {
    "/user/assistants/get": _assistants,
    "/user/assistants/outbound": _outbound,
    "/user/me": _me,
    **LISTING_ROUTES,
}
