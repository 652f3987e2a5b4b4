# SPDX-License-Identifier: Apache-2.0
"""
Where the CPU time of a page goes: each step of the operator's core by itself, over the same pages.

As in the operator, the columns of a page are found once, for drift and for redaction, and the collector runs seldom.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

from airflow_provider_assistants.operators.gc_tuning import relaxed_gc
from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.redaction import Redactor, columns_by_key
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import JSON_TYPES
from airflow_provider_assistants.vendors.models.base import columns as documented
from tests.benchmarks.rows import row_bodies

__all__ = ["IDS_AND_DRIFT", "run_profile"]

#: The step before redaction: the columns of the page are part of it.
IDS_AND_DRIFT = "ids, status, drift"

_PAGES, _ROWS = 20, 100


def run_profile(*, runs: int) -> list[dict[str, Any]]:
    """Return a table of medians: the step, and milliseconds of CPU for a page of 100 rows of 4 KB and of 40 KB."""
    table: dict[str, dict[str, Any]] = {}
    for size in (4_000, 40_000):
        taken: dict[str, list[float]] = {}
        for _ in range(runs):
            with relaxed_gc():
                steps = _steps(size)
            for step, seconds in steps:
                taken.setdefault(step, []).append(seconds / _PAGES * 1_000)
        for step, all_taken in taken.items():
            table.setdefault(step, {"what": step})[f"ms_{size}"] = statistics.median(all_taken)
    return list(table.values())


def _steps(size: int) -> list[tuple[str, float]]:
    vendor = get_vendor("autocalls")
    sensitive, reader = vendor.sensitive, vendor.assistants.reader
    made = list(row_bodies(size))
    pages = [
        b'{"data":['
        + b",".join(b'{"id":%d,' % (100_000_000 + number) + made[number % len(made)] for number in numbers)
        + b"]}"
        for numbers in (range(page * _ROWS, (page + 1) * _ROWS) for page in range(_PAGES))
    ]
    drift = DriftCounter(dict(documented(vendor.assistants.load_model())), JSON_TYPES)
    redactors = {
        level: Redactor(
            level,
            known_secrets=["key-of-the-account"],
            secret_paths=sensitive.secrets,
            personal_paths=sensitive.personal,
        )
        for level in ("secrets", "personal")
    }
    taken = dict.fromkeys(
        ("decode", IDS_AND_DRIFT, "redact secrets", "redact personal data too", "encode", "SHA-256"), 0.0
    )

    def timed(step: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        taken[step] += time.process_time() - started
        return result

    for body in pages:
        rows = timed("decode", lambda body=body: from_json(body))["data"]
        timed(IDS_AND_DRIFT, lambda rows=rows: [(reader.row_id(row), reader.row_status(row)) for row in rows])
        columns = timed(IDS_AND_DRIFT, lambda rows=rows: columns_by_key(rows))
        timed(IDS_AND_DRIFT, lambda rows=rows, columns=columns: drift.count(rows, columns))
        known = {"rows": rows, "columns": columns}
        clean = timed("redact secrets", lambda known=known: redactors["secrets"].rows(**known))
        timed("redact personal data too", lambda known=known: redactors["personal"].rows(**known))
        lines = timed("encode", lambda clean=clean: b"\n".join([to_json(row, inf_nan_mode="strings") for row in clean]))
        timed("SHA-256", lambda lines=lines: hashlib.sha256(lines).digest())
    return list(taken.items())
