# SPDX-License-Identifier: Apache-2.0
"""
Take pictures of a running ``make ui`` with Chromium: the pages of Airflow that show what this package does.

All go to ``.ui/pictures``; those that the documentation shows are copied to ``docs/pictures``. Needs Chromium (``apt-get
install chromium``) and ``playwright`` from the package index, neither of which the rest of the project needs; ``make
pictures`` installs the latter.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
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
LONG = 900.0
#: The index of the task for Burki among those of the example's listings.
BURKI = 3
WIDTH, HEIGHT = 1500, 900

#: The pictures that the documentation shows.
IN_DOCS = ("connection_form", "connection_test", "manifest", "asset_event")
DOCS = ROOT / "docs" / "pictures"


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
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(60_000)
        take_connections(page)
        until(lambda: airflow.call("GET", f"dags/assistants_nightly/dagRuns/{quote(run_id)}")["state"] == "success")
        for name, path in (
            ("run", run),
            ("task", f"{run}/tasks/as_parquet/mapped/{BURKI}"),
            ("links", f"{run}/tasks/as_parquet/mapped/{BURKI}/details"),
        ):
            take(page, name, path)
        take_manifest(page, f"{run}/tasks/as_parquet/mapped/{BURKI}/xcom")
        switch_one_off()
        assets = {each["name"]: each["id"] for each in airflow.call("GET", "assets")["assets"]}
        watched = assets["assistants_switched_off"]
        until(lambda: airflow.call("GET", f"assets/events?asset_id={watched}")["total_entries"])
        take_event(page, f"assets/{watched}")
        take(page, "asset_lake", f"assets/{assets['assistants_lake']}")
        take(page, "watcher_health", f"assets/{watched}/asset-state-store")
        browser.close()
    airflow.call("DELETE", "connections/burki_wrong_key")
    DOCS.mkdir(exist_ok=True)
    for name in IN_DOCS:
        shutil.copy(TARGET / f"{name}.png", DOCS)
    print(f"The pictures are in {TARGET}, and those of the documentation in {DOCS.relative_to(ROOT)}")


def take_connections(page: Page) -> None:
    """Take the list of connections with the Test icon pressed, for a right and a wrong key, and a connection's form."""
    for name, conn_id, toast in (
        ("connection_test", "burki_default", "Test Connection Successful"),
        ("connection_test_failed", "burki_wrong_key", "Test Connection Failed"),
    ):
        page.goto(f"{URL}/connections")
        page.locator("tr", has_text=conn_id).get_by_label("Test Connection").first.click()
        page.get_by_text(toast).last.wait_for()
        page.mouse.move(0, 0)
        time.sleep(1)
        page.screenshot(path=TARGET / f"{name}.png")
    page.goto(f"{URL}/connections")
    page.locator("tr", has_text="burki_default").get_by_label("Edit").first.click()
    page.get_by_text("Extra Fields", exact=True).first.click()
    time.sleep(2)
    form = page.get_by_role("dialog").bounding_box()
    assert form is not None
    form["height"] = HEIGHT - form["y"]
    page.screenshot(path=TARGET / "connection_form.png", clip=form)


def take_manifest(page: Page, path: str) -> None:
    """Take a task's XCom with its JSON unfolded, without what is around it."""
    show(page, path)
    page.get_by_label("Expand all extra JSON").click()
    time.sleep(2)
    page.screenshot(path=TARGET / "manifest.png", clip={"x": 370, "y": 60, "width": 1130, "height": 730})


def take_event(page: Page, path: str) -> None:
    """Take an asset's newest event with its JSON unfolded."""
    show(page, path)
    for _ in ("the event", "its payload"):
        page.locator(".codicon-folding-collapsed").first.click(force=True)
        time.sleep(1)
    page.screenshot(path=TARGET / "asset_event.png", clip={"x": 1060, "y": 60, "width": 440, "height": 770})


def take(page: Page, name: str, path: str) -> None:
    """Take a picture of a whole page."""
    show(page, path)
    page.screenshot(path=TARGET / f"{name}.png")


def show(page: Page, path: str) -> None:
    """Open a page and wait until it has loaded."""
    page.goto(f"{URL}/{path}")
    page.wait_for_load_state("networkidle")
    time.sleep(2)


def switch_one_off() -> None:
    """Switch an assistant of Burki off in the sandbox."""
    with urllib.request.urlopen(f"{SANDBOX}/_sandbox/rows?vendor=burki") as response:
        active = next(row["id"] for row in json.load(response) if row["is_active"])
    urllib.request.urlopen(f"{SANDBOX}/_sandbox/status?vendor=burki&id={active}&status=inactive").close()


class Airflow:
    """Airflow's public API."""

    def __init__(self) -> None:
        try:
            with urllib.request.urlopen(f"{URL}/auth/token") as response:
                token = json.load(response)["access_token"]
        except urllib.error.URLError as error:
            raise SystemExit(
                f"No Airflow at {URL} ({error.reason}): start make ui, wait until it is up, and try again"
            ) from None
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request and return the response's JSON."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{URL}/api/v2/{path}", method=method, data=data, headers=self._headers)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "null")


def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + LONG
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("Airflow takes too long; are its parts all running?")
        time.sleep(1)


if __name__ == "__main__":
    main()
