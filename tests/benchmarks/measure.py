# SPDX-License-Identifier: Apache-2.0
"""What one job costs the process it runs in; needs nothing but Python, so that every peer is measured alike."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["Job", "cpu_seconds", "forget_peak", "peak", "resident", "run_measured"]

#: Lists everything below a base URL into files in a folder.
Job = Callable[[str, Path], object]

#: A first job of so many rows, so that imports and the like are not measured.
WARM_UP = "100-0-4000"


def run_measured(job: Job) -> None:
    """
    Run a job and print what it cost, as JSON: seconds of wall and CPU, and the process's memory in MiB.

    The program's arguments are the server's URL, the case as the server's path has it, and an empty folder.
    """
    server, case, folder = sys.argv[-3], sys.argv[-2], Path(sys.argv[-1])
    for part, work in ((WARM_UP, folder / "warm_up"), (case, folder / "out")):
        work.mkdir()
        before = resident()
        forget_peak()
        wall, cpu = time.perf_counter(), cpu_seconds()
        job(f"{server}/{part}", work)
        figures = {
            "wall": time.perf_counter() - wall,
            "cpu": cpu_seconds() - cpu,
            "rss_before": before,
            "rss_peak": peak(),
        }
    print(json.dumps(figures), flush=True)


def cpu_seconds() -> float:
    """Return the CPU time of this process and its children."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def forget_peak() -> None:
    """Let :func:`peak` begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def resident() -> float:
    """Return the memory that the process has now, in MiB."""
    return _status("VmRSS")


def peak() -> float:
    """Return the most memory that it had, in MiB."""
    return _status("VmHWM")
