# SPDX-License-Identifier: Apache-2.0
"""
What is retried, when, and how long: a pure decision, so that it can be tested without waiting.

The wait is what the vendor asks for (``Retry-After`` in seconds or as a date; of a 429 also
``X-RateLimit-Reset`` and the body's ``retry_after``), else exponential backoff with full jitter, so that tasks which failed
together do not retry together. No single wait is longer than ``max_wait``, and all tries of a request take ``budget`` at most: if
a vendor asks for a day, the request fails instead of holding a worker's slot.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

__all__ = ["RETRIED_STATUSES", "RetryPolicy", "asked_wait"]

#: Statuses that may be different next time. No other 4xx is retried.
RETRIED_STATUSES = frozenset({408, 425, 429, *range(500, 600)})

#: ``X-RateLimit-Reset`` is an epoch at these vendors; a small number is taken for seconds from now.
_EPOCH_FROM = 1e9


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """
    How often and how long to try.

    :param max_retries: Tries after the first.
    :param base: Upper bound of the first wait in seconds; doubles with each further one.
    :param max_wait: Upper bound of any wait in seconds.
    :param budget: Seconds that the retries of one request may take in all, waits and responses.
    """

    max_retries: int = 5
    base: float = 0.5
    max_wait: float = 60.0
    budget: float = 300.0

    def wait(self, *, retries: int, elapsed: float, asked: float | None, jitter: float) -> float | None:
        """
        Return the seconds to wait before the next try; None to give up.

        :param retries: Retries made so far.
        :param elapsed: Seconds since the first try started.
        :param asked: Seconds that the vendor asked for, if it did.
        :param jitter: A random number from 0 to 1.
        """
        if retries >= self.max_retries:
            return None
        ceiling = min(self.base * 2**retries, self.max_wait)
        wait = ceiling * jitter if asked is None else min(asked, self.max_wait)
        return wait if elapsed + wait <= self.budget else None


def asked_wait(headers: Mapping[str, str], body: Any, *, now: datetime, refused: bool = True) -> float | None:
    """
    Read how many seconds the vendor asks to wait; None if it does not say, or says something in the past.

    :param headers: The response's headers, with names in lower case or case-insensitive.
    :param body: The decoded body, whatever it is.
    :param now: The wall clock, in UTC.
    :param refused: Whether it is a 429. Vendors send ``X-RateLimit-Reset`` with everything, and only then does it matter.
    """
    waits = [_seconds_or_date(headers.get("retry-after"), now)]
    if refused:
        in_body = body.get("retry_after") if isinstance(body, dict) else None
        waits += [_reset(headers.get("x-ratelimit-reset"), now), _number(in_body)]
    for wait in waits:
        if wait is not None and wait > 0:
            return wait
    return None


def _seconds_or_date(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    number = _number(value)
    if number is not None:
        return number
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()


def _reset(value: str | None, now: datetime) -> float | None:
    number = _number(value)
    if number is None:
        return None
    return number - now.timestamp() if number >= _EPOCH_FROM else number


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
