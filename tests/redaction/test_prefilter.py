# SPDX-License-Identifier: Apache-2.0
"""The quick test finds too much rather than too little: whatever is taken out of a text was suspicious."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction import text as text_rules
from airflow_provider_assistants.redaction.logins.shapes import LOGIN_SHAPES
from airflow_provider_assistants.redaction.names import stems
from airflow_provider_assistants.redaction.names.stems import _stems
from airflow_provider_assistants.redaction.personal import SHORTEST_PERSONAL, SUSPICIOUS_PERSONAL, redact_personal
from airflow_provider_assistants.redaction.prefilter import Prefilter, ascii_only
from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.redaction.text import (
    _FRAMED,
    SHORTEST_SECRET,
    SKETCHES,
    SUSPICIOUS,
    KnownSecrets,
    redact_known_shapes,
    redact_shapes,
    redact_urls,
)
from airflow_provider_assistants.redaction.tokens.well_known import TOKEN_SHAPES
from tests.fuzzing import cases
from tests.redaction.test_text import PIECES
from tests.redaction_corpus.cases import HALVES, load_cases

LITERALS = sorted(
    {literal for shape in TOKEN_SHAPES for literal in shape.literals}
    | {literal for literals, _, _ in _FRAMED for literal in literals}
    | {literal for shape in LOGIN_SHAPES for literal in shape.literals}
)
NAMES = sorted({form for stems in _stems() for stem in stems for form in (stem, stem.upper(), stem.title())})
NUMBERS = [
    "+49 30 1234567",
    "(030) 123 456",
    "555-010-1234",
    "030 1234567",
    "11 91234-5678",
    "98765 43210",
    "2125551234",
]
texts = st.lists(
    st.sampled_from(
        [*PIECES, *LITERALS, *NAMES, *NUMBERS, "***", "***&", "v=", "=", ": ", "K", "İ", "A1b2C3d4E5f6G7h8"]
    )
    | st.text(max_size=3),
    max_size=8,
).map("".join)

holds_key, holds_personal = Prefilter(*SUSPICIOUS, sketches=SKETCHES), Prefilter(SUSPICIOUS_PERSONAL)


@cases(1_000)
@given(texts)
@example("token=***&realsecret")
@example("toKen: hunter2hunter2")
@example("password=***&v")
@example("see ftp://user:pw@host")
def test_whatever_is_taken_out_was_suspicious(text: str) -> None:
    without_urls = redact_urls(text)
    if redact_shapes(without_urls) != without_urls:
        assert holds_key(without_urls)
    if redact_personal(text) != text:
        assert holds_personal(text)


@cases(1_000)
@given(texts, st.sampled_from(["secrets", "personal"]))
@example("://@", "secrets")
@example("://u@", "secrets")
@example("pwd=x", "secrets")
@example("a@b.c", "personal")
@example("://://:x@eyJ0f1e2d3c4b5a69788796a5b4c3d2e1f0", "secrets")
@example("known-secret://://known-secretaccountkeyAIza", "secrets")
def test_a_row_loses_what_a_text_loses(text: str, level: str) -> None:
    redactor = Redactor(level, known_secrets=["known-secret"])
    if text.strip()[:1] not in ("{", "[", '"'):
        assert redactor.row({"note": text})["note"] == redactor.text(text)


@pytest.mark.parametrize(
    ("redact", "size", "letters"),
    [(redact_shapes, SHORTEST_SECRET, ":/@?=#&%a1*{'"), (redact_personal, SHORTEST_PERSONAL, "@.a1+%([]:")],
)
def test_nothing_shorter_holds_anything(redact: Callable[[str], str], size: int, letters: str) -> None:
    for length in range(size):
        for text in map("".join, itertools.product(letters, repeat=length)):
            assert redact(text) == text


@given(st.text(min_size=5, max_size=20), st.text(max_size=5), st.text(max_size=5))
def test_known_secrets_are_suspicious_in_every_form(secret: str, before: str, after: str) -> None:
    known = KnownSecrets([secret])
    if known:
        found = Prefilter(known.pattern)
        assert all(found(before + form + after) for _, form in known._forms)


@given(st.sets(st.characters(max_codepoint=127), min_size=1, max_size=90))
def test_a_class_for_ascii_finds_the_same_characters(characters: set[str]) -> None:
    members = "".join(sorted(re.escape(each) if each != " " else each for each in characters))
    found = Prefilter(ascii_only(f"[{members}]"))
    assert [chr(code) for code in range(128) if found(chr(code))] == sorted(characters)


def test_the_words_of_commands_are_as_few_and_long_as_a_fast_search_needs() -> None:
    words = SKETCHES[2][1].split("|")
    assert len(words) <= 44
    assert min(map(len, words)) >= 4


def test_the_sketches_are_not_longer_for_ascii() -> None:
    # pydantic copies a pattern each time that it finds nothing
    assert sum(len(ascii_only(in_ascii)) for _, in_ascii in SKETCHES) < 1.02 * sum(
        len(in_ascii) for _, in_ascii in SKETCHES
    )


def test_a_text_that_is_no_unicode_is_suspicious() -> None:
    assert holds_key("\ud800")
    assert Redactor().row({"note": "\ud800 Bearer abc123def456"}) == {"note": "\ud800 Bearer ***"}
    assert not holds_key("Grüße aus São Paulo")


@given(st.uuids(), st.sampled_from([str.lower, str.upper]), st.sampled_from(["-", ""]))
@example(uuid.UUID(int=int("02125551234" * 3) % (1 << 128)), str.lower, "-")
@example(uuid.UUID("21255512-3421-2555-1234-212555123421"), str.lower, "")
def test_a_uuid_holds_nothing_but_a_secret_of_ours(number: uuid.UUID, case: Callable[[str], str], joint: str) -> None:
    """Columns of UUIDs are passed over for that."""
    text = case(str(number)).replace("-", joint)
    assert redact_personal(redact_shapes(text)) == text
    assert Redactor("personal").row({"note": text}) == {"note": text}
    assert Redactor(known_secrets=[text]).row({"note": text}) == {"note": "***"}


@contextmanager
def everything_inspected() -> Iterator[None]:
    """Within it every rule reads every text, whatever the quick tests say."""

    def always(text: str) -> bool:
        return True

    trials = {rare: [trial._replace(holds=always) for trial in trials] for rare, trials in text_rules._TRIALS.items()}
    with pytest.MonkeyPatch.context() as patched:
        for name in (
            "_holds_shape",
            "_holds_prefixed",
            "_holds_bare",
            "_holds_grouped",
            "_holds_login",
            "_holds_relative_url",
            "_holds_named",
        ):
            patched.setattr(text_rules, name, always)
        patched.setattr(text_rules, "_TRIALS", trials)
        patched.setattr(text_rules, "_LOGINS", tuple((always, *rule) for _, *rule in text_rules._LOGINS))
        patched.setattr(stems, "_holds_stem", always)
        yield


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)
    elif isinstance(value, str):
        yield value


@cases(1_000)
@given(texts, st.integers(0, 600))
@example("pin pin: 4711", 255)
@example("pass :fnA", 0)
@example("AUTH HEADERCODE TO LOCKBOXrubygems_CIĄG POŁĄCZENIA", 0)
@example("-----BEGIN PRIVATE KEY-----", 300)
def test_what_is_read_where_something_was_found_is_what_is_found_anywhere(text: str, before: int) -> None:
    text = "word " * (before // 5) + "." * (before % 5) + text
    quick = redact_shapes(text), redact_known_shapes(text)
    with everything_inspected():
        assert (redact_shapes(text), redact_known_shapes(text)) == quick


@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["word ", "Word\n", "x", "1. "]))
@example(["Cookie: Cookie: Cookie: "], "word ")
@example(["://://:x@a", "token=***&b"], "x")
def test_what_is_read_again_is_all_that_could_have_become_suspicious(parts: list[str], filler: str) -> None:
    text = (filler * (6_000 // len(filler))).join(["", *parts, ""])
    in_full = text
    for _ in range(text_rules._MOST_ROUNDS):
        in_full = text_rules._redact_once(in_full)
    assert redact_shapes(text) == in_full


def test_texts_of_the_corpus_lose_the_same_when_every_rule_reads_them() -> None:
    found = sorted({text for half in HALVES for case in load_cases(half) for text in texts_of(case.planted)})[::7]
    quick = [redact_shapes(text) for text in found]
    with everything_inspected():
        assert [redact_shapes(text) for text in found] == quick


@given(st.lists(st.sampled_from(NAMES) | st.sampled_from([" ", "\n", ".", "x" * 250, "=", "é", "1"]), max_size=12))
def test_words_of_names_are_found_in_windows_as_in_the_whole(parts: list[str]) -> None:
    text = "".join(parts)
    everywhere = [match.span() for match in stems.NAME_STEMS.finditer(stems.lowered(text))]
    assert list(stems.stem_spans(text)) == everywhere
    naive = re.compile("|".join((*map(written, stems._ANYWHERE), *(alone(each) for each in stems._ALONE))))
    assert [match.span() for match in naive.finditer(stems.lowered(text))] == everywhere


def written(stem: str) -> str:
    return r"[ _.'\-]{0,2}".join(map(re.escape, re.split(r"[ ']", stem)))


def alone(stem: str) -> str:
    return f"(?<![a-z]){written(stem)}(?![a-z])"
