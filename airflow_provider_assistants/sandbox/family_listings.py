# SPDX-License-Identifier: Apache-2.0
"""What the Autocalls family lists beside its assistants: calls, leads, conversations, campaigns, numbers and folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.call import Call, Reply
from airflow_provider_assistants.sandbox.laravel import Errors, cursor_page, days, numbered_page, paginated

__all__ = ["LISTING_ROUTES"]

Row = dict[str, Any]


def _calls(call: Call, account: Account) -> Reply:
    """Return a page of calls, the newest first; a row does not say of which assistant it is, and yet one can ask for it."""
    log, query, errors = account.calls, call.query, Errors()
    log.tick()
    since, until = days(call, errors)
    campaign, assistant_id = errors.number(call, "campaign_id"), errors.number(call, "assistant_id")
    if errors:
        return errors.reply()
    wanted = {
        "status": query.get("status"),
        "type": query.get("type"),
        "client_phone_number": query.get("phone_number"),
    }
    if campaign is not None:
        wanted["campaign_name"] = f"Campaign {campaign}"
    assistant = None if assistant_id is None else account.find(assistant_id)
    found: Sequence[int] = ()
    if assistant_id is None or assistant is not None:
        asked = {name: value for name, value in wanted.items() if value is not None}
        found = log.between(since, until, assistant=assistant, wanted=asked)
    newest = found[::-1]

    def window(start: int, end: int) -> list[bytes]:
        return [log.encoded(index) for index in newest[start:end]]

    return paginated(call, call.path, default=15, total=len(newest), window=window)


def _leads(call: Call, account: Account) -> Reply:
    query, errors = call.query, Errors()
    since, until = days(call, errors)
    campaign = errors.number(call, "campaign_id")
    if errors:
        return errors.reply()
    zone = ZoneInfo(call.options.zone)

    def matches(row: Row) -> bool:
        created = datetime.fromisoformat(row["created_at"]).replace(tzinfo=zone).astimezone(UTC)
        return (
            (since is None or created >= since)
            and (until is None or created < until)
            and query.get("status") in (None, row["status"])
            and campaign in (None, row["campaign_id"])
            and query.get("phone_number", "") in row["phone_number"]
        )

    rows = account.others["leads"].rows(matches)
    return paginated(call, call.path, default=15, total=len(rows), window=_window(rows))


def _conversations(call: Call, account: Account) -> Reply:
    query = call.query

    def matches(row: Row) -> bool:
        return (
            query.get("type") in (None, row["type"])
            and query.get("customer_phone") in (None, row.get("customer", {}).get("phone"))
            and query.get("whatsapp_sender_phone") in (None, row.get("whatsapp_sender", {}).get("phone"))
            and query.get("external_identifier") in (None, row.get("external_identifier"))
        )

    rows = account.others["conversations"].rows(matches)
    return cursor_page(call, call.path, default=15, total=len(rows), window=_window(rows))


def _campaigns(call: Call, account: Account) -> Reply:
    return Reply(body=list(account.others["campaigns"].rows()))


def _phone_numbers(call: Call, account: Account) -> Reply:
    return Reply(body={"data": list(account.others["phone_numbers"].rows())})


def _folders(call: Call, account: Account) -> Reply:
    rows = account.others["folders"].rows()
    return numbered_page(call, default=15, total=len(rows), window=_window(rows))


def _window(rows: Sequence[Row]) -> Callable[[int, int], list[bytes]]:
    return lambda start, end: [json.dumps(row, separators=(",", ":")).encode() for row in rows[start:end]]


LISTING_ROUTES: Mapping[str, Callable[[Call, Account], Reply]] = {
    "/user/calls": _calls,
    "/user/leads": _leads,
    "/user/conversations": _conversations,
    "/user/campaigns": _campaigns,
    "/user/phone-numbers/all": _phone_numbers,
    "/user/folders": _folders,
}
