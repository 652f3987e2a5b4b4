# SPDX-License-Identifier: Apache-2.0
"""A server that drips bytes keeps nobody: each way in ends within its time. No test measures how long it takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowSensorTimeout

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.deadline import Deadline, time_limit
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import VendorUnavailableError
from airflow_provider_assistants.hooks import checking
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger, AssistantStatusTrigger
from airflow_provider_assistants.vendors import get_vendor
from tests.client.wire_server import WireServer, dripping

#: A drip never ends by itself: what ends after it was ended.
LIMIT = 60


@pytest.fixture(params=[False, True], ids=["body", "headers"])
def drip(request: pytest.FixtureRequest) -> Iterator[WireServer]:
    with WireServer(lambda _: dripping(head=request.param)) as server:
        yield server


def run(server: WireServer, use: Callable[[AssistantsClient], Awaitable[Any]], **settings: Any) -> Any:
    async def call() -> Any:
        client = AssistantsClient(
            get_vendor("autocalls"),
            api_key="1|abcdefghijklmnop",
            base_url=server.url,
            conn_id="mine",
            settings=ClientSettings(**{"timeout": 0.5, "retry": RetryPolicy(max_retries=1, base=0.01), **settings}),
        )
        async with asyncio.timeout(LIMIT), client:
            return await use(client)

    return asyncio.run(call())


async def listed(client: AssistantsClient) -> list[dict[str, Any]]:
    return [row async for page in client.pages() for row in page.rows]


CALLS: dict[str, Callable[[AssistantsClient], Awaitable[Any]]] = {
    "pages": listed,
    "get": lambda client: client.get(1),
    "rows": lambda client: client.rows([1, 2, 3]),
    "find": lambda client: client.find([1]),
    "count": lambda client: client.count(),
    "request_json": lambda client: client.request_json("GET", "/x"),
    "post": lambda client: client.request_json("POST", "/x", json={}),
}


@pytest.mark.parametrize("call", CALLS)
def test_each_try_of_a_request_ends(drip: WireServer, call: str) -> None:
    with pytest.raises(VendorUnavailableError, match=r"No complete response within 0\.6 s") as caught:
        run(drip, CALLS[call], max_request_seconds=0.6)
    assert ("after 2 tries" in caught.value.what) == (call != "post")
    assert caught.value.conn_id == "mine"


def test_a_listing_ends_in_its_time_though_a_response_is_under_way(drip: WireServer) -> None:
    with pytest.raises(VendorUnavailableError, match="The listing is not complete after 1 s") as caught:
        run(drip, listed, max_listing_seconds=1.0)
    assert "max_listing_seconds" in str(caught.value)
    assert "/user/assistants/get" in (caught.value.request or "")


def test_the_error_of_a_deadline_says_what_went_wrong_before(drip: WireServer) -> None:
    with pytest.raises(
        VendorUnavailableError, match=r"listing is not complete .* before that: No complete response"
    ) as caught:
        run(
            drip, listed, max_listing_seconds=2.0, max_request_seconds=0.7, retry=RetryPolicy(max_retries=99, base=0.01)
        )
    assert "tries" in caught.value.what


def test_a_caller_can_set_a_limit_around_any_work(drip: WireServer) -> None:
    async def limited(client: AssistantsClient) -> Any:
        async with time_limit(0.5, what="The poll is not done", advice="Wait", vendor="V", conn_id="c"):
            return await listed(client)

    with pytest.raises(VendorUnavailableError, match="The poll is not done") as caught:
        run(drip, limited)
    assert (caught.value.vendor, caught.value.conn_id) == ("V", "c")


def test_somebody_elses_timeout_is_not_taken_for_the_limit() -> None:
    async def raises() -> None:
        async with time_limit(60, what="x", advice="y"):
            raise TimeoutError("of something else")

    with pytest.raises(TimeoutError, match="of something else"):
        asyncio.run(raises())


def test_no_deadline_never_passes() -> None:
    assert Deadline().at == float("inf")


def test_a_response_that_is_waited_for_is_reported(drip: WireServer, caplog: pytest.LogCaptureFixture) -> None:
    async def slowly(client: AssistantsClient) -> Any:
        with client.warning_when_slow(0.2):
            return await listed(client)

    with caplog.at_level(logging.WARNING), pytest.raises(VendorUnavailableError):
        run(drip, slowly, max_listing_seconds=1.2)
    lines = [record.getMessage() for record in caplog.records]
    assert lines
    for line in lines:
        assert line.startswith(
            f"Autocalls, connection 'mine': GET {drip.url}/user/assistants/get?page=1&per_page=100: no c"
        )
    assert len(lines) <= 4, "again only when the time has doubled"


def test_a_quick_response_is_not_reported(sandbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def quickly() -> None:
        client = AssistantsClient(
            get_vendor("burki"), api_key=sandbox.api_key("burki"), base_url=sandbox.base_url("burki")
        )
        async with client:
            with client.warning_when_slow(30):
                await listed(client)
                await asyncio.sleep(0)

    with caplog.at_level(logging.WARNING):
        asyncio.run(quickly())
    assert caplog.records == []


@pytest.fixture
def account(drip: WireServer, connect: Callable[..., str]) -> str:
    return connect(
        conn_type="autocalls",
        host=f"{drip.url}/api",
        password="1|abcdefghijklmnop",
        extra={"timeout": 0.5, "max_retries": 0},
    )


def test_a_connection_test_ends(account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "TEST_SECONDS", 1.0)
    ok, verdict = get_hook(account).test_connection()
    assert not ok
    assert verdict.startswith("Autocalls: No complete response within 1 s")


@pytest.mark.parametrize("mode", ["poke", "reschedule"])
def test_a_sensor_ends_with_its_timeout(account: str, mode: str) -> None:
    sensor = AssistantStatusSensor(
        task_id="wait", conn_id=account, assistant_id=1, timeout=1.0, poke_interval=0.2, mode=mode, deferrable=False
    )
    with pytest.raises(AirflowSensorTimeout, match="timeout ended before the response was complete"):
        sensor.execute({})  # type: ignore[arg-type]


def test_a_deferred_sensor_ends_with_its_timeout(account: str) -> None:
    trigger = AssistantStatusTrigger(conn_id=account, assistant_ids=["1"], timeout=1.0, poll_interval=0.2)

    async def wait() -> dict[str, Any]:
        async with asyncio.timeout(LIMIT):
            (payload,) = [event.payload async for event in trigger.run()]
            return dict(payload)

    assert asyncio.run(wait())["outcome"] == "timed_out"


def test_a_watcher_says_that_it_waits_and_goes_on(account: str, caplog: pytest.LogCaptureFixture) -> None:
    trigger = AssistantStatusEventTrigger(conn_id=account, poll_interval=0.3)

    async def watch() -> None:
        events = trigger.run()
        coming = asyncio.ensure_future(anext(events))
        async with asyncio.timeout(LIMIT):
            while "no complete response after" not in caplog.text:  # noqa: ASYNC110 - it is a line in the log
                await asyncio.sleep(0.05)
        assert not coming.done()
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await events.aclose()  # type: ignore[attr-defined]

    with caplog.at_level(logging.WARNING):
        asyncio.run(watch())
    assert "Autocalls, connection 'mine': GET http://127.0.0.1:" in caplog.text
