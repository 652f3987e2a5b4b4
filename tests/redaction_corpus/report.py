# SPDX-License-Identifier: Apache-2.0
"""The figures as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.redaction_corpus.cases import HALVES
from tests.redaction_corpus.checks import Check, Growth
from tests.redaction_corpus.measure import Figures, total
from tests.redaction_corpus.search import serialized
from tests.redaction_corpus.shapes import BASE_ROW, Planted

_KINDS = ((True, "secrets", "planted", "hidden", "recall"), (False, "look-alikes", "shown", "unharmed", "precision"))


def print_figures(figures: Sequence[Figures]) -> None:
    """Print a table of secrets and one of look-alikes for each half, and the totals."""
    for half in HALVES:
        for is_secret, what, cases, right, share in _KINDS:
            chosen = [each for each in figures if each.half == half and each.is_secret is is_secret]
            if not chosen:
                continue
            print(f"\n{half.replace('_', '-')}: {what:<40} {cases:>8} {right:>9} {share:>10}")
            for each in chosen:
                print(f"  {each.group:<49} {each.total:>8,} {each.right:>9,} {each.share:>10.3f}")
            all_cases, all_right = total(figures, half, is_secret=is_secret)
            print(f"  {'TOTAL':<49} {all_cases:>8,} {all_right:>9,} {all_right / all_cases:>10.4f}")


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
    print("\n1 MB against 100 KB of one text repeated: ratio of the times (10 is linear), seconds of each")
    for each in growths[:5]:
        print(f"  {each.name:<30} {each.long / each.short:>6.1f} {each.long:>8.3f} {each.short:>8.4f}")
    slowest = max(growths, key=lambda each: each.long)
    print(f"  slowest of {len(growths)}: {slowest.name}, {slowest.long:.2f} s")
