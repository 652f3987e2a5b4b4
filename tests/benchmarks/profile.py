# SPDX-License-Identifier: Apache-2.0
"""Where the CPU time of a page goes: each step of the operator's core by itself, over the same pages."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, columns
from tests.benchmarks.rows import row_bodies

__all__ = ["run_profile"]

_PAGES, _ROWS = 20, 100


def run_profile(*, runs: int) -> list[dict[str, Any]]:
    """Return a table of medians: the step, and milliseconds of CPU for a page of 100 rows of 4 KB and of 40 KB."""
    table: dict[str, dict[str, Any]] = {}
    for size in (4_000, 40_000):
        taken: dict[str, list[float]] = {}
        for _ in range(runs):
            for step, seconds in _steps(size):
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
    drift = DriftCounter(dict(columns(vendor.assistants.load_model())), JSON_TYPES)
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
        ("decode", "ids, status, drift", "redact secrets", "redact personal data too", "encode", "SHA-256"), 0.0
    )

    def timed(step: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        taken[step] += time.process_time() - started
        return result

    for body in pages:
        rows = timed("decode", lambda body=body: from_json(body))["data"]
        timed(
            "ids, status, drift",
            lambda rows=rows: (drift.count(rows), [(reader.row_id(row), reader.row_status(row)) for row in rows]),
        )
        clean = timed("redact secrets", lambda rows=rows: redactors["secrets"].rows(rows))
        timed("redact personal data too", lambda rows=rows: redactors["personal"].rows(rows))
        lines = timed("encode", lambda clean=clean: b"\n".join([to_json(row, inf_nan_mode="strings") for row in clean]))
        timed("SHA-256", lambda lines=lines: hashlib.sha256(lines).digest())
    return list(taken.items())
