# SPDX-License-Identifier: Apache-2.0
"""
What every pager is: a state machine that knows how a listing is paged, and does no I/O.

A driver asks a pager for the next request known to be needed (:meth:`Pager.poll`) and hands back its response
(:meth:`Pager.receive`). A pager returns every request it already knows of, so one driver serves all paging styles and
fetches concurrently where the style allows it. No pager takes a short page for the end: a server may cap the page size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from airflow_provider_assistants.dotted_path import dig
from airflow_provider_assistants.exceptions import PaginationError

__all__ = [
    "GROWTH_FACTOR",
    "GROWTH_PAGES",
    "MAX_PAGES",
    "CountedPager",
    "PageRequest",
    "PageResponse",
    "Pager",
    "read_count",
    "read_total",
]

Row = dict[str, Any]

#: No account has this many pages; a listing that announces more is running away.
MAX_PAGES = 100_000

#: How far a listing may outgrow what its first response announced before it counts as running away.
GROWTH_FACTOR, GROWTH_PAGES = 2, 100

#: A count of more digits is none: Python refuses to read some thousands of them.
_LONGEST_COUNT = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRequest:
    """
    A request that is known to be needed.

    :param position: Where its rows lie among those of other requests; requests are unique in it.
    :param params: What to send.
    :param size: How many rows are requested, where the style has a size.
    :param overlap: How many of its first rows repeat the end of the page before; None for "at least one".
    :param first: Whether it is the first page, so that a 404 cannot mean the end.
    """

    position: int
    params: Mapping[str, Any] = field(default_factory=dict)
    size: int | None = None
    overlap: int | None = 0
    first: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PageResponse:
    """
    The response to a page request.

    :param rows: The rows, as they came.
    :param envelope: What was around them; the bare array itself where there was nothing.
    :param size: Bytes of the response, decompressed.
    """

    rows: list[Row]
    envelope: Any = None
    size: int = 0


class Pager(Protocol):
    """
    What a driver needs of every pager.

    ``total`` and ``pages`` are None while unknown. ``max_in_flight`` bounds how many of its requests may be under way, where
    that is fewer than the caller allows; None for no bound of its own. ``repeated`` is the error to raise for a page that came
    again, if another pass shows one too: a cache may have served it once.
    """

    max_in_flight: int | None
    repeated: PaginationError | None

    @property
    def total(self) -> int | None:
        """The vendor's own count of rows, as last reported."""

    @property
    def totals(self) -> set[int]:
        """Every count that the vendor reported."""

    @property
    def pages(self) -> int | None:
        """How many requests the listing is expected to take."""

    def poll(self) -> PageRequest | None:
        """Return the next request known to be needed, lowest position first; None if none is known at the moment."""

    def receive(self, request: PageRequest, response: PageResponse) -> None:
        """
        Learn from a response.

        :raises PaginationError: If the response shows that paging cannot end.
        """

    def learn_total(self, total: int | None) -> None:
        """Learn how many rows there are, from a response or from elsewhere; nothing if None."""


def read_count(value: Any) -> int | None:
    """Read a count that may come as ``47``, ``"47"`` or ``47.0``; None for anything else, negatives included."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.isdecimal() and len(text) <= _LONGEST_COUNT else None
    if isinstance(value, float):
        return int(value) if value >= 0 and value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read_total(envelope: Any, path: str | None) -> int | None:
    """Read the vendor's count of rows out of an envelope."""
    return read_count(dig(envelope, path)) if path else None


class CountedPager:
    """What pagers share: the vendor's count of rows, as last reported, and every count that it reported."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.totals: set[int] = set()
        self.max_in_flight: int | None = None
        self.repeated: PaginationError | None = None

    def learn_total(self, total: int | None) -> None:
        """Learn how many rows there are; nothing if None."""
        if total is not None:
            self.total = total
            self.totals.add(total)
