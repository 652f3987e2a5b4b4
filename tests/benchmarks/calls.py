# SPDX-License-Identifier: Apache-2.0
"""
The calls of an account with 1,000,000 of them over 90 days: requests, time and memory for each day, and for a lookback.

``python -m tests.benchmarks.calls`` prints a line for each day that is read, into Parquet, in the common record. The sandbox is
a process of its own and makes each call anew, so that most of the time is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox.apis import connection
from tests.benchmarks.measure import forget_peak, peak

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
CALLS, DAYS = 1_000_000, 90


def main() -> None:
    """Read some of the days, and print what each took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.calls", description=__doc__)
    parser.add_argument("--vendor", default="burki", help="whose calls (default: burki)")
    parser.add_argument("--days", type=int, default=6, help="how many days, spread over the 90 (default: 6)")
    parser.add_argument("--lookback", type=int, default=3, help="how many days before the last one to read again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready"
        command = [
            sys.executable,
            "-m",
            "airflow_provider_assistants.sandbox",
            "--port",
            "0",
            "--ready-file",
            str(ready),
        ]
        command += ["--calls", str(CALLS), "--calls-days", str(DAYS), "--calls-from", FIRST.isoformat()]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while not ready.exists():
                time.sleep(0.05)
            _measure(ready.read_text(), Path(folder), given)
        finally:
            server.terminate()
            server.wait()


def _measure(url: str, folder: Path, given: argparse.Namespace) -> None:
    os.environ["AIRFLOW_CONN_MEASURED"] = json.dumps(connection(given.vendor, url))
    from airflow_provider_assistants.operators.calls import ListCallsOperator

    def read(day: int) -> None:
        forget_peak()
        before, started = _requests(url), time.perf_counter()
        manifest: dict[str, Any] = ListCallsOperator(
            task_id="calls",
            conn_id="measured",
            since=FIRST + timedelta(days=day),
            until=FIRST + timedelta(days=day + 1),
            destination=str(folder / f"{day}.parquet"),
            record="common",
            allow_full_scan=True,
        ).execute({})  # type: ignore[arg-type]
        took, requests = time.perf_counter() - started, _requests(url) - before
        print(f"{day:4} {manifest['rows']:8,} {requests:9,} {took:8.1f} {peak():9.0f}", flush=True)

    print(" day    calls  requests  seconds  peak MiB")
    step = max(DAYS // given.days, 1)
    last = step * (given.days - 1)
    for day in range(0, last + 1, step):
        read(day)
    print(f"and the {given.lookback} days before the last one again:")
    for day in range(last - given.lookback, last):
        read(day)


def _requests(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_sandbox/requests", timeout=60) as response:
        return len(json.load(response)["requests"])


if __name__ == "__main__":
    main()
