# SPDX-License-Identifier: Apache-2.0
"""The trigger of a deferred sensor, by a poll of its own, over real sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.triggers.status import AssistantStatusTrigger
from tests.conftest import VENDORS
from tests.triggers.running import CLOCK, RecordedPolls, only_event, until


def make(**given: Any) -> AssistantStatusTrigger:
    return AssistantStatusTrigger(**{"conn_id": "burki_default", "poll_interval": 0.05, **given})


def run(trigger: AssistantStatusTrigger) -> Any:
    return asyncio.run(only_event(trigger.run()))


def first_id(sandbox: Sandbox, vendor: str) -> str:
    row = sandbox.rows(vendor)[0]
    return str(row.get("id") or row["assistant_id"])


def run_and(trigger: AssistantStatusTrigger, after: Callable[[], bool], change: Callable[[], Any]) -> Any:
    """Run a trigger, and change something once it polls."""

    async def both() -> Any:
        async def changing() -> None:
            await until(after)
            change()

        task = asyncio.create_task(changing())
        payload = await only_event(trigger.run())
        await task
        return payload

    return asyncio.run(both())


@pytest.mark.parametrize("vendor", VENDORS)
def test_waiting_for_a_change_at_every_vendor(sandbox: Sandbox, vendor: str) -> None:
    each = first_id(sandbox, vendor)
    given: dict[str, Any] = {"conn_id": f"{vendor}_default", "assistant_ids": [each]}
    if vendor == "puretalk":
        given |= {"until": "changed", "watch": "updated_at", "target_statuses": ()}
    else:
        sandbox.set_status(vendor, each, "inactive")
    payload = run_and(
        make(**given),
        lambda: len(sandbox.requests(vendor)) >= 2,
        lambda: sandbox.update(vendor, each) if vendor == "puretalk" else sandbox.set_status(vendor, each, "active"),
    )
    assert payload["outcome"] == "reached"
    assert payload["error"] is None
    assert payload["result"][each]["status"] == ("present" if vendor == "puretalk" else "active")
    json.dumps(payload)


def test_the_serialized_trigger_is_plain_and_makes_the_same_trigger(sandbox: Sandbox) -> None:
    try:
        from airflow.sdk.serde import deserialize, serialize
    except ImportError:
        from airflow.serialization.serde import deserialize, serialize

    trigger = make(
        assistant_ids=["1", "2"],
        until="changed",
        target_statuses=["inactive"],
        failure_statuses=["deleted"],
        require="any",
        past={"baseline": {"1": "active", "2": None}, "known": ["1"]},
        started_at=12.5,
        timeout=99.0,
        max_wait=7.0,
        silent_fail=True,
        max_consecutive_failures=3,
    )
    path, kwargs = trigger.serialize()
    assert path == "airflow_provider_assistants.triggers.status.AssistantStatusTrigger"
    assert json.loads(json.dumps(kwargs)) == kwargs
    assert AssistantStatusTrigger(**deserialize(serialize(kwargs))).serialize() == (path, kwargs)  # type: ignore[type-var,arg-type]
    assert sandbox.api_key("burki") not in repr(trigger)


def test_rows_of_an_older_version_still_make_a_trigger() -> None:
    trigger = AssistantStatusTrigger(conn_id="burki_default", assistant_ids=["1"])
    assert trigger.conditions.target_statuses == ("active",)
    assert trigger.poll_interval == 60.0


def test_a_trigger_of_the_version_before_goes_on(sandbox: Sandbox) -> None:
    """Its row has the same keyword arguments; the state of its wait has other names for what only the log needs."""
    each = first_id(sandbox, "burki")
    sandbox.set_status("burki", each, "active")
    kwargs = {
        "conn_id": "burki_default",
        "assistant_ids": [each],
        "until": "changed",
        "target_statuses": [],
        "failure_statuses": [],
        "require": "all",
        "watch": "status",
        "on_missing": "wait",
        "past": {
            "baseline": {each: "inactive"},
            "known": [each],
            "failures": 1,
            "said": f"{each} is inactive",
            "said_at": 1.0,
            "due_at": 2.0,
        },
        "started_at": time.time(),
        "timeout": 600.0,
        "poll_interval": 0.05,
        "exponential_backoff": False,
        "max_wait": None,
        "max_consecutive_failures": 5,
        "silent_fail": False,
    }
    trigger = AssistantStatusTrigger(**kwargs)
    assert trigger.serialize()[1] == kwargs
    payload = run(trigger)
    assert payload["outcome"] == "reached"
    assert payload["result"][each]["previous"] == "inactive"


def test_the_deadline_is_the_same_in_every_process() -> None:
    """The deadline is a time of day, so a trigger that moves does not start to wait anew."""
    _, kwargs = make(assistant_ids=["1"], started_at=time.time() - 100, timeout=90).serialize()
    payload = run(AssistantStatusTrigger(**kwargs))
    assert payload["outcome"] == "timed_out"


def test_a_failure_status_and_a_missing_one(sandbox: Sandbox) -> None:
    each = first_id(sandbox, "burki")
    sandbox.set_status("burki", each, "inactive")
    payload = run(make(assistant_ids=[each], failure_statuses=["inactive"]))
    assert (payload["outcome"], payload["error"]["type"]) == ("failed", "StatusError")
    payload = run(make(assistant_ids=["999"], on_missing="fail"))
    assert (payload["outcome"], payload["error"]["type"]) == ("missing", "AssistantNotFoundError")


@pytest.mark.parametrize("refusal", [401, 403])
def test_a_rotated_key_is_read_once_more(sandbox: Sandbox, connect: Callable[..., str], refusal: int) -> None:
    """The old key is that of account 2, which does not have the assistant."""
    each = first_id(sandbox, "burki")
    sandbox.set_status("burki", each, "active")
    connect("burki_default", **sandbox.connection("burki", account=2))

    def rotate() -> None:
        connect("burki_default", **sandbox.connection("burki", account=1))
        sandbox.fail("burki", str(refusal), times=None, account=2)

    payload = run_and(make(assistant_ids=[each]), lambda: len(sandbox.requests("burki")) >= 2, rotate)
    assert payload["outcome"] == "reached"
    assert [seen["status"] for seen in sandbox.requests("burki")].count(refusal) == 1


def test_a_key_that_is_refused_ends_the_wait_at_once(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("burki_default", **{**sandbox.connection("burki"), "password": "wrong-key"})
    payload = run(make(assistant_ids=["1"]))
    assert (payload["outcome"], payload["error"]["type"]) == ("error", "AuthenticationError")
    assert len(sandbox.requests("burki")) == 1
    assert "wrong-key" not in json.dumps(payload)


def test_an_outage_is_waited_out_with_backoff(
    sandbox: Sandbox, connect: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls = RecordedPolls(monkeypatch)
    each = first_id(sandbox, "burki")
    connect("burki_default", **sandbox.connection("burki", max_retries=0))
    sandbox.fail("burki", "503", times=3)
    payload = run(make(assistant_ids=[each], target_statuses=["active", "inactive"]))
    assert payload["outcome"] == "reached"
    assert len(sandbox.requests("burki")) == 4
    pauses = polls.pauses_after_failures()
    assert len(pauses) == 3
    assert all(pause >= decided - CLOCK for pause, decided in zip(pauses, (0.05, 0.1, 0.2), strict=True))
    sandbox.fail("burki", "503", times=None)
    payload = run(make(assistant_ids=[each], max_consecutive_failures=2, poll_interval=0.01))
    assert (payload["outcome"], payload["error"]["type"]) == ("error", "VendorUnavailableError")
    assert "3 polls in a row failed" in payload["error"]["what"]


def test_exponential_backoff_lengthens_the_interval(sandbox: Sandbox) -> None:
    trigger = make(assistant_ids=["999"], timeout=1.2, exponential_backoff=True)
    assert trigger.shared_stream_key() is None
    assert run(trigger)["outcome"] == "timed_out"
    assert len(sandbox.requests("burki")) <= 10, "0.05, 0.1, 0.2, 0.4, ... and not each 0.05"


def test_everything_is_closed_when_it_is_cancelled(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    polls = RecordedPolls(monkeypatch)

    async def cancelled() -> None:
        task = asyncio.create_task(only_event(make(assistant_ids=["999"]).run()))
        await until(lambda: len(sandbox.requests("burki")) >= 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [each for each in asyncio.all_tasks() if each is not asyncio.current_task()] == []
        # Counted by the poll: the server may still be busy with a request of before.
        started = polls.count
        await asyncio.sleep(0.2)
        assert polls.count == started
        assert len(sandbox.requests("burki")) <= started

    asyncio.run(cancelled())


def test_few_ids_are_requested_singly_and_many_are_listed(sandbox: Sandbox) -> None:
    ids = [str(row["id"]) for row in sandbox.rows("burki")]
    anything = {"target_statuses": ["active", "inactive"]}
    run(make(assistant_ids=ids[:10], **anything))
    assert sorted(seen["path"] for seen in sandbox.requests("burki")) == sorted(
        f"/api/v1/assistants/{each}" for each in ids[:10]
    )
    sandbox.clear_requests()
    run(make(assistant_ids=ids, **anything))
    assert not any(each in seen["path"] for each in ids for seen in sandbox.requests("burki"))


def test_an_assistant_missing_in_a_listing_is_looked_up_again_before_it_is_deleted(sandbox: Sandbox) -> None:
    each = first_id(sandbox, "autocalls")
    past = {"baseline": {each: "active"}, "known": [each]}
    sandbox.delete("autocalls", each)
    payload = run(make(conn_id="autocalls_default", assistant_ids=[each], target_statuses=["deleted"], past=past))
    assert payload["result"][each]["status"] == "deleted"
    assert len(sandbox.requests("autocalls")) == 2


def test_what_is_looked_up_again_is_decoded_no_further_than_is_watched(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole listing decoded in full would keep the event loop that all triggers share."""
    from airflow_provider_assistants.client.client import AssistantsClient

    asked: list[frozenset[str] | None] = []

    pages = AssistantsClient.pages

    def recording(client: AssistantsClient, listing: str = "assistants", **options: Any) -> Any:
        asked.append(options.get("fields"))
        return pages(client, listing, **options)

    monkeypatch.setattr(AssistantsClient, "pages", recording)
    each = first_id(sandbox, "autocalls")
    past = {"baseline": {each: "active"}, "known": [each]}
    sandbox.delete("autocalls", each)
    run(make(conn_id="autocalls_default", assistant_ids=[each], target_statuses=["deleted"], past=past))
    assert len(asked) == 2
    assert None not in asked
