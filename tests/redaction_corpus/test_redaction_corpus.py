# SPDX-License-Identifier: Apache-2.0
"""What redaction does to the corpus stays at least as good as it is, and the documentation says how good that is."""

from __future__ import annotations

import csv

import pytest

from tests.redaction_corpus.cases import HALVES, Case, Half, load_cases
from tests.redaction_corpus.checks import run_checks
from tests.redaction_corpus.documents import measure_documents
from tests.redaction_corpus.measure import Figures, measure, total
from tests.redaction_corpus.report import README, TABLES, share, table
from tests.redaction_corpus.search import surviving_piece

#: Recall and precision, a little less than what was measured.
FLOORS: dict[Half, tuple[float, float]] = {"tuned": (0.985, 0.99), "held_out": (0.965, 0.975)}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for half in HALVES for case in load_cases(half)]


@pytest.fixture(scope="module")
def figures(cases: list[Case]) -> list[Figures]:
    return [*measure(cases), measure_documents()]


@pytest.mark.parametrize("half", HALVES)
def test_recall_and_precision_stay_above_their_floors(figures: list[Figures], half: Half) -> None:
    for is_secret, floor in zip((True, False), FLOORS[half], strict=True):
        cases, right = total(figures, half, is_secret=is_secret)
        assert right / cases >= floor


@pytest.mark.parametrize("is_secret", [True, False])
def test_the_documentation_promises_no_more_than_is_so(figures: list[Figures], is_secret: bool) -> None:
    documented, today = (
        [[*line[:3], int(line[3].replace(",", ""))] for line in list(csv.reader(text.splitlines()))[1:]]
        for text in (TABLES[is_secret].read_text(), table(figures, is_secret=is_secret))
    )
    assert [line[:3] for line in documented] == [line[:3] for line in today], "run make corpus ARGS=--write"
    for then, now in zip(documented, today, strict=True):
        if then[0].startswith("**all"):
            assert then[3] <= now[3], (
                "fewer cases come out right than the documentation says: run make corpus ARGS=--write"
            )
            for number in (then[2], share(then[3], int(then[2].replace(",", "")))):
                assert f"| {number} |" in README.read_text(), "the README has other totals than the documentation"


def test_what_holds_for_every_case(cases: list[Case]) -> None:
    checks = run_checks(cases)
    assert {check.name: check.failures for check in checks} == {check.name: [] for check in checks}


def test_the_corpus_is_the_same_each_time(cases: list[Case]) -> None:
    assert [case for half in HALVES for case in load_cases(half)] == cases
    groups = {(case.group, case.half) for case in cases}
    assert len(groups) == len({group for group, _ in groups}), "a class is in one half only"


def test_a_piece_of_a_secret_is_found_wherever_it_is_left() -> None:
    row = {"config": '{"key": "a\\nb", "url": "https://a.b/?k=12%2334%2356"}', "notes": "***"}
    assert surviving_piece("12#34#56", row) == "12#34#56"
    assert surviving_piece("xx12#34#56xx", row) == "12#34#56"
    assert surviving_piece("a\nb", row) == "a\nb"
    assert surviving_piece("xx12#34#5", row) is None
