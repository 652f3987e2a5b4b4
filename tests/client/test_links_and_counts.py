# SPDX-License-Identifier: Apache-2.0
"""Links to next pages, counts in responses, filters' values and rows' ids: what is valid, and the errors of the rest."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.client.filters import checked_filters, filter_problems
from airflow_provider_assistants.client.pagers import sequential
from airflow_provider_assistants.client.pagers.base import PageResponse, read_count
from airflow_provider_assistants.client.pagers.sequential import CursorPager, NextUrlPager
from airflow_provider_assistants.exceptions import ConfigurationError, PaginationError, UnexpectedResponseError
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.base import Filter, Listing
from airflow_provider_assistants.vendors.paging_styles import CursorStyle, NextUrlStyle


def follow(link: Any, *, origin: str = "https://api.x.example") -> Any:
    """Return what is sent for the page that a link leads to."""
    pager = NextUrlPager(NextUrlStyle(size_param="limit"), page_size=10, origin=origin)
    first = pager.poll()
    assert first is not None
    pager.receive(first, PageResponse(rows=[{"id": 1}], envelope={"next": link}))
    request = pager.poll()
    return request.params if request else None


@pytest.mark.parametrize(
    "link",
    [
        "https://api.x.example/a?page=2",
        "https://api.x.example:443/a?page=2",
        "https://API.X.example/a?page=2",
        "http://api.x.example/a?page=2",
        "http://api.x.example:8000/a?page=2",
        "//api.x.example/a?page=2",
        "/a?page=2",
        "?page=2",
    ],
)
def test_a_link_to_the_apis_own_host_is_followed(link: str) -> None:
    """Behind a proxy that ends TLS, Django writes http:// links; only their query is used."""
    assert follow(link) == {"limit": 10, "page": "2"}


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://elsewhere.example/a?page=2", "another host, elsewhere.example"),
        ("//elsewhere.example/a?page=2", "another host, elsewhere.example"),
        ("https://api.x.example.elsewhere.example/?page=2", "another host"),
        ("https://api.x.example@elsewhere.example/?page=2", "another host, elsewhere.example"),
        ("http://[x/?page=2", "Expected a URL as the link to the next page"),
    ],
)
def test_a_link_to_another_host_is_an_error(link: str, message: str) -> None:
    with pytest.raises(PaginationError, match=message):
        follow(link)


def test_a_parameter_that_is_there_several_times_stays_so() -> None:
    assert follow("/a?tag=x&tag=y&page=2&limit=5&empty=") == {
        "limit": "5",
        "tag": ["x", "y"],
        "page": "2",
        "empty": "",
    }


def test_very_many_links_are_no_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequential, "MAX_PAGES", 5)
    pager = CursorPager(CursorStyle(), page_size=1, id_path="id")

    def read_one(number: int) -> None:
        request = pager.poll()
        assert request is not None
        pager.receive(request, PageResponse(rows=[{"id": number}], envelope={"next_cursor": f"c{number}"}))

    for number in range(5):
        read_one(number)
    with pytest.raises(PaginationError, match="runs away: it has led to 5 pages and still names a next one"):
        read_one(5)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (47, 47),
        ("47", 47),
        (" 47 ", 47),
        (47.0, 47),
        (0, 0),
        (47.9, None),
        (-1, None),
        ("-1", None),
        ("4_7", None),
        ("47.0", None),
        ("9" * 5_000, None),
        (True, None),
        (None, None),
        (math.nan, None),
        (math.inf, None),
        (b"47", None),
        ([47], None),
    ],
)
def test_counts_that_are_read(value: Any, read: int | None) -> None:
    assert read_count(value) == read


LISTING = Listing(
    path="/x",
    rows=("data",),
    filters=(
        Filter(name="n", type="integer"),
        Filter(name="f", type="number"),
        Filter(name="b", type="boolean"),
        Filter(name="s"),
        Filter(name="d", type="date"),
    ),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", "--5"),
        ("n", "-"),
        ("n", 5.5),
        ("n", True),
        ("n", "²"),
        ("n", "9" * 5_000),
        ("f", math.nan),
        ("f", "inf"),
        ("b", 2),
        ("s", ["+49"]),
        ("s", {"a": 1}),
        ("s", b"x"),
        ("s", "\ud800"),
        ("s", " "),
        ("s", True),
        ("d", "2026-13-01"),
    ],
)
def test_a_filters_value_that_cannot_be_meant(name: str, value: Any) -> None:
    (problem,) = filter_problems(get_vendor("burki"), "calls", LISTING, {name: value})
    assert repr(name) in problem
    with pytest.raises(ConfigurationError) as raised:
        checked_filters(get_vendor("burki"), "calls", LISTING, {name: value})
    assert "where" not in str(raised.value), "hooks have no where"


@given(
    name=st.sampled_from("nfbsd"),
    value=st.none() | st.text() | st.integers() | st.floats() | st.booleans() | st.binary() | st.lists(st.integers()),
)
def test_a_filter_is_sent_or_refused(name: str, value: Any) -> None:
    filters = {name: value}
    if filter_problems(get_vendor("burki"), "calls", LISTING, filters):
        return
    query, _ = checked_filters(get_vendor("burki"), "calls", LISTING, filters)
    assert value is None or isinstance(query[name], str | int | float | bool)
    str(query).encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "The 'id' of a row must be a number or a text, got null"),
        ("", "got an empty text"),
        ({"a": 1}, "got dict"),
        (True, "got bool"),
        (1.5, "got float"),
    ],
)
def test_what_is_wrong_with_a_rows_id(sandbox: Sandbox, value: Any, message: str) -> None:
    body = {"data": [{"id": value, "name": "x"}], "total": 1, "last_page": 1, "current_page": 1}
    sandbox.fail("autocalls", "body", times=None, body=body)
    with pytest.raises(UnexpectedResponseError, match=message):
        get_hook("autocalls_default").list_assistants()


def test_a_row_without_an_id(sandbox: Sandbox) -> None:
    sandbox.fail("autocalls", "body", times=None, body={"data": [{"name": "x"}], "total": 1})
    with pytest.raises(UnexpectedResponseError, match="A row has no 'id': it has 'name'"):
        get_hook("autocalls_default").list_assistants()


@pytest.mark.parametrize("vendor", ["burki", "autocalls", "puretalk"])
def test_who_shares_a_poll_does_not_fail_for_anothers_id(sandbox: Sandbox, vendor: str) -> None:
    hook = get_hook(f"{vendor}_default")
    good = str(sandbox.rows(vendor)[0][hook.vendor.assistants.reader.id])

    async def find() -> Any:
        async with hook.aclient() as client:
            return await client.rows([good, "..", "no such", "../user"])

    sandbox.clear_requests()
    assert set(asyncio.run(find())) == {good}
    assert all(".." not in seen["path"] and "user%2F" not in seen["path"] for seen in sandbox.requests())
