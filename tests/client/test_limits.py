# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.limits import RequestGate
from tests.client.fake_clock import FakeClock


@given(requests=st.integers(1, 40), per_minute=st.integers(1, 15), concurrency=st.integers(1, 8))
def test_no_minute_sees_more_requests_than_allowed(requests: int, per_minute: int, concurrency: int) -> None:
    time = FakeClock()
    begun: list[float] = []
    in_flight = 0

    async def one(gate: RequestGate) -> None:
        nonlocal in_flight
        async with gate.request():
            in_flight += 1
            assert in_flight <= concurrency
            begun.append(time.seconds)
            await asyncio.sleep(0)
            in_flight -= 1

    async def every() -> None:
        gate = RequestGate(concurrency=concurrency, per_minute=per_minute, clock=time.clock())
        await asyncio.gather(*(one(gate) for _ in range(requests)))

    asyncio.run(every())
    assert len(begun) == requests
    for n, moment in enumerate(begun):
        assert sum(moment <= other < moment + 60 for other in begun[n:]) <= per_minute


def test_a_pause_holds_back_all_requests() -> None:
    time = FakeClock()

    async def after_a_pause() -> list[float]:
        gate = RequestGate(concurrency=3, per_minute=None, clock=time.clock())
        gate.pause(30)
        gate.pause(10)

        async def one() -> float:
            async with gate.request():
                return time.seconds

        return await asyncio.gather(*(one() for _ in range(3)))

    assert asyncio.run(after_a_pause()) == [1_030.0] * 3
