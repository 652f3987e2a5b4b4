# SPDX-License-Identifier: Apache-2.0
"""
What thousands of accounts cost: requests, CPU time and memory of each, and rows of Airflow's database for each task.

CPU time and counts, no wall-clock time: how long a round takes follows from the vendor's latency and the number of workers.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox import Sandbox

__all__ = ["ACCOUNTS", "run_fleet"]

ROOT = Path(__file__).parent.parent.parent
ACCOUNTS = 100
BATCHES = 20

#: What a task does before and in ``execute``, in a fresh process; prints CPU seconds and peak memory in KiB.
_IN_A_PROCESS = """
import json, os, resource, sys, time
import airflow.sdk.execution_time.task_runner
from airflow_provider_assistants.operators.accounts import ListAccountsOperator
conn_ids = json.loads(sys.argv[1])
operator = ListAccountsOperator(task_id="list", conn_ids=conn_ids, destination=sys.argv[2] + "/{conn_id}.jsonl.gz")
started = time.process_time()
operator.execute({})
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([started, time.process_time() - started, used.ru_maxrss]))
"""

_DAG = """
from airflow.sdk import DAG, task
from airflow_provider_assistants.operators.accounts import ListAccountsOperator
with DAG("bench_fleet"):
    @task
    def find(): return [["burki_default"]] * {batches}
    ListAccountsOperator.partial(
        task_id="list", destination="{folder}/{{{{ ti.map_index }}}}-{{conn_id}}.jsonl"
    ).expand(conn_ids=find())
"""


def run_fleet() -> list[dict[str, Any]]:
    """Return a table: what, and how much of it."""
    table = []
    with tempfile.TemporaryDirectory(prefix="assistants-bench-") as name, Sandbox(assistants=12) as sandbox:
        folder = Path(name)
        environment = {**os.environ, "AIRFLOW_HOME": name, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        connections = {
            f"fleet_{number}": json.dumps(sandbox.connection("burki", account=1 + number % 90))
            for number in range(ACCOUNTS)
        }
        environment |= {f"AIRFLOW_CONN_{conn_id.upper()}": each for conn_id, each in connections.items()}
        one = _listed(list(connections)[:1], folder, environment)
        before = len(sandbox.requests("burki"))
        many = _listed(list(connections), folder, environment)
        table += [
            {
                "what": "requests of an account of 12 assistants",
                "value": (len(sandbox.requests("burki")) - before) / ACCOUNTS,
            },
            {"what": "CPU seconds until a fresh process can run a task", "value": one[0]},
            {"what": "CPU seconds of the first account of a process", "value": one[1]},
            {"what": "CPU seconds of each further account", "value": (many[1] - one[1]) / (ACCOUNTS - 1)},
            {"what": "peak MiB of a process with 1 account", "value": one[2] / 1024},
            {"what": f"peak MiB of a process with {ACCOUNTS} accounts", "value": many[2] / 1024},
        ]
        environment |= sandbox.connection_env("burki")
        few, all_of_them = (_rows_of_a_run(folder, environment, batches) for batches in (1, 1 + BATCHES))
        for kind in few:
            table.append({"what": f"{kind} of a mapped task", "value": (all_of_them[kind] - few[kind]) / BATCHES})
    return table


def _listed(conn_ids: list[str], folder: Path, environment: dict[str, str]) -> list[float]:
    (folder / "lake").mkdir(exist_ok=True)
    command = [sys.executable, "-c", _IN_A_PROCESS, json.dumps(conn_ids), str(folder / "lake")]
    figures: list[float] = json.loads(_output(command, environment).splitlines()[-1])
    return figures


def _rows_of_a_run(folder: Path, environment: dict[str, str], batches: int) -> dict[str, float]:
    """Run a Dag in an Airflow of its own; return the rows and bytes of its database."""
    home = folder / f"airflow-{batches}"
    dags = home / "dags"
    dags.mkdir(parents=True)
    (dags / "bench.py").write_text(_DAG.format(batches=batches, folder=folder / "lake"))
    environment = {**environment, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__DAGS_FOLDER": str(dags)}
    airflow = str(Path(sys.executable).parent / "airflow")
    _output([airflow, "db", "migrate"], environment)
    _output([airflow, "dags", "test", "bench_fleet"], environment)
    database = sqlite3.connect(home / "airflow.db")
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    database.execute("VACUUM")
    [(pages,)], [(size,)] = database.execute("PRAGMA page_count"), database.execute("PRAGMA page_size")
    database.close()
    return {"rows in Airflow's database": sum(rows.values()), "bytes in Airflow's database": pages * size}


def _output(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[1][:40]} failed: {(done.stderr or done.stdout)[-2_000:]}")
    return done.stdout
