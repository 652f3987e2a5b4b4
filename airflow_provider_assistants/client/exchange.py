# SPDX-License-Identifier: Apache-2.0
"""One exchange with the vendor: a request is sent, through the gate, until it has an answer worth having."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.client.answers import Answer, error_of, refusal_hint
from airflow_provider_assistants.client.clock import Clock
from airflow_provider_assistants.client.limits import RequestGate
from airflow_provider_assistants.client.retry import RETRIED_STATUSES, asked_wait
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.client.transport import Transport
from airflow_provider_assistants.exceptions import AssistantsError, VendorUnavailableError
from airflow_provider_assistants.secret_text import redact_text
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["Exchange"]

log = logging.getLogger(__name__)

#: Parameters that an error may quote; filters can hold telephone numbers.
_QUOTED = frozenset({"page", "per_page", "limit", "skip", "offset", "size", "page_size", "page_number"})


class Exchange:
    """
    Sends requests to one account, with retries and within its limits, and says where an error happened.

    :param gate: The gate that requests pass, where several clients of one account share it; one of its own if None.
    """

    def __init__(
        self,
        vendor: Vendor,
        *,
        base_url: str,
        api_key: str,
        conn_id: str | None,
        settings: ClientSettings,
        gate: RequestGate | None,
        clock: Clock,
    ) -> None:
        self._vendor = vendor
        self._base_url = base_url
        self._api_key = api_key
        self._conn_id = conn_id
        self._settings = settings
        self._clock = clock
        self._transport = Transport(vendor, base_url=base_url, api_key=api_key, settings=settings)
        self._gate = gate or RequestGate(
            concurrency=settings.concurrency, per_minute=settings.max_requests_per_minute, clock=clock
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        accept: frozenset[int] | set[int] = frozenset(),
        read_only: bool = False,
        deadline: float = math.inf,
    ) -> Answer:
        """
        Send a request until it has an answer worth having, and raise the error that it means otherwise.

        :param accept: Statuses that are answers here and no errors.
        :param read_only: The request changes nothing although its method is not GET.
        :param deadline: No try begins after it, by the clock's seconds.
        :raises AssistantsError: As each case demands; see :mod:`airflow_provider_assistants.exceptions`.
        """
        retries = 0
        began = self._clock.monotonic()
        while True:
            asked: float | None = None
            try:
                async with self._gate.request() as began_now:
                    answer = await self._transport.send(method, path, params=params, json=json)
                asked = asked_wait(answer.headers, refusal_hint(answer), now=self._clock.now())
                if answer.status == 429:
                    self._gate.refused(began_now, asked=asked)
                else:
                    self._gate.answered()
                if answer.status in accept:
                    return answer
                failure = error_of(answer, self._vendor, asked=asked)
                if failure is None:
                    return answer
                retriable = answer.status in RETRIED_STATUSES
            except VendorUnavailableError as error:
                failure, retriable = error, True
            except AssistantsError as error:
                failure, retriable = error, False
            described = self.describe(method, path, params)
            wait = (
                self._settings.retry.wait(
                    retries=retries,
                    elapsed=self._clock.monotonic() - began,
                    asked=asked,
                    jitter=self._clock.jitter(),
                )
                if retriable and (method == "GET" or read_only)
                else None
            )
            if wait is not None and self._clock.monotonic() + wait > deadline:
                wait = None
            if wait is None:
                if retries:
                    failure.what += f", after {retries + 1} tries"
                raise self.located(failure, request=described) from None
            retries += 1
            log.info("%s: %s; try %d in %.1f s", described, failure.what, retries + 1, wait)
            if failure.status == 429:
                self._gate.pause(wait)
            else:
                await self._clock.sleep(wait)

    def describe(self, method: str, path: str, params: Mapping[str, Any] | None) -> str:
        """Give a request as an error may quote it."""
        query = "&".join(f"{name}={value}" for name, value in (params or {}).items() if name in _QUOTED)
        return f"{method} {self._base_url}{path}" + (f"?{query}" if query else "")

    def located(self, error: AssistantsError, *, request: str | None = None) -> AssistantsError:
        """Say where an error happened, and take the key out of whatever the vendor or a library put into it."""
        error.what = redact_text(error.what, known_secrets=(self._api_key,))
        error.args = (error.what,)
        return error.located(vendor=self._vendor.title, conn_id=self._conn_id, request=request)
