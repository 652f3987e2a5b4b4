# SPDX-License-Identifier: Apache-2.0
"""
An account with 1,000,000 calls over 90 days: requests, time and memory of reading each day, and of a lookback.

Days are read into Parquet, in the common record, one after the other, by a fresh process for each reading. The sandbox is a
process of its own on the same machine, and makes each call anew when it is asked for it.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox.apis import connection
from tests.benchmarks.measure import cpu_seconds, forget_peak, peak

__all__ = ["READINGS", "Reading", "run_calls"]

ROOT = Path(__file__).parent.parent.parent
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """
    Days that are read one after the other.

    :param what: For the table.
    :param vendor: Whose calls.
    :param days: Their numbers, from 0.
    :param calls: How many calls the account has.
    :param of: Over how many days they are spread.
    """

    what: str
    vendor: str
    days: Sequence[int]
    calls: int = 1_000_000
    of: int = 90


#: A vendor's second reading is a lookback: days that were read before, once more.
READINGS = (
    Reading("Burki, each of the 90 days", "burki", range(90)),
    Reading("Burki, the last three days again", "burki", range(87, 90)),
    Reading("Autocalls, each of the 90 days", "autocalls", range(90)),
    Reading("Autocalls, the last three days again", "autocalls", range(87, 90)),
    Reading("Puretalk, one day: all calls are read", "puretalk", [45]),
)


def run_calls(readings: Sequence[Reading] = READINGS) -> list[dict[str, Any]]:
    """Return a table: each reading with the calls, requests, seconds, CPU seconds and peak MiB of its days."""
    table = []
    for reading in readings:
        with tempfile.TemporaryDirectory(prefix="assistants-bench-") as folder, _sandbox(reading, folder) as url:
            environment = {**os.environ, "AIRFLOW_HOME": folder}
            environment["AIRFLOW_CONN_MEASURED"] = json.dumps(connection(reading.vendor, url))
            command = [sys.executable, "-m", __name__, url, folder, *map(str, reading.days)]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        days: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
        table.append(
            {"what": reading.what, "days": len(days)} | {name: [each[name] for each in days] for name in days[0]}
        )
        print(f"{reading.what}: {statistics.median(table[-1]['seconds']):.1f} s a day", flush=True)
    return table


@contextmanager
def _sandbox(reading: Reading, folder: str) -> Iterator[str]:
    """Run a sandbox with the calls; return its URL."""
    ready = Path(folder) / "ready"
    options = ["--port", "0", "--ready-file", str(ready), "--calls", str(reading.calls)]
    options += ["--calls-days", str(reading.of), "--calls-from", FIRST.isoformat()]
    command = [sys.executable, "-m", "airflow_provider_assistants.sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            while not ready.exists():
                time.sleep(0.05)
            yield ready.read_text()
        finally:
            server.terminate()


def _read(url: str, folder: Path, day: int) -> dict[str, float]:
    from airflow_provider_assistants.operators.calls import ListCallsOperator

    _ask(url, "clear")
    forget_peak()
    started, cpu = time.perf_counter(), cpu_seconds()
    manifest: dict[str, Any] = ListCallsOperator(
        task_id="calls",
        conn_id="measured",
        since=FIRST + timedelta(days=day),
        until=FIRST + timedelta(days=day + 1),
        destination=str(folder / f"{day}.parquet"),
        record="common",
        allow_full_scan=True,
    ).execute({})  # type: ignore[arg-type]
    figures = {"seconds": time.perf_counter() - started, "cpu": cpu_seconds() - cpu, "peak": peak()}
    return {"calls": manifest["rows"], "requests": _ask(url, "requests")["made"], **figures}


def _ask(url: str, command: str) -> Any:
    with urllib.request.urlopen(f"{url}/_sandbox/{command}", timeout=60) as response:
        return json.load(response)


def main() -> None:
    """Read the days that the arguments name; print their figures as JSON."""
    importlib.import_module("airflow_provider_assistants.operators.run")  # so that the first day does not pay for it
    url, folder, *days = sys.argv[1:]
    print(json.dumps([_read(url, Path(folder), int(day)) for day in days]), flush=True)


if __name__ == "__main__":
    main()
