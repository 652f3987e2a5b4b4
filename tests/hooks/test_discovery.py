# SPDX-License-Identifier: Apache-2.0
"""Which connections there are: in the environment, by an API that speaks as Airflow's does, and among given ids."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_assistants.accounts import in_batches, list_connections
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.sandbox import Sandbox

DEFAULTS = ["autocalls_default", "burki_default", "intellixent_default", "otonistark_default", "puretalk_default"]


class Api(BaseHTTPRequestHandler):
    """Airflow's REST API: a token for a password, and 250 connections, at most 100 at once."""

    requests: list[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._respond(201 if body == {"username": "reader", "password": "let-me"} else 401, {"access_token": "token"})

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        type(self).requests.append(self.path)
        if self.headers["Authorization"] != "Bearer token":
            self._respond(401, {})
            return
        rows = [
            {
                "connection_id": f"account_{number:03}",
                "conn_type": "burki" if number % 2 else "postgres",
                "description": "In Berlin [eu] [nightly]" if number < 10 else None,
            }
            for number in range(250)
        ]
        start = int(query["offset"])
        self._respond(200, {"connections": rows[start : start + min(int(query["limit"]), 100)], "total_entries": 250})

    def _respond(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def api(connect: Callable[..., str]) -> Iterator[str]:
    Api.requests = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        host, port = str(server.server_address[0]), server.server_address[1]
        yield connect(
            "airflow_api", conn_type="http", host=host, schema="http", port=port, login="reader", password="let-me"
        )
        server.shutdown()
        thread.join()


def test_those_in_the_environment(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("lake", conn_type="sqlite")
    assert list_connections() == DEFAULTS


def test_as_uri_and_with_a_tag(sandbox: Sandbox, connect: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BERLIN", "burki://:key@")
    connect("paris", conn_type="burki", password="key", description="Paris [eu]")
    connect("lyon", conn_type="puretalk", password="key", description="Lyon [eu] [nightly]")
    assert list_connections(types="burki") == ["berlin", "burki_default", "paris"]
    assert list_connections(tag="eu") == ["lyon", "paris"]
    assert list_connections(tag="nightly") == ["lyon"]
    assert list_connections(pattern="*_default", types=["burki", "puretalk"]) == ["burki_default", "puretalk_default"]


def test_one_that_cannot_be_read_is_a_warning(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_HALF", '{"conn_type": "burki", "password": "a-key')
    assert list_connections() == DEFAULTS
    assert "AIRFLOW_CONN_HALF cannot be read" in caplog.text
    assert "a-key" not in caplog.text


def test_those_in_the_database_by_the_api(api: str) -> None:
    found = list_connections(api_conn_id=api)
    assert found == [f"account_{number:03}" for number in range(250) if number % 2]
    assert len(Api.requests) == 3
    assert list_connections(api_conn_id=api, tag="eu") == [f"account_{number:03}" for number in (1, 3, 5, 7, 9)]
    assert list_connections(api_conn_id=api, pattern="account_00?", types="burki") == [
        f"account_{number:03}" for number in (1, 3, 5, 7, 9)
    ]


def test_an_api_that_refuses(api: str, connect: Callable[..., str]) -> None:
    reach = json.loads(os.environ["AIRFLOW_CONN_AIRFLOW_API"])
    connect("stranger", **{**reach, "password": "not-it"})
    with pytest.raises(ConfigurationError, match="responded with 401 to POST /auth/token") as caught:
        list_connections(api_conn_id="stranger")
    assert "not-it" not in str(caught.value)
    connect("expired", **{**reach, "login": None, "password": "old-token"})
    with pytest.raises(ConfigurationError, match="responded with 401 to GET /api/v2/connections"):
        list_connections(api_conn_id="expired")


def test_given_ids(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("lake", conn_type="sqlite")
    ids = ["puretalk_default", "lake", "burki_default"]
    assert list_connections(conn_ids=ids, pattern="b*") == ["burki_default"]
    assert list_connections(conn_ids=ids, types=["burki", "puretalk", "sqlite"]) == [
        "burki_default",
        "puretalk_default",
    ]


def test_no_match_is_an_error_unless_allowed(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="None of 5 connections in the worker's environment matches"):
        list_connections(pattern="nobody_*")
    assert list_connections(pattern="nobody_*", allow_empty=True) == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"conn_ids": ["a"], "tag": "eu"}, "have no tags"),
        ({"conn_ids": ["a"], "api_conn_id": "b"}, "two sources"),
        ({"conn_ids": "abc"}, "got a text"),
        ({"types": []}, "types is empty"),
    ],
)
def test_arguments_that_contradict_each_other(arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        list_connections(**arguments)  # type: ignore[arg-type]


def test_batches() -> None:
    ids = [f"account_{number}" for number in range(10_000)]
    batches = in_batches(ids, size=50)
    assert len(batches) == 200
    assert [each for batch in batches for each in batch] == ids
    with pytest.raises(ConfigurationError, match=r"are 10,000 tasks.*allows 1,024.*at least 10"):
        in_batches(ids, size=1)
    with pytest.raises(ConfigurationError, match="size must be"):
        in_batches(ids, size=0)
