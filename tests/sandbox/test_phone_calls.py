# SPDX-License-Identifier: Apache-2.0
"""The sandbox's telephone calls: how they are made, how they go on, and how each vendor filters and pages them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.options import Options
from airflow_provider_assistants.sandbox.phone_calls import CallLog
from tests.conftest import VENDORS

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(assistants=3) as sandbox:
        yield sandbox


@pytest.fixture
def world(server: Sandbox) -> Iterator[Sandbox]:
    server.reset()
    yield server
    server.reset()


def ask(world: Sandbox, vendor: str, path: str, **query: Any) -> httpx.Response:
    key = world.api_key(vendor)
    headers = {"x-api-key": key} if vendor == "puretalk" else {"authorization": f"Bearer {key}"}
    return httpx.get(
        world.base_url(vendor) + path, params=query, headers={**headers, "accept": "application/json"}, timeout=30
    )


def log_of(**options: Any) -> CallLog:
    return CallLog("burki", 1, Options(**options), lambda index: {"id": index, "name": f"Desk {index}"})


def test_a_million_calls_of_a_year_are_there_at_once() -> None:
    log = log_of(calls=1_000_000, calls_days=365, calls_from="2025-01-01T00:00:00Z")
    found = log.between(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC))
    assert 2_700 < len(found) < 2_780
    times = [log.started(index) for index in found]
    assert times == sorted(times)
    assert {time.date().isoformat() for time in times} == {"2025-06-01"}
    assert log.row(found[0]) == log_of(calls=1_000_000, calls_days=365, calls_from="2025-01-01T00:00:00Z").row(found[0])


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_begins_goes_on_ends_and_settles(world: Sandbox, vendor: str) -> None:
    world.set_options(calls=0)
    begin = datetime(2026, 3, 5, 23, 59, tzinfo=UTC)
    world.add_call(vendor, begin, seconds=120)
    stages = []
    for passed in (-1, 0, 119, 121, 48 * 3600):
        world.set_options(calls_now=(begin + timedelta(seconds=passed)).isoformat())
        stages.append(world.rows(vendor, listing="calls"))
    before, started, going_on, ended, settled = stages
    assert before == []
    assert started == going_on
    cost = "total_cost" if vendor != "puretalk" else "transcript"
    open_word = {"burki": {"ongoing"}, "puretalk": {"in-progress"}}.get(vendor, {"ringing", "in-progress"})
    assert going_on[0]["status"] in open_word
    assert ended[0]["status"] not in open_word
    assert (going_on[0][cost], ended[0][cost]) == (None, None)
    assert settled[0][cost] is not None
    numbers = [name for name in settled[0] if "number" in name or name.endswith("id")]
    assert all(going_on[0][name] == settled[0][name] for name in numbers), "it became another call"


def test_time_goes_on_while_calls_are_read(world: Sandbox) -> None:
    world.set_options(calls=100, calls_days=1, calls_now="2026-03-01T12:00:00Z", calls_step=3600)
    totals = [ask(world, "burki", "/api/v1/calls/").json()["total"] for _ in range(3)]
    assert totals[0] < totals[1] < totals[2]


def test_days_of_the_autocalls_family_are_days_of_its_own_zone(world: Sandbox) -> None:
    world.set_options(calls=0, zone="America/Sao_Paulo")
    for hour in (1, 2, 3, 4):  # midnight there is at 3 o'clock UTC
        world.add_call("autocalls", datetime(2026, 3, 2, hour, tzinfo=UTC))
    days = {"date_from": "2026-03-01", "date_to": "2026-03-01"}
    assert ask(world, "autocalls", "/user/calls", **days).json()["total"] == 2
    days = {"date_from": "2026-03-02", "date_to": "2026-03-02"}
    assert ask(world, "autocalls", "/user/calls", **days).json()["total"] == 2
    assert ask(world, "autocalls", "/user/calls", date_from="1.3.2026").status_code == 422


def test_both_times_of_burkis_filter_are_inclusive(world: Sandbox) -> None:
    world.set_options(calls=0)
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for seconds in (-1, 0, 60, 61):
        world.add_call("burki", noon + timedelta(seconds=seconds))
    window = {"date_from": noon.isoformat(), "date_to": (noon + timedelta(seconds=60)).isoformat()}
    found = ask(world, "burki", "/api/v1/calls/", **window).json()
    assert (found["total"], len(found["items"])) == (2, 2)
    assert ask(world, "burki", "/api/v1/calls/count", **window).json() == {"count": 2}
    assert ask(world, "burki", "/api/v1/calls").status_code == 307
    assert ask(world, "burki", "/api/v1/calls/", call_sid="CA", customer_phone="+1").status_code == 422


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_filter_by_assistant(world: Sandbox, vendor: str) -> None:
    path = {"burki": "/api/v1/calls/", "puretalk": "/calls"}.get(vendor, "/user/calls")
    key = {"burki": "id", "puretalk": "assistant_id"}.get(vendor, "id")
    totals = []
    for assistant in world.rows(vendor):
        payload = ask(world, vendor, path, assistant_id=assistant[key]).json()
        totals.append(payload.get("total", payload.get("count")))
    assert sum(totals) == 40
    assert all(totals)


@pytest.mark.parametrize("vendor", VENDORS)
def test_calls_are_changed_and_deleted(world: Sandbox, vendor: str) -> None:
    key = {"puretalk": "call_id"}.get(vendor, "id")
    rows = world.rows(vendor, listing="calls")
    world.change_call(vendor, rows[3][key], brand_new=1)
    world.delete_call(vendor, rows[4][key])
    after = world.rows(vendor, listing="calls")
    assert after[3]["brand_new"] == 1
    assert [row[key] for row in after] == [row[key] for row in rows if row is not rows[4]]
    with pytest.raises(ValueError, match="has no call 'nobody'"):
        world.delete_call(vendor, "nobody")


def test_the_oddities_of_the_familys_calls(world: Sandbox) -> None:
    rows = world.rows("intellixent", listing="calls")
    assert {"T" in row["created_at"] for row in rows} == {True, False}
    assert {len(row["created_at"]) for row in rows} == {19, 20, 27}
    assert {type(row["variables"]) for row in rows} == {list, dict}
    assert all(isinstance(row["total_cost"], str) for row in rows)
    assert all(isinstance(row["total_cost"], float) for row in world.rows("autocalls", listing="calls"))
    assert not any("assistant_id" in row for row in rows)


def test_the_shapes_of_the_other_listings(world: Sandbox) -> None:
    cursor = ask(world, "autocalls", "/user/conversations", per_page=10).json()
    second = ask(world, "autocalls", "/user/conversations", per_page=10, cursor=cursor["next_cursor"]).json()
    third = ask(world, "autocalls", "/user/conversations", per_page=10, cursor=second["next_cursor"]).json()
    assert [len(each["data"]) for each in (cursor, second, third)] == [10, 10, 3]
    assert (third["next_cursor"], cursor["prev_cursor"]) == (None, None)
    assert ask(world, "autocalls", "/user/conversations", cursor="odd").status_code == 422
    folders = ask(world, "autocalls", "/user/folders").json()
    assert {key: folders[key] for key in folders if key != "data"} == {"current_page": 1, "per_page": 15, "total": 23}
    assert isinstance(ask(world, "autocalls", "/user/campaigns").json(), list)
    assert list(ask(world, "autocalls", "/user/phone-numbers/all").json()) == ["data"]
    wrapped = ask(world, "puretalk", "/campaigns", limit=5, page=2).json()
    assert (wrapped["results"]["count"], len(wrapped["results"]["campaigns"])) == (23, 5)
    numbers = "/api/v1/assistants/organization/phone-numbers"
    shown = len(ask(world, "burki", numbers).json())
    assert shown < len(ask(world, "burki", numbers, include_inactive=True).json()) == 23


def test_what_is_planted_in_other_listings_is_known(world: Sandbox) -> None:
    for vendor, listing in (("autocalls", "calls"), ("burki", "calls"), ("puretalk", "calls"), ("otonistark", "leads")):
        planted = world.planted(vendor, listing=listing)
        text = json.dumps(world.rows(vendor, listing=listing))
        assert planted.personal
        assert all(each in text for each in planted.personal[:-1])
    with pytest.raises(ValueError, match="burki has no listing 'leads'; it has assistants, calls, campaigns"):
        world.rows("burki", listing="leads")


def test_options_of_calls_are_checked() -> None:
    with pytest.raises(ValueError, match="There is no time zone 'Mars'"):
        Sandbox(zone="Mars")
    with pytest.raises(ValueError, match="calls_from"):
        Sandbox(calls_from="2026-01-01")


def test_a_call_that_was_written_back_is_found_by_its_time(world: Sandbox) -> None:
    """Only a call without a time is not found: one of whose other fields are null is."""
    row = world.rows("autocalls", listing="calls")[0]
    world.change_call("autocalls", row["id"], **{**row, "transcript": None})

    def found() -> list[Any]:
        payload = ask(world, "autocalls", "/user/calls", date_from="2026-01-01", per_page=100).json()
        return [each["id"] for each in payload["data"]]

    assert row["id"] in found()
    world.change_call("autocalls", row["id"], created_at=None)
    assert row["id"] not in found()
