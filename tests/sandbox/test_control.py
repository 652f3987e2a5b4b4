# SPDX-License-Identifier: Apache-2.0
"""Changing what the sandbox holds and how it behaves, while clients read."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.sandbox.asking import LISTS, get


def command(sandbox: Sandbox, name: str, *, query: dict[str, Any] | None = None, json: Any = None) -> httpx.Response:
    return httpx.post(f"{sandbox.url}/_sandbox/{name}", params=query, json=json, trust_env=False)


def ids(sandbox: Sandbox, vendor: str) -> list[Any]:
    return [row["assistant_id" if vendor == "puretalk" else "id"] for row in sandbox.rows(vendor)]


def test_parameters_of_a_query_are_read_as_what_they_mean(sandbox: Sandbox) -> None:
    assert command(sandbox, "fail", query={"vendor": "burki", "name": "500", "times": "2"}).status_code == 200
    assert [get(sandbox, "burki").status_code for _ in range(3)] == [500, 500, 200]
    assert command(sandbox, "fail", query={"vendor": "burki", "name": "500", "times": "null"}).status_code == 200
    assert [get(sandbox, "burki").status_code for _ in range(3)] == [500, 500, 500]
    command(sandbox, "heal")
    assert command(sandbox, "size", query={"vendor": "burki", "assistants": "3"}).json() == {"assistants": 3}
    assert command(sandbox, "options", query={"page_cap": "2"}).json()["page_cap"] == 2
    assert len(get(sandbox, "burki").json()) == 2


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("nothing", {}, "There is no command 'nothing'; there are clear, delete"),
        ("size", {"vendor": "burki"}, "assistants: Missing required keyword only argument"),
        ("size", {"vendor": "burki", "assistants": -1}, "assistants: Input should be greater than or equal to 0"),
        ("status", {"vendor": "burki", "id": 1, "status": "active"}, "burki has no assistant '1' in account 1"),
        ("rows", {"vendor": "burki", "account": 1000}, "There is no account 1000; there are 1 to 100"),
        ("rows", {"vendor": "burki", "acount": 2}, "acount: Unexpected keyword argument"),
        ("options", {"page_cap": 0}, "page_cap: Input should be greater than or equal to 1, not 0"),
        ("options", {"colour": 1}, "colour: Extra inputs are not permitted"),
        ("requests", {"vendor": "acme"}, "There is no vendor 'acme'"),
        ("update", ["burki"], "must be a JSON object"),
    ],
)
def test_commands_that_do_not_fit_say_what_would(sandbox: Sandbox, name: str, given: Any, message: str) -> None:
    response = command(sandbox, name, json=given)
    assert response.status_code == 400
    assert message in response.json()["error"]


def test_options_that_do_not_fit_change_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="latency"):
        sandbox.set_options(page_cap=2, latency=-1)
    assert len(get(sandbox, "burki").json()) == 12


def test_statuses_that_cannot_be_set(sandbox: Sandbox) -> None:
    assistant_id = ids(sandbox, "burki")[0]
    with pytest.raises(ValueError, match="no status 'banana' to set; there are active, inactive"):
        sandbox.set_status("burki", assistant_id, "banana")


@pytest.mark.parametrize("vendor", ["autocalls", "otonistark", "intellixent"])
def test_soft_deletion_keeps_the_row(sandbox: Sandbox, vendor: str) -> None:
    gone = ids(sandbox, vendor)[4]
    sandbox.delete(vendor, gone, soft=True)
    [row] = [row for row in sandbox.rows(vendor) if row["id"] == gone]
    assert row["deleted_at"] is not None
    assert row["updated_at"] == row["deleted_at"]
    sandbox.delete(vendor, gone)
    assert gone not in ids(sandbox, vendor)


@pytest.mark.parametrize("vendor", ["burki", "puretalk"])
def test_soft_deletion_is_the_familys(sandbox: Sandbox, vendor: str) -> None:
    with pytest.raises(ValueError, match="no soft deletion"):
        sandbox.delete(vendor, ids(sandbox, vendor)[0], soft=True)


def test_the_family_knows_an_assistant_by_its_uuid_too(sandbox: Sandbox) -> None:
    row = sandbox.rows("autocalls")[3]
    sandbox.update("autocalls", row["uuid"], name="Found")
    assert sandbox.rows("autocalls")[3]["name"] == "Found"


def test_an_id_that_is_given_or_changed_is_the_id(sandbox: Sandbox) -> None:
    assert sandbox.insert("burki", id=5, name="Five") == 5
    assert get(sandbox, "burki", LISTS["burki"] + "/5").json()["name"] == "Five"
    with pytest.raises(ValueError, match="There is an assistant 5 already"):
        sandbox.insert("burki", id=5)
    old = ids(sandbox, "burki")[-1]
    sandbox.update("burki", old, id=6)
    assert get(sandbox, "burki", f"{LISTS['burki']}/{old}").status_code == 404
    assert get(sandbox, "burki", f"{LISTS['burki']}/6").status_code == 200


def test_what_was_read_does_not_change_with_the_sandbox(sandbox: Sandbox) -> None:
    assistant_id = ids(sandbox, "burki")[0]
    sandbox.update("burki", assistant_id, custom_settings={"a": [1]})
    held = sandbox.rows("burki")[0]
    held["custom_settings"]["a"].append(2)
    assert sandbox.rows("burki")[0]["custom_settings"] == {"a": [1]}


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
@pytest.mark.parametrize("order", ["oldest", "newest", "updated"])
def test_orders(sandbox: Sandbox, vendor: str, order: str) -> None:
    as_made = {tuple(ids(sandbox, vendor)), tuple(reversed(ids(sandbox, vendor)))}
    sandbox.set_options(order={vendor: order})
    if order != "updated":
        assert tuple(ids(sandbox, vendor)) in as_made
    last = ids(sandbox, vendor)[-1]
    sandbox.update(vendor, last, name="Last changed")
    assert ids(sandbox, vendor)[0 if order == "updated" else -1] == last
    new = sandbox.insert(vendor)
    assert ids(sandbox, vendor)[-1 if order == "oldest" else 0] == new
    read = get(sandbox, vendor, params={"limit": 100, "per_page": 100}).json()
    assert (read if vendor == "burki" else read.get("data") or read.get("results")) == sandbox.rows(vendor)


def test_reset_brings_everything_back(sandbox: Sandbox) -> None:
    before = sandbox.rows("burki")
    sandbox.set_options(page_cap=1, order={"burki": "oldest"}, accounts=1)
    sandbox.delete("burki", ids(sandbox, "burki")[0])
    sandbox.fail("burki", "500", times=None)
    get(sandbox, "burki")
    sandbox.reset()
    assert (sandbox.rows("burki"), sandbox.requests(), sandbox.max_in_flight) == (before, [], 0)
    assert get(sandbox, "burki").json() == before
    assert get(sandbox, "burki", key=sandbox.api_key("burki", account=100)).status_code == 200


def test_requests_are_counted_also_those_that_the_log_has_dropped(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.state, "requests", deque(maxlen=2))
    for _ in range(3):
        get(sandbox, "burki")
    logged = command(sandbox, "requests").json()
    assert (logged["made"], len(logged["requests"])) == (3, 2)
    sandbox.clear_requests()
    assert command(sandbox, "requests").json()["made"] == 0


def test_requests_in_flight_are_counted(sandbox: Sandbox) -> None:
    sandbox.set_options(latency=0.3)
    threads = [threading.Thread(target=get, args=(sandbox, "burki")) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 <= sandbox.max_in_flight <= 5
    sandbox.clear_requests()
    assert (sandbox.max_in_flight, sandbox.requests()) == (0, [])


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_a_rate_limit_says_when_to_come_back(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_options(requests_per_minute=2)
    responses = [get(sandbox, vendor) for _ in range(3)]
    assert [each.status_code for each in responses] == [200, 200, 429]
    assert 1 <= int(responses[2].headers["Retry-After"]) <= 60
    if vendor == "autocalls":
        assert [each.headers["X-RateLimit-Remaining"] for each in responses] == ["1", "0", "0"]
        assert {each.headers["X-RateLimit-Limit"] for each in responses} == {"2"}
    other = get(sandbox, vendor, key=sandbox.api_key(vendor, account=2))
    assert other.status_code == 200, "each key has its own limit"


def test_no_key_is_in_the_log(sandbox: Sandbox) -> None:
    for vendor in ("autocalls", "burki", "puretalk"):
        get(sandbox, vendor)
        get(sandbox, vendor, key="my-own-real-key")
    log = str(sandbox.requests())
    assert "sandbox-secret" not in log
    assert "my-own-real-key" not in log


def test_it_must_run_to_be_asked() -> None:
    with pytest.raises(RuntimeError, match="use it as a context manager"):
        Sandbox().url  # noqa: B018
    with pytest.raises(ValueError, match="page_cap: Input should be greater"):
        Sandbox(page_cap=0)


def test_a_vendor_that_does_not_exist(sandbox: Sandbox) -> None:
    for ask in (sandbox.base_url, sandbox.api_key, sandbox.connection, sandbox.rows, sandbox.planted, sandbox.requests):
        with pytest.raises(ValueError, match="There is no vendor 'acme'; there are autocalls, otonistark"):
            ask("acme")
