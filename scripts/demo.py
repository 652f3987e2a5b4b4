# SPDX-License-Identifier: Apache-2.0
"""The demo: list all five vendors of the sandbox into files, through Airflow, and print what was written."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from local_airflow import ROOT, airflow, airflow_environment, migrate

from airflow_provider_assistants.sandbox import Sandbox

HOME = ROOT / ".demo"
ASSISTANTS = {"autocalls": 1_250, "otonistark": 340, "intellixent": 47, "burki": 2_600, "puretalk": 780}
HEADINGS = ("file", "pages", "rows", "active", "inactive", "other", "size", "seconds")


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    environment = airflow_environment(HOME)
    log = HOME / "airflow.log"
    log.unlink(missing_ok=True)
    print("Setting up an Airflow in .demo ...", flush=True)
    migrate(environment, log=log)
    with Sandbox(latency=0.05) as sandbox:
        for vendor, assistants in ASSISTANTS.items():
            sandbox.set_size(vendor, assistants)
        print(f"A sandbox speaks the five APIs at {sandbox.url}, 50 ms per response.", flush=True)
        print("Running example_dags/assistants_nightly.py: airflow dags test assistants_nightly ...", flush=True)
        environment |= sandbox.connection_env()
        airflow(environment, "dags", "test", "assistants_nightly", log=log)
    manifests = json.loads(Path(environment["ASSISTANTS_LAKE"], "manifests.json").read_text())
    folder = path_of(manifests[0]).parent.relative_to(ROOT)
    print(f"\nFiles in {folder}, one for each connection and format:\n")
    print(table([line(manifest) for manifest in manifests]))
    print(f"\nDone in {time.monotonic() - started:.0f} s. Airflow's log is in {log.relative_to(ROOT)}.")
    print("The vendors' secrets in these files are redacted. Next: make ui")


def line(manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the line of the table for one file."""
    statuses = manifest["statuses"]
    other = sum(count for status, count in statuses.items() if status not in ("active", "inactive"))
    took = datetime.fromisoformat(manifest["finished_at"]) - datetime.fromisoformat(manifest["started_at"])
    return (
        path_of(manifest).name,
        f"{manifest['pages']:,}",
        f"{manifest['rows']:,}",
        f"{statuses.get('active', 0):,}",
        f"{statuses.get('inactive', 0):,}",
        f"{other:,}",
        f"{manifest['bytes'] / 1024:,.0f} KiB",
        f"{took.total_seconds():.1f}",
    )


def path_of(manifest: dict[str, Any]) -> Path:
    """Return the path of the file that a manifest describes."""
    return Path(manifest["uri"].removeprefix("file://"))


def table(lines: list[tuple[str, ...]]) -> str:
    """Lay out lines under headings; numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(HEADINGS, *lines, strict=True)]
    right = {"pages", "rows", "active", "inactive", "other", "size", "seconds"}

    def laid_out(cells: tuple[str, ...]) -> str:
        return "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(HEADINGS, cells, widths, strict=True)
        ).rstrip()

    return "\n".join([laid_out(HEADINGS), "  ".join("-" * width for width in widths), *map(laid_out, lines)])


if __name__ == "__main__":
    main()
