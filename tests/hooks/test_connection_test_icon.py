# SPDX-License-Identifier: Apache-2.0
"""The Test icon of Airflow's list of connections, with just what the page posts, to Airflow's own API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import airflow
import pytest

from airflow_provider_assistants.sandbox import Sandbox

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_database")]

#: Stores a connection, posts what the icon posts for it (ui/src/pages/Connections/TestConnectionButton.tsx), removes it.
SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from airflow.api_fastapi.app import create_app
from airflow.models import Connection
from airflow.utils.session import create_session
from starlette.testclient import TestClient

stored = json.loads(sys.argv[1])
with create_session() as session:
    session.query(Connection).filter(Connection.conn_id == "burki_icon").delete()
    session.add(Connection(conn_id="burki_icon", **stored))
client = TestClient(create_app(apps="core"), base_url="http://localhost")
token = client.get("/auth/token").json()["access_token"]
client.headers["authorization"] = f"Bearer {token}"
listed = client.get("/api/v2/connections/burki_icon").json()
posted = {
    "conn_type": listed["conn_type"],
    "connection_id": listed["connection_id"],
    "description": listed["description"] or "",
    "extra": listed["extra"] or "{}",
    "host": listed["host"] or "",
    "login": listed["login"] or "",
    "password": listed["password"] or "",
    "port": int(listed["port"] or 0),
    "schema": listed["schema"] or "",
}
response = client.post("/api/v2/connections/test", json=posted)
with create_session() as session:
    session.query(Connection).filter(Connection.conn_id == "burki_icon").delete()
print(json.dumps({"posted": posted, "status": response.status_code, "body": response.json()}))
"""


def press(stored: dict[str, Any]) -> dict[str, Any]:
    environment = {
        **os.environ,
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__API_AUTH__JWT_SECRET": "a secret of this test only, long enough for all that is asked of it",
    }
    command = [sys.executable, "-c", SCRIPT, json.dumps(stored)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def test_the_icon_is_green_where_a_port_is_stored(sandbox: Sandbox) -> None:
    stored = sandbox.connection("burki")
    pressed = press(stored)
    assert pressed["posted"]["port"] == stored["port"] == urlsplit(sandbox.url).port
    assert pressed["posted"]["password"] == "***"
    assert pressed["body"] == {"status": True, "message": "Burki: 12 assistants visible"}


def test_the_icon_is_red_with_our_sentence(sandbox: Sandbox) -> None:
    pressed = press({**sandbox.connection("burki"), "password": "burki_live_wrong"})
    assert pressed["body"]["status"] is False
    assert "does not accept the API key" in pressed["body"]["message"]


def test_without_a_port_the_zero_that_the_page_posts_is_none(sandbox: Sandbox) -> None:
    """Airflow 3.3.1 and 3.3.2 refuse the page's own zero before they ask the hook, which docs/connections.rst says."""
    pressed = press({name: value for name, value in sandbox.connection("burki").items() if name != "port"})
    assert pressed["posted"]["port"] == 0
    if airflow.__version__ in ("3.3.1", "3.3.2"):
        assert pressed["status"] == 400
        assert "host or port to test differs" in pressed["body"]["detail"]
    else:
        assert pressed["body"] == {"status": True, "message": "Burki: 12 assistants visible"}
