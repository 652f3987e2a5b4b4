# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from airflow_provider_assistants.records.manifest import Manifest

KEYS = [
    "vendor", "conn_id", "uri", "format", "compression", "record", "fields", "redact", "rows", "pages",
    "bytes", "sha256", "duplicates",
    "total_reported", "passes", "consistent", "statuses", "unknown_fields", "mismatched_fields", "redacted_fields",
    "started_at", "finished_at", "provider_version",
]  # fmt: skip


def manifest(**fields: Any) -> Manifest:
    values: dict[str, Any] = {
        "vendor": "burki",
        "conn_id": "burki_default",
        "uri": "s3://lake/burki.jsonl",
        "format": "jsonl",
        "compression": None,
        "record": "vendor",
        "fields": ("id", "name"),
        "redact": "secrets",
        "rows": 3,
        "pages": 1,
        "bytes": 120,
        "sha256": "ab" * 32,
        "duplicates": 0,
        "total_reported": 3,
        "passes": 1,
        "consistent": True,
        "statuses": {"inactive": 1, "active": 2},
        "started_at": datetime(2026, 11, 20, 13, 0, tzinfo=timezone(timedelta(hours=1))),
        "finished_at": datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC),
        "provider_version": "1.0.0",
    }
    return Manifest(**{**values, **fields})


def test_it_is_json_with_the_promised_keys_in_their_order() -> None:
    shown = manifest().as_dict()
    assert list(shown) == KEYS
    assert json.loads(json.dumps(shown)) == shown
    assert shown["started_at"] == "2026-11-20T12:00:00+00:00"
    assert shown["statuses"] == {"active": 2, "inactive": 1}
    assert shown["compression"] is None
    assert (shown["record"], shown["fields"], shown["redact"]) == ("vendor", ["id", "name"], "secrets")
    assert manifest(fields=None).as_dict()["fields"] is None


def test_it_stays_small_whatever_the_vendor_invents() -> None:
    many = {f"field_{number:04}": number for number in range(5000)}
    shown = manifest(unknown_fields=many, mismatched_fields={"x" * 100_000: 1}, redacted_fields=many).as_dict()
    assert shown["unknown_fields"]["field_4999"] == 4999
    assert shown["unknown_fields"]["…"] == 4900
    assert len(shown["unknown_fields"]) == 101
    assert len(json.dumps(shown)) < 10_000


def test_it_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        manifest().rows = 4  # type: ignore[misc]
