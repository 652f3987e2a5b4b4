# SPDX-License-Identifier: Apache-2.0
"""The state of a sandbox: options, accounts, faults, and the log of requests."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from airflow_provider_assistants.sandbox.account import Account, RowCache
from airflow_provider_assistants.sandbox.apis import check_vendor
from airflow_provider_assistants.sandbox.faults import Faults
from airflow_provider_assistants.sandbox.options import Options

__all__ = ["REQUESTS_KEPT", "RequestSeen", "State"]

#: The log holds the latest requests, so that a sandbox that runs for weeks does not grow.
REQUESTS_KEPT = 10_000
_MINUTE = 60
_MADE_FROM = {"assistants", "seed", "padding", "row_bytes", "calls", "calls_from", "calls_days", "others"}


@dataclass(frozen=True, kw_only=True)
class RequestSeen:
    """
    A request that was made.

    :param time: When the response was made, in seconds since 1970.
    :param vendor: Whose API.
    :param account: Whose key; None for a wrong one.
    :param method: The HTTP method.
    :param path: Below the vendor's root.
    :param query: The query parameters.
    :param headers: The headers; where the key was, only whether it was right.
    :param status: Of the response; 0 if the connection was cut before one.
    :param fault: Which fault it met, if any.
    """

    time: float
    vendor: str
    account: int | None
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int
    fault: str | None = None


class State:
    """The state of a sandbox; one lock guards changes against readers."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults()
        self.lock = threading.RLock()
        self.in_flight = self.max_in_flight = self.made = 0
        self.requests: deque[RequestSeen] = deque(maxlen=REQUESTS_KEPT)
        self._initial = options.model_copy(deep=True)
        self._cache = RowCache(options)
        self._accounts: dict[tuple[str, int], Account] = {}
        self._recent: dict[tuple[str, int], list[float]] = {}

    def account(self, vendor: str, number: int = 1) -> Account:
        """
        Return an account; it is made when first requested.

        :raises ValueError: If there is no such vendor, or no such account.
        """
        if not 1 <= number <= self.options.accounts:
            raise ValueError(f"There is no account {number}; there are 1 to {self.options.accounts}")
        with self.lock:
            key = (check_vendor(vendor), number)
            if key not in self._accounts:
                self._accounts[key] = Account(vendor, number, self.options, self._cache)
            return self._accounts[key]

    def room(self, vendor: str, account: int) -> tuple[int, float] | None:
        """
        Count a request against the rate limit.

        :return: How many more there may be this minute, and the seconds until one may be again, which are 0 as long as
            this one may; None without a limit.
        """
        limit = self.options.requests_per_minute
        if limit is None:
            return None
        now = time.monotonic()
        recent = self._recent.setdefault((vendor, account), [])
        recent[:] = [moment for moment in recent if moment > now - _MINUTE]
        if len(recent) >= limit:
            return 0, recent[0] + _MINUTE - now
        recent.append(now)
        return limit - len(recent), 0

    def log(self, vendor: str | None = None) -> list[dict[str, Any]]:
        """Return the requests seen, all or a vendor's."""
        if vendor is not None:
            check_vendor(vendor)
        with self.lock:
            return [asdict(seen) for seen in self.requests if vendor in (None, seen.vendor)]

    def note(self, seen: RequestSeen) -> None:
        """Log a request, and count it."""
        self.requests.append(seen)
        self.made += 1

    def clear(self) -> None:
        """Empty the log of requests."""
        with self.lock:
            self.requests.clear()
            self.made = 0
            self.max_in_flight = self.in_flight

    def set_options(self, given: dict[str, Any]) -> None:
        """
        Change options from the next response on: all of them or, if one is invalid, none.

        An option that shapes rows (how many of each, seed, padding, row_bytes, the days of calls) makes all of them anew.
        """
        checked = Options.model_validate({**self.options.model_dump(), **given})
        with self.lock:
            for name in given:
                setattr(self.options, name, getattr(checked, name))
            if _MADE_FROM & set(given):
                self._start_anew()

    def reset(self) -> None:
        """Undo all changes, faults and options, and empty the log."""
        with self.lock:
            for name in Options.model_fields:
                setattr(self.options, name, getattr(self._initial, name))
            self._start_anew()
            self._recent.clear()
            self.faults.clear()
            self.clear()

    def _start_anew(self) -> None:
        self._accounts.clear()
        self._cache = RowCache(self.options)
