# SPDX-License-Identifier: Apache-2.0
"""What a person meets at the sandbox: its page, its log, its rows as Burki's SDK reads them, and what is missing."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.control import describe_commands
from airflow_provider_assistants.sandbox.state import REQUESTS_KEPT


def test_the_root_is_a_page(sandbox: Sandbox) -> None:
    response = httpx.get(sandbox.url)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    for name, parameters, _ in describe_commands():
        assert name in response.text
        assert parameters.split("=")[0] in response.text


def test_every_command_says_what_it_does() -> None:
    described = {name: (parameters, about) for name, parameters, about in describe_commands()}
    assert described["status"] == (
        "vendor, id, status, account=1",
        "Switch an assistant on or off: `active` or `inactive`.",
    )
    assert all(about.endswith(".") for _, about in described.values())


def test_the_log_holds_the_latest_requests() -> None:
    with Sandbox(assistants=1) as sandbox:
        httpx.get(f"{sandbox.url}/burki/api/v1/assistants/count")
        [seen] = sandbox.state.requests
        sandbox.state.requests.extend([seen] * (REQUESTS_KEPT + 5))
        assert len(sandbox.requests()) == REQUESTS_KEPT


def test_burkis_own_sdk_reads_the_rows(sandbox: Sandbox) -> None:
    """Burki's SDK (burki 0.1.2) takes these for objects and refuses null in their place."""
    objects = {
        "tts_settings": ("background_sound",),
        "stt_settings": ("endpointing",),
        "tools_settings": ("end_call", "transfer_call", "dtmf_solver"),
    }
    for row in sandbox.rows("burki"):
        for name, below in objects.items():
            assert all(isinstance(row[name][each], dict) for each in below)


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
@pytest.mark.parametrize(
    "use",
    [
        "from airflow_provider_assistants.sandbox import Sandbox",
        "from airflow_provider_assistants.sandbox.__main__ import main; main([])",
    ],
)
def test_without_its_extra_the_sandbox_names_the_line_to_install(missing: str, use: str) -> None:
    script = f"import sys; sys.modules['{missing}'] = None; {use}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"The sandbox needs {missing}: pip install 'airflow-provider-assistants[sandbox]'" in done.stderr
