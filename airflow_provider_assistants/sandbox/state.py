# SPDX-License-Identifier: Apache-2.0
"""What the sandbox knows: options, accounts with their assistants, and what was asked of it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from airflow_provider_assistants.sandbox.rows import ID_FIELDS, MAKERS, SECRET

__all__ = ["KEY_FORMS", "ROOTS", "VENDORS", "Account", "Options", "RequestSeen", "State"]

Row = dict[str, Any]
Order = Literal["oldest", "newest"]

#: Below which path of the server each vendor's API lies.
ROOTS: Mapping[str, str] = {
    "autocalls": "/autocalls/api",
    "otonistark": "/otonistark/api",
    "intellixent": "/intellixent/api",
    "burki": "/burki",
    "puretalk": "/puretalk/api",
}
VENDORS = tuple(ROOTS)

#: How the keys of each vendor look; the number is that of the account.
KEY_FORMS: Mapping[str, str] = {
    "autocalls": f"{{account}}|{SECRET}key-autocalls-{{account}}",
    "otonistark": f"{{account}}|{SECRET}key-otonistark-{{account}}",
    "intellixent": f"{{account}}|{SECRET}key-intellixent-{{account}}",
    "burki": f"burki_live_{SECRET}key-{{account}}",
    "puretalk": f"pt_{SECRET}key-{{account}}",
}


@dataclass(kw_only=True)
class Options:
    """
    How the sandbox behaves.

    :param assistants: How many each account has at first.
    :param accounts: How many accounts each vendor has.
    :param seed: Same seed, same assistants.
    :param latency: Seconds before each answer.
    :param page_cap: More rows than this are not given in a page, whatever is asked for.
    :param padding: Characters to add to each assistant's prompt, to make rows as large as wanted.
    :param requests_per_minute: Answer 429 beyond this, for each key; None for no limit.
    :param order: In which order a listing comes, by vendor; Burki's newest come first unless said otherwise.
    """

    assistants: int = 47
    accounts: int = 100
    seed: int = 1
    latency: float = 0.0
    page_cap: int | None = None
    padding: int = 0
    requests_per_minute: int | None = None
    order: dict[str, Order] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """A request that was made; the key itself is not kept."""

    time: float
    vendor: str | None
    account: int | None
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int


class Account:
    """
    The assistants of one account, in the order in which they were made.

    Rows are made when first asked for, and kept as encoded: an account of 100,000 is made in no time, and a listing is
    joined from bytes.
    """

    def __init__(self, vendor: str, number: int, options: Options) -> None:
        self.vendor = vendor
        self.number = number
        self.newest_first = options.order.get(vendor, "newest" if vendor == "burki" else "oldest") == "newest"
        self._options = options
        self._changed: dict[int, Row] = {}
        self._encoded: dict[int, bytes] = {}
        self._order = list(range(options.assistants))
        self._made = options.assistants
        self._index_by_id: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._order)

    def row(self, index: int) -> Row:
        """Give the assistant that was made n-th."""
        if index in self._changed:
            return self._changed[index]
        _, row = MAKERS[self.vendor](self.vendor, self.number, index, self._options.seed, self._options.padding)
        return row

    def listed(self) -> list[int]:
        """Give which assistants there are, in the order of the listing."""
        return self._order[::-1] if self.newest_first else self._order

    def window(self, start: int, end: int) -> list[int]:
        """Give a window of the listing."""
        if not self.newest_first:
            return self._order[start:end]
        count = len(self._order)
        return self._order[max(count - end, 0) : max(count - start, 0)][::-1]

    def encoded(self, index: int) -> bytes:
        """Give an assistant as JSON."""
        body = self._encoded.get(index)
        if body is None:
            body = json.dumps(self.row(index), separators=(",", ":")).encode()
            self._encoded[index] = body
        return body

    def find(self, assistant_id: Any) -> int | None:
        """Give which assistant has this id, or UUID; None if there is none."""
        text = str(assistant_id)
        if self.vendor != "puretalk" and text.isdecimal():
            index = int(text) - self.number * 1_000_000 - 1
            return index if index in self._present() else None
        if not self._index_by_id:
            field_name = ID_FIELDS[self.vendor] if self.vendor == "puretalk" else "uuid"
            self._index_by_id = {str(self.row(index).get(field_name)): index for index in self._order}
        index = self._index_by_id.get(text, -1)
        return index if index in self._present() else None

    def update(self, index: int, fields: Row) -> None:
        """Change fields of an assistant; ``updated_at`` moves unless it is among them."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._changed[index] = {**self.row(index), "updated_at": now, **fields}
        self._encoded.pop(index, None)

    def set_status(self, index: int, status: str) -> None:
        """Switch an assistant on or off."""
        field_name = {"burki": "is_active", "puretalk": None}.get(self.vendor, "status")
        if field_name is None:
            raise ValueError("Puretalk's assistants have no status")
        self.update(index, {field_name: (status == "active") if field_name == "is_active" else status})

    def insert(self, fields: Row) -> Any:
        """Make one more assistant, and give its id."""
        index = self._made
        self._made += 1
        self._order.append(index)
        row = self.row(index)
        if fields:
            self.update(index, fields)
        if self._index_by_id:
            key = ID_FIELDS[self.vendor] if self.vendor == "puretalk" else "uuid"
            self._index_by_id[str(self.row(index).get(key))] = index
        return row[ID_FIELDS[self.vendor]]

    def delete(self, index: int) -> None:
        """Take an assistant away."""
        self._order.remove(index)

    def resize(self, size: int) -> None:
        """Have just so many assistants, the first made."""
        self._order = list(range(size))
        self._made = max(self._made, size)
        self._index_by_id = {}

    def _present(self) -> list[int] | range:
        count = len(self._order)
        return range(count) if count and self._order[-1] == count - 1 else self._order


class State:
    """All that the sandbox knows; one lock guards changes against readers."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock = threading.RLock()
        self.in_flight = self.max_in_flight = 0
        self.requests: list[RequestSeen] = []
        self._accounts: dict[tuple[str, int], Account] = {}
        self._recent: dict[tuple[str, int], list[float]] = {}

    def account(self, vendor: str, number: int = 1) -> Account:
        """Give an account, making it when first asked for."""
        with self.lock:
            key = (vendor, number)
            if key not in self._accounts:
                self._accounts[key] = Account(vendor, number, self.options)
            return self._accounts[key]

    def account_of_key(self, vendor: str, key: str) -> int | None:
        """Give which account a key belongs to; None for a wrong one."""
        number = re.search(r"(\d+)$", key)
        if number is None or not 1 <= int(number.group()) <= self.options.accounts:
            return None
        return int(number.group()) if key == KEY_FORMS[vendor].format(account=number.group()) else None

    def over_limit(self, vendor: str, account: int) -> float:
        """Count a request against the rate limit; give the seconds until there is room again, 0 if there is."""
        limit = self.options.requests_per_minute
        if limit is None:
            return 0
        now = time.monotonic()
        recent = self._recent.setdefault((vendor, account), [])
        recent[:] = [moment for moment in recent if moment > now - 60]
        if len(recent) >= limit:
            return recent[0] + 60 - now
        recent.append(now)
        return 0

    def log(self, vendor: str | None = None) -> list[dict[str, Any]]:
        """Give the requests seen, all or a vendor's."""
        return [asdict(seen) for seen in self.requests if vendor in (None, seen.vendor)]

    def reset(self) -> None:
        """Forget all changes and all requests."""
        with self.lock:
            self._accounts.clear()
            self.requests.clear()
            self._recent.clear()
            self.max_in_flight = self.in_flight
