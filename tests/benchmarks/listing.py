# SPDX-License-Identifier: Apache-2.0
"""
Listings: this package, what a data engineer would take instead, and two limits, over the same rows.

Each run is a process of its own that first lists 100 rows, which is not measured. The subjects take turns, so that a busy
moment of the machine hits all of them; the figures are medians.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import columns

__all__ = ["CASES", "SUBJECTS", "Case", "Subject", "run_listings"]

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Subject:
    """
    What is measured.

    :param title: Its name in the table.
    :param module: The program in :mod:`tests.benchmarks.subjects`.
    :param options: Its options.
    :param is_peer: Whether it lives in the peers' environment.
    :param accounts: How many accounts it reads where there are many; the figures are for each account.
    """

    title: str
    module: str
    options: tuple[str, ...] = ()
    is_peer: bool = False
    accounts: int = 1_000


SUBJECTS = {
    "ours": Subject("this package, JSONL", "ours"),
    "http_operator": Subject("HttpOperator", "http_operator"),
    "dlt": Subject("dlt, rest_api", "dlt_rest_api", is_peer=True, accounts=20),
    "singer": Subject("Singer SDK", "singer_tap", is_peer=True, accounts=20),
    "airbyte": Subject("Airbyte CDK", "airbyte_source", is_peer=True, accounts=20),
    "httpx_loop": Subject("httpx, one by one", "httpx_loop"),
    "raw_httpx": Subject("limit: httpx, bodies only", "raw_httpx"),
    "raw_httpx_aiohttp": Subject("limit: httpx on aiohttp", "raw_httpx", ("transport=aiohttp",), is_peer=True),
    "raw_aiohttp": Subject("limit: aiohttp, bodies only", "raw_aiohttp", is_peer=True),
    "ours_unredacted": Subject("this package, not redacted", "ours", ("redact=none",)),
    "ours_gzip": Subject("this package, JSONL.gz", "ours", ("suffix=jsonl.gz",)),
    "ours_zstd": Subject("this package, JSONL.zst", "ours", ("suffix=jsonl.zst",)),
    "ours_parquet": Subject("this package, Parquet", "ours", ("suffix=parquet",)),
}
_ALL = (
    *("ours", "http_operator", "dlt", "singer", "airbyte"),
    *("httpx_loop", "raw_httpx", "raw_httpx_aiohttp", "raw_aiohttp"),
)


@dataclass(frozen=True)
class Case:
    """
    What is listed.

    :param title: Its name in the table.
    :param path: Rows, latency in ms and bytes of a row, as the server's path has them.
    :param subjects: Who lists it.
    :param many: Many accounts instead of one.
    """

    title: str
    path: str
    subjects: tuple[str, ...] = _ALL
    many: bool = False

    @property
    def rows(self) -> int:
        """How many rows an account has."""
        return int(self.path.split("-")[0])


CASES = {
    "latency": Case("10,000 rows, 50 ms", "10000-50-4000"),
    "small": Case("1,000 rows, 0 ms", "1000-0-4000"),
    "medium": Case("10,000 rows, 0 ms", "10000-0-4000"),
    "large": Case(
        "100,000 rows, 0 ms",
        "100000-0-4000",
        (*_ALL, "ours_unredacted", "ours_gzip", "ours_zstd", "ours_parquet"),
    ),
    "long": Case("10,000 rows of 40 KB, 0 ms", "10000-0-40000"),
    "many": Case("1,000 accounts of 20 rows, 0 ms", "20-0-4000", many=True),
}


@dataclass
class _Runs:
    """The figures of a subject in a case, run by run."""

    figures: list[dict[str, float]] = field(default_factory=list)

    def median(self, accounts: int) -> dict[str, float]:
        names = self.figures[0]
        middle = {name: statistics.median(each[name] for each in self.figures) for name in names}
        for name in ("wall", "cpu", "server_cpu", "requests"):
            middle[name] /= accounts
        return middle


def run_listings(cases: list[str], *, runs: int, peers: Path) -> list[dict[str, Any]]:
    """
    Run cases and return a table: a row for each case and subject.

    :param cases: Names of :data:`CASES`.
    :param runs: How often.
    :param peers: The Python of the peers' environment.
    """
    table = []
    with _server() as server:
        for name in cases:
            case = CASES[name]
            measured = {subject: _Runs() for subject in case.subjects}
            for number in range(runs):
                for subject, its_runs in measured.items():
                    its_runs.figures.append(_run(case, SUBJECTS[subject], server=server, peers=peers))
                    _say(f"{case.title}, run {number + 1} of {runs}: {SUBJECTS[subject].title}", its_runs.figures[-1])
            for subject, its_runs in measured.items():
                accounts = SUBJECTS[subject].accounts if case.many else 1
                table.append({"case": name, "subject": subject, **its_runs.median(accounts)})
    return table


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.server", "4000", "40000"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def _run(case: Case, subject: Subject, *, server: str, peers: Path) -> dict[str, float]:
    options = [*subject.options, *([f"accounts={subject.accounts}"] if case.many else [])]
    with tempfile.TemporaryDirectory(prefix="assistants-bench-") as folder:
        command = [peers if subject.is_peer else sys.executable, "-m", f"tests.benchmarks.subjects.{subject.module}"]
        environment = {**os.environ, "AIRFLOW_HOME": f"{folder}/airflow", "BENCH_SCHEMA": json.dumps(_schema())}
        Path(folder, "files").mkdir()
        before = _figures(server)
        done = subprocess.run(
            [*command, *options, server, case.path, f"{folder}/files"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{subject.title} failed: {done.stderr[-2_000:]}")
        after = _figures(server)
        figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        written = sum(each.stat().st_size for each in Path(folder, "files", "out").rglob("*") if each.is_file())
    rows = case.rows * (subject.accounts if case.many else 1)
    warm_up = 1 if not case.many else subject.accounts
    figures |= {
        "requests": after["requests"] - before["requests"] - warm_up,
        "server_cpu": after["cpu"] - before["cpu"],
        "bytes": written,
        "rows_per_second": rows / figures["wall"],
    }
    if not written:
        raise RuntimeError(f"{subject.title} wrote nothing")
    return figures


def _figures(server: str) -> dict[str, float]:
    with urllib.request.urlopen(f"{server}/figures") as response:
        figures: dict[str, float] = json.load(response)
    return figures


def _schema() -> dict[str, Any]:
    """The documented fields as JSON Schema, which a tap of Singer's declares."""
    types = {
        "id": "integer",
        "integer": "integer",
        "number": "number",
        "boolean": "boolean",
        "flag": "boolean",
        "array": "array",
        "object": "object",
    }
    fields = columns(get_vendor("autocalls").assistants.load_model())
    return {
        "type": "object",
        "properties": {name: {"type": [types.get(kind, "string"), "null"]} for name, kind in fields.items()},
    }


def _say(what: str, figures: dict[str, float]) -> None:
    clock = time.strftime("%H:%M:%S")
    print(
        f"{clock} {what}: {figures['wall']:.2f} s, {figures['cpu']:.2f} s of CPU, {figures['rss_peak']:.0f} MiB",
        file=sys.stderr,
        flush=True,
    )
