# SPDX-License-Identifier: Apache-2.0
"""
The demo, through Airflow: list the five vendors' assistants and calls, let a night pass, and compare with the night before.

What is printed is read from the files that the example Dags wrote.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyarrow import parquet

sys.path.insert(0, str(Path(__file__).parent))

from local_airflow import ROOT, airflow, airflow_environment, migrate

from airflow_provider_assistants.sandbox import Sandbox

HOME = ROOT / ".demo"
ASSISTANTS = {"autocalls": 1_250, "otonistark": 340, "intellixent": 47, "burki": 2_600, "puretalk": 780}
#: What happens to each account in the night.
NIGHT = {"added": 2, "removed": 1, "edited": 5, "prompts": 3}
#: Calls of each account, and over how many days up to today.
CALLS, CALL_DAYS = 400, 4

FILES = ("file", "pages", "rows", "active", "inactive", "other", "size", "seconds")
CALL_COLUMNS = ("day", "accounts", "calls", "inbound", "outbound", "other", "hours")
CHANGES = ("account", "added", "removed", "changed", "most frequent", "report")
WORDS = {"day", "file", "account", "most frequent", "report"}


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    environment = airflow_environment(HOME)
    log = HOME / "airflow.log"
    log.unlink(missing_ok=True)
    print("Setting up an Airflow in .demo ...", flush=True)
    migrate(environment, log=log)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first_call = midnight - timedelta(days=CALL_DAYS)
    with Sandbox(latency=0.05, calls=CALLS, calls_days=CALL_DAYS, calls_from=first_call) as sandbox:
        for vendor, assistants in ASSISTANTS.items():
            sandbox.set_size(vendor, assistants)
        print(f"A sandbox speaks the five APIs at {sandbox.url}, 50 ms per response.", flush=True)
        environment |= sandbox.connection_env()
        run("assistants_nightly", environment, log)
        lake = Path(environment["ASSISTANTS_LAKE"])
        manifests = json.loads((lake / "manifests.json").read_text())
        folder = path_of(manifests[0]["uri"]).parent
        print(f"\nFiles in {folder.relative_to(ROOT)}, one for each connection and format:\n")
        print(table(FILES, [file_line(manifest) for manifest in manifests]))

        run("assistants_calls", environment, log, f"{midnight:%Y-%m-%d}")
        calls = lake / "calls"
        print(f"\nCalls of three days in {calls.relative_to(ROOT)}, in one shape for all vendors:\n")
        print(table(CALL_COLUMNS, [calls_line(day) for day in sorted(calls.iterdir())[-3:]]))

        today = datetime.now(UTC)
        yesterday = lake / "snapshots" / f"{today - timedelta(days=1):%Y-%m-%d}"
        print(f"\nCopying the .jsonl.gz files to {yesterday.relative_to(ROOT)}, as the snapshots of the night before.")
        yesterday.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.jsonl.gz"):
            shutil.copy(file, yesterday)
        print("Letting a day pass in the sandbox: assistants come and go, settings and prompts are edited.")
        for vendor in ASSISTANTS:
            sandbox.pass_night(vendor, **NIGHT)
        run("assistants_changes", environment, log)
        changes = max((lake / "changes").iterdir())
        print(f"\nWhat changed since the night before, in {changes.relative_to(ROOT)}:\n")
        print(table(CHANGES, [changes_line(changes / f"{vendor}_default.parquet") for vendor in ASSISTANTS]))
    print(f"\nDone in {time.monotonic() - started:.0f} s. Airflow's log is in {log.relative_to(ROOT)}.")
    print("The vendors' secrets in these files are redacted. Open a report in a browser, or compare in a terminal:\n")
    program = Path(sys.executable).with_name("airflow-assistants")
    snapshots = [f"{each.relative_to(ROOT)}/burki_default.jsonl.gz" for each in sorted(yesterday.parent.iterdir())[-2:]]
    print(f"    {os.path.relpath(program)} diff {' '.join(snapshots)}\n\nNext: make ui")


def run(dag_id: str, environment: dict[str, str], log: Path, *arguments: str) -> None:
    """Run an example Dag."""
    print(f"\nRunning example_dags/{dag_id}.py: airflow dags test {' '.join([dag_id, *arguments])} ...", flush=True)
    airflow(environment, "dags", "test", dag_id, *arguments, log=log)


def file_line(manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the line of the table for one file."""
    statuses = manifest["statuses"]
    other = sum(count for status, count in statuses.items() if status not in ("active", "inactive"))
    took = datetime.fromisoformat(manifest["finished_at"]) - datetime.fromisoformat(manifest["started_at"])
    return (
        path_of(manifest["uri"]).name,
        f"{manifest['pages']:,}",
        f"{manifest['rows']:,}",
        f"{statuses.get('active', 0):,}",
        f"{statuses.get('inactive', 0):,}",
        f"{other:,}",
        f"{manifest['bytes'] / 1024:,.0f} KiB",
        f"{took.total_seconds():.1f}",
    )


def calls_line(day: Path) -> tuple[str, ...]:
    """Return the line of the table for the calls of one day, over all accounts."""
    rows = [row for file in sorted(day.glob("*.parquet")) for row in parquet.read_table(file).to_pylist()]
    directions = Counter(row["direction"] for row in rows)
    return (
        day.name,
        f"{len({row['account'] for row in rows}):,}",
        f"{len(rows):,}",
        f"{directions['inbound']:,}",
        f"{directions['outbound']:,}",
        f"{len(rows) - directions['inbound'] - directions['outbound']:,}",
        f"{sum(row['duration_seconds'] or 0 for row in rows) / 3600:,.1f}",
    )


def changes_line(path: Path) -> tuple[str, ...]:
    """Return the line of the table for the changes of one account."""
    changes = parquet.read_table(path).to_pylist()
    kinds = Counter(change["change_type"] for change in changes)
    changed = {change["assistant_id"] for change in changes if change["change_type"] == "update"}
    fields = Counter(change["path"] for change in changes if change["change_type"] == "update")
    return (
        path.stem,
        f"{kinds['insert']:,}",
        f"{kinds['delete']:,}",
        f"{len(changed):,}",
        ", ".join(f"{field} ({count})" for field, count in fields.most_common(2)),
        path.with_suffix(".html").name,
    )


def path_of(uri: str) -> Path:
    """Return the path of a local file's URI."""
    return Path(uri.removeprefix("file://"))


def table(headings: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """Lay out lines under headings; numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(headings, *lines, strict=True)]

    def laid_out(cells: tuple[str, ...]) -> str:
        return "  ".join(
            cell.ljust(width) if name in WORDS else cell.rjust(width)
            for name, cell, width in zip(headings, cells, widths, strict=True)
        ).rstrip()

    return "\n".join([laid_out(headings), "  ".join("-" * width for width in widths), *map(laid_out, lines)])


if __name__ == "__main__":
    main()
