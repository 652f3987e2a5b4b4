# SPDX-License-Identifier: Apache-2.0
"""
The client of one account at one vendor: complete listings, single assistants, counts, with retries and rate limits.

Everything that differs between vendors comes in as a :class:`~airflow_provider_assistants.vendors.base.Vendor`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import replace
from typing import Any, Self, Unpack
from urllib.parse import quote

from airflow_provider_assistants.client.clock import Clock
from airflow_provider_assistants.client.completeness import ListingReport, Page, read_listing
from airflow_provider_assistants.client.deadline import NO_DEADLINE, Deadline, check_bounds, listing_deadline
from airflow_provider_assistants.client.filters import checked_filters
from airflow_provider_assistants.client.ids import can_be_in_a_path, not_found, read_ids
from airflow_provider_assistants.client.options import ListingOptions, ProjectedKeywords, find_listing
from airflow_provider_assistants.client.page_size import PageSizes
from airflow_provider_assistants.client.pagers import make_pager
from airflow_provider_assistants.client.pagers.base import Pager, PageRequest, PageResponse, read_count
from airflow_provider_assistants.client.rate_limit import RateLimiter
from airflow_provider_assistants.client.responses import Response, decode, page_of
from airflow_provider_assistants.client.session import Session
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.client.transport import origin_of
from airflow_provider_assistants.dotted_path import dig
from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.exceptions import (
    AssistantNotFoundError,
    AssistantsError,
    ConfigurationError,
    UnexpectedResponseError,
    counted,
)
from airflow_provider_assistants.storable import storable_name
from airflow_provider_assistants.traffic import Traffic
from airflow_provider_assistants.vendors.base import Listing, Vendor

__all__ = ["AssistantsClient"]

log = logging.getLogger(__name__)

Row = dict[str, Any]

#: Up to so many assistants are requested one by one where the vendor has such an endpoint; more cost less as a listing.
MAX_SINGLE_REQUESTS = 10


class AssistantsClient:
    """
    Sends requests to one account of one vendor; an asynchronous context manager.

    :param vendor: The API, as data.
    :param base_url: The API's root on the host in use; the vendor's own if None.
    :param api_key: The account's key.
    :param conn_id: The Airflow connection it comes from, for messages.
    :param settings: Timeouts, retries and limits.
    :param limiter: The rate limiter, where several clients of one account share one; one of its own if None.
    :param traffic: Counts the requests, where somebody reads the counts.
    :param clock: Clock and jitter, injectable for tests.
    """

    def __init__(
        self,
        vendor: Vendor,
        *,
        api_key: str,
        base_url: str | None = None,
        conn_id: str | None = None,
        settings: ClientSettings | None = None,
        limiter: RateLimiter | None = None,
        traffic: Traffic | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.vendor = vendor
        self.base_url = (base_url or vendor.base_url).rstrip("/")
        self.conn_id = conn_id
        self.settings = settings or ClientSettings()
        self._clock = clock or Clock()
        self._session = Session(
            vendor,
            base_url=self.base_url,
            api_key=api_key,
            conn_id=conn_id,
            settings=self.settings,
            limiter=limiter,
            traffic=traffic,
            clock=self._clock,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.aclose()

    async def pages(
        self,
        listing: str = "assistants",
        options: ListingOptions | None = None,
        *,
        report: ListingReport | None = None,
        **keywords: Unpack[ProjectedKeywords],
    ) -> AsyncGenerator[Page]:
        """
        Read a whole listing, page by page, each row once; :mod:`.completeness` says what is guaranteed.

        :param listing: Which of the vendor's listings.
        :param options: How to read it, validated; made of the keywords if None.
        :param report: Is updated while pages are read.
        :param keywords: The options of :class:`~.options.ListingOptions` one by one.
        :raises AssistantsError: One of :mod:`airflow_provider_assistants.exceptions`.
        """
        if options is None:
            options = ListingOptions.read(self.vendor, listing, conn_id=self.conn_id, **keywords)
        spec = find_listing(self.vendor, listing, conn_id=self.conn_id)
        query, body = self._checked(listing, spec, options.filters)
        sizes = PageSizes.of(spec, options, self.settings)
        has_count = spec.count is not None and {*query} <= {*spec.count.filters}
        fields = options.fields

        deadline = listing_deadline(self.settings, started=self._clock.monotonic())
        report = report if report is not None else ListingReport()
        concurrency = self._concurrency(options)

        def next_pager() -> Pager:
            if report.passes > 1:
                sizes.enlarge(report.total_reported)
                log.info(
                    "%s, connection %r: pass %d over the listing was not quiet (%s); reading it again, %s at a time",
                    self.vendor.title,
                    self.conn_id,
                    report.passes - 1,
                    "; ".join(report.signs),
                    counted(sizes.size, "row"),
                )
            pager = make_pager(spec, page_size=sizes.size, origin=origin_of(self.base_url), counted=has_count)
            pager.max_in_flight = sizes.in_flight(concurrency)
            return pager

        async def fetch(request: PageRequest) -> PageResponse:
            try:
                page = await self._fetch_page(spec, request, query=query, body=body, deadline=deadline, fields=fields)
            except AssistantsError as error:
                sizes.failed(error)
                raise
            sizes.learn(page)
            return page

        async def count() -> int:
            return await self._count(spec, query, deadline=deadline)

        pages = read_listing(
            next_pager,
            fetch,
            spec.reader,
            concurrency=concurrency,
            count=count if has_count else None,
            max_passes=options.max_passes,
            on_drift=options.on_drift,
            report=report,
            within=options.within,
        )
        with self._session.locating(f"{spec.method} {self.base_url}{spec.path}"):
            async with aclosing(pages):
                async for page in pages:
                    check_bounds(report, self.settings, late=self._clock.monotonic() > deadline.at)
                    yield page

    async def get(self, assistant_id: int | str) -> Row:
        """
        Return one assistant's row: by its id where the vendor has such an endpoint, else from the listing.

        :raises ConfigurationError: If this is neither a number nor a text, or is empty.
        :raises AssistantNotFoundError: If the vendor shows none under this id, or can have none under it.
        """
        spec = self.vendor.assistants
        try:
            (text,) = read_ids(self.vendor, [assistant_id], conn_id=self.conn_id)
        except ConfigurationError as error:
            if isinstance(assistant_id, str) and assistant_id.strip():
                raise self._session.located(not_found(assistant_id, advice=error.what)) from None
            raise
        if spec.item is None:
            rows = await self.find([text])
            if text not in rows:
                raise self._session.located(not_found(assistant_id), request=f"GET {self.base_url}{spec.path}")
            return rows[text]
        path = spec.item.path.format(id=quote(text, safe=""))
        response, payload = await self._session.send("GET", path, accept={404, 422}, route=spec.item.path)
        with self._session.locating(self._session.describe("GET", path)):
            if response.status in (404, 422):
                raise not_found(assistant_id, status=response.status)
            row = dig(payload, spec.item.row) if spec.item.row else payload
            if not isinstance(row, dict) or spec.reader.row_id(row) is None:
                raise UnexpectedResponseError(
                    f"Expected an assistant with an {spec.reader.id!r}, got a response without one",
                    advice="Check the connection's host; if it is right, the vendor has changed its API",
                )
        return row

    async def find(self, assistant_ids: Iterable[int | str], *, fields: frozenset[str] | None = None) -> dict[str, Row]:
        """
        Search the listing for assistants, and stop reading it once all are found.

        :param assistant_ids: The vendor's own, or in the form in which Airflow stores them; a listing may hold any text.
        :param fields: As for :meth:`pages`.
        :return: The rows found, by the requested id as text. An id that is missing there is nowhere in the listing.
        """
        wanted = {str(each).strip() for each in assistant_ids}
        found: dict[str, Row] = {}
        async with aclosing(self.pages(fields=fields)) as pages:
            async for page in pages:
                for row in page.rows:
                    for row_id in self.vendor.assistants.reader.all_ids(row):
                        name = row_id if row_id in wanted else storable_name(row_id)
                        if name in wanted:
                            found[name] = row
                if len(found) == len(wanted):
                    break
        return found

    async def rows(self, assistant_ids: Iterable[int | str], *, fields: frozenset[str] | None = None) -> dict[str, Row]:
        """
        Return the rows of these assistants, by the requested id as text, with as few requests as possible.

        Few are requested one by one where the vendor has such an endpoint, more are searched in the listing. One that is
        missing in the result does not exist.

        :param fields: As for :meth:`pages`; rows may hold more.
        """
        # Who shares a poll must not fail for another's id: one that cannot be part of a URL is searched in the listing.
        ids = list(dict.fromkeys(str(each).strip() for each in assistant_ids))
        if not self.asks_singly(ids):
            return await self.find(ids, fields=fields)

        async def one(each: str) -> Row | None:
            try:
                return await self.get(each)
            except AssistantNotFoundError as error:
                # 422: the vendor could not read the id, which does not mean that there is no such assistant.
                if error.status == 422:
                    raise
                return None

        tasks = [asyncio.ensure_future(one(each)) for each in ids]
        try:
            rows = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return {each: row for each, row in zip(ids, rows, strict=True) if row is not None}

    def asks_singly(self, ids: Collection[str]) -> bool:
        """Whether :meth:`rows` requests these one by one."""
        few = self.vendor.assistants.item is not None and len(ids) <= MAX_SINGLE_REQUESTS
        return few and all(can_be_in_a_path(self.vendor, each) for each in ids)

    async def count(self, *, filters: Mapping[str, Any] | None = None) -> int:
        """
        Return the vendor's own count of assistants, by one cheap request.

        :raises UnexpectedResponseError: If the vendor does not report one.
        """
        total = await self.reported_count(filters=filters)
        if total is None:
            with self._session.locating(f"GET {self.base_url}{self.vendor.assistants.path}"):
                raise UnexpectedResponseError(
                    "The vendor does not report how many assistants there are under these filters",
                    advice="Count them by reading the listing",
                )
        return total

    async def reported_count(self, *, filters: Mapping[str, Any] | None = None) -> int | None:
        """Return the vendor's own count of assistants, by one cheap request; None if it does not report one."""
        spec = self.vendor.assistants
        options = ListingOptions.read(self.vendor, filters=filters, conn_id=self.conn_id)
        query, _ = self._checked("assistants", spec, options.filters)
        if spec.count is not None and {*query} <= {*spec.count.filters}:
            return await self._count(spec, query)
        pager = make_pager(spec, page_size=1, origin=origin_of(self.base_url))
        request = pager.poll()
        if request is not None:
            pager.receive(request, await self._fetch_page(spec, request, query=query, body=None))
        with self._session.locating(f"GET {self.base_url}{spec.path}"):
            if pager.repeated:
                raise pager.repeated
        return pager.total

    async def request_json(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Any:
        """
        Send any request below the API's root and return the decoded response; only GETs are retried.

        :raises AssistantsError: One of :mod:`airflow_provider_assistants.exceptions`.
        """
        _, payload = await self._session.send(method, path, params=params, json=json)
        return payload

    def warning_when_slow(self, seconds: float) -> AbstractContextManager[None]:
        """Log a warning whenever a response has been waited for so many seconds, and again when that has doubled."""
        return self._session.warning_when_slow(seconds)

    def _concurrency(self, options: ListingOptions) -> int:
        """Return how many pages may be in flight: as many as requested, up to what the connection allows."""
        allowed = self.settings.concurrency
        if options.concurrency is not None and options.concurrency > allowed:
            log.info(
                "concurrency=%d exceeds the %d that connection %r allows; using %d",
                options.concurrency,
                allowed,
                self.conn_id,
                allowed,
            )
        return min(options.concurrency or allowed, allowed)

    async def _count(self, spec: Listing, query: Mapping[str, Any], *, deadline: Deadline = NO_DEADLINE) -> int:
        assert spec.count is not None  # noqa: S101 - for the type checker; callers check it
        path = spec.count.path
        _, payload = await self._session.send("GET", path, params=query, deadline=deadline)
        total = read_count(dig(payload, spec.count.key)) if isinstance(payload, dict) else None
        if total is None:
            with self._session.locating(self._session.describe("GET", path, query)):
                raise UnexpectedResponseError(
                    f"Expected a count under {spec.count.key!r}, got none",
                    advice="Check the connection's host; if it is right, the vendor has changed its API",
                )
        return total

    async def _fetch_page(
        self,
        spec: Listing,
        request: PageRequest,
        *,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None,
        deadline: Deadline = NO_DEADLINE,
        fields: frozenset[str] | None = None,
    ) -> PageResponse:
        params = {**spec.params, **query, **request.params}

        async def read(response: Response) -> Any:
            # A projection is read by watchers, in an event loop that many share; whole rows are read in a loop of their own.
            async with one_at_a_time() if fields is not None else nullcontext():
                return decode(response, listing=spec, fields=fields)

        response, payload = await self._session.send(
            spec.method,
            spec.path,
            params=params,
            json=body,
            accept=frozenset() if request.first else frozenset({404}),
            read_only=True,
            deadline=deadline,
            read=read,
        )
        if response.status == 404:
            return PageResponse(rows=[])
        with self._session.locating(self._session.describe(spec.method, spec.path, params)):
            return replace(page_of(payload, spec), size=len(response.body))

    def _checked(
        self, name: str, spec: Listing, filters: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return the query and the body that filters make; see :func:`.checked_filters`."""
        with self._session.locating():
            return checked_filters(self.vendor, name, spec, filters)
