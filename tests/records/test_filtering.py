# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_assistants.records.filtering import RowFilter, where_problems
from airflow_provider_assistants.vendors import get_vendor

READER = get_vendor("autocalls").assistants.reader
ROWS: list[dict[str, Any]] = [
    {"id": 1, "status": "active", "mode": "pipeline", "updated_at": "2026-01-01 00:00:00", "a": {"b": 1}},
    {"id": 2, "status": "inactive", "mode": "dualplex", "updated_at": "2026-01-02T00:00:00Z", "a": {"b": None}},
    {"id": 3, "status": "active", "mode": None, "updated_at": "unreadable"},
    {"id": 4, "status": "active", "deleted_at": "2026-01-03", "updated_at": "2026-01-03T00:00:00Z"},
]


@pytest.mark.parametrize(
    ("where", "since", "ids"),
    [
        (None, None, [1, 2, 3, 4]),
        ("active", None, [1, 3]),
        ("Active", None, [1, 3]),
        (["inactive", "deleted"], None, [2, 4]),
        ({"status": "active", "mode": "pipeline"}, None, [1]),
        ({"mode": ["pipeline", "dualplex"]}, None, [1, 2]),
        ({"a.b": 1}, None, [1]),
        ({"a.b": None}, None, [2, 3, 4]),
        (None, datetime(2026, 1, 2, tzinfo=UTC), [2, 3, 4]),
        (None, datetime(2026, 1, 2), [2, 3, 4]),
        ("active", datetime(2026, 1, 2, tzinfo=UTC), [3]),
    ],
)
def test_rows_that_are_wanted(where: Any, since: datetime | None, ids: list[int]) -> None:
    wanted = RowFilter(
        where=where, changed_since=since, read_status=READER.row_status, read_updated_at=READER.row_updated_at
    )
    assert [row["id"] for row in ROWS if wanted.matches(row)] == ids


@pytest.mark.parametrize("where", [3, [3], lambda row: True])
def test_a_where_that_cannot_be_meant(where: Any) -> None:
    assert where_problems(where)
