# SPDX-License-Identifier: Apache-2.0
"""What redaction makes of the corpus, through the same functions as a listing and its log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.redaction.text import redact_text
from tests.redaction_corpus.cases import Case, Half
from tests.redaction_corpus.search import serialized, surviving_piece
from tests.redaction_corpus.shapes import Planted

#: Takes the secrets out of a row or of a text of the log.
Engine = Callable[[Any], Any]


def redact(planted: Planted) -> Planted:
    """Redact as a listing does at the level ``secrets``, and a text as the log does."""
    return redact_text(planted) if isinstance(planted, str) else Redactor("secrets").row(planted)


@dataclass(kw_only=True)
class Figures:
    """
    What came of a class.

    :param half: The half of the corpus that it is in.
    :param group: Its name.
    :param is_secret: Whether secrets were planted; look-alikes if not.
    :param total: How many cases.
    :param right: How many of them were hidden, or unharmed.
    :param wrong: The others, with what became of them.
    """

    half: Half
    group: str
    is_secret: bool
    total: int = 0
    right: int = 0
    wrong: list[tuple[Case, Planted]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 1.0

    def count(self, case: Case, result: Planted) -> None:
        self.total += 1
        if is_right(case, result):
            self.right += 1
        else:
            self.wrong.append((case, result))


def measure(cases: Iterable[Case], engine: Engine = redact) -> list[Figures]:
    """Return the figures of each class, in the order of the cases."""
    found: dict[tuple[str, bool], Figures] = {}
    for case in cases:
        key = (case.group, case.sensitive is not None)
        if key not in found:
            found[key] = Figures(half=case.half, group=case.group, is_secret=key[1])
        found[key].count(case, engine(case.planted))
    return list(found.values())


def total(figures: Iterable[Figures], half: Half, *, is_secret: bool) -> tuple[int, int]:
    """Return how many cases of a half there are and how many of them came out right."""
    chosen = [each for each in figures if each.half == half and each.is_secret is is_secret]
    return sum(each.total for each in chosen), sum(each.right for each in chosen)


def is_right(case: Case, result: Planted) -> bool:
    """Whether no piece of the secret is left, or a look-alike is byte for byte what it was."""
    if case.sensitive is None:
        return serialized(result) == serialized(case.planted)
    return surviving_piece(case.sensitive, result) is None
