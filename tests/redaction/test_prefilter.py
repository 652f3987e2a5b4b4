# SPDX-License-Identifier: Apache-2.0
"""The quick test finds too much rather than too little: whatever is taken out of a text was suspicious."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.name_stems import _stems
from airflow_provider_assistants.redaction.personal import SHORTEST_PERSONAL, SUSPICIOUS_PERSONAL, redact_personal
from airflow_provider_assistants.redaction.prefilter import Prefilter
from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.redaction.text import (
    _FRAMED,
    _LOGIN_SHAPES,
    SHORTEST_SECRET,
    SUSPICIOUS,
    SUSPICIOUS_NAMED,
    KnownSecrets,
    redact_shapes,
    redact_urls,
)
from airflow_provider_assistants.redaction.token_shapes import TOKEN_SHAPES
from tests.fuzzing import cases
from tests.redaction.test_text import PIECES

LITERALS = sorted(
    {literal for shape in TOKEN_SHAPES for literal in shape.literals}
    | {literal for literals, _, _ in _FRAMED for literal in literals}
    | {literal for literals, _, _ in _LOGIN_SHAPES for literal in literals}
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

holds_key, holds_personal = Prefilter(SUSPICIOUS, apart=SUSPICIOUS_NAMED), Prefilter(SUSPICIOUS_PERSONAL)


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
