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
from tests.redaction_corpus.peers import ENGINES, engine_of, seconds_a_page
from tests.redaction_corpus.report import (
    print_checks,
    print_figures,
    print_growth,
    print_misses,
    print_speed,
    write_figures,
)

HALF_NAMES = {"tuned": "tuned", "held-out": "held_out"}


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.redaction_corpus", description=__doc__)
    parser.add_argument("--half", choices=HALF_NAMES, help="only this half (default: both)")
    parser.add_argument(
        "--misses", metavar="CLASS", help="show the misses of the tuned classes with this text in their name"
    )
    parser.add_argument("--no-times", action="store_true", help="do not measure any time")
    parser.add_argument("--write", action="store_true", help="write the figures into the documentation and the README")
    parser.add_argument("--engine", choices=ENGINES, default="this", help="measure something else (install it first)")
    given = parser.parse_args()
    if given.write and (given.half or given.engine != "this"):
        parser.error("what is written is the whole corpus, redacted by this package")
    halves = [HALF_NAMES[given.half]] if given.half else HALVES
    cases = [case for half in halves for case in load_cases(half)]
    if given.engine != "this":
        print_figures(measure(cases, engine_of(given.engine, cases)))
        print_speed(given.engine, seconds_a_page(given.engine))
        return
    figures = measure(cases)
    if "tuned" in halves:
        figures.append(measure_documents())
    if given.write:
        write_figures(figures)
    if given.misses is not None:
        print_misses([each for each in figures if each.half == "tuned" and given.misses in each.group])
        return
    print_figures(figures)
    print_checks(run_checks(cases))
    if not given.no_times:
        print_growth(measure_growth())
        print_speed("this", seconds_a_page("this"))


if __name__ == "__main__":
    main()
