# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import math
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.rate_limit import RateLimiter
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import AssistantsError, PaginationError, VendorUnavailableError
from airflow_provider_assistants.vendors import get_vendor
from tests.client.fake_clock import FakeClock, SharedTime


@given(requests=st.integers(1, 40), per_minute=st.integers(1, 15), concurrency=st.integers(1, 8))
def test_no_minute_sees_more_requests_than_allowed(requests: int, per_minute: int, concurrency: int) -> None:
    time = FakeClock()
    begun: list[float] = []
    in_flight = 0

    async def one(limiter: RateLimiter) -> None:
        nonlocal in_flight
        async with limiter.request():
            in_flight += 1
            assert in_flight <= concurrency
            begun.append(time.seconds)
            await asyncio.sleep(0)
            in_flight -= 1

    async def every() -> None:
        limiter = RateLimiter(concurrency=concurrency, per_minute=per_minute, clock=time.clock())
        await asyncio.gather(*(one(limiter) for _ in range(requests)))

    asyncio.run(every())
    assert len(begun) == requests
    for n, moment in enumerate(begun):
        assert sum(moment <= other < moment + 60 for other in begun[n:]) <= per_minute


def test_a_pause_holds_back_all_requests() -> None:
    time = FakeClock()

    async def after_a_pause() -> list[float]:
        limiter = RateLimiter(concurrency=3, per_minute=None, clock=time.clock())
        limiter.pause(30)
        limiter.pause(10)

        async def one() -> float:
            async with limiter.request():
                return time.seconds

        return await asyncio.gather(*(one() for _ in range(3)))

    assert asyncio.run(after_a_pause()) == [1_030.0] * 3


class Vendor:
    """A vendor that allows so many requests in any minute, and says how long to wait."""

    def __init__(self, time: SharedTime, *, per_minute: int, says_when: bool) -> None:
        self._time = time
        self._allowed = per_minute
        self._says_when = says_when
        self._recent: list[float] = []
        self.refused: list[float] = []
        self.served = 0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        await self._time.clock().sleep(0.05)
        now = self._time.seconds
        self._recent = [moment for moment in self._recent if moment > now - 60]
        if len(self._recent) >= self._allowed:
            self.refused.append(now)
            headers = {"Retry-After": str(math.ceil(self._recent[0] + 60 - now))} if self._says_when else {}
            return httpx.Response(429, headers=headers)
        self._recent.append(now)
        self.served += 1
        page = int(request.url.params["page"])
        rows = [{"id": n} for n in range(page * 10, page * 10 + 10)]
        return httpx.Response(200, json={"data": rows, "last_page": 300, "total": 3_000, "current_page": page})


def send_to(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all clients send their requests to this vendor."""
    monkeypatch.setattr(
        "airflow_provider_assistants.client.transport.client_options",
        lambda settings, **given: {"transport": httpx.MockTransport(vendor.handle)},
    )


@pytest.mark.parametrize("says_when", [True, False])
@pytest.mark.parametrize("concurrency", [1, 8, 32])
def test_a_vendor_that_allows_sixty_a_minute_refuses_in_one_wave_only(
    says_when: bool, concurrency: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = SharedTime()
    vendor = Vendor(time, per_minute=60, says_when=says_when)
    send_to(vendor, monkeypatch)

    async def read() -> int:
        settings = ClientSettings(concurrency=concurrency, max_listing_seconds=7_200)
        client = AssistantsClient(get_vendor("autocalls"), api_key="k", settings=settings, clock=time.clock())
        async with client:
            return sum([len(page.rows) async for page in client.pages(page_size=10)])

    assert asyncio.run(time.run(read())) == 3_000
    assert vendor.served == 300
    waves = [moment for n, moment in enumerate(vendor.refused) if n == 0 or moment > vendor.refused[n - 1] + 60]
    assert len(waves) == 1, vendor.refused
    assert len(vendor.refused) <= concurrency * (1 if says_when else 6)


def test_refusals_halve_what_is_in_flight_and_responses_bring_it_back() -> None:
    time = FakeClock()
    limiter = RateLimiter(concurrency=8, per_minute=None, clock=time.clock())

    async def one(*, refused: bool) -> None:
        async with limiter.request() as started:
            pass
        time.seconds += 0.1
        limiter.refused(started) if refused else limiter.succeeded()

    async def live() -> list[int]:
        async with limiter.request() as first, limiter.request() as second:
            pass
        seen = [limiter.concurrency]
        time.seconds += 1
        limiter.refused(first)
        limiter.refused(second)
        seen.append(limiter.concurrency)
        time.seconds += 61
        await one(refused=True)
        seen.append(limiter.concurrency)
        time.seconds += 1_000
        for _ in range(60):
            await one(refused=False)
        seen.append(limiter.concurrency)
        return seen

    assert asyncio.run(live()) == [8, 4, 2, 8]


@pytest.mark.parametrize(
    ("responses", "asked", "learned"), [(20, 8.0, (20, 11.0)), (20, None, (20, 61.0)), (4, 8.0, None)]
)
def test_what_is_allowed_is_learned_and_forgotten_after_ten_minutes(
    responses: int, asked: float | None, learned: tuple[int, float] | None
) -> None:
    time = FakeClock()
    limiter = RateLimiter(concurrency=8, per_minute=100, clock=time.clock())

    async def live() -> list[tuple[int, float] | None]:
        for _ in range(responses):
            async with limiter.request() as started:
                time.seconds += 0.1
                limiter.succeeded()
        limiter.refused(started + 0.05, asked=asked)
        first = limiter.learned
        time.seconds += 601
        async with limiter.request():
            pass
        return [first, limiter.learned]

    first, later = asyncio.run(live())
    assert first == (learned and (learned[0], pytest.approx(learned[1], abs=1.1)))
    assert later is None


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"max_listing_seconds": 130.0}, VendorUnavailableError, "not complete after 130 s and"),
        ({"max_listing_rows": 500}, PaginationError, "more than 500 rows"),
    ],
)
def test_a_listing_has_its_bounds(
    settings: dict[str, Any], error: type[AssistantsError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = SharedTime()
    vendor = Vendor(time, per_minute=60, says_when=True)
    send_to(vendor, monkeypatch)

    async def read() -> None:
        client = AssistantsClient(
            get_vendor("autocalls"), api_key="k", settings=ClientSettings(**settings), clock=time.clock()
        )
        async with client:
            async for _ in client.pages(page_size=10):
                pass

    with pytest.raises(error, match=words):
        asyncio.run(time.run(read()))
    assert time.seconds < 1_000 + 130 + 62


def test_no_retry_begins_after_the_end_of_the_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    time = SharedTime()
    monkeypatch.setattr(
        "airflow_provider_assistants.client.transport.client_options",
        lambda settings, **given: {"transport": httpx.MockTransport(lambda request: httpx.Response(503))},
    )

    async def read() -> None:
        settings = ClientSettings(max_listing_seconds=3.0, retry=RetryPolicy(max_retries=1_000, budget=10_000))
        async with AssistantsClient(
            get_vendor("autocalls"), api_key="k", settings=settings, clock=time.clock()
        ) as client:
            async for _ in client.pages():
                pass

    with pytest.raises(VendorUnavailableError, match="returned HTTP 503, after"):
        asyncio.run(time.run(read()))
    assert time.seconds <= 1_003


@pytest.mark.parametrize("headers", [{"Retry-After": "3"}, {}])
def test_a_server_that_is_down_is_asked_less_and_less(headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight pages in flight, all refused for ever: 8 x 6 requests if each backed off for itself."""
    time = SharedTime()
    refused = 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal refused
        await time.clock().sleep(0.05)
        if request.url.params["page"] == "1":
            return httpx.Response(
                200, json={"data": [{"id": n} for n in range(100)], "total": 5_000, "last_page": 50, "current_page": 1}
            )
        refused += 1
        return httpx.Response(503, headers=headers)

    monkeypatch.setattr(
        "airflow_provider_assistants.client.transport.client_options",
        lambda settings, **given: {"transport": httpx.MockTransport(handle)},
    )

    async def read() -> None:
        async with AssistantsClient(get_vendor("autocalls"), api_key="k", clock=time.clock()) as client:
            async for _ in client.pages():
                pass

    with pytest.raises(VendorUnavailableError, match="HTTP 503, after 6 tries"):
        asyncio.run(time.run(read()))
    print(f"{refused} refused requests")
    assert refused <= 8 + 4 + 2 + 1 + 1 + 1
