# SPDX-License-Identifier: Apache-2.0
"""The benchmarks measure what they say: a subject lists every row, and its figures are there."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import calls, diff, listing, report
from tests.benchmarks.rows import row_bodies


@pytest.mark.parametrize("size", [4_000, 40_000])
def test_rows_are_as_long_as_they_say(size: int) -> None:
    lengths = [len(body) for _, body in zip(range(100), row_bodies(size), strict=False)]
    assert abs(sum(lengths) / len(lengths) / size - 1) < 0.05
    assert len(set(row_bodies(4_000))) == 1_000


def test_a_subject_lists_every_row_and_reports_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    case = listing.Case("few", "250-0-4000", ("ours", "httpx_loop", "raw_httpx"))
    monkeypatch.setitem(listing.CASES, "few", case)
    table = listing.run_listings(["few"], runs=1, peers=Path(sys.executable))
    assert [each["subject"] for each in table] == list(case.subjects)
    for each in table:
        assert each["requests"] == 3
        assert each["bytes"] > 250 * 3_000
        assert each["cpu"] > 0
        assert 0 < each["rss_before"] <= each["rss_peak"] + 1


def test_a_diff_finds_what_was_edited_and_reports_its_cost() -> None:
    cases = (diff.Diff("few", 200, 20), diff.Diff("few, other formats", 200, 20, "csv", "parquet"))
    for each in diff.run_diffs(cases, runs=1):
        assert each["changed"] == 10
        assert each["cpu"] > 0
        assert 0 < each["rss_before"] <= each["rss_peak"] + 1


def test_days_of_calls_are_read_and_their_cost_is_reported() -> None:
    [table] = calls.run_calls([calls.Reading("few", "burki", [0, 2], calls=400, of=4)])
    assert (table["what"], table["days"], table["calls"], table["requests"]) == ("few", 2, [100, 100], [2, 2])
    assert all(value > 0 for name in ("cpu", "seconds", "peak") for value in table[name])


def measured(subject: str, cpu: float, peak: float = 150.0) -> dict[str, Any]:
    names = ("wall", "server_cpu", "rss_before", "requests", "bytes", "rows_per_second")
    return {"subject": subject, **dict.fromkeys(names, 1.0), "cpu": cpu, "rss_peak": peak}


def test_budgets_are_judged_by_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    peers = [measured("http_operator", 3.5), measured("dlt", 4.0), measured("singer", 3.9), measured("airbyte", 1.0)]
    raw = measured("raw_httpx", 0.39)
    steps = {"decode": (2.0, 2.0), "encode": (3.0, 3.0), "redact secrets": (9.0, 9.0), "ids, status, drift": (0.9, 1.1)}
    figures = {
        "large": [measured("ours", 1.0, 170.0), *peers, raw],
        "medium": [measured("ours", 1.0, 150.0), *peers, raw],
        "profile": [{"what": what, "ms_4000": ms, "ms_40000": more} for what, (ms, more) in steps.items()],
    }
    report.report(figures, peers=Path(sys.executable))
    verdicts = {line[0]: line[-1] for line in csv.reader((tmp_path / "budgets.csv").open())}
    assert verdicts == {
        "what": "met",
        "1,000 pages, CPU: HttpOperator": "yes",
        "1,000 pages, CPU: dlt, rest_api": "yes",
        "1,000 pages, CPU: Singer SDK": "yes",
        "1,000 pages, CPU: Airbyte CDK": "no",
        "1,000 pages, CPU: ours to httpx, bodies only": "no",
        "rows of 4 KB, CPU: redaction and drift to decoding and encoding": "yes",
        "rows of 40 KB, CPU: redaction and drift to decoding and encoding": "no",
        "peak memory, 100,000 rows over 10,000": "no",
    }
    assert "100,000 rows, 0 ms" in capsys.readouterr().out
