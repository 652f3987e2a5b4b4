# SPDX-License-Identifier: Apache-2.0
"""The sandbox as a server, looked at by plain HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.__main__ import main
from airflow_provider_assistants.sandbox.faults import FAULTS
from tests.conftest import VENDORS

LISTS = {
    "autocalls": "/user/assistants/get",
    "otonistark": "/user/assistants/get",
    "intellixent": "/user/assistants/get",
    "burki": "/api/v1/assistants",
    "puretalk": "/ai-assistants",
}


def get(
    sandbox: Sandbox, vendor: str, path: str | None = None, *, key: str | None = None, **options: Any
) -> httpx.Response:
    key = sandbox.api_key(vendor) if key is None else key
    header = {"X-API-KEY": key} if vendor == "puretalk" else {"Authorization": f"Bearer {key}"}
    headers = {"Accept": "application/json", **header, **options.pop("headers", {})}
    url = sandbox.base_url(vendor) + (LISTS[vendor] if path is None else path)
    return httpx.get(url, headers=headers, trust_env=False, **options)


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
    answer = get(sandbox, vendor, path, params=params)
    assert answer.status_code == status
    assert part in answer.text


@pytest.mark.parametrize(
    ("vendor", "text"),
    [("autocalls", "Unauthenticated."), ("burki", "Authentication required"), ("puretalk", "Invalid API key")],
)
def test_a_wrong_key(sandbox: Sandbox, vendor: str, text: str) -> None:
    answer = get(sandbox, vendor, key="1|wrong")
    assert answer.status_code == 401
    assert text in answer.text
    assert sandbox.requests()[-1]["account"] is None


def test_without_accept_a_wrong_key_leads_to_the_login_page(sandbox: Sandbox) -> None:
    answer = get(sandbox, "autocalls", key="wrong", headers={"Accept": "*/*"}, follow_redirects=True)
    assert answer.history[0].status_code == 302
    assert 'type="password"' in answer.text


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
        answer = httpx.post(control + "fail", json=body)
        assert answer.status_code == 400
        assert "there are" in answer.json()["error"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
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


def test_the_command(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    command = [sys.executable, "-m", "airflow_provider_assistants.sandbox", "--port", "0", "--assistants", "3", "--log"]
    process = subprocess.Popen(
        [*command, "--ready-file", str(ready)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 30
        while not (ready.exists() and ready.read_text()) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.05)
        url = ready.read_text()
        key = "burki_live_sandbox-secret-key-1"
        answer = httpx.get(f"{url}/burki/api/v1/assistants", headers={"Authorization": f"Bearer {key}"})
        assert len(answer.json()) == 3
    finally:
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "200 GET /burki/api/v1/assistants" in err
    lines = [line.removeprefix("export ") for line in out.splitlines() if line.startswith("export ")]
    assert len(lines) == 5
    connection = json.loads(lines[0].split("=", 1)[1].strip("'"))
    assert connection == {
        "conn_type": "autocalls",
        "host": f"{url}/autocalls/api",
        "password": "1|sandbox-secret-key-autocalls-1",
    }


def test_connections_can_be_printed_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-connections", "--port", "9999"]) == 0
    assert capsys.readouterr().out.count("http://127.0.0.1:9999/") == 5
