# SPDX-License-Identifier: Apache-2.0
"""The sandbox as a server, read over plain HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.faults import FAULTS
from tests.conftest import VENDORS
from tests.sandbox.asking import LISTS, get


def test_the_paginator_of_the_family(sandbox: Sandbox) -> None:
    page = get(sandbox, "autocalls", params={"page": 2, "per_page": 5}).json()
    assert [row["id"] for row in page["data"]] == [row["id"] for row in sandbox.rows("autocalls")[5:10]]
    url = sandbox.base_url("autocalls") + LISTS["autocalls"]
    assert {key: page[key] for key in ("current_page", "from", "last_page", "per_page", "to", "total", "path")} == {
        "current_page": 2, "from": 6, "last_page": 3, "per_page": 5, "to": 10, "total": 12, "path": url,
    }  # fmt: skip
    assert page["next_page_url"] == f"{url}?page=3"
    past = get(sandbox, "autocalls", params={"page": 9}).json()
    assert (past["data"], past["from"], past["to"]) == ([], None, None)
    assert get(sandbox, "autocalls").json()["per_page"] == 10


def test_the_windows_of_burki(sandbox: Sandbox) -> None:
    rows = get(sandbox, "burki", params={"skip": 3, "limit": 4}).json()
    assert rows == sandbox.rows("burki")[3:7]
    ids = [row["id"] for row in sandbox.rows("burki")]
    assert ids == sorted(ids, reverse=True), "the newest come first"
    assert get(sandbox, "burki", "/api/v1/assistants/count").json() == {"count": 12}
    assert get(sandbox, "burki", f"/api/v1/assistants/{rows[0]['id']}").json() == rows[0]
    redirected = get(sandbox, "burki", "/api/v1/assistants/")
    assert (redirected.status_code, redirected.headers["location"]) == (307, sandbox.base_url("burki") + LISTS["burki"])


def test_the_pages_of_puretalk(sandbox: Sandbox) -> None:
    page = get(sandbox, "puretalk", params={"page": 2, "limit": 5}).json()
    url = sandbox.base_url("puretalk") + "/ai-assistants/"
    assert (page["count"], page["next"], page["previous"]) == (12, f"{url}?page=3", url)
    past = get(sandbox, "puretalk", params={"page": 4, "limit": 5})
    assert (past.status_code, past.json()) == (404, {"detail": "Invalid page."})
    assert len(get(sandbox, "puretalk", params={"limit": "many"}).json()["results"]) == 10
    one = get(sandbox, "puretalk", f"/ai-assistants/{page['results'][0]['assistant_id']}").json()
    assert one["results"] == page["results"][0]
    assert one["err"] is False


@pytest.mark.parametrize(
    ("vendor", "path", "params", "status", "part"),
    [
        ("autocalls", None, {"per_page": 101}, 422, '"per_page":["The per page field'),
        ("autocalls", None, {"page": "x"}, 422, '"page":['),
        ("burki", None, {"limit": 1001}, 422, '"loc":["query","limit"]'),
        ("burki", None, {"active_only": "perhaps"}, 422, '"loc":["query","active_only"]'),
        ("burki", "/api/v1/assistants/abc", {}, 422, "valid integer"),
        ("burki", "/api/v1/assistants/5", {}, 404, "Assistant with ID 5 not found in your organization"),
        ("puretalk", "/ai-assistants/abc", {}, 404, '"err":true'),
        ("autocalls", "/user/nothing", {}, 404, "could not be found"),
    ],
)
def test_errors_have_each_vendors_shape(
    sandbox: Sandbox, vendor: str, path: str | None, params: dict[str, Any], status: int, part: str
) -> None:
    response = get(sandbox, vendor, path, params=params)
    assert response.status_code == status
    assert part in response.text


@pytest.mark.parametrize(
    ("vendor", "text"),
    [("autocalls", "Unauthenticated."), ("burki", "Authentication required"), ("puretalk", "Invalid API key")],
)
def test_a_wrong_key(sandbox: Sandbox, vendor: str, text: str) -> None:
    response = get(sandbox, vendor, key="1|wrong")
    assert response.status_code == 401
    assert text in response.text
    assert sandbox.requests()[-1]["account"] is None


def test_without_accept_a_wrong_key_leads_to_the_login_page(sandbox: Sandbox) -> None:
    response = get(sandbox, "autocalls", key="wrong", headers={"Accept": "*/*"}, follow_redirects=True)
    assert response.history[0].status_code == 302
    assert 'type="password"' in response.text


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_seed_gives_the_same_assistants(vendor: str) -> None:
    with (
        Sandbox(assistants=5, seed=3) as one,
        Sandbox(assistants=5, seed=3) as same,
        Sandbox(assistants=5, seed=4) as other,
    ):
        assert one.rows(vendor) == same.rows(vendor) != other.rows(vendor)
        assert one.rows(vendor, account=2) != one.rows(vendor)
        assert get(one, vendor, key=one.api_key(vendor, account=2)).status_code == 200


@pytest.mark.parametrize("vendor", VENDORS)
def test_controls_change_what_clients_read(sandbox: Sandbox, vendor: str) -> None:
    key = "assistant_id" if vendor == "puretalk" else "id"
    first = sandbox.rows(vendor)[0][key]
    new = sandbox.insert(vendor, name="New one")
    assert {row["name"] for row in sandbox.rows(vendor) if row[key] == new} == {"New one"}
    sandbox.delete(vendor, first)
    sandbox.update(vendor, new, name="Renamed")
    rows = sandbox.rows(vendor)
    assert len(rows) == 12
    assert first not in {row[key] for row in rows}
    assert "Renamed" in {row["name"] for row in rows}
    if vendor == "puretalk":
        with pytest.raises(ValueError, match="no status"):
            sandbox.set_status(vendor, new, "active")
    else:
        sandbox.set_status(vendor, new, "inactive")
        [changed] = [row for row in sandbox.rows(vendor) if row[key] == new]
        assert changed.get("status", changed.get("is_active")) in ("inactive", False)


def test_controls_over_http(sandbox: Sandbox) -> None:
    control = sandbox.url + "/_sandbox/"
    assert set(httpx.get(control).json()["faults"]) == set(FAULTS)
    assert httpx.post(control + "fail", json={"vendor": "burki", "name": "500", "times": 1}).status_code == 200
    assert get(sandbox, "burki").status_code == 500
    assert get(sandbox, "burki").status_code == 200
    log = httpx.get(control + "requests", params={"vendor": "burki"}).json()["requests"]
    assert [request["status"] for request in log] == [500, 200]
    assert log[0]["headers"]["authorization"] == "right key"
    for body in ({"vendor": "acme", "name": "500"}, {"vendor": "burki", "name": "boom"}):
        response = httpx.post(control + "fail", json=body)
        assert response.status_code == 400
        assert "there are" in response.json()["error"]


@pytest.mark.parametrize("fault", sorted({*FAULTS} - {"drip"}))  # that one never ends by itself
@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_every_fault_can_happen_and_passes(sandbox: Sandbox, vendor: str, fault: str) -> None:
    sandbox.fail(vendor, fault, times=1, seconds=0.01, body={})
    try:
        get(sandbox, vendor, timeout=20)
    except httpx.HTTPError:
        assert fault in ("reset", "reset_midway", "broken_gzip")
    assert get(sandbox, vendor).status_code == 200


def test_a_rate_limit(sandbox: Sandbox) -> None:
    sandbox.set_options(requests_per_minute=3)
    statuses = [get(sandbox, "autocalls").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_large_accounts_cost_nothing_until_they_are_read(sandbox: Sandbox) -> None:
    sandbox.set_size("burki", 1_000_000)
    assert get(sandbox, "burki", params={"skip": 999_999, "limit": 5}).json()[0]["id"] == 1_000_001
