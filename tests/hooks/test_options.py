# SPDX-License-Identifier: Apache-2.0
"""Options of the hooks' methods: a bad one is an error before the first request, never an empty or a partial result."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.client.options import ListingOptions
from airflow_provider_assistants.exceptions import AssistantNotFoundError, ConfigurationError
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.conftest import VENDORS


async def drained(stream: Any) -> list[Any]:
    return [each async for each in stream]


#: Every public method that takes the options of a listing.
LISTING_METHODS: dict[str, Callable[..., Any]] = {
    "iter_pages": lambda hook, **options: list(hook.iter_pages(**options)),
    "aiter_pages": lambda hook, **options: asyncio.run(drained(hook.aiter_pages(**options))),
    "iter_assistants": lambda hook, **options: list(hook.iter_assistants(**options)),
    "aiter_assistants": lambda hook, **options: asyncio.run(drained(hook.aiter_assistants(**options))),
    "list_assistants": lambda hook, **options: hook.list_assistants(**options),
    "alist_assistants": lambda hook, **options: asyncio.run(hook.alist_assistants(**options)),
}
COUNT_METHODS: dict[str, Callable[..., Any]] = {
    "count_assistants": lambda hook, **options: hook.count_assistants(**options),
    "acount_assistants": lambda hook, **options: asyncio.run(hook.acount_assistants(**options)),
}
#: Neither a number that counts something, nor one at all.
NO_COUNTS = (
    st.integers(max_value=0)
    | st.integers(min_value=1_001)
    | st.floats()
    | st.booleans()
    | st.text()
    | st.binary()
    | st.decimals()
    | st.lists(st.integers(1, 9), max_size=2)
)
NO_FILTERS = (
    st.text()
    | st.integers()
    | st.booleans()
    | st.lists(st.text(), min_size=1)
    | st.dictionaries(st.text(), st.integers(), min_size=1)
    | st.dictionaries(st.just("active_only"), st.text(alphabet="xyz\ud800") | st.lists(st.booleans()), min_size=1)
    | st.just({"active_only": math.nan})
)
BAD: dict[str, st.SearchStrategy[Any]] = {
    "page_size": NO_COUNTS,
    "concurrency": NO_COUNTS | st.integers(65, 1_000),
    "max_passes": NO_COUNTS | st.none() | st.integers(21, 1_000),
    "on_drift": st.text().filter(lambda word: word not in ("fail", "warn"))
    | st.none()
    | st.booleans()
    | st.lists(st.text()),
    "filters": NO_FILTERS,
    "report": st.text() | st.dictionaries(st.text(), st.integers()) | st.just(ListingReport),
}


@pytest.mark.parametrize("option", BAD)
@pytest.mark.parametrize("method", LISTING_METHODS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_bad_option_is_an_error_and_nothing_is_asked(
    sandbox: Sandbox, method: str, option: str, data: st.DataObject
) -> None:
    value = data.draw(BAD[option])
    sandbox.clear_requests()
    hook = get_hook("burki_default")
    with pytest.raises(ConfigurationError, match=option.removesuffix("s")) as raised:
        LISTING_METHODS[method](hook, **{option: value})
    assert raised.value.conn_id == "burki_default"
    assert sandbox.requests() == []


@pytest.mark.parametrize("method", COUNT_METHODS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(filters=NO_FILTERS)
def test_a_bad_filter_of_a_count_is_an_error(sandbox: Sandbox, method: str, filters: Any) -> None:
    sandbox.clear_requests()
    with pytest.raises(ConfigurationError):
        COUNT_METHODS[method](get_hook("burki_default"), filters=filters)
    assert sandbox.requests() == []


@pytest.mark.parametrize("name", ["call", "", None, 7, ["assistants"], {"assistants": 1}])
@pytest.mark.parametrize("method", ["iter_pages", "aiter_pages"])
def test_a_listing_that_there_is_not(sandbox: Sandbox, method: str, name: Any) -> None:
    with pytest.raises(ConfigurationError, match="it has assistants, calls"):
        LISTING_METHODS[method](get_hook("burki_default"), listing=name)


def test_all_problems_are_in_one_error() -> None:
    with pytest.raises(ConfigurationError) as raised:
        ListingOptions.read(
            get_vendor("burki"),
            filters={"x": 1, "active_only": []},
            page_size=1.5,
            concurrency=-1,
            max_passes=0,
            on_drift="Fail",
            conn_id="mine",
        )
    message = str(raised.value)
    for part in (
        "page_size must be an integer from 1 to 1,000, got 1.5",
        "concurrency must be an integer from 1 to 64, got -1",
        "max_passes must be an integer from 1 to 20, got 0",
        "on_drift must be one of 'fail', 'warn', got 'Fail'",
        "no filter 'x'",
        "'active_only' must be of type boolean, got []",
        "connection 'mine'",
    ):
        assert part in message


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_bounds_are_the_vendors(sandbox: Sandbox, vendor: str) -> None:
    hook = get_hook(f"{vendor}_default")
    limit = hook.vendor.assistants.max_page_size or 1_000
    assert len(hook.list_assistants(page_size=limit, concurrency=64, max_passes=20, on_drift="warn")) == 12
    with pytest.raises(ConfigurationError, match=f"from 1 to {limit:,}, got {limit + 1}"):
        hook.iter_pages(page_size=limit + 1)


def test_a_report_is_used_again(sandbox: Sandbox) -> None:
    """Its passes are those of its last listing: three would end the next one before it begins."""
    report = ListingReport(passes=3, rows=7, pages=9, duplicates=4, signs=["x"])
    hook = get_hook("burki_default")
    for _ in range(4):
        assert sum(len(page.rows) for page in hook.iter_pages(report=report, on_drift="warn")) == 12
    assert (report.passes, report.rows, report.pages, report.duplicates, report.signs) == (1, 12, 1, 0, [])


STATUS_METHODS: dict[str, Callable[[AssistantsHook, Any], Any]] = {
    "get_statuses": lambda hook, ids: hook.get_statuses(ids),
    "aget_statuses": lambda hook, ids: asyncio.run(hook.aget_statuses(ids)),
}
ITEM_METHODS: dict[str, Callable[[AssistantsHook, Any], Any]] = {
    "get_assistant": lambda hook, one: hook.get_assistant(one),
    "aget_assistant": lambda hook, one: asyncio.run(hook.aget_assistant(one)),
}
NO_IDS = ["", "  ", ".", "..", "../user", "1/2", "1%2F2", "a?b", "a#b", "a\\b", "1\x002", "1\n2", "\ud800", "x" * 201]
NO_IDS += [None, True, 1.0, Decimal(1), b"1", ["1"]]  # type: ignore[list-item]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("bad", NO_IDS, ids=lambda bad: repr(bad)[:20])
def test_what_is_no_id_never_becomes_part_of_a_request(sandbox: Sandbox, vendor: str, bad: Any) -> None:
    hook = get_hook(f"{vendor}_default")
    good = sandbox.rows(vendor)[0][hook.vendor.assistants.reader.id]
    sandbox.clear_requests()
    for method in STATUS_METHODS.values():
        with pytest.raises(ConfigurationError):
            method(hook, [good, bad])
    known = AssistantNotFoundError if isinstance(bad, str) and bad.strip() else ConfigurationError
    for item_method in ITEM_METHODS.values():
        with pytest.raises(known):
            item_method(hook, bad)
    assert sandbox.requests() == []


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("ids", [None, "123", b"123", 123, {"123": 1}], ids=repr)
def test_one_id_is_no_list_of_ids(sandbox: Sandbox, vendor: str, ids: Any) -> None:
    for method in STATUS_METHODS.values():
        with pytest.raises(ConfigurationError, match="must be a list"):
            method(get_hook(f"{vendor}_default"), ids)


@pytest.mark.parametrize("vendor", VENDORS)
def test_ids_are_normalised(sandbox: Sandbox, vendor: str) -> None:
    hook = get_hook(f"{vendor}_default")
    reader = hook.vendor.assistants.reader
    row = sandbox.rows(vendor)[0]
    name, status = str(row[reader.id]), reader.row_status(row)
    for method in STATUS_METHODS.values():
        assert method(hook, [f" {name}\n", name]) == {name: status}
        assert method(hook, []) == {}


def test_a_word_where_the_vendor_has_numbers_is_named(sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    hook = get_hook("burki_default")
    with pytest.raises(ConfigurationError, match=r"integers for ids, got 'abc'; .*got 'x-1'"):
        hook.get_statuses([1, "abc", uuid4().int % 1000, "x-1"])
    assert sandbox.requests() == []


@pytest.mark.parametrize("conn_id", ["", "  "])
def test_an_empty_connection_id_is_not_the_default_connection(sandbox: Sandbox, conn_id: str) -> None:
    hook = type(get_hook("burki_default"))(conn_id)
    with pytest.raises(ConfigurationError, match="conn_id is empty"):
        hook.get_account()
    with pytest.raises(ConfigurationError, match="conn_id is empty"):
        asyncio.run(hook.aget_account())
    assert hook.test_connection()[0] is False
    with pytest.raises(ConfigurationError, match="conn_id is empty"):
        get_hook(conn_id)
