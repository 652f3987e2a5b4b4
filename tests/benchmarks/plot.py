# SPDX-License-Identifier: Apache-2.0
"""Draw what was measured; run by the peers' Python, which has matplotlib."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

FOLDER = Path(__file__).parent.parent.parent / "docs" / "benchmarks"
TITLES = {
    "ours": "this package",
    "http_operator": "HttpOperator",
    "dlt": "dlt, rest_api",
    "singer": "Singer SDK",
    "airbyte": "Airbyte CDK",
    "httpx_loop": "httpx, one by one",
    "raw_httpx": "limit: httpx, bodies only",
    "raw_aiohttp": "limit: aiohttp, bodies only",
}
OURS, OTHER, LIMIT = "#1f6feb", "#8c959f", "#d0d7de"


def main() -> None:
    """Draw the picture."""
    figures: dict[str, Any] = json.loads((FOLDER / "figures.json").read_text())
    mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    _, (wall, cpu, memory) = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    _bars(wall, figures["latency"], "wall", "10,000 rows at 50 ms: seconds")
    _bars(cpu, figures["large"], "cpu", "100,000 rows at 0 ms: seconds of CPU")
    sizes = {"small": 1_000, "medium": 10_000, "large": 100_000}
    for subject, title in TITLES.items():
        peaks = [next(each for each in figures[size] if each["subject"] == subject)["rss_peak"] for size in sizes]
        ours = subject == "ours"
        memory.plot(
            list(sizes.values()),
            peaks,
            marker="o",
            ms=3,
            lw=2.5 if ours else 1,
            color=OURS if ours else None,
            label=title,
        )
    memory.set(xscale="log", title="peak memory by rows: MiB", ylim=(0, None))
    memory.legend(fontsize=7, frameon=False)
    plt.savefig(FOLDER / "figures.svg", metadata={"Date": None})


def _bars(axes: Any, case: list[dict[str, Any]], figure: str, title: str) -> None:
    found = {each["subject"]: each[figure] for each in case if each["subject"] in TITLES}
    names = [name for name in reversed(TITLES) if name in found]
    colours = [OURS if name == "ours" else LIMIT if name.startswith("raw") else OTHER for name in names]
    bars = axes.barh([TITLES[name] for name in names], [found[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    axes.set(title=title)
    axes.margins(x=0.12)


if __name__ == "__main__":
    main()
