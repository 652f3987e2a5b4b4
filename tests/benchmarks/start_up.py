# SPDX-License-Identifier: Apache-2.0
"""What installing this package costs those who only parse Dags, discover providers, or run a Dag."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["run_start_up"]

ROOT = Path(__file__).parent.parent.parent

#: What is timed, in a fresh process after ``import airflow.sdk``, in milliseconds.
_IMPORTS = {
    "operator and sensor": (
        "import airflow_provider_assistants.operators.listing, airflow_provider_assistants.sensors.status"
    ),
    "event trigger": "import airflow_provider_assistants.triggers.status",
    "HttpOperator, to compare": "import airflow.providers.http.operators.http",
    "provider's information": (
        "from airflow_provider_assistants.get_provider_info import get_provider_info; get_provider_info()"
    ),
}
_TIMED = """
import json, sys, time
import airflow.sdk
from airflow.providers.common.compat.sdk import BaseOperator, BaseSensorOperator
began = time.perf_counter()
exec(sys.argv[1])
print(json.dumps((time.perf_counter() - began) * 1000))
"""
_EMPTY = """
from airflow.sdk import DAG, task
with DAG("bench_empty"):
    @task
    def nothing(): pass
    nothing()
"""
_OURS = """
from airflow.sdk import DAG
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
with DAG("bench_ours"):
    ListAssistantsOperator(task_id="list", conn_id="autocalls_default", destination="file:///{folder}/out.jsonl")
"""


def run_start_up(*, runs: int) -> list[dict[str, Any]]:
    """Return a table of medians: what, and milliseconds."""
    with tempfile.TemporaryDirectory(prefix="assistants-bench-") as folder:
        environment = {**os.environ, "AIRFLOW_HOME": folder, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        table = []
        for what, code in _IMPORTS.items():
            taken = [_run([sys.executable, "-c", _TIMED, code], environment) for _ in range(runs)]
            table.append({"what": f"import: {what}", "ms": statistics.median(map(json.loads, taken))})
        return table + _dags_test(Path(folder), environment, runs)


def _dags_test(folder: Path, environment: dict[str, str], runs: int) -> list[dict[str, Any]]:
    from airflow_provider_assistants.sandbox import Sandbox

    airflow = str(Path(sys.executable).parent / "airflow")
    dags = folder / "dags"
    dags.mkdir()
    table = []
    with Sandbox(assistants=47) as sandbox:
        environment = {**environment, **sandbox.connection_env("autocalls"), "AIRFLOW__CORE__DAGS_FOLDER": str(dags)}
        _run([airflow, "db", "migrate"], environment)
        for name, text in (("empty", _EMPTY), ("ours", _OURS.replace("{folder}", str(folder).lstrip("/")))):
            (dags / f"{name}.py").write_text(text)
            taken = [_timed([airflow, "dags", "test", f"bench_{name}"], environment) for _ in range(runs + 1)][1:]
            table.append({"what": f"airflow dags test: {name}", "ms": statistics.median(taken) * 1_000})
    return table


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[-1][:80]} failed: {(done.stderr or done.stdout)[-2_000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _timed(command: list[str], environment: dict[str, str]) -> float:
    import time

    started = time.perf_counter()
    _run(command, environment)
    return time.perf_counter() - started
