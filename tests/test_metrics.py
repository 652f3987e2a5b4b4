# SPDX-License-Identifier: Apache-2.0
"""The metrics, as a StatsD server receives them from Airflow's own stats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants import metrics
from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.operators.listing import ListAssistantsOperator, ListingOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger
from tests.statsd import Received, StatsdServer, airflows_stats
from tests.triggers.running import Listener, until

ACCOUNT = {"vendor": "burki", "conn_id": "burki_default"}
LISTING = {**ACCOUNT, "listing": "assistants"}


@pytest.fixture
def statsd(monkeypatch: pytest.MonkeyPatch) -> Iterator[StatsdServer]:
    pytest.importorskip("statsd")
    with StatsdServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        with airflows_stats():
            yield server


def list_assistants(**arguments: Any) -> Any:
    return ListAssistantsOperator(task_id="list", conn_id="burki_default", **arguments).execute({})


def test_a_listing(sandbox: Sandbox, statsd: StatsdServer, tmp_path: Path) -> None:
    manifest = list_assistants(destination=str(tmp_path / "rows.jsonl"), page_size=5)
    assert {each.name for each in statsd.received()} == {
        "airflow.assistants.listing.pages",
        "airflow.assistants.listing.rows",
        "airflow.assistants.listing.bytes",
        "airflow.assistants.listing.duration",
        "airflow.assistants.requests.sent",
    }
    for name in ("pages", "rows", "bytes"):
        assert statsd.received(f"assistants.listing.{name}") == [
            Received(f"airflow.assistants.listing.{name}", manifest[name], "c", LISTING)
        ]
    (duration,) = statsd.received("assistants.listing.duration")
    assert (duration.type, duration.tags) == ("ms", LISTING)
    (requests,) = statsd.received("assistants.requests.sent")
    assert requests.tags == ACCOUNT
    assert requests.number == len(sandbox.requests("burki"))


def test_rows_to_xcom_count_too(sandbox: Sandbox, statsd: StatsdServer) -> None:
    rows = list_assistants()
    assert statsd.total("assistants.listing.rows") == len(rows) == 12


def test_another_listing_has_its_name(sandbox: Sandbox, statsd: StatsdServer) -> None:
    ListingOperator(task_id="list", conn_id="autocalls_default", listing="campaigns", fields=["id"]).execute({})
    (rows,) = statsd.received("assistants.listing.rows")
    assert rows.tags == {"vendor": "autocalls", "conn_id": "autocalls_default", "listing": "campaigns"}


@pytest.mark.parametrize(("fault", "refusals"), [("429", 1), ("503", 1), ("500", 0)])
def test_retries_and_refusals(sandbox: Sandbox, statsd: StatsdServer, fault: str, refusals: int) -> None:
    sandbox.fail("burki", fault, times=1)
    list_assistants()
    assert statsd.total("assistants.requests.retried") == 1
    assert statsd.total("assistants.requests.refused") == refusals
    assert statsd.total("assistants.requests.sent") == len(sandbox.requests("burki"))
    assert statsd.received("assistants.listing.failed") == []


def test_a_listing_that_fails(sandbox: Sandbox, statsd: StatsdServer) -> None:
    sandbox.fail("burki", "403", times=None, after=2)
    with pytest.raises(AssistantsError):
        list_assistants(page_size=5, concurrency=1)
    (failed,) = statsd.received("assistants.listing.failed")
    assert (failed.number, failed.tags) == (1, {**LISTING, "error": "PermissionDeniedError"})
    assert statsd.total("assistants.listing.pages") > 0
    assert statsd.received("assistants.listing.rows") == statsd.received("assistants.listing.duration") == []


def test_polls_of_a_sensor(sandbox: Sandbox, statsd: StatsdServer) -> None:
    each = next(row for row in sandbox.rows("burki") if row["is_active"])
    sandbox.fail("burki", "500", times=6)
    AssistantStatusSensor(
        task_id="wait", conn_id="burki_default", assistant_id=each["id"], poke_interval=0.01, timeout=60
    ).execute({})
    assert statsd.total("assistants.poll.failed") == 1
    assert statsd.total("assistants.poll.succeeded") == 1
    (failed,) = statsd.received("assistants.poll.failed")
    assert failed.tags == {**ACCOUNT, "error": "VendorUnavailableError"}
    assert len(statsd.received("assistants.poll.duration")) == 2
    assert statsd.total("assistants.requests.sent") == len(sandbox.requests("burki"))


def test_polls_of_a_watcher(sandbox: Sandbox, statsd: StatsdServer, connect: Callable[..., str]) -> None:
    connect("mine", **{**sandbox.connection("burki"), "extra": {"max_retries": 0}})
    account = {"vendor": "burki", "conn_id": "mine"}

    async def watch() -> None:
        async with Listener(AssistantStatusEventTrigger(conn_id="mine", poll_interval=0.05)) as listener:
            await until(lambda: statsd.total("assistants.poll.succeeded") >= 2)
            sandbox.insert("burki")
            await listener.hears(1)
            assert statsd.total("assistants.changes.emitted") == len(listener.heard)
            sandbox.fail("burki", "503", times=None)
            await until(lambda: statsd.total("assistants.poll.failed") >= 1)

    asyncio.run(watch())
    failed = statsd.received("assistants.poll.failed")
    assert failed[0].tags == {**account, "error": "VendorUnavailableError"}
    assert statsd.total("assistants.requests.refused") >= len(failed)
    lags = statsd.received("assistants.poll.lag")
    polls = len(statsd.received("assistants.poll.duration"))
    assert len(lags) == polls - 1, "the first poll is due when it starts"
    assert {each.type for each in lags} == {"ms"}
    assert all(each.tags == account for each in lags)
    assert all(each.tags == account for each in statsd.received("assistants.changes.emitted"))


def test_every_metric_is_declared_as_it_comes(sandbox: Sandbox, statsd: StatsdServer) -> None:
    declared = {metric.name: metric for metric in metrics.METRICS}
    sandbox.fail("burki", "429", times=1)
    list_assistants()
    short = {"counter": "c", "timer": "ms"}
    for each in statsd.received():
        metric = declared[each.name.removeprefix("airflow.")]
        assert each.type == short[metric.type]
        assert tuple(each.tags) == metric.tags


@pytest.mark.parametrize("homes", [("airflow.nowhere",), ("airflow.nowhere", "airflow.nowhere_else")])
def test_stats_that_fail_fail_no_task(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, homes: tuple[str, ...]
) -> None:
    monkeypatch.setattr(metrics, "TASK", metrics.Emitter(*homes))
    with caplog.at_level("INFO"):
        assert len(list_assistants()) == 12
    assert "assistants.listing.rows was not emitted" in caplog.text


def test_without_stats_nothing_is_said(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        assert len(list_assistants()) == 12
    assert "was not emitted" not in caplog.text
