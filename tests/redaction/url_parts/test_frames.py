# SPDX-License-Identifier: Apache-2.0
"""What a URL becomes does not depend on which URLs came before it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction import Redactor, urls
from airflow_provider_assistants.redaction.url_parts.frames import UrlFrames
from airflow_provider_assistants.redaction.url_parts.query_values import harmless_values
from airflow_provider_assistants.redaction.values import placeholders

KEY = "sandbox-secret-7f3a9c21"
#: Keys, words, placeholders, elisions and what is between them.
PARTS = st.sampled_from(
    f"""
    {KEY} abc123 user password pass hook x xxxx xxxx-1 XXXX 1 en your-token-1 a {{{{token}}}} ${{TOKEN}} %7B%7Bid%7D%7D TOKEN
    _ a_b1 a.b *** ---- - 12345678901234567890
    """.split()
) | st.from_regex(r"[A-Za-z0-9\-]{1,24}", fullmatch=True)
NAMES = st.sampled_from(["token", "v", "page", "key", "api_key", "state", "campaign", "sig", "x", "secret", "", KEY])
PAIRS = (
    st.builds(lambda name, sign, value: f"{name}{sign}{value}", NAMES, st.sampled_from(["=", "=", "="]), PARTS) | PARTS
)
QUERIES = st.lists(PAIRS, max_size=4).map("&".join)
LOGINS = st.just("") | st.builds("{}:{}@".format, PARTS, PARTS) | st.builds("{}@".format, PARTS)
BASES = st.sampled_from(
    ["crm.example.com/calls", "hooks.example.com/hook/abcdefgh1", "example.com:8080", "example.com", "a@b.c/d"]
)
URLS = st.builds(
    lambda scheme, login, base, query, rest: f"{scheme}://{login}{base}{'?' if query else ''}{query}{rest}",
    st.sampled_from(["https", "http", "abfss", "sip", "HTTPS"]),
    LOGINS,
    BASES,
    QUERIES,
    st.sampled_from(["", "", "", "#a=b", " and more", "?x=1", "/@x", "'", "{{id}}"]),
)


class NoFrames(UrlFrames):
    """Reads every URL."""

    def find(self, url: str) -> None:
        return None


@given(st.lists(URLS, min_size=1, max_size=6))
@example(
    [f"https://hook:{KEY}@crm.example.com/calls?token={KEY}&v=1", "https://hook:pass@crm.example.com/calls?token=1&v=1"]
)
@example([f"https://user:{KEY}@example.com", "https://user:password@example.com"])
@example([f"https://example.com?a=1&&token={KEY}", "https://example.com?a=1&token=1"])
@example(
    [f"https://example.com?token={KEY}", "https://example.com?token=XXXX", "https://example.com?token=your-token-1"]
)
def test_a_url_becomes_the_same_after_any_others(several: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "_frames", NoFrames(lambda name: False, lambda name: False))
        alone = [urls.redact_urls(each) for each in several]
        patch.setattr(urls, "_frames", UrlFrames(lambda name: not harmless_values(name), urls.is_example_login))
        assert [urls.redact_urls(each) for each in several] == alone
        assert [urls.redact_urls(each) for each in several] == alone


def test_the_webhooks_of_all_assistants_have_one_frame() -> None:
    frames = UrlFrames(lambda name: name == "token", lambda name: False)
    frames.learn(f"https://hook:{KEY}@crm.example.com/calls?token={KEY}&v=1", "https://hidden@crm.example.com/calls")
    assert frames.find("https://hook:a@crm.example.com/calls?token=b&v=1") is None, "not what redaction makes of it"
    frames.learn(
        f"https://hook:{KEY}@crm.example.com/calls?token={KEY}&v=1", "https://***@crm.example.com/calls?token=***&v=1"
    )
    assert (
        frames.find("https://hook:a@crm.example.com/calls?token=b&v=1")
        == "https://***@crm.example.com/calls?token=***&v=1"
    )
    assert frames.find("https://hook:a@crm.example.com/calls?token=b&v=2") is None


@given(
    st.from_regex(
        r"(?:your|my|some|sk|op|none|oauth|vault|xxxx|XX|[A-Za-z0-9]{1,9})(?:-{1,2}[A-Za-z0-9]{1,9}){0,4}",
        fullmatch=True,
    )
    | st.text("xX-1a", max_size=12),
    st.booleans(),
)
@example("your-token-1", False)
@example("abc-xxxx12", False)
def test_a_key_with_hyphens_is_no_placeholder_by_the_quick_test_either(text: str, among_words: bool) -> None:
    quick = placeholders.is_placeholder(text, among_words=among_words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placeholders, "_HYPHENATED_KEY", re.compile(r"(?!)"))
        assert placeholders.is_placeholder(text, among_words=among_words) == quick


@given(st.lists(st.lists(URLS, min_size=1, max_size=4), min_size=1, max_size=4))
@example(
    [[f"https://hook:{KEY}@crm.example.com/calls?token={KEY}"], ["https://hook:xxxxxxxx@crm.example.com/calls?token=a"]]
)
@example(
    [
        [f"https://crm.example.com?token={KEY}"],
        ["https://crm.example.com?token=b", "no URL", "https://crm.example.com/"],
    ]
)
def test_a_column_of_urls_becomes_what_each_of_them_becomes_alone(pages: list[list[str]]) -> None:
    def new() -> Redactor:
        return Redactor("secrets", known_secrets=["our-own-key"])

    redactor, counts = new(), Counter[str]()
    for page in pages:
        alone = []
        for url in page:
            single = new()
            alone.append(single.row({"webhook_url": url}))
            counts.update(single.counts)
        assert redactor.rows([{"webhook_url": url} for url in page]) == alone
    assert redactor.counts == counts


def test_our_own_key_and_a_placeholder_are_seen_in_a_column_of_urls_that_differ_in_their_secrets() -> None:
    redactor = Redactor("secrets", known_secrets=["token=our-own-key"])
    first, last = "https://crm.example.com/calls?token=", "&v=1"
    assert redactor.rows([{"url": f"{first}{KEY}{last}"}] * 3) == [{"url": f"{first}***{last}"}] * 3
    rows = redactor.rows([{"url": f"{first}{each}{last}"} for each in ("our-own-key", "xxxxxxxx", "b1")])
    assert [row["url"] for row in rows] == [
        f"https://crm.example.com/calls?***{last}",
        f"{first}xxxxxxxx{last}",
        f"{first}***{last}",
    ]
