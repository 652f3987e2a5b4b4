# SPDX-License-Identifier: Apache-2.0
"""
Comparing two snapshots: CPU time against reading both files, and memory by rows.

Each run is a process of its own that reads both files to decode every row, and then compares them as the operator does, into rows
and a report. The rows are those of the listings; in one of twenty the prompt differs, or in all of them.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from airflow_provider_assistants.records.columns import Column, Table
from airflow_provider_assistants.records.diff.change_rows import ChangeRows, change_table
from airflow_provider_assistants.records.diff.comparison import Comparison
from airflow_provider_assistants.records.diff.fields import RowComparer, is_ignored_by
from airflow_provider_assistants.records.diff.report import Report
from airflow_provider_assistants.records.diff.snapshots import Snapshot
from airflow_provider_assistants.records.formats import Compression, Format, resolve_format
from airflow_provider_assistants.records.store.source import Source
from airflow_provider_assistants.records.writers import open_writer
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import columns
from airflow_provider_assistants.vendors.rows import parse_time
from tests.benchmarks.measure import cpu_seconds, forget_peak, peak, resident
from tests.benchmarks.rows import row_bodies

__all__ = ["DIFFS", "Diff", "run_diffs"]

ROOT = Path(__file__).parent.parent.parent
VENDOR = get_vendor("autocalls")
KINDS = dict(columns(VENDOR.assistants.load_model()))


@dataclass(frozen=True)
class Diff:
    """
    What is compared.

    :param title: Its name in the table.
    :param rows: Rows of each snapshot.
    :param every: One row of so many differs.
    :param before: The suffix of the earlier snapshot.
    :param after: That of the later one.
    """

    title: str
    rows: int
    every: int
    before: str = "jsonl"
    after: str = "jsonl"


DIFFS = (
    Diff("10,000 rows, 1 of 20 differs", 10_000, 20),
    Diff("100,000 rows, 1 of 20 differs", 100_000, 20),
    Diff("10,000 rows, CSV and Parquet, 1 of 20 differs", 10_000, 20, "csv", "parquet"),
    Diff("10,000 rows, all differ", 10_000, 1),
)


def run_diffs(cases: tuple[Diff, ...] = DIFFS, *, runs: int) -> list[dict[str, Any]]:
    """Return a table of medians."""
    table = []
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="assistants-bench-") as folder:
            before, after = (Path(folder, f"{name}.{getattr(case, name)}") for name in ("before", "after"))
            _write(before, case.rows, every=0)
            _write(after, case.rows, every=case.every)
            measured = [_run(before, after, folder) for _ in range(runs)]
        middle = {name: statistics.median(each[name] for each in measured) for name in measured[0]}
        table.append({"what": case.title, "rows": case.rows, **middle})
        print(f"{time.strftime('%H:%M:%S')} {case.title}: {middle}", file=sys.stderr, flush=True)
    return table


def _write(path: Path, rows: int, *, every: int) -> None:
    """Write redacted rows, as a listing does."""
    redactor = Redactor(secret_paths=VENDOR.sensitive.secrets)
    bodies = list(redactor.rows([json.loads(b"{" + body) for body in row_bodies(4_000)]))
    table = Table([Column(name, kind) for name, kind in KINDS.items()], extra=True)
    format, compression = resolve_format(path.name)
    with path.open("wb") as file:
        writer = open_writer(file, format=format, compression=compression, table=table)
        for number, body in zip(range(rows), cycle(bodies), strict=False):
            prompt = body["system_prompt"]
            edited = f"{prompt} Be brief." if every and number % every == 0 else prompt
            writer.write([{"id": number, **body, "system_prompt": edited}])
        writer.close()


def _run(before: Path, after: Path, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.diff", str(before), str(after), folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the diff failed: {done.stderr[-2_000:]}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _snapshot(path: str) -> Snapshot:
    format, compression = resolve_format(path)
    source = Source(LocalFileSystem, path, uri=path)
    return Snapshot(source=source, format=format, compression=compression, kinds=KINDS)


def _compare(before: Snapshot, after: Snapshot, folder: Path) -> int:
    comparison = Comparison(
        before=before,
        after=after,
        row_id=VENDOR.assistants.reader.row_id,
        comparer=RowComparer(
            kinds=KINDS,
            is_ignored=is_ignored_by(VENDOR.assistants.volatile),
            read_time=parse_time,
            nullable=before.is_table or after.is_table,
        ),
        redact=Redactor(secret_paths=VENDOR.sensitive.secrets).rows,
    )
    rows = ChangeRows(vendor="autocalls", account="autocalls_default", name_of=VENDOR.assistants.reader.row_name)
    report = Report()
    with (folder / "changes.jsonl").open("wb") as file:
        writer = open_writer(
            io.BufferedWriter(file.raw), format=Format.JSONL, compression=Compression.NONE, table=change_table()
        )
        for change in comparison.changes():
            writer.write(list(rows.rows(change)))
            report.add(change, vendor="autocalls", account="autocalls_default", name=rows.name(change))
    (folder / "report.html").write_bytes(report.html(comparison.counts, before="before", after="after", notes=[]))
    return comparison.counts.changed


def main(before: str, after: str, folder: str) -> None:
    """Measure both jobs, and print the figures."""
    sides = _snapshot(before), _snapshot(after)
    cpu, wall = cpu_seconds(), time.perf_counter()
    for side in sides:
        for text, row in side.rows():
            row or side.decode(text)
    figures = {"read_cpu": cpu_seconds() - cpu, "read_wall": time.perf_counter() - wall, "rss_before": resident()}
    forget_peak()
    cpu, wall = cpu_seconds(), time.perf_counter()
    changed = _compare(*sides, Path(folder))
    figures |= {"cpu": cpu_seconds() - cpu, "wall": time.perf_counter() - wall, "rss_peak": peak(), "changed": changed}
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
