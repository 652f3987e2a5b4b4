# SPDX-License-Identifier: Apache-2.0
"""The sandbox as a command."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from airflow_provider_assistants.sandbox.__main__ import main


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
        response = httpx.get(f"{url}/burki/api/v1/assistants", headers={"Authorization": f"Bearer {key}"})
        assert len(response.json()) == 3
        headers = {"X-API-KEY": "pt_sandbox-secret-key-1"}
        calls = httpx.get(f"{url}/puretalk/api/calls", params={"limit": 100}, headers=headers).json()["results"]
    finally:
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    days = [datetime.now(UTC).date() - datetime.fromisoformat(call["start_time"]).date() for call in calls]
    # Today at midnight is no longer today once midnight has passed.
    assert {timedelta(days=1), timedelta(days=2)} & {*days}
    assert min(days) >= timedelta(days=1)
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
        "port": int(url.rpartition(":")[2]),
    }


def test_connections_can_be_printed_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-connections", "--port", "9999"]) == 0
    assert capsys.readouterr().out.count("http://127.0.0.1:9999/") == 5


def test_connections_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-connections", "json", "--host", "0.0.0.0", "--port", "9999"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["burki_default"]["host"] == "http://127.0.0.1:9999/burki"
    assert main(["--print-connections", "--port", "9999"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "BURKI" in line]
    [_, text] = shlex.split(line)
    assert json.loads(text.split("=", 1)[1]) == printed["burki_default"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--assistants", "-1"], "assistants: Input should be greater than or equal to 0, not '-1'"),
        (["--latency", "soon"], "latency: Input should be a valid number"),
        (["--port", "70000"], "a port is a number from 0 to 65535, not '70000'"),
        (["--order", "burki"], "--order takes vendor=order"),
        (["--order", "acme=newest"], "There is no vendor 'acme'; there are autocalls"),
        (["--order", "burki=best"], "'oldest', 'newest', 'updated' or 'unstable'"),
    ],
)
def test_options_that_cannot_be(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit, match="cannot listen on 127"):
        main(["--port", str(taken.getsockname()[1])])
