# SPDX-License-Identifier: Apache-2.0
"""What a hook does once it runs: everything that needs httpx, pydantic and the client, which parsing a Dag must not load."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import httpx
from airflow.providers.common.compat.sdk import conf

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.client.ids import read_ids
from airflow_provider_assistants.client.options import ListingKeywords, ListingOptions
from airflow_provider_assistants.client.transport import http_options, origin_of
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.hooks.async_connection import async_connection
from airflow_provider_assistants.hooks.checking import count_visible
from airflow_provider_assistants.hooks.connection import Account, read_connection
from airflow_provider_assistants.traffic import Traffic
from airflow_provider_assistants.vendors import find_vendor

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Connection

    from airflow_provider_assistants.client.rate_limit import RateLimiter
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["HookEngine"]

#: Options of Airflow's section ``[assistants]`` that bound a client; they are fields of its settings.
_BOUNDS = ("max_request_seconds", "max_response_bytes", "max_listing_seconds", "max_listing_rows")


class HookEngine:
    """
    The work of the hook of a vendor.

    :param vendor: Whose hook it is.
    :param conn_id: The connection, for messages.
    """

    def __init__(self, vendor: Vendor, conn_id: str) -> None:
        self._vendor = vendor
        self._conn_id = conn_id

    def read_account(self, connection: Connection) -> Account:
        """
        Read the account of a connection, with the bounds of Airflow's configuration.

        :raises ConfigurationError: If a field is invalid, or the key belongs to another vendor.
        """
        vendor = self._vendor
        if connection.conn_type != vendor.name and find_vendor(connection.conn_type):
            raise ConfigurationError(
                f"The connection is of type {connection.conn_type!r}, so its key must not go to {vendor.title}",
                vendor=vendor.title,
                conn_id=self._conn_id,
                advice=f"Use a connection of type {vendor.name!r}, or the hook of the connection's type",
            )
        account = read_connection(connection, vendor)
        settings = account.settings
        bounds = {name: conf.getint("assistants", name, fallback=int(getattr(settings, name))) for name in _BOUNDS}
        return replace(account, settings=replace(settings, **bounds))

    async def aget_connection(self, hook: AssistantsHook) -> Connection:
        """Return the hook's connection without blocking the event loop."""
        return await async_connection(self._conn_id, hook=hook)

    def console_url(self, account: Account) -> str | None:
        """Return the vendor's web console: the host of the connection, if that is not the vendor's own."""
        origin = origin_of(account.base_url)
        return self._vendor.console_url if origin == origin_of(self._vendor.base_url) else origin

    def options(self, listing: str, report: ListingReport | None, **options: Unpack[ListingKeywords]) -> ListingOptions:
        """
        Validate the options of a listing.

        :raises ConfigurationError: If any is invalid, or there is no such listing.
        """
        checked = ListingOptions.read(self._vendor, listing, conn_id=self._conn_id, **options)
        if not isinstance(report, ListingReport | None):
            raise ConfigurationError(
                f"report must be a ListingReport, got {report!r}", vendor=self._vendor.title, conn_id=self._conn_id
            )
        return checked

    def ids(self, assistant_ids: Iterable[int | str]) -> list[str]:
        """
        Return ids as text, each once.

        :raises ConfigurationError: If one of them can be no id of the vendor.
        """
        return read_ids(self._vendor, assistant_ids, conn_id=self._conn_id)

    def client(
        self, account: Account, *, limiter: RateLimiter | None = None, traffic: Traffic | None = None
    ) -> AssistantsClient:
        """Return a client of the account; close it after use."""
        return AssistantsClient(
            self._vendor,
            api_key=account.api_key,
            base_url=account.base_url,
            conn_id=account.conn_id,
            settings=account.settings,
            limiter=limiter,
            traffic=traffic,
        )

    def http_client(self, account: Account) -> httpx.Client:
        """Return an httpx client that authenticates requests to the account's origin; close it after use."""
        return httpx.Client(**self._http_options(account, asynchronous=False))

    def async_http_client(self, account: Account) -> httpx.AsyncClient:
        """Return the asynchronous one."""
        return httpx.AsyncClient(**self._http_options(account, asynchronous=True))

    async def count_visible(self, account: Account) -> int | None:
        """Return the vendor's count of assistants, for a connection test; see :func:`~.checking.count_visible`."""
        return await count_visible(account, self.client)

    def _http_options(self, account: Account, *, asynchronous: bool) -> dict[str, Any]:
        try:
            return http_options(
                self._vendor,
                account.settings,
                base_url=account.base_url,
                api_key=account.api_key,
                asynchronous=asynchronous,
            )
        except AssistantsError as error:
            raise error.located(vendor=self._vendor.title, conn_id=account.conn_id) from None
