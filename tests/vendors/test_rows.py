# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.vendors import all_vendors, get_vendor
from airflow_provider_assistants.vendors.rows import AssistantStatus, parse_time

READERS = {name: vendor.assistants.reader for name, vendor in all_vendors().items()}
NOON = datetime(2025, 8, 4, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spelled", "time"),
    [
        ("2025-08-04T14:30:00.000000Z", NOON),
        ("2025-08-04T14:30:00Z", NOON),
        ("2025-08-04 14:30:00", NOON),
        ("2025-08-04T10:30:00-04:00", NOON),
        ("2025-08-04", datetime(2025, 8, 4, tzinfo=UTC)),
        (int(NOON.timestamp()), NOON),
        (int(NOON.timestamp() * 1000), NOON),
        (str(int(NOON.timestamp())), NOON),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        (float("inf"), None),
        (10**30, None),
        ({}, None),
    ],
)
def test_times_are_read_however_they_are_spelled(spelled: Any, time: datetime | None) -> None:
    assert parse_time(spelled) == time


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_no_value_of_a_time_is_too_odd(value: Any) -> None:
    read = parse_time(value)
    assert read is None or read.utcoffset() is not None


@pytest.mark.parametrize(
    ("vendor", "row", "status"),
    [
        ("autocalls", {"status": "active"}, "active"),
        ("autocalls", {"status": "Inactive "}, "inactive"),
        ("autocalls", {"status": "active", "deleted_at": "2025-01-01 00:00:00"}, "deleted"),
        ("autocalls", {"status": "active", "deleted_at": None}, "active"),
        ("autocalls", {"status": "paused"}, "paused"),
        ("autocalls", {}, None),
        ("burki", {"is_active": True}, "active"),
        ("burki", {"is_active": 0}, "inactive"),
        ("burki", {"is_active": "false"}, "inactive"),
        ("burki", {"is_active": None}, "active"),
        ("burki", {}, "active"),
        ("puretalk", {}, "present"),
    ],
)
def test_the_status_of_a_row(vendor: str, row: dict[str, Any], status: str | None) -> None:
    assert READERS[vendor].row_status(row) == status


def test_what_each_vendor_can_report() -> None:
    reports = {name: reader.reports() for name, reader in READERS.items()}
    usual = {AssistantStatus.ACTIVE, AssistantStatus.INACTIVE, AssistantStatus.DELETED}
    assert reports["burki"] == reports["autocalls"] == usual
    assert reports["puretalk"] == {AssistantStatus.PRESENT, AssistantStatus.DELETED}


@pytest.mark.parametrize(
    ("value", "text"), [(7, "7"), ("7", "7"), (7.0, "7"), (" a ", "a"), ("", None), (None, None), (True, None)]
)
def test_ids_of_one_value_are_one_id(value: Any, text: str | None) -> None:
    assert READERS["burki"].row_id({"id": value}) == text


def test_a_row_of_the_family_goes_by_its_uuid_too() -> None:
    assert READERS["autocalls"].all_ids({"id": 7, "uuid": "u-7"}) == ("7", "u-7")


def test_the_common_shape() -> None:
    row = {
        "id": 7,
        "name": "Desk",
        "type": "make",
        "status": "inactive",
        "created_at": "2025-08-04 14:30:00",
        "updated_at": "2025-08-04T14:30:00Z",
        "deleted_at": None,
    }
    assert READERS["autocalls"].common(row, vendor="autocalls", account="a") == {
        "vendor": "autocalls",
        "account": "a",
        "id": "7",
        "name": "Desk",
        "status": "inactive",
        "direction": "outbound",
        "created_at": NOON,
        "updated_at": NOON,
        "deleted_at": None,
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("a.c.1", 3),
        ("x.y", 4),
        ("a.c.9", MISSING),
        ("a.z", MISSING),
        ("a.b.c", MISSING),
        ("", {"a": {"b": 1, "c": [2, 3]}, "x.y": 4}),
    ],
)
def test_dotted_paths(path: str, value: Any) -> None:
    assert dig({"a": {"b": 1, "c": [2, 3]}, "x.y": 4}, path) == value


def test_vendors_are_found_by_their_files() -> None:
    assert list(all_vendors()) == ["autocalls", "burki", "intellixent", "otonistark", "puretalk"]
    with pytest.raises(LookupError, match="there are autocalls, burki"):
        get_vendor("acme")


@pytest.mark.parametrize("vendor", all_vendors().values(), ids=lambda vendor: vendor.name)
def test_every_vendor_is_declared_in_full(vendor: Any) -> None:
    assert vendor.base_url.startswith("https://")
    assert vendor.base_url.endswith(vendor.api_root)
    assert vendor.docs_url
    assert vendor.console_url
    assert vendor.key_hint
    model = vendor.assistants.load_model()
    assert vendor.assistants.reader.id in model.model_fields
    with pytest.raises(LookupError, match="it has assistants, calls"):
        vendor.listing("nothing")
