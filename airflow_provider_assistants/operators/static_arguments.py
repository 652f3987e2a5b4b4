# SPDX-License-Identifier: Apache-2.0
"""The arguments of a listing's task that can be checked when its Dag is parsed; loads nothing of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.parse_time import Check, is_blank, word_problem
from airflow_provider_assistants.vendors.rows import parse_time

__all__ = ["CHECKS", "CSV_FORMULAS", "RECORDS", "blank_problem"]

RECORDS = ("vendor", "common")
ON_DRIFT = ("fail", "warn")
REDACTIONS = ("none", "secrets", "personal")
CSV_FORMULAS = ("escape", "keep")
FORMATS = ("jsonl", "json", "csv", "parquet")
COMPRESSIONS = ("none", "gzip", "zstd")
MAX_CONCURRENCY = 64

#: Where an empty text means the same as None, since what then holds leaves no row out: a template that finds nothing gives one.
_MAY_BE_BLANK = frozenset({"page_size", "concurrency", "max_xcom_bytes", "changed_since"})


def blank_problem(name: str, value: Any) -> list[str]:
    """Return in words that an argument is empty; nothing where that means the default."""
    if not is_blank(value) or name in _MAY_BE_BLANK:
        return []
    if name == "destination":
        return ["destination is empty; leave it out (None) to get the rows as XCom"]
    return [f"{name} is empty; leave it out (None) if nothing is meant"]


def _words(*words: str, optional: bool = False) -> Check:
    def check(name: str, value: Any) -> list[str]:
        if value is None and optional:
            return []
        return blank_problem(name, value) or word_problem(name, value, words)

    return check


def _redaction(name: str, value: Any) -> list[str]:
    known = isinstance(value, str) and value in REDACTIONS
    return (
        []
        if known
        else blank_problem(name, value)
        or [f"{name} is {value!r} and must be one of {', '.join(map(repr, REDACTIONS))}"]
    )


def _integer(high: int | None = None) -> Check:
    def check(name: str, value: Any) -> list[str]:
        text = value.strip() if isinstance(value, str) else str(value)
        if value is None or is_blank(value):
            return []
        if not isinstance(value, bool | float) and text.isdecimal() and len(text) <= 18:
            number = int(text)
            if number >= 1 and (high is None or number <= high):
                return []
        return [f"{name} must be a whole number from 1{f' to {high:,}' if high else ' up'} and is {value!r}"]

    return check


def _switch(name: str, value: Any) -> list[str]:
    known = str(value).strip().lower() in ("true", "false", "1", "0")
    return [] if known else blank_problem(name, value) or [f"{name} must be true or false and is {value!r}"]


def _time(name: str, value: Any) -> list[str]:
    if value is None or is_blank(value) or parse_time(value) is not None:
        return []
    return [f"{name} must be a time such as 2026-01-31T00:00:00Z and is {value!r}"]


def _mapping(name: str, value: Any) -> list[str]:
    if value is None or isinstance(value, Mapping):
        return []
    return blank_problem(name, value) or [f"{name} must be a mapping and is {value!r}"]


def _field_names(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    names = value.split(",") if isinstance(value, str) else value
    if blank := blank_problem(name, value):
        return blank
    if not isinstance(names, list | tuple) or not names or not all(isinstance(each, str) and each for each in names):
        return [f"{name} must be a list of field names and is {value!r}"]
    return []


def _where(name: str, value: Any) -> list[str]:
    if value is None or isinstance(value, Mapping):
        return []
    several = [value] if isinstance(value, str) else value
    if isinstance(several, list | tuple | set | frozenset) and several and all(isinstance(one, str) for one in several):
        return blank_problem(name, value)
    return [f"{name} must be a status, a list of statuses, or a mapping of fields to values, and is {value!r}"]


CHECKS: Mapping[str, Check] = {
    "conn_id": blank_problem,
    "destination": blank_problem,
    "object_storage_conn_id": blank_problem,
    "format": _words(*FORMATS, optional=True),
    "compression": _words(*COMPRESSIONS, optional=True),
    "record": _words(*RECORDS),
    "fields": _field_names,
    "where": _where,
    "changed_since": _time,
    "filters": _mapping,
    "page_size": _integer(),
    "concurrency": _integer(MAX_CONCURRENCY),
    "redact": _redaction,
    "on_drift": _words(*ON_DRIFT),
    "overwrite": _switch,
    "csv_formulas": _words(*CSV_FORMULAS),
    "max_xcom_bytes": _integer(),
}
