# SPDX-License-Identifier: Apache-2.0
"""
A task that Airflow ends stops at once: no further request, no file, no part file, a clean log.

Airflow's own task runner runs it in a process of its own (``dag.test()``), with its own handlers of SIGTERM and SIGALRM.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import DAGS

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_database")]

LONG = 240.0
RUN = f"""
import sys
sys.path.insert(0, {str(DAGS)!r})
import assistants_ended
run = assistants_ended.dag.test()
print("ended:", *(f"{{each.task_id}} {{each.state}}" for each in run.get_task_instances()))
"""
#: What asyncio and Python say of tasks and generators that were left behind.
NOISE = ("never retrieved", "was destroyed", "asynchronous generator", "never awaited", "Exception ignored", "Unclosed")


@contextmanager
def running(sandbox: Sandbox, task: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run one task of the Dag; the vendor takes 20 seconds or more for its listing."""
    sandbox.set_size("burki", 4_000)
    sandbox.set_options(latency=0.1)
    own = {"ENDED_TASK": task, "ENDED_DESTINATION": str(folder / "assistants.jsonl"), **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN],
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answered(sandbox: Sandbox) -> int:
    return len(sandbox.requests("burki"))


@pytest.mark.parametrize("task", ["list", "wait"])
@pytest.mark.parametrize("by", ["SIGTERM", "execution_timeout"])
def test_it_stops_at_once_and_leaves_nothing(sandbox: Sandbox, tmp_path: Path, task: str, by: str) -> None:
    environment = {"ENDED_AFTER": "8"} if by == "execution_timeout" else {}
    with running(sandbox, task, tmp_path, **environment) as process:
        deadline = time.monotonic() + LONG
        while answered(sandbox) < 5 and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        if by == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=LONG)
        assert process.returncode == 0, output
        asked = answered(sandbox)
    assert f"ended: {task} failed" in output
    assert ("TaskKilled" if by == "SIGTERM" else "AirflowTaskTimeout") in output
    assert [word for word in NOISE if word in output] == [], output
    assert list(tmp_path.iterdir()) == []
    if task == "list":
        assert asked < 400, "the whole listing takes 400 requests"
