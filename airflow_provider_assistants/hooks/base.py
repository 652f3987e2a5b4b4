# SPDX-License-Identifier: Apache-2.0
"""
The hook that all vendors' hooks are: it turns a connection into a client, and runs that for synchronous callers.

Each method has a twin whose name begins with ``a``, for code that already runs in an event loop. The synchronous ones
run the same client in an event loop of their own thread, so they work in a task, a script and a notebook alike, and
pages are fetched ahead while the caller is busy with the last one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, Unpack

from airflow.providers.common.compat.sdk import AirflowNotFoundException, BaseHook, conf

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.hooks.blocking import BlockingLoop
from airflow_provider_assistants.hooks.connection_form import check_conn_id, field_behaviour, form_widgets
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.base import Vendor

if TYPE_CHECKING:
    import httpx
    from airflow.providers.common.compat.sdk import Connection

    from airflow_provider_assistants.client.client import AssistantsClient
    from airflow_provider_assistants.client.completeness import ListingReport, Page
    from airflow_provider_assistants.client.options import ListingKeywords, ListingOptions, OnDrift
    from airflow_provider_assistants.client.rate_limit import RateLimiter
    from airflow_provider_assistants.hooks.connection import Account
    from airflow_provider_assistants.vendors.models.base import AssistantModel

__all__ = ["AssistantsHook"]

Result = TypeVar("Result")


class AssistantsHook(BaseHook):
    """
    Read the assistants of an account; the base of the vendors' hooks, which only name their vendor.

    Fields of the connection: ``password`` is the API key, ``host`` overrides the base URL, and the extras are ``timeout``,
    ``max_retries``, ``concurrency``, ``page_size``, ``max_requests_per_minute``, ``verify`` and ``proxy``.

    :param conn_id: The connection to the account; the vendor's default connection if None.
    """

    vendor: ClassVar[Vendor]
    conn_name_attr = "conn_id"

    def __init__(self, conn_id: str | None = None) -> None:
        super().__init__()
        self.conn_id = self.vendor.default_conn_id if conn_id is None else conn_id
        self._account: Account | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Define the form's methods on each hook class: Airflow 3.1 does not read inherited ones."""
        super().__init_subclass__(**kwargs)
        for name in ("get_connection_form_widgets", "get_ui_field_behaviour"):
            if name not in vars(cls):
                setattr(cls, name, classmethod(getattr(cls, name).__func__))

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """Return the extras of the connection form, where Airflow does not read them from the provider's info (3.1)."""
        return form_widgets(cls.vendor)

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Return what becomes of Airflow's own fields in the connection form."""
        return field_behaviour(cls.vendor, snake_case=True)

    def get_account(self) -> Account:
        """
        Read the connection, once for each hook.

        :raises ConfigurationError: If there is no such connection, or it cannot be right.
        """
        if self._account is None:
            check_conn_id(self.conn_id, vendor=self.vendor.title)
            try:
                connection = self.get_connection(self.conn_id)
            except AirflowNotFoundException:
                raise self._no_connection() from None
            self._account = self._read(connection)
        return self._account

    @property
    def console_url(self) -> str | None:
        """The vendor's web console: the host of the connection, if that is not the vendor's own."""
        from airflow_provider_assistants.client.transport import origin_of

        origin = origin_of(self.get_account().base_url)
        return self.vendor.console_url if origin == origin_of(self.vendor.base_url) else origin

    def get_conn(self) -> httpx.Client:
        """
        Return an httpx client for requests of your own below the API's root.

        It sends the key to the connection's own origin only, also where you ask for another one or set
        ``follow_redirects``. It takes the connection's proxy, follows no redirect unless you let it, and does not retry;
        ``timeout`` holds for each piece of a response, and there is no deadline for all of it. Close it after use.
        """
        import httpx

        return httpx.Client(**self._http_options(self.get_account(), asynchronous=False))

    def iter_pages(
        self,
        listing: str = "assistants",
        *,
        filters: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        concurrency: int | None = None,
        max_passes: int = 3,
        on_drift: OnDrift = "fail",
        report: ListingReport | None = None,
    ) -> Generator[Page]:
        """
        Read a whole listing page by page: raw rows, each once, in the vendor's order.

        :param listing: Which of the vendor's listings.
        :param filters: The vendor's own query parameters.
        :param page_size: Rows per page; the connection's, or the vendor's best size, if None.
        :param concurrency: Pages in flight at most; the connection's if None, and never more than that.
        :param max_passes: Passes over the listing at most, until one shows no drift.
        :param on_drift: ``fail`` or ``warn`` if every pass showed drift.
        :param report: Is updated while pages are read.
        :raises ConfigurationError: At once, and before any request, if an option is invalid.
        :raises AssistantsError: While reading; :mod:`airflow_provider_assistants.exceptions` has each case.
        """
        stream = self.aiter_pages(
            listing,
            report=report,
            filters=filters,
            page_size=page_size,
            concurrency=concurrency,
            max_passes=max_passes,
            on_drift=on_drift,
        )
        return self._in_step(stream)

    def _in_step(self, stream: AsyncGenerator[Page]) -> Generator[Page]:
        """Read an asynchronous stream of pages for a synchronous caller, each when it is asked for."""
        self.get_account()

        async def step() -> Page | None:
            return await anext(stream, None)

        with BlockingLoop() as loop:
            loop.on_close(stream.aclose)
            while (page := loop.call(step)) is not None:
                yield page

    def iter_assistants(
        self, *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> Generator[AssistantModel]:
        """Read the assistants as validated models; the options are those of :meth:`iter_pages`."""
        return self._models(self.iter_pages(report=report, **options))

    def _models(self, pages: Generator[Page]) -> Generator[AssistantModel]:
        model = self.vendor.assistants.load_model()
        with closing(pages):
            for page in pages:
                for row in page.rows:
                    yield model.model_validate(row)

    def list_assistants(
        self, *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> list[AssistantModel]:
        """Return all assistants as validated models, in memory; the options are those of :meth:`iter_pages`."""
        return list(self.iter_assistants(report=report, **options))

    def get_assistant(self, assistant_id: int | str) -> AssistantModel:
        """
        Return one assistant.

        :raises AssistantNotFoundError: If the vendor shows none under this id.
        """
        return self.run_async(lambda: self.aget_assistant(assistant_id))

    def get_statuses(self, assistant_ids: Iterable[int | str]) -> dict[str, str | None]:
        """
        Return the status of each of these assistants, by its id as text; None for one that the vendor does not show.

        A status is an :class:`~airflow_provider_assistants.vendors.base.AssistantStatus`, or the vendor's own word where
        it is none of those.

        :raises ConfigurationError: If one of these cannot be an id.
        """
        from airflow_provider_assistants.client.ids import read_ids

        ids = read_ids(self.vendor, assistant_ids, conn_id=self.conn_id)
        return self.run_async(lambda: self.aget_statuses(ids))

    def count_assistants(self, *, filters: Mapping[str, Any] | None = None) -> int:
        """Return the vendor's own count of assistants, by one cheap request."""
        return self.run_async(lambda: self.acount_assistants(filters=filters))

    def test_connection(self) -> tuple[bool, str]:
        """Make one cheap authenticated request, and return whether it succeeded and one sentence."""
        try:
            self.get_account()
        except AssistantsError as error:
            return False, self._verdict(error)
        return self.run_async(self.atest_connection)

    async def aget_account(self) -> Account:
        """Read the connection, once for each hook, without blocking the event loop."""
        if self._account is None:
            from airflow_provider_assistants.hooks.async_connection import async_connection

            check_conn_id(self.conn_id, vendor=self.vendor.title)
            try:
                connection = await async_connection(self.conn_id, hook=self)
            except AirflowNotFoundException:
                raise self._no_connection() from None
            self._account = self._read(connection)
        return self._account

    @asynccontextmanager
    async def aclient(self, *, limiter: RateLimiter | None = None) -> AsyncIterator[AssistantsClient]:
        """
        Open the client, for several calls over the same connections.

        :param limiter: Shared with other clients of the account, so that its limits hold for all of them.
        """
        account = await self.aget_account()
        # In a thread, since reading certificate authorities takes a while.
        client = await asyncio.to_thread(self._make_client, account, limiter=limiter)
        async with client:
            yield client

    async def aget_conn(self) -> httpx.AsyncClient:
        """Return an asynchronous httpx client; see :meth:`get_conn`."""
        import httpx

        return httpx.AsyncClient(**self._http_options(await self.aget_account(), asynchronous=True))

    def aiter_pages(
        self, listing: str = "assistants", *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> AsyncGenerator[Page]:
        """Read a whole listing page by page; see :meth:`iter_pages`."""
        from airflow_provider_assistants.client.completeness import ListingReport
        from airflow_provider_assistants.client.options import ListingOptions

        checked = ListingOptions.read(self.vendor, listing, conn_id=self.conn_id, **options)
        if not isinstance(report, ListingReport | None):
            raise ConfigurationError(
                f"report must be a ListingReport, got {report!r}", vendor=self.vendor.title, conn_id=self.conn_id
            )
        return self._apages(listing, checked, report)

    async def _apages(
        self, listing: str, options: ListingOptions, report: ListingReport | None
    ) -> AsyncGenerator[Page]:
        async with self.aclient() as client, aclosing(client.pages(listing, options, report=report)) as pages:
            async for page in pages:
                yield page

    def aiter_assistants(
        self, *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> AsyncGenerator[AssistantModel]:
        """Read the assistants as validated models; see :meth:`iter_assistants`."""
        return self._amodels(self.aiter_pages(report=report, **options))

    async def _amodels(self, stream: AsyncGenerator[Page]) -> AsyncGenerator[AssistantModel]:
        model = self.vendor.assistants.load_model()
        async with aclosing(stream) as pages:
            async for page in pages:
                for row in page.rows:
                    yield model.model_validate(row)

    async def alist_assistants(
        self, *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> list[AssistantModel]:
        """Return all assistants as validated models; see :meth:`list_assistants`."""
        return [assistant async for assistant in self.aiter_assistants(report=report, **options)]

    async def aget_assistant(self, assistant_id: int | str) -> AssistantModel:
        """Return one assistant; see :meth:`get_assistant`."""
        async with self.aclient() as client:
            row = await client.get(assistant_id)
        return self.vendor.assistants.load_model().model_validate(row)

    async def aget_statuses(self, assistant_ids: Iterable[int | str]) -> dict[str, str | None]:
        """Return the status of each of these assistants; see :meth:`get_statuses`."""
        from airflow_provider_assistants.client.ids import read_ids

        ids = read_ids(self.vendor, assistant_ids, conn_id=self.conn_id)
        read_status = self.vendor.assistants.reader.row_status
        async with self.aclient() as client:
            rows = await client.rows(ids)
        # What a task returns becomes XCom, and a status may be the vendor's own word.
        statuses: dict[str, str | None] = storable(
            {each: read_status(rows[each]) if each in rows else None for each in ids}
        )
        return statuses

    async def acount_assistants(self, *, filters: Mapping[str, Any] | None = None) -> int:
        """Return the vendor's own count of assistants; see :meth:`count_assistants`."""
        async with self.aclient() as client:
            return await client.count(filters=filters)

    async def atest_connection(self) -> tuple[bool, str]:
        """Make one cheap authenticated request; see :meth:`test_connection`."""
        from airflow_provider_assistants.hooks.checking import count_visible

        try:
            count = await count_visible(await self.aget_account(), self._make_client)
        except AssistantsError as error:
            return False, self._verdict(error)
        return True, f"{self.vendor.title}: {count:,} assistant{'' if count == 1 else 's'} visible"

    def run_async(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """
        Run a coroutine in an event loop of its own thread, for synchronous callers, and give its result.

        The connection is read first and in the caller's thread, where Airflow expects it.

        :param call: Makes the coroutine.
        """
        self.get_account()
        with BlockingLoop() as loop:
            return loop.call(call)

    def _make_client(self, account: Account, *, limiter: RateLimiter | None = None) -> AssistantsClient:
        from airflow_provider_assistants.client.client import AssistantsClient

        return AssistantsClient(
            self.vendor,
            api_key=account.api_key,
            base_url=account.base_url,
            conn_id=account.conn_id,
            settings=account.settings,
            limiter=limiter,
        )

    def _http_options(self, account: Account, *, asynchronous: bool) -> dict[str, Any]:
        from airflow_provider_assistants.client.transport import http_options

        try:
            return http_options(
                self.vendor,
                account.settings,
                base_url=account.base_url,
                api_key=account.api_key,
                asynchronous=asynchronous,
            )
        except AssistantsError as error:
            raise error.located(vendor=self.vendor.title, conn_id=account.conn_id) from None

    def _read(self, connection: Connection) -> Account:
        from airflow_provider_assistants.hooks.connection import read_connection

        if connection.conn_type != self.vendor.name and connection.conn_type in all_vendors():
            raise ConfigurationError(
                f"The connection is of type {connection.conn_type!r}, so its key must not go to {self.vendor.title}",
                vendor=self.vendor.title,
                conn_id=self.conn_id,
                advice=f"Use a connection of type {self.vendor.name!r}, or the hook of the connection's type",
            )
        account = read_connection(connection, self.vendor)
        bounds = {
            name: conf.getint("assistants", name, fallback=int(getattr(account.settings, name)))
            for name in ("max_request_seconds", "max_response_bytes", "max_listing_seconds", "max_listing_rows")
        }
        account = replace(account, settings=replace(account.settings, **bounds))
        if account.settings.verify is False:
            self.log.warning("Connection %r: TLS certificates are not verified.", self.conn_id)
        return account

    def _no_connection(self) -> ConfigurationError:
        return ConfigurationError(
            f"There is no connection {self.conn_id!r}",
            vendor=self.vendor.title,
            advice=f"Add one of type {self.vendor.name!r} whose password is the API key",
        )

    def _verdict(self, error: AssistantsError) -> str:
        return f"{self.vendor.title}: {error.what}" + (f" – {error.advice}" if error.advice else "")
