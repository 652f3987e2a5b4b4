# SPDX-License-Identifier: Apache-2.0
"""What goes wrong goes wrong as it was named, for those requests only that were meant."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.faults import FAULTS
from tests.sandbox.asking import LISTS, get


@pytest.mark.parametrize(
    ("vendor", "fault", "response"),
    [
        ("autocalls", "401", {"message": "Unauthenticated."}),
        ("burki", "401", {"detail": "Unauthenticated."}),
        ("puretalk", "401", {"detail": "Unauthenticated."}),
        ("autocalls", "403", {"message": "Access denied.", "success": False}),
        ("burki", "503", {"detail": "Service Unavailable"}),
        ("puretalk", "500", {"err": True, "msg": "Server Error"}),
    ],
)
def test_errors_come_in_the_vendors_shape(sandbox: Sandbox, vendor: str, fault: str, response: Any) -> None:
    sandbox.fail(vendor, fault)
    got = get(sandbox, vendor)
    assert (got.status_code, got.json()) == (int(fault), response)


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_how_long_to_wait_is_reported_in_each_way(sandbox: Sandbox, vendor: str) -> None:
    def refusal(how: str, seconds: Any = 30) -> httpx.Response:
        sandbox.fail(vendor, "429", told=how, retry_after=seconds)
        response = get(sandbox, vendor)
        assert response.status_code == 429
        return response

    now = time.time()
    assert refusal("header").headers["Retry-After"] == "30"
    assert 20 < parsedate_to_datetime(refusal("date").headers["Retry-After"]).timestamp() - now < 120
    assert 20 < int(refusal("reset").headers["X-RateLimit-Reset"]) - now < 120
    assert refusal("body").json()["retry_after"] == 30
    assert "Retry-After" not in refusal("none").headers
    assert refusal("header", 10**12).headers["Retry-After"] == str(10**12)
    assert refusal("date", 10**12).headers["Retry-After"].endswith("9999 23:59:59 GMT")


@pytest.mark.parametrize(
    ("vendor", "page"),
    [
        ("autocalls", {"page": 3, "per_page": 4}),
        ("puretalk", {"page": 3, "limit": 4}),
        ("burki", {"skip": 8, "limit": 4}),
    ],
)
def test_a_fault_meets_the_requests_that_are_meant(sandbox: Sandbox, vendor: str, page: dict[str, int]) -> None:
    sandbox.fail(vendor, "500", times=None, page=8 if vendor == "burki" else 3)
    assert get(sandbox, vendor, params=page).status_code == 500
    assert get(sandbox, vendor, params=page).status_code == 500
    assert get(sandbox, vendor).status_code == 200
    sandbox.heal()
    assert get(sandbox, vendor, params=page).status_code == 200


def test_the_first_page_need_not_be_named_to_be_meant(sandbox: Sandbox) -> None:
    sandbox.fail("burki", "500", page=0)
    sandbox.fail("autocalls", "500", page=1)
    assert (get(sandbox, "burki").status_code, get(sandbox, "autocalls").status_code) == (500, 500)


def test_faults_by_path_account_turn_and_for_every_vendor(sandbox: Sandbox) -> None:
    sandbox.fail("burki", "404", path="/count")
    assert get(sandbox, "burki").status_code == 200
    assert get(sandbox, "burki", LISTS["burki"] + "/count").status_code == 404
    sandbox.fail("burki", "403", account=2)
    assert get(sandbox, "burki").status_code == 200
    assert get(sandbox, "burki", key=sandbox.api_key("burki", account=2)).status_code == 403
    sandbox.fail("burki", "500", query={"limit": 3, "skip": "3"})
    sizes = [get(sandbox, "burki", params=params).status_code for params in ({"limit": 3}, {"limit": 3, "skip": 3})]
    assert sizes == [200, 500]
    sandbox.fail("burki", "500", after=2, times=2)
    assert [get(sandbox, "burki").status_code for _ in range(5)] == [200, 200, 500, 500, 200]
    sandbox.fail("*", "503", times=2)
    assert [get(sandbox, vendor).status_code for vendor in ("burki", "puretalk", "burki")] == [503, 503, 200]


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_endless_pages_hold_assistants_not_seen_before(sandbox: Sandbox, vendor: str) -> None:
    sandbox.fail(vendor, "endless", times=None)
    key, seen = "assistant_id" if vendor == "puretalk" else "id", set()
    for page in range(1, 12):
        params = {"skip": page * 5 - 5, "limit": 5} if vendor == "burki" else {"page": page, "limit": 5, "per_page": 5}
        payload = get(sandbox, vendor, params=params).json()
        rows = payload if vendor == "burki" else payload.get("data") or payload.get("results")
        assert len(rows) == 5
        seen |= {row[key] for row in rows}
        if vendor == "autocalls":
            assert payload["last_page"] > page
            assert payload["next_page_url"]
        if vendor == "puretalk":
            assert payload["next"]
    assert len(seen) == 55
    sandbox.heal()
    assert len(sandbox.rows(vendor)) == 12, "the account itself has not grown"


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_a_server_deaf_to_the_page_is_logged_as_it_was_asked(sandbox: Sandbox, vendor: str) -> None:
    name = "skip" if vendor == "burki" else "page"
    sandbox.fail(vendor, "same_page")
    first = get(sandbox, vendor).json()
    sandbox.fail(vendor, "same_page")
    assert get(sandbox, vendor, params={name: "2"}).json() == first
    log = sandbox.requests(vendor)
    assert (log[-1]["query"], log[-1]["fault"]) == ({name: "2"}, "same_page")


@pytest.mark.parametrize("fault", ["duplicate_row", "row_without_id", "row_no_object", "no_total", "endless"])
def test_what_is_no_listing_stays_whole(sandbox: Sandbox, fault: str) -> None:
    row = sandbox.rows("puretalk")[0]
    sandbox.fail("puretalk", fault)
    assert get(sandbox, "puretalk", f"/ai-assistants/{row['assistant_id']}").json()["results"] == row
    sandbox.fail("autocalls", fault)
    assert get(sandbox, "autocalls", key="wrong").status_code == 401


def test_changed_envelopes(sandbox: Sandbox) -> None:
    def seen(vendor: str, fault: str, **given: Any) -> Any:
        sandbox.fail(vendor, fault, **given)
        return get(sandbox, vendor).json()

    assert seen("autocalls", "total_lies", total=7)["total"] == 7
    assert seen("puretalk", "total_lies", count=7)["count"] == 7
    assert "last_page" not in seen("autocalls", "no_last_page")
    assert "total" not in seen("autocalls", "no_total")
    assert "next" not in seen("puretalk", "no_next")
    assert seen("puretalk", "next_foreign")["next"].startswith("https://elsewhere.example.com")
    rows = seen("burki", "duplicate_row")
    assert rows[-1] == rows[-2]
    assert "id" not in seen("burki", "row_without_id")[0]
    assert seen("burki", "row_no_object")[0] == "not an object"
    assert seen("burki", "body", body={"items": []}) == {"items": []}
    assert seen("puretalk", "err_true")["err"] is True


def test_bytes_that_lie(sandbox: Sandbox) -> None:
    def sent(fault: str) -> bytes:
        sandbox.fail("burki", fault)
        key = sandbox.api_key("burki")
        headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}
        url = sandbox.base_url("burki") + LISTS["burki"]
        with httpx.stream("GET", url, headers=headers, trust_env=False) as response:
            return b"".join(response.iter_raw())

    assert len(gzip.decompress(bomb := sent("gzip_bomb"))) > 100 * len(bomb)
    with pytest.raises((OSError, EOFError, zlib.error)):
        gzip.decompress(sent("broken_gzip"))
    with pytest.raises(json.JSONDecodeError):
        json.loads(sent("truncated"))
    with pytest.raises(UnicodeDecodeError):
        sent("wrong_charset").decode()
    assert sent("empty") == b""


def test_connections_that_break_are_in_the_log(sandbox: Sandbox) -> None:
    for fault in ("reset", "reset_midway"):
        sandbox.fail("burki", fault)
        with pytest.raises(httpx.RemoteProtocolError if fault == "reset_midway" else httpx.TransportError):
            get(sandbox, "burki")
    assert [(seen["status"], seen["fault"]) for seen in sandbox.requests()] == [(0, "reset"), (200, "reset_midway")]


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_redirects_lead_where_they_say(sandbox: Sandbox, vendor: str) -> None:
    sandbox.fail(vendor, "redirect_login")
    assert get(sandbox, vendor).headers["location"] == f"{sandbox.url}/{vendor}/login"
    sandbox.fail(vendor, "redirect_foreign")
    assert get(sandbox, vendor).headers["location"].startswith("https://elsewhere.example.com/")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("acme", "500"), "There is no vendor 'acme'; there are autocalls"),
        (("burki", "boom"), "There is no fault 'boom'; there are 400, 401"),
    ],
)
def test_names_that_do_not_exist(sandbox: Sandbox, arguments: tuple[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sandbox.fail(*arguments)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"retry_aftr": 1}, "No fault takes retry_aftr; there are body, count, retry_after"),
        ({"told": "shouting"}, "told must be one of header, date, body, reset, both, none, got 'shouting'"),
        ({"times": 0}, "times: Input should be greater than or equal to 1, not 0"),
        ({"page": "three"}, "page: Input should be a valid integer"),
        ({"seconds": "soon"}, "could not convert string to float"),
    ],
)
def test_faults_that_cannot_be_meant_are_refused_when_they_are_named(
    sandbox: Sandbox, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        sandbox.fail("burki", "429", **given)
    assert get(sandbox, "burki").status_code == 200


def test_every_fault_says_what_it_does(sandbox: Sandbox) -> None:
    faults = httpx.get(f"{sandbox.url}/_sandbox/", trust_env=False).json()["faults"]
    assert set(faults) == set(FAULTS)
    assert all(each["about"] for each in faults.values())
    assert set(faults["429"]["given"]) == {"retry_after", "told"}
