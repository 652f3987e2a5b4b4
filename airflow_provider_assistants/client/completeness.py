# SPDX-License-Identifier: Apache-2.0
"""
Completeness: pages in, each row once out, and proof that no row is missing, or an error.

Listings change while they are read. A row deleted before the offset that is read next moves the rest up, and one row is never
delivered; a row inserted there moves the rest down, and one row is delivered twice. A *pass* over a listing is quiet if it shows
no sign of that:

* every response reported the same total, and so did the vendor when asked again at the end (where the total is not part of
  the responses);
* as many different rows came as the vendor counts;
* no row came twice;
* where windows overlap, neighbours shared the rows that they should.

The rows of a quiet pass are the listing. After a pass that was not quiet another one is made; it adds what was not seen yet.
A pass also ends, and another is made, where a page came in the place of another one (a cache may have served that once), or
where page after page brought only rows that had come before, in another order.

Where only some rows have to be complete, as the calls of a day, others may come all the time. A pass that was not quiet is enough
then if it brought the same of these rows as the passes before, read page after page, and as many rows in all as the vendor
counts, but for those that came or went meanwhile: what is new at one end of a listing moves
rows from one page to the next, and a page that is read after the one before it cannot miss them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.client.options import OnDrift
from airflow_provider_assistants.client.page_size import LargePageError
from airflow_provider_assistants.client.pagers.base import Pager, PageRequest, PageResponse
from airflow_provider_assistants.client.pagers.driver import Fetch, fetch_pages
from airflow_provider_assistants.client.pass_history import PassHistory
from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    ListingDriftError,
    PaginationError,
    UnexpectedResponseError,
    counted,
    quoted,
)
from airflow_provider_assistants.vendors.rows import RowReader

__all__ = ["ListingReport", "Page", "read_listing"]

Row = dict[str, Any]
Within = Callable[[Row], bool]

#: So many pages in a row, with so many rows, that bring nothing but rows already seen end a pass. A page or two of them can
#: come from rows inserted meanwhile, the more so the smaller the pages are.
STALE_PAGES, STALE_ROWS = 3, 30

#: So many empty pages in a row end a pass, whatever number of pages was announced; the count then decides.
EMPTY_PAGES = 3

#: Digits of a number that takes less memory than its text.
_LONGEST_NUMBER = 18


@dataclass(kw_only=True)
class ListingReport:
    """
    Progress and outcome of a listing; final once the iteration has ended.

    :param pages: Responses received, over all passes.
    :param pages_expected: Responses that the current pass is expected to take, where that is known.
    :param rows: Different rows seen.
    :param duplicates: Rows that came again within a pass, over all passes; windows' planned overlap not counted.
    :param total_reported: The vendor's own count as last reported; None for a vendor or filter that has none.
    :param passes: Passes begun.
    :param consistent: Whether the last pass was quiet.
    :param signs: Signs of drift in the last pass, in words.
    :param drift: In what way a listing is not consistent, in words; empty while that is not known.
    :param agreed: Whether it is consistent because two passes brought the same of the rows that have to be complete.
    :param started_at: When reading began, in UTC.
    """

    pages: int = 0
    pages_expected: int | None = None
    rows: int = 0
    duplicates: int = 0
    total_reported: int | None = None
    passes: int = 0
    consistent: bool = False
    signs: list[str] = field(default_factory=list)
    drift: str = ""
    agreed: bool = False
    started_at: datetime | None = None

    def reset(self) -> None:
        """Set every field to its default: a report that was used before must not count for the passes of this listing."""
        fresh = ListingReport()
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """
    Rows of one response that no page before had, in the vendor's order.

    :param rows: The rows, as the vendor sent them: not redacted.
    :param number: Counts the responses, from 1.
    :param listing_pass: The pass it belongs to, from 1.
    :param report: The listing's report at this point; shared, and updated as the iteration goes on.
    """

    rows: list[Row]
    number: int
    listing_pass: int
    report: ListingReport


class _Pass:
    """One pass over the listing: strips overlaps, finds repetitions, and collects signs of drift."""

    def __init__(self, reader: RowReader, seen: set[str | int], report: ListingReport, within: Within | None) -> None:
        self._reader = reader
        self._within = within
        self._seen_ever = seen
        self._seen = seen if report.passes == 1 else set()
        self._report = report
        self._previous: list[str] = []
        self._reached = 0
        self._first: list[str] = []
        self._stale: list[list[str]] = []
        self._pages = self._repeats = self._empty = 0
        self.duplicates = self._torn = self.unique = 0
        #: Of the rows that have to be complete, how many came, and how many of them in no pass before.
        self.wanted = self.newly_wanted = 0
        #: The error to raise if the last pass ends with it; see :meth:`_watch_progress`.
        self.stalled: PaginationError | None = None

    def take(self, request: PageRequest, response: PageResponse) -> list[Row]:
        """
        Return the rows of a page that no pass has seen before.

        :raises UnexpectedResponseError: If a row has no id.
        :raises PaginationError: If the server sends one and the same page again and again.
        """
        self._pages += 1
        ids = [self._row_id(row) for row in response.rows]
        if self._pages == 1:
            self._first = ids
        elif ids and _are_one_page([self._first, ids]):
            self._repeats += 1
        shared = self._strip_overlap(request, ids)
        new_rows, fresh = [], 0
        for row_id, row in zip(map(_compact, ids[shared:]), response.rows[shared:], strict=True):
            if row_id in self._seen:
                self.duplicates += 1
                continue
            fresh += 1
            is_new = row_id not in self._seen_ever
            if is_new:
                new_rows.append(row)
                self._seen_ever.add(row_id)
            if self._within is not None and self._within(row):
                self.wanted += 1
                self.newly_wanted += is_new
            self._seen.add(row_id)
        self.unique += fresh
        if ids:
            self._previous = ids
            self._reached = request.position + len(ids) - shared
        self._watch_progress(ids[shared:], fresh)
        self._report.duplicates += len(ids) - shared - fresh
        self._report.rows = len(self._seen_ever)
        return new_rows

    @property
    def ended_early(self) -> bool:
        """Whether no further page of this pass is worth a request: too many were empty, or brought no new row."""
        return self._empty >= EMPTY_PAGES or self.stalled is not None

    @property
    def repeated_one_page(self) -> bool:
        """Whether all pages but the first only repeated it."""
        return self._pages > 1 and self._repeats == self._pages - 1

    @property
    def moved(self) -> bool:
        """Whether rows came twice, or pages did not join on to each other."""
        return bool(self.duplicates or self._torn)

    def agrees(self, wanted: int, pager: Pager) -> bool:
        """
        Whether this pass brought all rows that have to be complete which any pass brought, and none besides.

        What it did not bring of the vendor's count must not be more than what came or went while it was read.

        :param wanted: How many of these rows all passes brought, this one included.
        :param pager: Knows every count that the vendor reported in this pass.
        """
        moved = max(pager.totals) - min(pager.totals) if pager.totals else 0
        is_explained = pager.total is None or abs(pager.total - self.unique) <= moved
        return is_explained and not self.newly_wanted and self.wanted == wanted

    def signs(self, total: int | None, totals: set[int]) -> list[str]:
        """
        Return in words what showed that the listing moved; nothing if the pass was quiet.

        :param total: The vendor's count, as last reported.
        :param totals: Every count that it reported.
        """
        signs = []
        if len(totals) > 1:
            signs.append(f"the vendor's count went from {min(totals):,} to {max(totals):,} or back")
        if total is not None and self.unique != total:
            signs.append(f"{counted(self.unique, 'different row')} came and the vendor counts {total:,}")
        if self.duplicates:
            signs.append(f"{counted(self.duplicates, 'row')} came twice")
        if self._torn:
            signs.append(f"{counted(self._torn, 'page')} did not join on to the page before")
        return signs

    def _row_id(self, row: Row) -> str:
        row_id = self._reader.row_id(row)
        if row_id is None:
            raise UnexpectedResponseError(
                _no_id(row, self._reader.id),
                advice="Rows without an id cannot be counted or kept apart; report it to the vendor",
            )
        return row_id

    def _strip_overlap(self, request: PageRequest, ids: list[str]) -> int:
        if request.overlap == 0 or not self._previous:
            return 0
        previous = set(self._previous)
        shared = next((n for n, row_id in enumerate(ids) if row_id not in previous), len(ids))
        if request.overlap is None:
            self._torn += shared == 0
            return shared
        beyond_the_end = not ids and request.position > self._reached
        if ids[:1] != self._previous[-1:] and not beyond_the_end:
            self._torn += 1
        return min(request.overlap, shared)

    def _watch_progress(self, ids: list[str], fresh: int) -> None:
        """
        Find out whether the server stopped bringing new rows.

        One page again and again: it ignores the paging parameters, and another pass would bring no more. Rows in an order that
        changes at each request: this pass is over, and another one, with larger pages, may bring all of them.
        """
        self._empty = 0 if ids else self._empty + 1
        if fresh or not ids:
            self._stale.clear()
            return
        self._stale.append(ids)
        pages, rows = len(self._stale), sum(map(len, self._stale))
        if pages < STALE_PAGES or rows < STALE_ROWS:
            return
        if _are_one_page(self._stale):
            raise _ignores_paging(pages)
        self.stalled = PaginationError(
            f"{pages} pages in a row brought only rows that had come before, in another order",
            advice=(
                "The server changes the order of its rows at each request, so the listing cannot be shown to be complete: set "
                "a page_size that holds all of them where the vendor allows it, else report it to the vendor"
            ),
        )


async def read_listing(
    make_pager: Callable[[], Pager],
    fetch: Fetch,
    reader: RowReader,
    *,
    concurrency: int,
    count: Callable[[], Awaitable[int]] | None = None,
    max_passes: int = 3,
    on_drift: OnDrift = "fail",
    report: ListingReport | None = None,
    within: Within | None = None,
) -> AsyncGenerator[Page]:
    """
    Read a whole listing, page by page, each row once.

    :param make_pager: Makes a fresh pager for each pass.
    :param fetch: Carries out a request.
    :param reader: Reads the id of a row.
    :param concurrency: Pages in flight, and in memory, at most.
    :param count: Asks the vendor for its count of rows, where the responses do not hold it.
    :param max_passes: Passes at most, until one is quiet.
    :param on_drift: What to do if none was: ``fail``, or ``warn``, which leaves ``report.consistent`` false.
    :param report: Is updated while pages are read; a new one if None.
    :param within: Whether a row is one of those that have to be complete; all of them if None.
    :raises ListingDriftError: If no pass was quiet and ``on_drift`` is ``fail``.
    :raises PaginationError: If paging never ends, or the last pass ended at a page that repeated others.
    :raises UnexpectedResponseError: If a row has no id.
    """
    report = report if report is not None else ListingReport()
    report.reset()
    report.started_at = datetime.now(UTC)
    seen: set[str | int] = set()
    wanted = 0
    history = PassHistory()
    while report.passes < max_passes:
        report.passes += 1
        this_pass = _Pass(reader, seen, report, within)
        pager = make_pager()
        broken: AssistantsError | None = None
        try:
            in_flight = min(concurrency, pager.max_in_flight or concurrency)
            if within is not None and report.passes > 1:
                in_flight = 1
            async with aclosing(fetch_pages(pager, fetch, concurrency=in_flight, count=count)) as pages:
                async for request, response in pages:
                    report.pages += 1
                    report.pages_expected = pager.pages
                    report.total_reported = pager.total
                    rows = this_pass.take(request, response)
                    if rows:
                        yield Page(rows=rows, number=report.pages, listing_pass=report.passes, report=report)
                    if this_pass.ended_early:
                        break
            if count is not None:
                pager.learn_total(await count())
            broken = pager.repeated or this_pass.stalled
        except LargePageError as error:
            broken = error.cause
        report.total_reported = pager.total
        report.signs = [broken.what] if broken else this_pass.signs(pager.total, pager.totals)
        report.consistent = not report.signs
        wanted += this_pass.newly_wanted
        if within is not None and report.passes > 1 and broken is None and not report.consistent:
            report.agreed = this_pass.agrees(wanted, pager)
            report.consistent = report.agreed
        history.add(this_pass.unique, pager.totals, moved=this_pass.moved, broken=broken is not None)
        if report.consistent:
            return
    if broken is not None:
        raise broken
    if on_drift == "fail" and this_pass.repeated_one_page:
        raise _ignores_paging(report.pages)
    report.drift, advice = history.verdict(report.passes, report.rows, report.signs)
    if on_drift == "fail":
        raise ListingDriftError(
            report.drift,
            advice=f"{advice}, or accept what was read with on_drift='warn', which marks the result as not consistent",
        )


def _are_one_page(pages: list[list[str]]) -> bool:
    """Whether pages, of one size or of several, begin with the same rows in the same order."""
    longest = max(pages, key=len)
    return all(page == longest[: len(page)] for page in pages)


def _ignores_paging(pages: int) -> PaginationError:
    return PaginationError(
        f"{pages} pages in a row brought nothing but rows that had come before",
        advice=(
            "The server, or a proxy or cache before it, ignores the paging parameters: set a page_size that holds all rows "
            "where the vendor allows it, else report it to the vendor"
        ),
    )


def _compact(row_id: str) -> str | int:
    """Return an id as it is kept: as a number if it is written as one, which takes half the memory of a text."""
    is_number = row_id.isascii() and row_id.isdecimal() and row_id[0] != "0" and len(row_id) <= _LONGEST_NUMBER
    return int(row_id) if is_number else row_id


def _no_id(row: Row, path: str) -> str:
    """Return in words what is wrong with the id of a row."""
    value = dig(row, path)
    if value is not MISSING:
        shown = "null" if value is None else "an empty text" if isinstance(value, str) else type(value).__name__
        return f"The {path!r} of a row must be a number or a text, got {shown}"
    keys = [quoted(str(key)) for key in list(row)[:8]]
    return f"A row has no {path!r}: it has " + (
        ", ".join(keys) + (", …" if len(row) > 8 else "") if keys else "no field at all"
    )
