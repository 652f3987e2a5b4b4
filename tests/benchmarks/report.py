# SPDX-License-Identifier: Apache-2.0
"""Tables and budgets of what was measured, printed and written for the documentation."""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.listing import CASES, SUBJECTS
from tests.benchmarks.profile import IDS_AND_DRIFT

__all__ = ["FIGURES", "report"]

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "benchmarks"
#: What was measured, as it was measured last.
FIGURES = FOLDER / "figures.json"

_PEERS = ("http_operator", "dlt", "singer", "airbyte")


def report(figures: dict[str, Any], *, peers: Path) -> None:
    """
    Print and write all tables, and draw the plot.

    :param peers: The Python of the peers' environment, which has what draws.
    """
    for case in CASES:
        if case in figures:
            _table(case, CASES[case].title, _HEADINGS, [_row(each, figures[case]) for each in figures[case]])
    if {"small", "medium", "large"} <= figures.keys():
        _table("growth", "How each grows: CPU s and peak MiB", _GROWTH_HEADINGS, _growth(figures))
    if "diff" in figures:
        _table("diff", "Comparing snapshots", _DIFF_HEADINGS, [_diff_row(each) for each in figures["diff"]])
    if "profile" in figures:
        rows = [[each["what"], f"{each['ms_4000']:.2f}", f"{each['ms_40000']:.2f}"] for each in figures["profile"]]
        _table("profile", "CPU ms of a page of 100 rows", ("", "rows of 4 KB", "rows of 40 KB"), rows)
    if "watching" in figures:
        _table("watching", "Watching", _WATCHING_HEADINGS, [_watching_row(each) for each in figures["watching"]])
    if "start_up" in figures:
        rows = [[each["what"], f"{each['ms']:,.0f}"] for each in figures["start_up"]]
        _table("start_up", "Start-up", ("what", "ms"), rows)
    if "fleet" in figures:
        rows = [[each["what"], f"{each['value']:,.3g}"] for each in figures["fleet"]]
        _table("fleet", "Thousands of accounts", ("what", "measured"), rows)
    if "calls" in figures:
        title = "Days of an account of 1,000,000 calls over 90 days"
        _table("calls", title, _CALLS_HEADINGS, [_calls_row(each) for each in figures["calls"]])
    _table("budgets", "Budgets", ("what", "budget", "measured", "met"), _budgets(figures))
    if {"latency", "large"} <= figures.keys():
        subprocess.run([peers, "-m", "tests.benchmarks.plot"], cwd=ROOT, check=True)


def _table(name: str, title: str, headings: Sequence[str], rows: list[list[str]]) -> None:
    with (FOLDER / f"{name}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    print(f"\n{title}")
    for line in (headings, ["-" * width for width in widths], *rows):
        first, *others = line
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    sys.stdout.flush()


_HEADINGS = ("", "wall s", "× ours", "CPU s", "× ours", "server's CPU s", "peak MiB", "grew MiB", "rows/s", "requests")


def _row(figures: dict[str, Any], case: list[dict[str, Any]]) -> list[str]:
    ours = _of(case, "ours")
    digits = 4 if ours["wall"] < 0.1 else 2
    return [
        SUBJECTS[figures["subject"]].title,
        f"{figures['wall']:.{digits}f}",
        f"{figures['wall'] / ours['wall']:.2f}",
        f"{figures['cpu']:.{digits}f}",
        f"{figures['cpu'] / ours['cpu']:.2f}",
        f"{figures['server_cpu']:.{digits}f}",
        f"{figures['rss_peak']:,.0f}",
        f"{figures['rss_peak'] - figures['rss_before']:,.0f}",
        f"{figures['rows_per_second']:,.0f}",
        f"{figures['requests']:,.0f}",
    ]


_GROWTH_HEADINGS = ("", "1,000 rows", "10,000 rows", "100,000 rows", "1,000 rows", "10,000 rows", "100,000 rows")


def _growth(figures: dict[str, Any]) -> list[list[str]]:
    sizes = ("small", "medium", "large")
    rows = []
    for subject in CASES["small"].subjects:
        found = [_of(figures[size], subject) for size in sizes]
        cpu = [f"{each['cpu']:.2f}" for each in found]
        rows.append([SUBJECTS[subject].title, *cpu, *(f"{each['rss_peak']:,.0f}" for each in found)])
    return rows


_WATCHING_HEADINGS = (
    "",
    "connections",
    "interval s",
    "polls an interval",
    "CPU s an interval",
    "lag p99 ms",
    "lag max ms",
    "at a change ms",
    "collector aside ms",
    "at the start ms",
    "MiB",
)


def _watching_row(figures: dict[str, Any]) -> list[str]:
    return [
        f"{figures['triggers']:,} {figures['kind']}",
        f"{figures['connections']:,}",
        f"{figures['interval']:.0f}",
        f"{figures['polls_per_interval']:.2f}",
        f"{figures['cpu_per_interval']:.2f}",
        f"{figures['quiet_p99']:.0f}",
        f"{figures['quiet_max']:.0f}",
        f"{figures['change_max']:.0f}",
        f"{max(figures['quiet_own'], figures['change_own']):.0f}",
        f"{figures['starting_max']:.0f}",
        f"{figures['rss']:,.0f}",
    ]


_CALLS_HEADINGS = ("", "calls", "requests", "requests a day", "s a day", "CPU s a day", "peak MiB")


def _calls_row(figures: dict[str, Any]) -> list[str]:
    return [
        figures["what"],
        f"{sum(figures['calls']):,}",
        f"{sum(figures['requests']):,}",
        _range(figures["requests"]),
        f"{statistics.median(figures['seconds']):.1f}",
        f"{statistics.median(figures['cpu']):.2f}",
        _range(figures["peak"]),
    ]


def _range(values: Sequence[float]) -> str:
    low, high = f"{min(values):,.0f}", f"{max(values):,.0f}"
    return low if low == high else f"{low} to {high}"


_DIFF_HEADINGS = ("", "reading both, CPU s", "comparing, CPU s", "ratio", "peak MiB", "grew MiB", "changed")


def _diff_row(figures: dict[str, Any]) -> list[str]:
    return [
        figures["what"],
        f"{figures['read_cpu']:.2f}",
        f"{figures['cpu']:.2f}",
        f"{figures['cpu'] / figures['read_cpu']:.2f}",
        f"{figures['rss_peak']:,.0f}",
        f"{figures['rss_peak'] - figures['rss_before']:,.0f}",
        f"{figures['changed']:,.0f}",
    ]


def _budgets(figures: dict[str, Any]) -> list[list[str]]:
    lines: list[list[str]] = []

    def line(what: str, budget: str, measured: float, met: bool, unit: str = "") -> None:
        lines.append([what, budget, f"{measured:.2f}{unit}", "yes" if met else "no"])

    if latency := figures.get("latency"):
        ours = _of(latency, "ours")["wall"]
        for subject in (*_PEERS, "httpx_loop"):
            ratio = _of(latency, subject)["wall"] / ours
            line(f"100 pages at 50 ms, wall: {SUBJECTS[subject].title}", "at least 6 × ours", ratio, ratio >= 6)
        ratio = ours / _of(latency, "raw_httpx")["wall"]
        line("100 pages at 50 ms, wall: ours to httpx, bodies only", "at most 1.3", ratio, ratio <= 1.3)
    if large := figures.get("large"):
        ours = _of(large, "ours")["cpu"]
        for subject in _PEERS:
            ratio = _of(large, subject)["cpu"] / ours
            line(f"1,000 pages, CPU: {SUBJECTS[subject].title}", "more than ours", ratio, ratio > 1)
        ratio = ours / _of(large, "raw_httpx")["cpu"]
        line("1,000 pages, CPU: ours to httpx, bodies only", "at most 2.5", ratio, ratio <= 2.5)
    if steps := {each["what"]: each for each in figures.get("profile", ())}:
        for size, title in (("ms_4000", "rows of 4 KB"), ("ms_40000", "rows of 40 KB")):
            ratio = steps["redact secrets"][size] + steps[IDS_AND_DRIFT][size]
            ratio /= steps["decode"][size] + steps["encode"][size]
            line(f"{title}, CPU: redaction and drift to decoding and encoding", "at most 2", ratio, ratio <= 2)
    if (large := figures.get("large")) and (medium := figures.get("medium")):
        more = _of(large, "ours")["rss_peak"] - _of(medium, "ours")["rss_peak"]
        line("peak memory, 100,000 rows over 10,000", "at most 16 MiB", more, more <= 16, " MiB")
    for each in figures.get("diff", ()):
        if each["what"] == "100,000 rows, 1 of 20 differs":
            ratio = each["cpu"] / each["read_cpu"]
            line("diff of 100,000 rows, CPU: to reading both files", "at most 3", ratio, ratio <= 3)
    for each in figures.get("watching", ()):
        if (each["triggers"], each["connections"]) == (1_000, 1):
            polls, lag = each["polls_per_interval"], max(each["quiet_own"], each["change_own"])
            line(f"1,000 {each['kind']}: polls an interval", "at most 1.1", polls, polls <= 1.1)
            line(f"1,000 {each['kind']}: event loop blocked, collector aside", "at most 50 ms", lag, lag <= 50, " ms")
    for each in figures.get("start_up", ()):
        if each["what"] == "import: operator and sensor":
            line("importing operator and sensor", "at most 50 ms", each["ms"], each["ms"] <= 50, " ms")
    return lines


def _of(case: list[dict[str, Any]], subject: str) -> dict[str, Any]:
    return next(each for each in case if each["subject"] == subject)
