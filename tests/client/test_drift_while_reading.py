# SPDX-License-Identifier: Apache-2.0
"""Listings that change while they are read: what existed all the while is there once, or the listing is not consistent."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.completeness import ListingReport, read_listing
from airflow_provider_assistants.client.pagers.base import PageRequest, PageResponse
from airflow_provider_assistants.client.pagers.numbered import OffsetPager, PagePager
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle, PageStyle
from airflow_provider_assistants.vendors.rows import RowReader
from tests.fuzzing import cases

NUMBERED = PageStyle(size_param="per_page", last_page="last_page", total="total", page_echo="current_page")

#: After which response something happens, and what: a row comes, the row at this place goes, or it is edited and moves to
#: where the newest are.
CHANGES = st.lists(
    st.tuples(st.integers(0, 25), st.none() | st.integers(0, 60) | st.tuples(st.just("edited"), st.integers(0, 60))),
    max_size=8,
)


class Server:
    """A listing in which rows come and go."""

    def __init__(self, size: int, changes: list[tuple[int, Any]], *, newest_first: bool) -> None:
        self.ids = list(range(size))
        self.stayed = {*self.ids}
        self._next = size
        self._changes = changes
        self._newest_first = newest_first
        self._responses = 0

    def listed(self) -> list[int]:
        listed = self.ids[::-1] if self._newest_first else self.ids[:]
        for after, place in self._changes:
            if after != self._responses:
                continue
            if place is None:
                self.ids.append(self._next)
                self._next += 1
            elif isinstance(place, tuple):
                if self.ids:
                    self.ids.append(self.ids.pop(place[1] % len(self.ids)))
            elif self.ids:
                self.stayed.discard(self.ids.pop(place % len(self.ids)))
        self._responses += 1
        return listed

    def rows(self, start: int, end: int) -> tuple[list[dict[str, Any]], int]:
        listed = self.listed()
        return [{"id": each} for each in listed[start:end]], len(listed)


def read(
    server: Server, make_pager: Any, respond: Any, *, concurrency: int, delays: list[int], count: Any = None
) -> Any:
    report = ListingReport()
    ids: list[int] = []
    turn = iter(delays * 200)

    async def fetch(request: PageRequest) -> PageResponse:
        for _ in range(next(turn, 0)):
            await asyncio.sleep(0)
        found: PageResponse = respond(request)
        for _ in range(next(turn, 0)):
            await asyncio.sleep(0)
        return found

    async def consume() -> None:
        pages = read_listing(
            make_pager, fetch, RowReader(), concurrency=concurrency, count=count, on_drift="warn", report=report
        )
        async for page in pages:
            ids.extend(row["id"] for row in page.rows)

    asyncio.run(consume())
    assert len(ids) == len({*ids}), "a row came out twice"
    return report, {*ids}


@cases(1500)
@given(
    size=st.integers(0, 60),
    page_size=st.integers(2, 12),
    changes=CHANGES,
    concurrency=st.integers(1, 8),
    delays=st.lists(st.integers(0, 4), min_size=1, max_size=7),
    newest_first=st.booleans(),
)
def test_windows(
    size: int, page_size: int, changes: Any, concurrency: int, delays: list[int], newest_first: bool
) -> None:
    server = Server(size, changes, newest_first=newest_first)

    def respond(request: PageRequest) -> PageResponse:
        skip, limit = request.params["skip"], request.params["limit"]
        return PageResponse(rows=server.rows(skip, skip + limit)[0], envelope=[])

    async def count() -> int:
        return len(server.listed())

    report, ids = read(
        server,
        lambda: OffsetPager(OffsetStyle(), page_size=page_size, counted=True),
        respond,
        concurrency=concurrency,
        delays=delays,
        count=count,
    )
    if report.consistent:
        assert server.stayed <= ids, "a row that was there all the while is missing"


@cases(1500)
@given(
    size=st.integers(0, 60),
    page_size=st.integers(1, 12),
    changes=CHANGES,
    concurrency=st.integers(1, 8),
    delays=st.lists(st.integers(0, 4), min_size=1, max_size=7),
    newest_first=st.booleans(),
)
def test_numbered_pages(
    size: int, page_size: int, changes: Any, concurrency: int, delays: list[int], newest_first: bool
) -> None:
    """
    Rows of one moment come, go or move, but not several of these between two responses: that leaves no sign where pages are
    numbered.
    """
    moments: dict[int, type] = {}
    changes = [(after, place) for after, place in changes if moments.setdefault(after, type(place)) is type(place)]
    server = Server(size, changes, newest_first=newest_first)

    def respond(request: PageRequest) -> PageResponse:
        page = request.params["page"]
        rows, total = server.rows((page - 1) * page_size, page * page_size)
        last = max(math.ceil(total / page_size), 1)
        return PageResponse(rows=rows, envelope={"current_page": page, "last_page": last, "total": total})

    report, ids = read(
        server, lambda: PagePager(NUMBERED, page_size=page_size), respond, concurrency=concurrency, delays=delays
    )
    if report.consistent:
        assert server.stayed <= ids, "a row that was there all the while is missing"


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_listing_that_never_holds_still_is_reported(concurrency: int) -> None:
    server = Server(40, [(after, None) for after in range(500)], newest_first=True)

    def respond(request: PageRequest) -> PageResponse:
        skip = request.params["skip"]
        return PageResponse(rows=server.rows(skip, skip + request.params["limit"])[0], envelope=[])

    async def count() -> int:
        return len(server.listed())

    report, _ = read(
        server,
        lambda: OffsetPager(OffsetStyle(), page_size=10, counted=True),
        respond,
        concurrency=concurrency,
        delays=[0],
        count=count,
    )
    assert not report.consistent
    assert report.passes == 3
    assert report.signs
