# SPDX-License-Identifier: Apache-2.0
"""
Kill a listing over and over, at any moment: ``python -m tests.reliability.crash_loop 300 local`` (or ``s3``).

Each round lists an account into one destination in a process of its own, which dies at a random moment: by SIGKILL, by
SIGTERM as Airflow ends a task, of a full disk, of a lost permission, or of an exception. After each the destination has to
hold the old whole object or the new whole object. Every tenth round nobody dies, and nothing may be left besides.
"""

from __future__ import annotations

import collections
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
DEATHS = ("SIGKILL", "SIGTERM", "exception", "disk full", "permission lost")
#: What a process runs: Airflow's handling of SIGTERM is to raise in the task.
CHILD = """
import errno, os, signal, sys
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.records.export import RowPipeline

destination, death, page = sys.argv[1], sys.argv[2], int(sys.argv[3])

def terminated(number, frame):
    raise RuntimeError("Task received SIGTERM signal")

signal.signal(signal.SIGTERM, terminated)
records, pages = RowPipeline.records, 0

def counted(self, rows):
    global pages
    pages += 1
    if pages == page:
        if death == "exception":
            raise KeyError("a bug")
        if death == "disk full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if death == "permission lost":
            raise PermissionError(errno.EACCES, "Permission denied")
    return records(self, rows)

RowPipeline.records = counted
print("begins", flush=True)
ListAssistantsOperator(task_id="list", conn_id="crash", destination=destination).execute({})
"""


def main(rounds: int, store: str) -> None:
    """Kill so many times, and count."""
    chance = random.Random(1)
    counts: collections.Counter[str] = collections.Counter()
    with Sandbox(assistants=2_000, latency=0.02) as sandbox, tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "AIRFLOW_HOME": folder,
            "AIRFLOW_CONN_CRASH": json.dumps(sandbox.connection("burki", concurrency=2)),
            "PYTHONWARNINGS": "ignore",
        }
        place = _Local(Path(folder) / "lake") if store == "local" else _S3(environment)
        for number in range(1, rounds + 1):
            survives = number % 10 == 0
            death = "none" if survives else chance.choice(DEATHS)
            # Another content each time, so that old and new can be told apart.
            sandbox.update("burki", sandbox.rows("burki")[0]["id"], description=f"round {number}")
            before = place.content()
            command = [sys.executable, "-c", CHILD, place.uri, death, str(chance.randint(1, 20))]
            process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            assert process.stdout is not None
            process.stdout.readline()
            if death in ("SIGKILL", "SIGTERM"):
                time.sleep(chance.random() * 1.2)
                process.send_signal(getattr(signal, death))
            process.communicate(timeout=120)
            after = place.content()
            if after == before:
                counts["old"] += 1
            elif after is not None and _is_whole(after, number):
                counts["new"] += 1
            else:
                counts["PARTIAL"] += 1
            if survives:
                assert process.returncode == 0
                assert after is not None
                assert _is_whole(after, number)
                time.sleep(0.1)
                counts["left over"] += place.left_over()
            counts[death] += 1
    deaths = ", ".join(f"{counts[death]} {death}" for death in DEATHS)
    print(f"{rounds} runs into {store} ({deaths}; {counts['none']} not killed): {counts['PARTIAL']} partial, ", end="")
    print(f"{counts['old']} old and {counts['new']} new wholes, {counts['left over']} temporaries left over")


def _is_whole(content: bytes, number: int) -> bool:
    rows = [json.loads(line) for line in content.splitlines()]
    return len(rows) == 2_000 and any(row["description"] == f"round {number}" for row in rows)


class _Local:
    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._path = folder / "rows.jsonl"
        self.uri = str(self._path)

    def content(self) -> bytes | None:
        return self._path.read_bytes() if self._path.exists() else None

    def left_over(self) -> int:
        """Those that are older than the youngest that a run may leave alone."""
        now = time.time()
        return sum(1 for path in self._path.parent.iterdir() if path != self._path and now - path.stat().st_mtime > 20)


class _S3:
    def __init__(self, environment: dict[str, str]) -> None:
        import s3fs
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        keys: dict[str, Any] = {"key": "testing", "secret": "testing"}
        self._fs = s3fs.S3FileSystem(endpoint_url=f"http://{host}:{port}", use_listings_cache=False, **keys)
        self._fs.mkdir("lake")
        environment["AIRFLOW_CONN_AWS_DEFAULT"] = json.dumps(
            {
                "conn_type": "aws",
                "login": "testing",
                "password": "testing",
                "extra": {"endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1"},
            }
        )
        self.uri = "s3://aws_default@lake/rows.jsonl"

    def content(self) -> bytes | None:
        self._fs.invalidate_cache()
        content: bytes | None = self._fs.cat_file("lake/rows.jsonl") if self._fs.exists("lake/rows.jsonl") else None
        return content

    def left_over(self) -> int:
        return len(self._fs.ls("lake")) - 1


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
