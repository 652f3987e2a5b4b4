# SPDX-License-Identifier: Apache-2.0
"""The session with one account: requests within its rate limit, retried, and each error with where it happened."""

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
from airflow_provider_assistants.redaction import KnownSecrets, redact_text, redact_url
from airflow_provider_assistants.traffic import Traffic
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["Session"]

log = logging.getLogger(__name__)

#: Parameters that an error may quote; filters can hold telephone numbers.
_QUOTED = frozenset({"page", "per_page", "limit", "skip", "offset", "size", "page_size", "page_number"})
#: For so many routes at most it is remembered whether they end in a slash.
_MAX_ROUTES = 1_000


async def _decoded(response: Response) -> Any:
    return decode(response)


def _is_slash_redirect(response: Response) -> bool:
    return 300 < response.status < 400 and is_slash_redirect(response.url, response.headers)


class Session:
    """
    Sends requests to one account, within its rate limit and with retries, and adds to errors where they happened.

    :param limiter: The rate limiter, where several clients of one account share one; one of its own if None.
    :param traffic: Counts the requests; a new one if None.
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
        traffic: Traffic | None,
        clock: Clock,
    ) -> None:
        self._vendor = vendor
        self._base_url = base_url
        self._conn_id = conn_id
        self._settings = settings
        self._clock = clock
        self._traffic = traffic if traffic is not None else Traffic()
        self._secrets = KnownSecrets((api_key,))
        self._has_bare_host = bool(vendor.api_root.strip("/")) and not urlsplit(base_url).path.strip("/")
        self._other_end: dict[str, bool] = {}
        self._open: dict[object, tuple[float, str, str, Mapping[str, Any] | None]] = {}
        with self.locating():
            self._transport = Transport(vendor, base_url=base_url, api_key=api_key, settings=settings)
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
        Send a request, retry it while that can help, and return its response, or raise the error that it means.

        :param accept: Statuses that are no errors here.
        :param read_only: The request changes nothing although its method is not GET.
        :param deadline: When all has to be over, including waits for the rate limiter and between tries.
        :param route: What paths that differ in an id have in common, if that is not the path itself.
        :param read: Decodes the response; one that is :class:`.Damaged` is requested again.
        :return: The response, and what ``read`` returned for it; None for one of ``accept``.
        :raises AssistantsError: One of :mod:`airflow_provider_assistants.exceptions`.
        """
        retries = 0
        started = self._clock.monotonic()
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
                    async with self._limiter.request(retries) as try_started:
                        response = await self._send_once(method, target, params, json)
                    if not redirected and method == "GET" and _is_slash_redirect(response):
                        redirected, other_end = True, not other_end
                        continue
                    asked, slow_all = self._report_to_limiter(response, try_started)
                    accepted = response.status in accept
                    error = None if accepted else error_of(response, self._vendor, asked=asked, redact=self.redact)
                    if error is None:
                        self._remember_end(route, other_end=other_end)
                        payload = None if accepted else await read(response)
                        check_flag(payload, self._vendor, status=response.status, redact=self.redact)
                        return response, payload
                    failure, retriable = error, response.status in RETRIED_STATUSES
            except TimeoutError:
                failure, retriable = deadline.error(failure), False
            except Damaged as damaged:
                failure, retriable = damaged.error, True
            except VendorUnavailableError as unavailable:
                failure, retriable = unavailable, True
            except AssistantsError as final:
                failure, retriable = final, False
            # From here on nobody sees anything else than this, which holds no secret.
            failure = self.located(failure, request=self.describe(method, path, params))
            wait = None
            if retriable and (method == "GET" or read_only):
                wait = self._wait_before_retry(retries=retries, started=started, asked=asked, deadline=deadline)
            if wait is None:
                if retries:
                    failure.what += f", after {retries + 1} tries"
                raise failure from None
            retries += 1
            self._note_retry(failure, number=retries + 1, wait=wait)
            if slow_all:
                self._limiter.pause(wait)
            else:
                await self._clock.sleep(wait)

    def _wait_before_retry(
        self, *, retries: int, started: float, asked: float | None, deadline: Deadline
    ) -> float | None:
        """Return the seconds until the next try; None if there is none."""
        now = self._clock.monotonic()
        wait = self._settings.retry.wait(
            retries=retries, elapsed=now - started, asked=asked, jitter=self._clock.jitter()
        )
        return None if wait is None or now + wait > deadline.at else wait

    def _note_retry(self, failure: AssistantsError, *, number: int, wait: float) -> None:
        """Count and log a retry."""
        self._traffic.retries += 1
        status = f" (HTTP {failure.status})" if failure.status and "HTTP" not in failure.what else ""
        tries = self._settings.retry.max_retries + 1
        log.info(
            "%s: %s%s; try %d of %d in %.1f s", self._where(failure.request), failure.what, status, number, tries, wait
        )

    async def _send_once(self, method: str, path: str, params: Mapping[str, Any] | None, json: Any) -> Response:
        token = object()
        self._open[token] = (self._clock.monotonic(), method, path, params)
        self._traffic.requests += 1
        try:
            return await self._transport.send(method, path, params=params, json=json)
        finally:
            del self._open[token]

    def _report_to_limiter(self, response: Response, started: float) -> tuple[float | None, bool]:
        """Report a response to the rate limiter; return the wait that the vendor asks for, and whether all requests wait."""
        refused = response.status == 429
        self._traffic.refusals += response.status in (429, 503)
        asked = asked_wait(response.headers, refusal_hint(response), now=self._clock.now(), refused=refused)
        if refused:
            self._limiter.refused(started, asked=asked)
            return asked, True
        if response.status >= 500:
            return asked, self._limiter.failed(started, asked=asked)
        self._limiter.succeeded()
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
                started, method, path, params = min(self._open.values(), key=lambda each: each[0])
                waited = self._clock.monotonic() - started
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

    def describe(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> str:
        """Return a request as an error may quote it."""
        query = "&".join(f"{name}={value}" for name, value in (params or {}).items() if name in _QUOTED)
        url = redact_url(self._base_url + path)
        return f"{method} {self._secrets.redact(url)}" + (f"?{query}" if query else "")

    def redact(self, text: str) -> str:
        """Return a text without the connection's secrets, and without what looks like somebody else's."""
        return redact_text(text, known_secrets=self._secrets)

    @contextmanager
    def locating(self, request: str | None = None) -> Iterator[None]:
        """Add to an error that is raised inside where it happened; see :meth:`located`."""
        try:
            yield
        except AssistantsError as error:
            raise self.located(error, request=request) from None

    def located(self, error: AssistantsError, *, request: str | None = None) -> AssistantsError:
        """Add to an error where it happened, and redact what the vendor or a library put into it."""
        error.what = self.redact(error.what)
        error.args = (error.what,)
        if error.status == 404 and self._has_bare_host:
            error.advice = (
                f"The connection's host ends in a slash, so {self._vendor.api_root} is not added to it: remove the slash, "
                "or add the path of the API"
            )
        return error.located(vendor=self._vendor.title, conn_id=self._conn_id, request=request)
