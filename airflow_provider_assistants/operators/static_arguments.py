# SPDX-License-Identifier: Apache-2.0
"""
What each argument of a listing's task has to be, whatever the vendor.

Used when a Dag is parsed, for values that are known then, and again for rendered values when the task runs. Imports nothing
of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_assistants.parse_time import Check, as_text, is_blank, shown, word_problem
from airflow_provider_assistants.vendors.rows import parse_time

__all__ = [
    "CALL_CHECKS",
    "CHECKS",
    "CSV_FORMULAS",
    "DEFAULT_MAX_XCOM_BYTES",
    "LISTING_CHECKS",
    "RECORDS",
    "REQUIRED",
    "field_names",
]

RECORDS = ("vendor", "common")
ON_DRIFT = ("fail", "warn")
REDACTIONS = ("none", "secrets", "personal")
CSV_FORMULAS = ("escape", "keep")
FORMATS = ("jsonl", "json", "csv", "parquet")
COMPRESSIONS = ("none", "gzip", "zstd")
MAX_CONCURRENCY = 64
#: Under the 64 KiB that Airflow advises for its state store, and that a MySQL metadata database holds in a blob.
DEFAULT_MAX_XCOM_BYTES = 48 * 1024
#: More digits than any of these numbers needs, and fewer than Python refuses to convert.
MAX_DIGITS = 18

#: Arguments whose default leaves no row out: an empty text, as a template renders that finds nothing, means the default.
_MAY_BE_BLANK = frozenset({"page_size", "concurrency", "max_xcom_bytes", "changed_since"})


def field_names(value: Any) -> Any:
    """Return the names of a text with commas, stripped; anything else as it is."""
    return [name.strip() for name in value.split(",")] if isinstance(value, str) else value


def _blank(name: str, value: Any) -> list[str]:
    if not is_blank(value) or name in _MAY_BE_BLANK:
        return []
    if name == "destination":
        return ["destination is empty; leave it out (None) to get the rows as XCom"]
    return [f"{name} is empty; leave it out (None) if nothing is meant"]


def _text(value: Any) -> str:
    return as_text(value).strip()


def _place(name: str, value: Any) -> list[str]:
    if isinstance(value, int | float | list | tuple | set | frozenset | Mapping):
        return [f"{name} must be a path or a URI, got {shown(value)}"]
    return _blank(name, value)


def _words(*words: str, optional: bool = False) -> Check:
    def check(name: str, value: Any) -> list[str]:
        if value is None and optional:
            return []
        return _blank(name, value) or word_problem(name, value, words)

    return check


def _integer(high: int | None = None) -> Check:
    bounds = f"from 1 to {high:,}" if high else ">= 1"

    def check(name: str, value: Any) -> list[str]:
        if value is None or is_blank(value):
            return _blank(name, value)
        text = _text(value)
        if not isinstance(value, bool | float) and text.isdecimal() and len(text) <= MAX_DIGITS:
            number = int(text)
            if number >= 1 and (high is None or number <= high):
                return []
        return [f"{name} must be an integer {bounds}, got {shown(value)}"]

    return check


def _boolean(name: str, value: Any) -> list[str]:
    known = _text(value).lower() in ("true", "false", "1", "0")
    return [] if known else _blank(name, value) or [f"{name} must be true or false, got {shown(value)}"]


def _time(name: str, value: Any) -> list[str]:
    if value is None or is_blank(value) or parse_time(value) is not None:
        return []
    return [f"{name} must be a time such as 2026-01-31T00:00:00Z, got {shown(value)}"]


def _moment(name: str, value: Any) -> list[str]:
    """Find out what is wrong with a moment that has to be given, with a time zone."""
    expected = f"{name} must be a time with a time zone, such as 2026-01-31T00:00:00Z"
    if value is None or is_blank(value) or _text(value).startswith("None"):
        return [
            f"{expected}, got nothing: a run without a data interval, or without a partition, has none to fill it with"
        ]
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value))
    except ValueError:
        return [f"{expected}, got {shown(value)}"]
    if moment.tzinfo is not None:
        return []
    return [f"{expected}, got {shown(str(value))} without one"]


def _zone(name: str, value: Any) -> list[str]:
    if found := _blank(name, value):
        return found
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError, TypeError):
        return [f"{name} must be the name of a time zone such as Europe/Berlin, got {shown(value)}"]
    return []


def _other_listing(name: str, value: Any) -> list[str]:
    if value == "calls":
        return ["calls are listed by a range of time: use ListCallsOperator"]
    if not isinstance(value, str):
        return [f"{name} must be the name of a listing such as campaigns, got {shown(value)}"]
    return _blank(name, value)


def _mapping(name: str, value: Any) -> list[str]:
    if value is None or isinstance(value, Mapping):
        return []
    return _blank(name, value) or [f"{name} must be a mapping, got {shown(value)}"]


def _field_names(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if blank := _blank(name, value):
        return blank
    names = field_names(value)
    if not isinstance(names, list | tuple) or not names or not all(isinstance(each, str) and each for each in names):
        return [f"{name} must be a list of field names, got {shown(value)}"]
    return []


def _where(name: str, value: Any) -> list[str]:
    if value is None or isinstance(value, Mapping):
        return []
    several = [value] if isinstance(value, str) else value
    if isinstance(several, list | tuple | set | frozenset) and several and all(isinstance(one, str) for one in several):
        return _blank(name, value)
    return [f"{name} must be a status, a list of statuses, or a mapping of fields to values, got {shown(value)}"]


#: What says in words what is wrong with an argument, by its name; the names are all arguments of the operator.
CHECKS: Mapping[str, Check] = {
    "conn_id": _blank,
    "destination": _place,
    "object_storage_conn_id": _blank,
    "rows_per_file": _integer(),
    "format": _words(*FORMATS, optional=True),
    "compression": _words(*COMPRESSIONS, optional=True),
    "record": _words(*RECORDS),
    "fields": _field_names,
    "where": _where,
    "changed_since": _time,
    "filters": _mapping,
    "page_size": _integer(),
    "concurrency": _integer(MAX_CONCURRENCY),
    "redact": _words(*REDACTIONS),
    "on_drift": _words(*ON_DRIFT),
    "overwrite": _boolean,
    "csv_formulas": _words(*CSV_FORMULAS),
    "max_xcom_bytes": _integer(),
}

#: The same for calls, and for other listings.
CALL_CHECKS: Mapping[str, Check] = {
    **CHECKS,
    "since": _moment,
    "until": _moment,
    "timezone": _zone,
    "allow_full_scan": _boolean,
    "resolve_assistants": _boolean,
}
LISTING_CHECKS: Mapping[str, Check] = {**CHECKS, "listing": _other_listing}

#: Arguments that have to be given; None is invalid too.
REQUIRED = frozenset({"since", "until", "listing"})
