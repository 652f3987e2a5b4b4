# SPDX-License-Identifier: Apache-2.0
"""What further passes over a listing are for: orders that change, pages from a cache, totals that are wrong."""

from __future__ import annotations

import itertools
import json
import logging
import math
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.client.page_size import LargePageError, PageSizes
from airflow_provider_assistants.client.pagers.base import PageRequest, PageResponse
from airflow_provider_assistants.client.pagers.numbered import OffsetPager, PagePager
from airflow_provider_assistants.exceptions import (
    AuthenticationError,
    ListingDriftError,
    PaginationError,
    UnexpectedResponseError,
)
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle
from tests.client.test_drift_while_reading import NUMBERED, Server, read
from tests.fuzzing import cases

FAMILY = ("autocalls", "otonistark", "intellixent")


def ids_of(conn_id: str, **options: Any) -> list[Any]:
    hook = get_hook(conn_id)
    name = hook.vendor.assistants.reader.id
    return [row[name] for page in hook.iter_pages(**options) for row in page.rows]


@pytest.mark.parametrize("size", [101, 640, 999])
def test_an_order_that_changes_at_each_request(sandbox: Sandbox, size: int, caplog: pytest.LogCaptureFixture) -> None:
    """Rows of equal created_at, as after an import: nobody writes, and the defaults have to do."""
    sandbox.set_size("burki", size)
    sandbox.set_options(order={"burki": "unstable"})
    held = sorted(row["id"] for row in sandbox.rows("burki"))
    with caplog.at_level(logging.INFO):
        for _ in range(10):
            report = ListingReport()
            assert sorted(ids_of("burki_default", report=report)) == held
            assert report.consistent
    logged = [record.getMessage() for record in caplog.records if "was not quiet" in record.getMessage()]
    assert logged
    assert "Burki, connection 'burki_default': pass 1 over the listing was not quiet" in logged[0]
    assert "reading it again, 1,000 rows at a time" in logged[0]


def test_an_order_that_changes_in_more_rows_than_a_window_holds(sandbox: Sandbox) -> None:
    sandbox.set_size("burki", 1_500)
    sandbox.set_options(order={"burki": "unstable"})
    with pytest.raises(ListingDriftError) as raised:
        ids_of("burki_default")
    message = str(raised.value)
    assert "The vendor's count stood still at 1,500 and its rows did not, in 3 passes" in message
    assert "in another order at each request" in message
    assert "on_drift='warn'" in message
    report = ListingReport()
    ids = ids_of("burki_default", on_drift="warn", report=report)
    assert len({*ids}) == len(ids) > 1_000
    assert not report.consistent
    assert report.drift.startswith("The vendor's count stood still at 1,500")


@pytest.mark.parametrize("configured", ["option", "connection"])
def test_a_page_size_that_somebody_chose_stays(sandbox: Sandbox, configured: str, connect: Any) -> None:
    sandbox.set_size("burki", 150)
    sandbox.set_options(order={"burki": "unstable"})
    extra = {"page_size": 50} if configured == "connection" else {}
    connect("mine", **sandbox.connection("burki", **extra))
    with pytest.raises(ListingDriftError, match="set a page_size that holds all of them"):
        ids_of("mine", **({"page_size": 50} if configured == "option" else {}))
    limits = {seen["query"]["limit"] for seen in sandbox.requests("burki") if "limit" in seen["query"]}
    assert max(map(int, limits)) == 50


@pytest.mark.parametrize("vendor", FAMILY)
@pytest.mark.parametrize("after", [1, 2])
def test_one_page_from_a_cache(sandbox: Sandbox, vendor: str, after: int) -> None:
    sandbox.set_size(vendor, 350)
    sandbox.fail(vendor, "same_page", times=1, after=after)
    report = ListingReport()
    held = [row["id"] for row in sandbox.rows(vendor)]
    assert sorted(ids_of(f"{vendor}_default", report=report)) == sorted(held)
    assert (report.consistent, report.passes) == (True, 2)


@pytest.mark.parametrize("vendor", [*FAMILY, "puretalk", "burki"])
@pytest.mark.parametrize("on_drift", ["fail", "warn"])
def test_the_same_page_for_ever(sandbox: Sandbox, vendor: str, on_drift: Any) -> None:
    sandbox.set_size(vendor, 350)
    sandbox.fail(vendor, "same_page", times=None)
    with pytest.raises(PaginationError) as raised:
        ids_of(f"{vendor}_default", on_drift=on_drift)
    assert type(raised.value) is PaginationError
    assert len(sandbox.requests()) < 60


def test_a_page_from_a_cache_is_an_error_where_no_other_pass_is_allowed(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 350)
    sandbox.fail("autocalls", "same_page", times=1, after=1)
    with pytest.raises(PaginationError, match=r"Expected page \d+, got page 1"):
        ids_of("autocalls_default", max_passes=1)


@pytest.mark.parametrize("on_drift", ["fail", "warn"])
def test_a_total_that_is_steadily_wrong(sandbox: Sandbox, on_drift: Any) -> None:
    sandbox.fail("autocalls", "total_lies", times=None, total=13)
    report = ListingReport()
    message = "The vendor counts 13 and shows 12 in each of 3 passes"
    if on_drift == "fail":
        with pytest.raises(ListingDriftError, match=message) as raised:
            ids_of("autocalls_default", report=report)
        assert "quieter time" not in str(raised.value)
    else:
        assert len(ids_of("autocalls_default", on_drift="warn", report=report)) == 12
        assert report.drift == message
        assert not report.consistent


class _StrictBurki(BaseHTTPRequestHandler):
    """A deployment that allows windows of 200, of rows in an order that changes until somebody calms it."""

    requests: list[int]
    calm_after: float = math.inf

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
        rows = [{"id": number} for number in range(500)]
        if url.path.endswith("/count"):
            self._reply(200, {"count": len(rows)})
            return
        self.requests.append(query["limit"])
        if query["limit"] > 200:
            self._reply(422, {"detail": [{"loc": ["query", "limit"], "msg": "Input should be less than 200"}]})
            return
        if len(self.requests) <= self.calm_after:
            random.Random(len(self.requests)).shuffle(rows)
        self._reply(200, rows[query["skip"] : query["skip"] + query["limit"]])

    def _reply(self, status: int, payload: Any) -> None:
        body = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def strict(connect: Any) -> Iterator[type[_StrictBurki]]:
    handler = type("Handler", (_StrictBurki,), {"requests": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connect("strict", conn_type="burki", password="key", host=f"http://127.0.0.1:{server.server_address[1]}")
    yield handler
    server.shutdown()
    server.server_close()


def test_a_server_that_refuses_large_pages_is_asked_for_the_usual_ones(strict: type[_StrictBurki]) -> None:
    strict.calm_after = 5
    assert sorted(ids_of("strict", concurrency=1)) == list(range(500))
    assert strict.requests.count(1_000) == 1
    assert strict.requests[-1] <= 100


def test_what_a_large_page_failed_of_is_reported_if_no_pass_is_left(strict: type[_StrictBurki]) -> None:
    with pytest.raises(UnexpectedResponseError, match="rejects the request's parameters"):
        ids_of("strict", max_passes=2)


def sizes(vendor: str = "burki", *, size: int = 100, fixed: bool = False, max_response_bytes: int = 2**26) -> PageSizes:
    return PageSizes(get_vendor(vendor).assistants, size=size, fixed=fixed, max_response_bytes=max_response_bytes)


@pytest.mark.parametrize(
    ("row_bytes", "max_response_bytes", "expected"),
    [(0, 2**26, 1_000), (4_000, 2**26, 1_000), (80_000, 2**26, 419), (4_000, 2_000_000, 250), (10**7, 2**26, 100)],
)
def test_large_pages_are_as_large_as_rows_allow(row_bytes: int, max_response_bytes: int, expected: int) -> None:
    chosen = sizes(max_response_bytes=max_response_bytes)
    chosen.learn(PageResponse(rows=[{}] * 10, size=row_bytes * 10))
    chosen.learn(PageResponse(rows=[]))
    chosen.enlarge(600)
    assert chosen.size == expected
    assert chosen.in_flight(8) == max(1, 800 // expected)


@pytest.mark.parametrize(
    ("vendor", "total", "expected"),
    [("autocalls", 150, 100), ("puretalk", 150, 1_000), ("puretalk", 1_001, 100), ("puretalk", None, 100)],
)
def test_large_pages_are_what_the_vendor_allows(vendor: str, total: int | None, expected: int) -> None:
    chosen = sizes(vendor)
    chosen.enlarge(total)
    assert chosen.size == expected


def test_only_what_a_large_page_can_be_the_reason_of_is_tried_again() -> None:
    chosen = sizes()
    chosen.failed(UnexpectedResponseError("x"))
    chosen.enlarge(600)
    chosen.failed(AuthenticationError("x"))
    assert chosen.size == 1_000
    with pytest.raises(LargePageError):
        chosen.failed(UnexpectedResponseError("x"))
    chosen.enlarge(600)
    assert chosen.size == 100


CHANGES = st.lists(
    st.tuples(st.integers(0, 25), st.none() | st.integers(0, 60) | st.tuples(st.just("edited"), st.integers(0, 60))),
    max_size=8,
)


@cases(1500)
@given(
    size=st.integers(0, 60),
    page_sizes=st.lists(st.integers(2, 70), min_size=3, max_size=3),
    changes=CHANGES,
    shuffled=st.booleans(),
    concurrency=st.integers(1, 8),
    delays=st.lists(st.integers(0, 4), min_size=1, max_size=7),
    newest_first=st.booleans(),
    seed=st.integers(0, 9),
)
def test_windows_of_other_sizes_in_each_pass(
    size: int,
    page_sizes: list[int],
    changes: Any,
    shuffled: bool,
    concurrency: int,
    delays: list[int],
    newest_first: bool,
    seed: int,
) -> None:
    server = Server(size, changes, newest_first=newest_first)
    generator = random.Random(seed)
    left = iter(page_sizes)

    def respond(request: PageRequest) -> PageResponse:
        skip, limit = request.params["skip"], request.params["limit"]
        rows = server.rows(0, 10_000)[0]
        if shuffled:
            generator.shuffle(rows)
        return PageResponse(rows=rows[skip : skip + limit], envelope=[])

    async def count() -> int:
        return len(server.listed())

    try:
        report, ids = read(
            server,
            lambda: OffsetPager(OffsetStyle(), page_size=next(left), counted=True),
            respond,
            concurrency=concurrency,
            delays=delays,
            count=count,
        )
    except PaginationError:
        # By chance alone, small windows of an order that changes can bring nothing new many times in a row.
        assert shuffled
        assert page_sizes[-1] <= size + len(changes), "a window of the last pass held all rows"
        assert not any(left), "another pass was allowed"
        return
    if report.consistent and not (shuffled and changes):
        assert server.stayed <= ids, "a row that was there all the while is missing"


def reordered(page_sizes: list[int]) -> tuple[ListingReport, set[int]]:
    """Read 40 rows from a server that shows in each window some of the first ten, in another order at each request."""
    server = Server(40, [], newest_first=False)
    requests = itertools.count()
    left = iter(page_sizes)

    def respond(request: PageRequest) -> PageResponse:
        skip, limit = request.params["skip"], request.params["limit"]
        rows = server.rows(0, 10_000)[0]
        turn = next(requests) % 10
        return PageResponse(rows=(rows[turn:10] + rows[:turn] + rows[10:] if limit < 40 else rows[skip:])[:limit])

    async def count() -> int:
        return 40

    report, ids = read(
        server,
        lambda: OffsetPager(OffsetStyle(), page_size=next(left), counted=True),
        respond,
        concurrency=1,
        delays=[0],
        count=count,
    )
    return report, ids


def test_an_order_that_changes_ends_the_pass_and_not_the_listing() -> None:
    report, ids = reordered([10, 10, 40])
    assert (report.consistent, report.passes) == (True, 3)
    assert ids == {*range(40)}
    assert report.pages < 20


def test_an_order_that_changes_in_every_pass_is_an_error_that_says_so() -> None:
    with pytest.raises(
        PaginationError, match="pages in a row brought only rows that had come before, in another order"
    ):
        reordered([10, 10, 10])


@cases(1000)
@given(
    size=st.integers(1, 60),
    page_size=st.integers(1, 12),
    cached=st.sets(st.integers(0, 30), max_size=3),
    concurrency=st.integers(1, 8),
    delays=st.lists(st.integers(0, 4), min_size=1, max_size=7),
)
def test_pages_from_a_cache_lose_nothing(
    size: int, page_size: int, cached: set[int], concurrency: int, delays: list[int]
) -> None:
    """Some responses are those of page 1, whatever page was asked for: all rows come once, or it is an error."""
    server = Server(size, [], newest_first=False)
    responses = iter(range(10_000))

    def respond(request: PageRequest) -> PageResponse:
        page = 1 if next(responses) in cached else request.params["page"]
        rows, total = server.rows((page - 1) * page_size, page * page_size)
        last = max(math.ceil(total / page_size), 1)
        return PageResponse(rows=rows, envelope={"current_page": page, "last_page": last, "total": total})

    try:
        report, ids = read(
            server, lambda: PagePager(NUMBERED, page_size=page_size), respond, concurrency=concurrency, delays=delays
        )
    except PaginationError:
        assert len(cached) == 3, "three passes, and a page from the cache in each"
        return
    assert report.consistent
    assert ids == {*range(size)}
