# SPDX-License-Identifier: Apache-2.0
"""
Print recall and precision of redaction by class, tuned and held-out classes apart.

Recall: of the planted secrets, how many left no piece of eight characters. Precision: of the look-alikes, how many came out
byte for byte.
"""

from __future__ import annotations

import argparse

from tests.redaction_corpus.cases import HALVES, load_cases
from tests.redaction_corpus.checks import measure_growth, run_checks
from tests.redaction_corpus.documents import measure_documents
from tests.redaction_corpus.measure import measure
from tests.redaction_corpus.report import print_checks, print_figures, print_growth, print_misses

HALF_NAMES = {"tuned": "tuned", "held-out": "held_out"}


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.redaction_corpus", description=__doc__)
    parser.add_argument("--half", choices=HALF_NAMES, help="only this half (default: both)")
    parser.add_argument(
        "--misses", metavar="CLASS", help="show the misses of the tuned classes with this text in their name"
    )
    parser.add_argument("--no-growth", action="store_true", help="do not measure how time grows with a text's length")
    given = parser.parse_args()
    halves = [HALF_NAMES[given.half]] if given.half else HALVES
    cases = [case for half in halves for case in load_cases(half)]
    figures = measure(cases)
    if "tuned" in halves:
        figures.append(measure_documents())
    if given.misses is not None:
        print_misses([each for each in figures if each.half == "tuned" and given.misses in each.group])
        return
    print_figures(figures)
    print_checks(run_checks(cases))
    if not given.no_growth:
        print_growth(measure_growth())


if __name__ == "__main__":
    main()
