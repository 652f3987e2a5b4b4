# SPDX-License-Identifier: Apache-2.0
"""The arguments of a sensor: what is accepted, what is refused and why, and the conditions that they become."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.watching.arguments import read_baseline, read_conditions
from airflow_provider_assistants.watching.conditions import Conditions


def read(vendor: str = "autocalls", **given: Any) -> Conditions:
    arguments: dict[str, Any] = {
        "assistant_id": 1,
        "until": "status",
        "target_statuses": None,
        "failure_statuses": (),
        "require": "all",
        "watch": "status",
        "on_missing": "wait",
    }
    return read_conditions(vendor=get_vendor(vendor), conn_id="mine", **{**arguments, **given})


UUID = uuid.UUID("5f0b63e5-57a2-4a9c-9e0c-0d2f8a1f8d10")


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (7, ("7",)),
        (" 7 ", ("7",)),
        (UUID, (str(UUID),)),
        ([7, "7", 8, UUID], ("7", "8", str(UUID))),
        ((n for n in (1, 2)), ("1", "2")),
        ({9, 10}, ("10", "9")),
        ("[1, 2]", ("1", "2")),
        ("['a', 'b']", ("a", "b")),
    ],
)
def test_ids_of_every_type(given: Any, ids: tuple[str, ...]) -> None:
    assert read(assistant_id=given).assistant_ids == ids


@pytest.mark.parametrize("given", [None, "", "  ", [], (), "[]", [""], [None], True, [1.5], {"id": 1}, [[1]], b"1"])
def test_no_ids_or_ids_of_a_wrong_type(given: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"names no assistant|no id") as caught:
        read(assistant_id=given)
    assert "'mine'" in str(caught.value)


@pytest.mark.parametrize("given", ["abc", "1.5", "asst_1", [1, "abc"], "²"])
def test_an_id_that_the_vendor_cannot_have_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"Burki's assistants have integers for ids, got '.+'") as caught:
        read("burki", assistant_id=given)
    assert "'mine'" in str(caught.value)
    assert read("puretalk", assistant_id=given, until="changed").assistant_ids


@pytest.mark.parametrize("given", [1, "1", " 007 ", "-1", "[1, 2]"])
def test_an_integer_is_an_id_at_every_vendor(given: Any) -> None:
    for vendor in ("burki", "autocalls"):
        assert read(vendor, assistant_id=given).assistant_ids


def test_default_target_statuses() -> None:
    assert read().target_statuses == ("active",)
    assert read(until="changed").target_statuses == ()
    assert read(until="changed", target_statuses=["inactive"]).target_statuses == ("inactive",)
    assert read(target_statuses="ACTIVE ").target_statuses == ("active",)
    assert read(target_statuses='["active", "inactive"]').target_statuses == ("active", "inactive")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target_statuses": ["live"]}, ["'live'", "Autocalls cannot report", "active, deleted, inactive"]),
        ({"failure_statuses": ["present"]}, ["failure_statuses has 'present'", "active, deleted, inactive"]),
        ({"target_statuses": ["active"], "failure_statuses": ["active"]}, ["'active' is both in"]),
        ({"target_statuses": []}, ["names no status"]),
        ({"until": "gone"}, ["until must be one of 'status', 'changed'", "'gone'"]),
        ({"require": "some"}, ["require must be one of 'all', 'any'"]),
        ({"on_missing": "skip"}, ["on_missing must be one of 'wait', 'fail'"]),
        ({"watch": "updated_at"}, ["needs until='changed'"]),
        ({"watch": ""}, ["watch must be"]),
        ({"watch": "a..b", "until": "changed"}, ["watch must be"]),
        ({"watch": "x", "assistant_id": []}, ["names no assistant", "needs until='changed'"]),
    ],
)
def test_invalid_conditions_are_refused(given: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(**given)
    for word in words:
        assert word in str(caught.value)


def test_a_vendor_without_a_status_lists_what_it_reports() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("puretalk")
    assert "Puretalk cannot report; it reports deleted, present" in str(caught.value)
    assert "until='changed' and watch='updated_at'" in str(caught.value)
    assert read("puretalk", until="changed", watch="updated_at").watch == "updated_at"
    assert read("puretalk", target_statuses={"deleted"}).target_statuses == ("deleted",)


def test_conditions_are_serializable() -> None:
    conditions = read(assistant_id=[1, 2], failure_statuses=["deleted"], require="any")
    assert Conditions.from_dict(json.loads(json.dumps(conditions.as_dict()))) == conditions


@pytest.mark.parametrize(
    ("given", "watch", "baseline"),
    [
        ("Active", "status", {"1": "active", "2": "active"}),
        ({1: "active", "2": None}, "status", {"1": "active", "2": None}),
        ('{"1": "active", "2": "inactive", "3": "x"}', "status", {"1": "active", "2": "inactive"}),
        ("2025-07-15T14:32:15.000000Z", "updated_at", dict.fromkeys("12", "2025-07-15T14:32:15+00:00")),
        (600, "max_duration", {"1": 600, "2": 600}),
    ],
)
def test_baselines_get_the_form_of_observations(given: Any, watch: str, baseline: dict[str, Any]) -> None:
    assert read_baseline(given, ("1", "2"), watch=watch) == baseline


@pytest.mark.parametrize("given", [{"1": "active"}, ["active"], {"1": {}, "2": 1}])
def test_an_invalid_baseline_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="baseline"):
        read_baseline(given, ("1", "2"), watch="status")
