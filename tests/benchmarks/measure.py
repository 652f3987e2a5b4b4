# SPDX-License-Identifier: Apache-2.0
"""What one job costs the process it runs in; needs nothing but Python, so that every peer is measured alike."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["Job", "run_measured"]

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
        before = _resident()
        _forget_peak()
        wall, cpu = time.perf_counter(), _cpu()
        job(f"{server}/{part}", work)
        figures = {
            "wall": time.perf_counter() - wall,
            "cpu": _cpu() - cpu,
            "rss_before": before,
            "rss_peak": _peak(),
        }
    print(json.dumps(figures), flush=True)


def _cpu() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def _resident() -> float:
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM")
