# SPDX-License-Identifier: Apache-2.0
"""The figures as tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.redaction_corpus.cases import HALVES
from tests.redaction_corpus.checks import Check, Growth
from tests.redaction_corpus.measure import Figures, total
from tests.redaction_corpus.search import serialized
from tests.redaction_corpus.shapes import BASE_ROW, Planted

_ROOT: Final = Path(__file__).parents[2]
README: Final = _ROOT / "README.md"
TABLES: Final = {
    True: _ROOT / "docs" / "redaction_secrets.csv",
    False: _ROOT / "docs" / "redaction_look_alikes.csv",
}
#: Between these, the README has the totals.
_MARKED: Final = re.compile(r"(<!-- written by make corpus -->\n).*?(<!-- end -->)", re.DOTALL)

_KINDS: Final = (
    (True, "secrets", "planted", "hidden", "recall"),
    (False, "look-alikes", "shown", "unharmed", "precision"),
)


def print_figures(figures: Sequence[Figures]) -> None:
    """Print a table of secrets and one of look-alikes for each half, and the totals."""
    for half in HALVES:
        for is_secret, what, cases, right, name in _KINDS:
            chosen = [each for each in figures if each.half == half and each.is_secret is is_secret]
            if not chosen:
                continue
            print(f"\n{half.replace('_', '-')}: {what:<40} {cases:>8} {right:>9} {name:>10}")
            for each in chosen:
                print(f"  {each.group:<49} {each.total:>8,} {each.right:>9,} {share(each.right, each.total):>10}")
            all_cases, all_right = total(figures, half, is_secret=is_secret)
            print(f"  {'TOTAL':<49} {all_cases:>8,} {all_right:>9,} {share(all_right, all_cases):>10}")


def share(right: int, cases: int) -> str:
    """Return the share, rounded down: 1.000 is all of them."""
    return f"{right * 1_000 // cases / 1_000:.3f}" if cases else "-"


def write_figures(figures: Sequence[Figures]) -> None:
    """Write the tables of the documentation and of the README."""
    for is_secret, path in TABLES.items():
        path.write_text(table(figures, is_secret=is_secret), encoding="utf-8")
    README.write_text(readme_with(README.read_text(encoding="utf-8"), figures), encoding="utf-8")


def table(figures: Sequence[Figures], *, is_secret: bool) -> str:
    """Return the figures of secrets, or of look-alikes, as CSV."""
    _, _, *heads = next(kind for kind in _KINDS if kind[0] is is_secret)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["class", "half", *heads])
    for half in HALVES:
        name = half.replace("_", "-")
        for each in figures:
            if each.half == half and each.is_secret is is_secret:
                writer.writerow([each.group, name, f"{each.total:,}", f"{each.right:,}", share(each.right, each.total)])
        all_cases, all_right = total(figures, half, is_secret=is_secret)
        writer.writerow([f"**all {name}**", name, f"{all_cases:,}", f"{all_right:,}", share(all_right, all_cases)])
    return out.getvalue()


def readme_with(readme: str, figures: Sequence[Figures]) -> str:
    """Return the README with the totals of these figures."""
    rows = [["", "planted secrets", "hidden", "look-alikes", "unharmed"], ["---"] * 5]
    for half in HALVES:
        row = [f"{half.replace('_', '-')} classes"]
        for is_secret in (True, False):
            cases, right = total(figures, half, is_secret=is_secret)
            row += [f"{cases:,}", share(right, cases)]
        rows.append(row)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _MARKED.sub(lambda match: f"{match[1]}\n{lines}\n\n{match[2]}", readme)


def print_misses(figures: Iterable[Figures]) -> None:
    """Print each case that came out wrong, and what became of it."""
    for each in figures:
        print(f"\n{each.group}: {len(each.wrong)} of {each.total}")
        for case, result in each.wrong:
            print(f"  {case.title}\n    {_planted_part(case.planted)}\n    {_planted_part(result)}")


def _planted_part(planted: Planted) -> str:
    if isinstance(planted, dict):
        planted = {key: value for key, value in planted.items() if BASE_ROW.get(key) != value}
    return serialized(planted)[:300]


def print_checks(checks: Iterable[Check]) -> None:
    """Print what holds for how many cases, and some for which it does not."""
    print()
    for check in checks:
        print(f"{check.name}: {check.cases - len(check.failures):,} of {check.cases:,}")
        for title in check.failures[:5]:
            print(f"  not: {title}")


def print_growth(growths: Sequence[Growth]) -> None:
    """Print the slowest growth of time with a text's length."""
    print("\n100 KB against 10 KB of one text repeated: ratio of the times (10 is linear), seconds of each")
    for each in growths[:5]:
        print(f"  {each.name:<30} {each.long / each.short:>6.1f} {each.long:>8.3f} {each.short:>8.4f}")
    slowest = max(growths, key=lambda each: each.long)
    print(f"  slowest of {len(growths)}: {slowest.name}, {slowest.long:.2f} s")


def print_speed(engine: str, seconds: float) -> None:
    """Print how long a page takes."""
    print(f"\n{engine}: {seconds * 1_000:,.1f} ms for a page of 100 rows of 4 KB without a secret")
