# SPDX-License-Identifier: Apache-2.0
"""Pagers against model servers: whatever the server does within its rights, each row comes once and it ends."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.client.completeness import ListingReport, read_listing
from airflow_provider_assistants.client.pagers.base import PageRequest, PageResponse
from airflow_provider_assistants.client.pagers.numbered import OffsetPager, PagePager
from airflow_provider_assistants.client.pagers.sequential import (
    CursorPager,
    NextUrlPager,
    TimeWindowPager,
    UnpagedPager,
)
from airflow_provider_assistants.exceptions import AssistantsError, ListingDriftError, PaginationError
from airflow_provider_assistants.vendors.paging_styles import (
    CursorStyle,
    NextUrlStyle,
    OffsetStyle,
    PageStyle,
    TimeWindowStyle,
    UnpagedStyle,
)
from airflow_provider_assistants.vendors.rows import RowReader

LARAVEL = PageStyle(
    size_param="per_page", last_page="last_page", total="total", page_echo="current_page", next="next_page_url"
)
DJANGO = PageStyle(size_param="limit", total="count", next="next")
ZERO_BASED = PageStyle(page_param="n", size_param="s", first_page=0, page_count="total_pages", page_echo="n")

totals = st.integers(0, 130)
sizes = st.integers(1, 40)
caps = st.none() | st.integers(1, 20)
concurrencies = st.integers(1, 9)


def rows_from(start: int, end: int, total: int) -> list[dict[str, Any]]:
    return [{"id": number, "at": f"{10_000 - number // 3:05d}"} for number in range(max(start, 0), min(end, total))]


def read(make_pager: Any, respond: Any, *, concurrency: int, count: int | None = None, **options: Any) -> ListingReport:
    """Read a listing from a model server, and check what always has to hold."""
    report = ListingReport()
    in_flight = 0
    held = 0
    ids: list[int] = []

    async def fetch(request: PageRequest) -> PageResponse:
        nonlocal in_flight, held
        in_flight += 1
        held += 1
        assert in_flight <= concurrency
        for _ in range(request.position % 3):
            await asyncio.sleep(0)
        in_flight -= 1
        return respond(request)

    async def counted() -> int:
        await asyncio.sleep(0)
        return int(count or 0)

    async def consume() -> None:
        pages = read_listing(
            make_pager,
            fetch,
            RowReader(),
            concurrency=concurrency,
            count=counted if count is not None else None,
            report=report,
            **options,
        )
        async for page in pages:
            ids.extend(row["id"] for row in page.rows)

    asyncio.run(consume())
    assert ids == sorted(ids), "rows came out of order"
    assert len({*ids}) == len(ids) == report.rows
    report.ids = ids  # type: ignore[attr-defined]
    return report


@given(
    total=totals,
    size=sizes,
    cap=caps,
    concurrency=concurrencies,
    hide=st.sets(st.sampled_from(["last_page", "total", "next_page_url", "current_page"])),
)
def test_laravel(total: int, size: int, cap: int | None, concurrency: int, hide: set[str]) -> None:
    def respond(request: PageRequest) -> PageResponse:
        page, per_page = request.params["page"], min(request.params["per_page"], cap or 100)
        last = max(math.ceil(total / per_page), 1)
        envelope = {
            "current_page": page,
            "last_page": last,
            "total": total,
            "next_page_url": f"https://x/?page={page + 1}" if page < last else None,
        }
        shown = {key: value for key, value in envelope.items() if key not in hide}
        return PageResponse(rows=rows_from((page - 1) * per_page, page * per_page, total), envelope=shown)

    report = read(lambda: PagePager(LARAVEL, page_size=size), respond, concurrency=concurrency)
    assert report.ids == list(range(total))  # type: ignore[attr-defined]
    assert report.consistent
    assert report.passes == 1


@given(total=totals, size=sizes, cap=caps, concurrency=concurrencies, hide=st.sets(st.sampled_from(["count", "next"])))
def test_django_where_a_page_past_the_end_is_not_found(
    total: int, size: int, cap: int | None, concurrency: int, hide: set[str]
) -> None:
    def respond(request: PageRequest) -> PageResponse:
        page, limit = request.params["page"], min(request.params["limit"], cap or 100)
        last = max(math.ceil(total / limit), 1)
        if page > last:
            assert not request.first
            return PageResponse(rows=[])
        envelope = {"count": total, "next": f"?page={page + 1}" if page < last else None}
        shown = {key: value for key, value in envelope.items() if key not in hide}
        return PageResponse(rows=rows_from((page - 1) * limit, page * limit, total), envelope=shown)

    report = read(lambda: PagePager(DJANGO, page_size=size), respond, concurrency=concurrency)
    assert report.ids == list(range(total))  # type: ignore[attr-defined]
    assert report.consistent


@given(total=totals, size=sizes, concurrency=concurrencies)
def test_pages_that_count_from_zero(total: int, size: int, concurrency: int) -> None:
    def respond(request: PageRequest) -> PageResponse:
        page = request.params["n"]
        envelope = {"n": page, "total_pages": max(math.ceil(total / size), 1)}
        return PageResponse(rows=rows_from(page * size, (page + 1) * size, total), envelope=envelope)

    report = read(lambda: PagePager(ZERO_BASED, page_size=size), respond, concurrency=concurrency)
    assert report.ids == list(range(total))  # type: ignore[attr-defined]


@given(total=totals, size=sizes, cap=caps, concurrency=concurrencies, counted=st.booleans())
@example(total=100, size=1, cap=None, concurrency=1, counted=False)
@example(total=120, size=40, cap=7, concurrency=8, counted=True)
def test_windows_of_a_bare_array(total: int, size: int, cap: int | None, concurrency: int, counted: bool) -> None:
    requests = []

    def respond(request: PageRequest) -> PageResponse:
        skip, limit = request.params["skip"], min(request.params["limit"], cap or 1000)
        assert request.params["limit"] <= size
        requests.append(skip)
        return PageResponse(rows=rows_from(skip, skip + limit, total), envelope=[])

    report = read(
        lambda: OffsetPager(OffsetStyle(), page_size=size, counted=counted),
        respond,
        concurrency=concurrency,
        count=total if counted else None,
    )
    assert report.ids == list(range(total))  # type: ignore[attr-defined]
    assert report.consistent, report.signs
    step = max(min(size, cap or size) - 1, 1)
    assert len(requests) <= total / step + 12, "far more requests than the listing needs"


@given(total=totals, size=sizes, last_id=st.booleans())
def test_cursors(total: int, size: int, last_id: bool) -> None:
    style = CursorStyle(size_param="limit", has_more="more", last_id=last_id)

    def respond(request: PageRequest) -> PageResponse:
        start = int(request.params.get("cursor", -1)) + 1
        rows = rows_from(start, start + request.params["limit"], total)
        more = start + size < total
        return PageResponse(rows=rows, envelope={"next_cursor": rows[-1]["id"] if more else None, "more": more})

    report = read(lambda: CursorPager(style, page_size=size, id_path="id"), respond, concurrency=4)
    assert report.ids == list(range(total))  # type: ignore[attr-defined]


@given(total=totals, size=sizes)
def test_links(total: int, size: int) -> None:
    def respond(request: PageRequest) -> PageResponse:
        start = int(request.params.get("from", 0))
        link = f"https://api.example.com/v9/list?from={start + size}" if start + size < total else None
        return PageResponse(rows=rows_from(start, start + size, total), envelope={"next": link})

    pager = lambda: NextUrlPager(NextUrlStyle(size_param="n"), page_size=size, origin="https://api.example.com")  # noqa: E731
    assert read(pager, respond, concurrency=4).ids == list(range(total))  # type: ignore[attr-defined]


@given(total=totals, size=st.integers(4, 40))
def test_time_windows_even_where_rows_share_an_instant(total: int, size: int) -> None:
    every = rows_from(0, total, total)

    def respond(request: PageRequest) -> PageResponse:
        bound = request.params.get("before", "99999")
        return PageResponse(rows=[row for row in every if row["at"] <= bound][:size], envelope=[])

    pager = lambda: TimeWindowPager(TimeWindowStyle(before_param="before", field="at", size_param="n"), page_size=size)  # noqa: E731
    report = read(pager, respond, concurrency=4)
    assert report.ids == list(range(total))  # type: ignore[attr-defined]
    assert report.consistent


def test_one_response_for_all() -> None:
    report = read(
        lambda: UnpagedPager(UnpagedStyle(total="count")),
        lambda request: PageResponse(rows=rows_from(0, 5, 5), envelope={"count": 5}),
        concurrency=4,
    )
    assert (report.ids, report.pages) == ([0, 1, 2, 3, 4], 1)  # type: ignore[attr-defined]


def test_a_link_to_another_host_is_not_followed() -> None:
    with pytest.raises(PaginationError, match=r"another host, evil\.example\.com"):
        read(
            lambda: NextUrlPager(NextUrlStyle(), page_size=5, origin="https://api.example.com"),
            lambda request: PageResponse(rows=rows_from(0, 5, 9), envelope={"next": "https://evil.example.com/?p=2"}),
            concurrency=1,
        )


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    ("pager", "respond"),
    [
        pytest.param(
            lambda: PagePager(DJANGO, page_size=20),
            lambda request: PageResponse(rows=rows_from(0, 20, 20), envelope={"next": "?page=2"}),
            id="the same page for ever",
        ),
        pytest.param(
            lambda: PagePager(LARAVEL, page_size=20),
            lambda request: PageResponse(rows=rows_from(0, 20, 20), envelope={"current_page": 1, "last_page": 9}),
            id="the page number echoed is another",
        ),
        pytest.param(
            lambda: PagePager(LARAVEL, page_size=20),
            lambda request: PageResponse(
                rows=rows_from(request.position * 20, request.position * 20 + 20, 10**9),
                envelope={"last_page": request.position + 2},
            ),
            id="the last page grows for ever",
        ),
        pytest.param(
            lambda: PagePager(LARAVEL, page_size=20),
            lambda request: PageResponse(rows=rows_from(0, 20, 20), envelope={"last_page": 10**12}),
            id="a trillion pages",
        ),
        pytest.param(
            lambda: OffsetPager(OffsetStyle(), page_size=20),
            lambda request: PageResponse(rows=rows_from(0, 20, 20), envelope=[]),
            id="skip is not heeded",
        ),
        pytest.param(
            lambda: CursorPager(CursorStyle(), page_size=20, id_path="id"),
            lambda request: PageResponse(
                rows=rows_from(request.position * 20, request.position * 20 + 20, 10**9),
                envelope={"next_cursor": "abc"},
            ),
            id="the cursor goes in a circle",
        ),
        pytest.param(
            lambda: PagePager(LARAVEL, page_size=20),
            lambda request: PageResponse(rows=rows_from(0, 20, 20), envelope={"last_page": 2, "total": 40}),
            id="two pages, both the same",
        ),
    ],
)
def test_paging_that_cannot_end_is_an_error(pager: Any, respond: Any, concurrency: int) -> None:
    with pytest.raises(PaginationError):
        read(pager, respond, concurrency=concurrency)


@pytest.mark.parametrize("on_drift", ["fail", "warn"])
def test_a_total_that_lies(on_drift: Any) -> None:
    def respond(request: PageRequest) -> PageResponse:
        start = (request.position - 1) * 10
        return PageResponse(rows=rows_from(start, start + 10, 25), envelope={"last_page": 3, "total": 1_000})

    def listing() -> ListingReport:
        return read(lambda: PagePager(LARAVEL, page_size=10), respond, concurrency=3, on_drift=on_drift)

    if on_drift == "fail":
        with pytest.raises(ListingDriftError, match="The vendor counts 1,000 and shows 25 in each of 3 passes"):
            listing()
    else:
        report = listing()
        assert (report.rows, report.consistent, report.passes, report.total_reported) == (25, False, 3, 1_000)


def test_an_error_ends_all_requests() -> None:
    cancelled = []

    async def fetch(request: PageRequest) -> PageResponse:
        if request.position == 1:
            return PageResponse(rows=rows_from(0, 10, 100), envelope={"last_page": 10, "total": 100})
        if request.position == 3:
            raise AssistantsError("It broke")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(request.position)
            raise
        raise AssertionError

    async def consume() -> None:
        pages = read_listing(lambda: PagePager(LARAVEL, page_size=10), fetch, RowReader(), concurrency=5)
        async for _ in pages:
            pass

    with pytest.raises(AssistantsError, match="It broke"):
        asyncio.run(consume())
    assert sorted(cancelled) == [2, 4, 5, 6][: len(cancelled)]
    assert cancelled


def test_a_slow_consumer_holds_few_pages() -> None:
    fetched = 0

    async def fetch(request: PageRequest) -> PageResponse:
        nonlocal fetched
        fetched += 1
        start = (request.position - 1) * 10
        return PageResponse(rows=rows_from(start, start + 10, 1000), envelope={"last_page": 100, "total": 1000})

    async def consume() -> None:
        consumed = 0
        async for _ in read_listing(lambda: PagePager(LARAVEL, page_size=10), fetch, RowReader(), concurrency=4):
            consumed += 1
            for _ in range(5):
                await asyncio.sleep(0)
            assert fetched - consumed < 4, "more pages in memory than allowed"

    asyncio.run(consume())
    assert fetched == 100


def test_ids_that_are_one_number_in_other_words_are_different_rows() -> None:
    ids = [7, "07", "007", "٧", "7.0", "+7", "0", "00", 10**30, f"0{10**30}", "seven", "7", 7.0, "0"]
    report = ListingReport()

    async def fetch(request: PageRequest) -> PageResponse:
        return PageResponse(rows=[{"id": each} for each in ids], envelope={"last_page": 1, "total": 11})

    async def consume() -> list[Any]:
        pages = read_listing(
            lambda: PagePager(LARAVEL, page_size=20), fetch, RowReader(), concurrency=1, on_drift="warn", report=report
        )
        return [row["id"] async for page in pages for row in page.rows]

    assert asyncio.run(consume()) == ids[:11]
    assert report.rows == 11
    assert report.duplicates == 3 * report.passes
