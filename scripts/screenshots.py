# SPDX-License-Identifier: Apache-2.0
"""
Take pictures of a running ``make ui`` with Chromium: the connections, their test, a listing's task, a watcher's asset.

Needs Chromium (``apt-get install chromium``) and ``playwright`` from the package index, neither of which the rest of the
project needs; ``make pictures`` installs the latter.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
URL = f"http://localhost:{os.environ.get('PORT', '8080')}"
SANDBOX = os.environ.get("SANDBOX", "http://127.0.0.1:8765")
TARGET = Path(os.environ.get("PICTURES", ROOT / ".ui" / "pictures"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
LONG = 300.0


def main() -> None:
    """Make something happen in Airflow, and take the pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    airflow = Airflow()
    for dag_id in ("assistants_nightly", "assistants_switched_off"):
        airflow.call("PATCH", f"dags/{dag_id}", {"is_paused": False})
    run_id = airflow.call("POST", "dags/assistants_nightly/dagRuns", {"logical_date": None})["dag_run_id"]
    with contextlib.suppress(urllib.error.HTTPError):
        airflow.call("DELETE", "connections/burki_wrong_key")
    right = airflow.call("GET", "connections/burki_default")
    wrong = {"connection_id": "burki_wrong_key", "password": "burki_live_wrong"}
    airflow.call("POST", "connections", {name: right[name] for name in ("conn_type", "host", "port")} | wrong)
    run = f"dags/assistants_nightly/runs/{quote(run_id)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(60_000)
        take_connections(page)
        until(lambda: airflow.call("GET", f"dags/assistants_nightly/dagRuns/{quote(run_id)}")["state"] == "success")
        for name, path in (
            ("run", run),
            ("task", f"{run}/tasks/as_parquet/mapped/0"),
            ("manifest", f"{run}/tasks/as_parquet/mapped/0/xcom"),
            ("links", f"{run}/tasks/as_parquet/mapped/0/details"),
        ):
            take(page, name, path)
        switch_one_off()
        assets = {each["name"]: each["id"] for each in airflow.call("GET", "assets")["assets"]}
        watched = assets["assistants_switched_off"]
        until(lambda: airflow.call("GET", f"assets/events?asset_id={watched}")["total_entries"])
        for name in ("assistants_switched_off", "assistants_lake"):
            take(page, f"asset_{name}", f"assets/{assets[name]}")
        take(page, "watcher_health", f"assets/{watched}/asset-state-store")
        browser.close()
    airflow.call("DELETE", "connections/burki_wrong_key")
    print(f"The pictures are in {TARGET}")


def take_connections(page: Page) -> None:
    """Take the list of connections with the Test icon pressed, for a right and a wrong key, and a connection's form."""
    page.goto(f"{URL}/connections")
    for name, toast in (
        ("burki_default", "Test Connection Successful"),
        ("burki_wrong_key", "Test Connection Failed"),
    ):
        row = page.locator("tr", has_text=name)
        page.mouse.move(0, 0)  # the tooltip of the row before covers this one's icon
        row.get_by_label("Test Connection").first.click()
        page.get_by_text(toast).last.wait_for()
        page.screenshot(path=TARGET / f"test_{name}.png")
    page.locator("tr", has_text="burki_default").get_by_label("Edit").first.click()
    page.get_by_text("Extra Fields", exact=True).first.click()
    time.sleep(2)
    page.screenshot(path=TARGET / "form.png", full_page=True)


def take(page: Page, name: str, path: str) -> None:
    """Take a picture of a page once it has loaded."""
    page.goto(f"{URL}/{path}")
    page.wait_for_load_state("networkidle")
    time.sleep(2)
    page.screenshot(path=TARGET / f"{name}.png")


def switch_one_off() -> None:
    """Switch an assistant of Burki off in the sandbox."""
    with urllib.request.urlopen(f"{SANDBOX}/_sandbox/rows?vendor=burki") as answer:
        active = next(row["id"] for row in json.load(answer) if row["is_active"])
    urllib.request.urlopen(f"{SANDBOX}/_sandbox/status?vendor=burki&id={active}&status=inactive").close()


class Airflow:
    """Airflow's public API."""

    def __init__(self) -> None:
        with urllib.request.urlopen(f"{URL}/auth/token") as answer:
            self._headers = {
                "Authorization": f"Bearer {json.load(answer)['access_token']}",
                "Content-Type": "application/json",
            }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request and return the response's JSON."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{URL}/api/v2/{path}", method=method, data=data, headers=self._headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")


def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + LONG
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("Airflow takes too long; are its parts all running?")
        time.sleep(1)


if __name__ == "__main__":
    main()
