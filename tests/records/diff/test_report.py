# SPDX-License-Identifier: Apache-2.0
"""The report: whole totals, bounded size, nothing remote, and nothing that a vendor's text can do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.records.diff.comparison import AssistantChange, Counts
from airflow_provider_assistants.records.diff.fields import FieldChange, RowComparer
from airflow_provider_assistants.records.diff.report import MAX_BYTES, Report
from airflow_provider_assistants.records.diff.word_diff import word_diff

PROMPT = "\n".join(
    f"{number}. Ask the caller for wish number {number}, and repeat what you heard." for number in range(60)
)


def update(number: int, before: dict[str, Any], after: dict[str, Any]) -> AssistantChange:
    return AssistantChange(
        change_type="update",
        assistant_id=str(number),
        before=before,
        after=after,
        fields=RowComparer().changes(before, after),
    )


def page(*changes: AssistantChange, before: str | None = "/lake/1.jsonl", place: Any = ("burki", "burki_eu")) -> str:
    report, counts = Report(), Counts()
    for change in changes:
        report.add(change, vendor=place[0], account=place[1], name=str(change.row.get("name")))
        kind = {"update": "changed", "insert": "added", "delete": "removed"}[change.change_type]
        setattr(counts, kind, getattr(counts, kind) + 1)
    return report.html(counts, before=before, after="/lake/2.jsonl", notes=[]).decode()


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_says_what_changed() -> None:
    text = page(
        update(
            1,
            {"name": "Desk", "prompt": PROMPT, "x": 1},
            {"name": "Desk", "prompt": PROMPT.replace("number 30", "NUMBER 30"), "x": None},
        ),
        AssistantChange(change_type="insert", assistant_id="2", after={"name": "New one"}),
        AssistantChange(change_type="delete", assistant_id="3", before={"name": "Old one"}),
    )
    for part in (
        "<del>number</del><ins>NUMBER</ins>",
        "<del><bdi>1</bdi></del> → <ins><bdi>null</bdi></ins>",
        "New one",
        "Old one",
    ):
        assert part in text
    assert re.search(r"… [\d,]+ characters …", text), "what is alike is left out"
    assert "wish number 5," not in text
    assert "burki · burki_eu" in text
    assert "/lake/1.jsonl" in text
    assert Tags(text).open == []


def test_nothing_remote_and_no_script() -> None:
    tags = Tags(page(update(1, {"name": "a"}, {"name": "b"})))
    assert not {"script", "link", "img", "iframe", "a", "object", "base", "form"} & {*tags.tags}
    assert not {"src", "href", "style", "onclick", "action"} & {name for name, _ in tags.attributes}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in tags.attributes


HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}\u202egnp.exe\x00\x1b[31m"


@pytest.mark.parametrize("place", [("burki", HOSTILE), (HOSTILE, None)])
def test_a_vendors_text_stays_text(place: Any) -> None:
    expected = Tags(
        page(update(1, {"name": "a", "x": "y", "long": "z" * 99}, {"name": "a", "x": "Y", "long": "Z" * 99}))
    ).tags
    text = page(
        update(
            1,
            {"name": HOSTILE, HOSTILE: HOSTILE, "long": HOSTILE * 2},
            {"name": HOSTILE, HOSTILE: 1, "long": HOSTILE * 3},
        ),
        before=f"/lake/{HOSTILE}",
        place=place,
    )
    tags = Tags(text)
    assert {*tags.tags} == {*expected}
    assert tags.open == []
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|49", text)
    assert "\x00" not in text
    assert "\x1b" not in text


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_a_well_formed_page(one: str, other: str) -> None:
    long = "x" * 60
    text = page(
        update(1, {"name": one, "a": one + long}, {"name": one, "a": other + long}),
        AssistantChange(change_type="insert", assistant_id=other, after={}),
    )
    assert Tags(text).open == []


def test_a_report_has_an_end_and_counts_what_it_leaves_out() -> None:
    prompts = (
        update(number, {"name": f"a{number}", "p": PROMPT}, {"name": f"a{number}", "p": PROMPT[::-1]})
        for number in range(3_000)
    )
    removed = (
        AssistantChange(change_type="delete", assistant_id=str(number), before={"name": "x"}) for number in range(2_000)
    )
    text = page(*prompts, *removed)
    assert len(text.encode()) < MAX_BYTES * 1.25
    shown = text.count("<article>")
    assert f"{3_000 - shown:,} more assistants are left out" in text
    rows = text.count('class="mark delete"')
    assert f"{2_000 - rows:,} more assistants are left out" in text
    assert shown > 30
    assert rows > 50
    assert "<b>3,000</b>changed" in text
    assert '<td class="n">3,000</td>' in text


def test_the_size_of_3000_small_changes_is_estimated_well() -> None:
    text = page(
        *(update(number, {"name": f"a{number}", "t": 1}, {"name": f"a{number}", "t": 2}) for number in range(3_000))
    )
    assert 0.5 * MAX_BYTES < len(text.encode()) < 1.25 * MAX_BYTES


def test_an_assistant_with_many_fields() -> None:
    text = page(update(1, {str(number): 1 for number in range(100)}, {str(number): 2 for number in range(100)}))
    assert "and 60 more fields" in text


def test_items_of_lists_are_one_field_in_the_table() -> None:
    text = page(update(1, {"t": [{"n": 1}, {"n": 2}]}, {"t": [{"n": 3}, {"n": 4}]}))
    assert '<td class="path">t[].n</td><td class="n">1</td>' in text


def test_the_first_night() -> None:
    text = page(before=None)
    assert "The first snapshot" in text
    assert "Nothing changed" not in text
    assert "Nothing changed." in page()


def test_words_that_differ() -> None:
    def shown(before: str, after: str, limit: int = 10_000) -> str:
        signs = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}", "gap": "<{}>"}
        return "".join(signs[piece.kind].format(piece.text) for piece in word_diff(before, after, limit=limit))

    assert shown("Say good morning.", "Say good evening.") == "Say good [-morning-]{+evening+}."
    assert shown("Ask one question at a time.", "Ask at most two questions at a time.") == (
        "Ask [-one question-]{+at most two questions+} at a time."
    )
    assert shown("same", "same") == "same"
    assert shown("", "new") == "{+new+}"
    assert shown("one\ntwo\nthree\n", "one\n2\nthree\n") == "one\n[-two-]{+2+}\nthree\n"
    assert shown("a" * 500 + " x", "a" * 500 + " y") == "<500> [-x-]{+y+}"
    assert shown("x " * 5_000, "y " * 5_000, limit=50).startswith("[-x x")
    assert len(shown("x " * 5_000, "y " * 5_000, limit=50)) < 100


@given(st.text(alphabet="ab \n.", max_size=200), st.text(alphabet="ab \n.", max_size=200))
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after, limit=10_000)
    for text, kind in ((before, "out"), (after, "in")):
        read = [piece for piece in pieces if piece.kind in ("same", "gap", kind)]
        pattern = "".join(
            rf"[\s\S]{{{int(p.text.replace(',', ''))}}}" if p.kind == "gap" else re.escape(p.text) for p in read
        )
        assert re.fullmatch(pattern, text)


def test_a_whole_row_that_changed_is_named() -> None:
    change = AssistantChange(
        change_type="update",
        assistant_id="1",
        before={"": 1},
        after={"": 2},
        fields=[FieldChange("", {"": 1}, {"": 2})],
    )
    assert "(the whole row)" in page(change)
