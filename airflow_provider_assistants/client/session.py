# SPDX-License-Identifier: Apache-2.0
"""One exchange with the vendor: a request is sent, through the gate, until it has an answer worth having."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from airflow_provider_assistants.client.clock import Clock
from airflow_provider_assistants.client.deadline import NO_DEADLINE, Deadline
from airflow_provider_assistants.client.rate_limit import RateLimiter
from airflow_provider_assistants.client.redirects import is_slash_redirect, with_other_end
from airflow_provider_assistants.client.responses import Damaged, Response, check_flag, decode, error_of, refusal_hint
from airflow_provider_assistants.client.retry import RETRIED_STATUSES, asked_wait
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.client.transport import Transport
from airflow_provider_assistants.exceptions import AssistantsError, VendorUnavailableError
from airflow_provider_assistants.redaction.text import KnownSecrets, redact_shapes, redact_url
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["Session"]

log = logging.getLogger(__name__)

#: Parameters that an error may quote; filters can hold telephone numbers.
_QUOTED = frozenset({"page", "per_page", "limit", "skip", "offset", "size", "page_size", "page_number"})
#: Of so many routes it is kept whether they end in a slash.
_MAX_ROUTES = 1_000


async def _decoded(answer: Response) -> Any:
    return decode(answer)


def _is_slash_redirect(answer: Response) -> bool:
    return 300 < answer.status < 400 and is_slash_redirect(answer.url, answer.headers)


class Session:
    """
    Sends requests to one account, with retries and within its limits, and says where an error happened.

    :param limiter: The rate limiter, where several clients of one account share one; one of its own if None.
    :raises ConfigurationError: If the CA file cannot be read, or the proxy cannot be used.
    """

    def __init__(
        self,
        vendor: Vendor,
        *,
        base_url: str,
        api_key: str,
        conn_id: str | None,
        settings: ClientSettings,
        limiter: RateLimiter | None,
        clock: Clock,
    ) -> None:
        self._vendor = vendor
        self._base_url = base_url
        self._conn_id = conn_id
        self._settings = settings
        self._clock = clock
        self._secrets = KnownSecrets((api_key,))
        self._has_bare_host = bool(vendor.api_root.strip("/")) and not urlsplit(base_url).path.strip("/")
        self._other_end: dict[str, bool] = {}
        self._open: dict[object, tuple[float, str, str, Mapping[str, Any] | None]] = {}
        try:
            self._transport = Transport(vendor, base_url=base_url, api_key=api_key, settings=settings)
        except AssistantsError as error:
            raise self.located(error) from None
        if self._transport.proxy:
            self._secrets = KnownSecrets((api_key, *self._transport.proxy.secrets))
        self._limiter = limiter or RateLimiter(
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
        deadline: Deadline = NO_DEADLINE,
        route: str | None = None,
        read: Callable[[Response], Awaitable[Any]] = _decoded,
    ) -> tuple[Response, Any]:
        """
        Send a request until it has an answer worth having, and raise the error that it means otherwise.

        :param accept: Statuses that are answers here and no errors.
        :param read_only: The request changes nothing although its method is not GET.
        :param deadline: When all has to be over, the waits for the gate and between tries among it.
        :param route: What paths that differ in an id have in common, if that is not the path itself.
        :param read: Decodes the answer; one that is :class:`.Damaged` is asked for again.
        :return: The answer, and what ``read`` made of the answer; None for one of ``accept``.
        :raises AssistantsError: As each case demands; see :mod:`airflow_provider_assistants.exceptions`.
        """
        retries = 0
        began = self._clock.monotonic()
        failure: AssistantsError | None = None
        route = route or path
        redirected = False
        other_end = self._other_end.get(route, False)
        while True:
            asked: float | None = None
            slow_all = False
            left = deadline.at - self._clock.monotonic()
            try:
                async with asyncio.timeout(None if left == math.inf else max(0.0, left)):
                    target = with_other_end(path) if other_end else path
                    async with self._limiter.request(retries) as began_now:
                        answer = await self._answer(method, target, params, json)
                    if not redirected and method == "GET" and _is_slash_redirect(answer):
                        redirected, other_end = True, not other_end
                        continue
                    asked, slow_all = self._take_note(answer, began_now)
                    accepted = answer.status in accept
                    meant = None if accepted else error_of(answer, self._vendor, asked=asked, redact=self.redact)
                    if meant is None:
                        self._remember_end(route, other_end=other_end)
                        payload = None if accepted else await read(answer)
                        check_flag(payload, self._vendor, status=answer.status, redact=self.redact)
                        return answer, payload
                    failure, retriable = meant, answer.status in RETRIED_STATUSES
            except TimeoutError:
                failure, retriable = deadline.error(failure), False
            except Damaged as damaged:
                failure, retriable = damaged.error, True
            except VendorUnavailableError as error:
                failure, retriable = error, True
            except AssistantsError as error:
                failure, retriable = error, False
            # From here on nobody sees anything else than this, which holds no secret.
            failure = self.located(failure, request=self.describe(method, path, params))
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
            if wait is None or self._clock.monotonic() + wait > deadline.at:
                if retries:
                    failure.what += f", after {retries + 1} tries"
                raise failure from None
            retries += 1
            tries = self._settings.retry.max_retries + 1
            log.info(
                "%s: %s; try %d of %d in %.1f s", self._where(failure.request), failure.what, retries + 1, tries, wait
            )
            if slow_all:
                self._limiter.pause(wait)
            else:
                await self._clock.sleep(wait)

    async def _answer(self, method: str, path: str, params: Mapping[str, Any] | None, json: Any) -> Response:
        token = object()
        self._open[token] = (self._clock.monotonic(), method, path, params)
        try:
            return await self._transport.send(method, path, params=params, json=json)
        finally:
            del self._open[token]

    def _take_note(self, answer: Response, began: float) -> tuple[float | None, bool]:
        """Tell the gate of an answer; return the wait that the vendor asks for, and whether all requests have to wait."""
        refused = answer.status == 429
        asked = asked_wait(answer.headers, refusal_hint(answer), now=self._clock.now(), refused=refused)
        if refused:
            self._limiter.refused(began, asked=asked)
            return asked, True
        if answer.status >= 500:
            return asked, self._limiter.failed(began, asked=asked)
        self._limiter.answered()
        return asked, False

    def _remember_end(self, route: str, *, other_end: bool) -> None:
        if other_end:
            if len(self._other_end) >= _MAX_ROUTES:
                self._other_end.clear()
            self._other_end[route] = True
        else:
            self._other_end.pop(route, None)

    @contextmanager
    def warning_when_slow(self, seconds: float) -> Iterator[None]:
        """
        Log a warning when a response has been waited for so long, and again each time that has doubled.

        :param seconds: From the start of the request.
        """
        loop = asyncio.get_running_loop()

        timers: list[asyncio.TimerHandle] = []

        def check() -> None:
            next_check = seconds
            if self._open:
                began, method, path, params = min(self._open.values(), key=lambda each: each[0])
                waited = self._clock.monotonic() - began
                next_check = waited if waited >= seconds else seconds - waited
                if waited >= seconds:
                    where = self._where(self.describe(method, path, params))
                    log.warning("%s: no complete response after %.1f s, waiting on", where, waited)
            timers[:] = [loop.call_later(next_check, check)]

        timers.append(loop.call_later(seconds, check))
        try:
            yield
        finally:
            timers[0].cancel()

    def _where(self, request: str | None) -> str:
        connection = f", connection {self._conn_id!r}" if self._conn_id else ""
        return f"{self._vendor.title}{connection}: {request}"

    def describe(self, method: str, path: str, params: Mapping[str, Any] | None) -> str:
        """Return a request as an error may quote it."""
        query = "&".join(f"{name}={value}" for name, value in (params or {}).items() if name in _QUOTED)
        url = redact_url(self._base_url + path)
        return f"{method} {self._secrets.redact(url)}" + (f"?{query}" if query else "")

    def redact(self, text: str) -> str:
        """Return a text without our secrets, and without what has the shape of somebody else's."""
        return redact_shapes(self._secrets.redact(text))

    def located(self, error: AssistantsError, *, request: str | None = None) -> AssistantsError:
        """Say where an error happened, and take the key out of whatever the vendor or a library put into it."""
        error.what = self.redact(error.what)
        error.args = (error.what,)
        if error.status == 404 and self._has_bare_host:
            error.advice = (
                f"The connection's host ends in a slash, so {self._vendor.api_root} is not added to it: remove the slash, "
                "or add the path of the API"
            )
        return error.located(vendor=self._vendor.title, conn_id=self._conn_id, request=request)
