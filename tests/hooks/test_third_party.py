# SPDX-License-Identifier: Apache-2.0
"""A vendor that another package declares, as Airflow finds it when that package is installed."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.burki import BurkiHook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import all_vendors, find_vendor, get_vendor

THIRD_PARTY = Path(__file__).parent.parent / "third_party"
KEY = "acme-key-123"


class Acme(BaseHTTPRequestHandler):
    """Seven agents, three a page; ``a2`` is switched at each listing."""

    listings = 0

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        start = int(parse_qs(url.query).get("cursor", ["0"])[0])
        if start == 0:
            type(self).listings += 1
        states = {2: "live" if self.listings % 2 else "off"}
        agents = [{"agent_id": f"a{n}", "name": f"Agent {n}", "state": states.get(n, "live")} for n in range(7)]
        page: Any = {"agents": agents[start : start + 3], "has_more": start + 3 < 7, "next_cursor": str(start + 3)}
        known = self.headers["X-Api-Key"] == KEY and self.headers["Acme-Version"] == "2026-03-01"
        body = json.dumps(page if known else {"detail": "no"}).encode()
        self.send_response(200 if known and url.path == "/v1/agents" else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def acme_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Acme)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def acme_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for Python's path in which Acme's package is installed: its code, and what its wheel says of it."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(THIRD_PARTY / "acme_assistants", site / "acme_assistants")
    info = site / "acme_assistants-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-assistants\nVersion: 1.0.0\n")
    entry_point = "[apache_airflow_provider]\nprovider_info = acme_assistants:get_provider_info\n"
    (info / "entry_points.txt").write_text(entry_point)
    return site


def test_a_vendor_of_another_package(acme_url: str, acme_package: Path, tmp_path: Path) -> None:
    connection = {"conn_type": "acme", "password": KEY, "host": acme_url, "extra": {"page_size": 3}}
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(acme_package), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "AIRFLOW_CONN_ACME_DEFAULT": json.dumps(connection),
    }
    done = subprocess.run(
        [sys.executable, THIRD_PARTY / "use_acme.py", tmp_path / "agents.jsonl"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    change = found.pop("change")
    assert found == {
        "hook": "acme_assistants.hooks.AcmeHook",
        "same hook": True,
        "test": [True, "Acme: the API key is accepted; this vendor does not report a count"],
        "models": [f"AcmeAssistant a{n}" for n in range(7)],
        "rows": 7,
        "seen": "active",
    }
    assert (change["vendor"], change["assistant_id"]) == ("acme", "a2")
    rows = [json.loads(line) for line in (tmp_path / "agents.jsonl").read_text().splitlines()]
    assert {row["vendor"] for row in rows} == {"acme"}
    assert [row["id"] for row in rows] == [f"a{n}" for n in range(7)]


def test_a_key_of_another_packages_vendor_stays_there(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    class OtherHook(AssistantsHook):
        vendor = dataclasses.replace(get_vendor("burki"), name="other_than_ours", title="Other")

    assert find_vendor("other_than_ours") is OtherHook.vendor
    assert "other_than_ours" not in all_vendors()
    conn_id = connect(**{**sandbox.connection("burki"), "conn_type": "other_than_ours"})
    with pytest.raises(ConfigurationError, match="of type 'other_than_ours', so its key must not go to Burki"):
        BurkiHook(conn_id).list_assistants()
    assert sandbox.requests() == []


def test_a_hook_of_our_own_vendor_does_not_replace_ours() -> None:
    class MyBurkiHook(BurkiHook):
        vendor = dataclasses.replace(get_vendor("burki"), base_url="https://burki.example.com")
        hook_name = "My Burki"

    assert (MyBurkiHook.conn_type, MyBurkiHook.hook_name) == ("burki", "My Burki")
    assert get_vendor("burki") is BurkiHook.vendor
