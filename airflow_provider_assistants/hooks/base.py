# SPDX-License-Identifier: Apache-2.0
"""
The base of all vendors' hooks: it turns a connection into a client, and runs that for synchronous callers.

Each method that makes requests has an async twin whose name begins with ``a``. The synchronous methods run the same client
in an event loop in a thread of their own, so they work in a task, a script and a notebook alike, and pages are fetched ahead
while the caller processes the last one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, closing
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, Unpack

from airflow.providers.common.compat.sdk import AirflowNotFoundException, BaseHook

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, counted
from airflow_provider_assistants.hooks.blocking import BlockingLoop
from airflow_provider_assistants.hooks.connection_form import check_conn_id, field_behaviour, form_widgets
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.traffic import Traffic
from airflow_provider_assistants.vendors import register
from airflow_provider_assistants.vendors.base import Vendor

if TYPE_CHECKING:
    import httpx

    from airflow_provider_assistants.client.client import AssistantsClient
    from airflow_provider_assistants.client.completeness import ListingReport, Page
    from airflow_provider_assistants.client.options import ListingKeywords, ListingOptions, OnDrift
    from airflow_provider_assistants.client.rate_limit import RateLimiter
    from airflow_provider_assistants.hooks.connection import Account
    from airflow_provider_assistants.hooks.engine import HookEngine
    from airflow_provider_assistants.vendors.models.base import AssistantModel

__all__ = ["AssistantsHook"]

Result = TypeVar("Result")


class AssistantsHook(BaseHook):
    """
    Read the assistants of an account; the base of the vendors' hooks, each of which only names its vendor.

    Fields of the connection, all optional but the password:

    * ``password``: the API key.
    * ``host``: the base URL, or only the host of a white label or of your own server; the vendor's own if empty.
    * ``port``, ``schema``: the port, and ``http`` or ``https`` (the default), where the host does not say.
    * ``timeout``: seconds to wait for a connection, and for each further part of a response; 30.
    * ``max_retries``: tries after the first, for errors that may pass; 5.
    * ``concurrency``: requests in flight, and pages in memory, at most; 8.
    * ``page_size``: assistants per page; the vendor's best size.
    * ``max_requests_per_minute``: requests started within any 60 seconds; no limit.
    * ``verify``: ``true``, ``false``, or the file of your own certificate authority; ``true``.
    * ``proxy``: the URL of a proxy, or ``none``; the environment's.

    Those from ``timeout`` on are extras. ``login`` is not used.

    .. seealso:: How-to: :doc:`connections`

    :param conn_id: The connection to the account; the vendor's default connection if None.
    """

    vendor: ClassVar[Vendor]
    conn_type: ClassVar[str]
    hook_name: ClassVar[str]
    default_conn_name: ClassVar[str]
    conn_name_attr = "conn_id"

    def __init__(self, conn_id: str | None = None) -> None:
        super().__init__()
        self.conn_id = self.vendor.default_conn_id if conn_id is None else conn_id
        #: Counts the requests of all clients of this hook.
        self.traffic = Traffic()
        self._account: Account | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Derive from the vendor what Airflow reads from a hook class, and make the vendor known."""
        super().__init_subclass__(**kwargs)
        if "vendor" in vars(cls):
            vendor = cls.vendor
            derived = {"conn_type": vendor.name, "hook_name": vendor.title, "default_conn_name": vendor.default_conn_id}
            for name in derived.keys() - vars(cls).keys():
                setattr(cls, name, derived[name])
            register(vendor)
        # Airflow 3.1 does not read inherited ones.
        for name in ("get_connection_form_widgets", "get_ui_field_behaviour"):
            if name not in vars(cls):
                setattr(cls, name, classmethod(getattr(cls, name).__func__))

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """Return the widgets of the extras, for Airflow 3.1; later ones read the provider's info."""
        return form_widgets(cls.vendor)

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Return the hidden fields, labels and placeholders of the connection form."""
        return field_behaviour(cls.vendor, snake_case=True)

    def get_account(self) -> Account:
        """
        Read the connection, once for each hook.

        :raises ConfigurationError: If there is no such connection, or it is invalid.
        """
        if self._account is None:
            check_conn_id(self.conn_id, vendor=self.vendor.title)
            try:
                connection = self.get_connection(self.conn_id)
            except AirflowNotFoundException:
                raise self._no_connection() from None
            self._account = self._keep(self._engine.read_account(connection))
        return self._account

    @property
    def console_url(self) -> str | None:
        """The vendor's web console: the host of the connection, if that is not the vendor's own."""
        return self._engine.console_url(self.get_account())

    def get_conn(self) -> httpx.Client:
        """
        Return an httpx client for requests of your own below the API's root.

        It sends the key to the connection's origin only, whatever URL you request and even with ``follow_redirects``. It
        uses the connection's proxy and TLS settings, and does not retry. ``timeout`` holds for each piece of a response;
        there is no deadline for the whole response. Close it after use.
        """
        return self._engine.http_client(self.get_account())

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
        options = self._engine.options(
            listing,
            report,
            filters=filters,
            page_size=page_size,
            concurrency=concurrency,
            max_passes=max_passes,
            on_drift=on_drift,
        )
        return self.read_pages(options, listing, report=report)

    def read_pages(
        self, options: ListingOptions, listing: str = "assistants", *, report: ListingReport | None = None
    ) -> Generator[Page]:
        """Read a whole listing page by page, with options that are validated already; see :meth:`iter_pages`."""
        return self._in_step(self._apages(listing, options, report))

    def _in_step(self, stream: AsyncGenerator[Page]) -> Generator[Page]:
        """Iterate over an asynchronous stream for a synchronous caller, one page at a time."""
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

        :raises AssistantNotFoundError: If the vendor has none with this id.
        """
        return self.run_async(lambda: self.aget_assistant(assistant_id))

    def get_statuses(self, assistant_ids: Iterable[int | str]) -> dict[str, str | None]:
        """
        Return the status of each of these assistants, by its id as text; None for an id that the vendor does not have.

        A status is an :class:`~airflow_provider_assistants.vendors.base.AssistantStatus`, or the vendor's own word where
        it is none of those.

        :raises ConfigurationError: If one of these cannot be an id.
        """
        ids = self._engine.ids(assistant_ids)
        return self.run_async(lambda: self.aget_statuses(ids))

    def count_assistants(self, *, filters: Mapping[str, Any] | None = None) -> int:
        """Return the vendor's own count of assistants, by one cheap request."""
        return self.run_async(lambda: self.acount_assistants(filters=filters))

    def test_connection(self) -> tuple[bool, str]:
        """Make one cheap authenticated request; return whether it succeeded, and a sentence for the user."""
        try:
            self.get_account()
        except AssistantsError as error:
            return False, self._sentence(error)
        return self.run_async(self.atest_connection)

    async def aget_account(self) -> Account:
        """Read the connection, once for each hook, without blocking the event loop."""
        if self._account is None:
            check_conn_id(self.conn_id, vendor=self.vendor.title)
            try:
                connection = await self._engine.aget_connection(self)
            except AirflowNotFoundException:
                raise self._no_connection() from None
            self._account = self._keep(self._engine.read_account(connection))
        return self._account

    @asynccontextmanager
    async def aclient(self, *, limiter: RateLimiter | None = None) -> AsyncIterator[AssistantsClient]:
        """
        Open a client, for several calls over the same connections.

        :param limiter: The rate limiter that several clients of one account share; one of its own if None.
        """
        account = await self.aget_account()
        # In a thread, since reading certificate authorities takes a while.
        client = await asyncio.to_thread(self._engine.client, account, limiter=limiter, traffic=self.traffic)
        async with client:
            yield client

    async def aget_conn(self) -> httpx.AsyncClient:
        """Return an asynchronous httpx client; see :meth:`get_conn`."""
        return self._engine.async_http_client(await self.aget_account())

    def aiter_pages(
        self, listing: str = "assistants", *, report: ListingReport | None = None, **options: Unpack[ListingKeywords]
    ) -> AsyncGenerator[Page]:
        """Read a whole listing page by page; see :meth:`iter_pages`."""
        return self._apages(listing, self._engine.options(listing, report, **options), report)

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
        ids = self._engine.ids(assistant_ids)
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
        try:
            count = await self._engine.count_visible(await self.aget_account())
        except AssistantsError as error:
            return False, self._sentence(error)
        if count is None:
            return True, f"{self.vendor.title}: the API key is accepted; this vendor does not report a count"
        return True, f"{self.vendor.title}: {counted(count, 'assistant')} visible"

    def run_async(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """
        Run a coroutine for synchronous callers, in an event loop in a thread of its own, and return its result.

        The connection is read first and in the caller's thread, where Airflow expects it.

        :param call: Makes the coroutine.
        """
        self.get_account()
        with BlockingLoop() as loop:
            return loop.call(call)

    @property
    def _engine(self) -> HookEngine:
        from airflow_provider_assistants.hooks.engine import HookEngine

        return HookEngine(self.vendor, self.conn_id)

    def _keep(self, account: Account) -> Account:
        if account.settings.verify is False:
            self.log.warning("Connection %r: TLS certificates are not verified.", self.conn_id)
        return account

    def _no_connection(self) -> ConfigurationError:
        return ConfigurationError(
            f"There is no connection {self.conn_id!r}",
            vendor=self.vendor.title,
            advice=f"Add one of type {self.vendor.name!r} whose password is the API key",
        )

    def _sentence(self, error: AssistantsError) -> str:
        return f"{self.vendor.title}: {error.what}" + (f" – {error.advice}" if error.advice else "")
