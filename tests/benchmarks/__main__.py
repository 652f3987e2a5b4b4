# SPDX-License-Identifier: Apache-2.0
"""
Run the benchmarks, keep their figures in a file, and print the tables with the budgets.

``python -m tests.benchmarks`` runs all of them, which takes most of an hour; parts can be named.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests.benchmarks.calls import run_calls
from tests.benchmarks.diff import run_diffs
from tests.benchmarks.fleet import run_fleet
from tests.benchmarks.listing import CASES, run_listings
from tests.benchmarks.profile import run_profile
from tests.benchmarks.report import FIGURES, report
from tests.benchmarks.start_up import run_start_up
from tests.benchmarks.watching import WATCHING, run_watching

PARTS = (*CASES, "diff", "profile", "watching", "start_up", "fleet", "calls", "report")


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--runs", type=int, default=5, help="how often each is run (default: 5)")
    parser.add_argument("--peers", type=Path, default=Path(".venv-peers/bin/python"), help="the peers' Python")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    parts = given.parts or list(PARTS)
    # Not resolved: an environment's Python is a link, and what it links to is another environment.
    peers = Path.cwd() / given.peers
    figures: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for part in parts:
        if part in CASES:
            figures[part] = run_listings([part], runs=given.runs, peers=peers)
        elif part == "diff":
            figures[part] = run_diffs(runs=given.runs)
        elif part == "profile":
            figures[part] = run_profile(runs=given.runs)
        elif part == "watching":
            figures[part] = run_watching(WATCHING)
        elif part == "start_up":
            figures[part] = run_start_up(runs=given.runs)
        elif part == "fleet":
            figures[part] = run_fleet()
        elif part == "calls":
            figures[part] = run_calls()
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    report(figures, peers=peers)


if __name__ == "__main__":
    main()
