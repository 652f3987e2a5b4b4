# SPDX-License-Identifier: Apache-2.0
"""The vendor's own query parameters, validated against its documentation before the first request."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.parse_time import as_text, shown
from airflow_provider_assistants.vendors.base import Filter, Listing, Vendor
from airflow_provider_assistants.vendors.rows import parse_time

__all__ = ["checked_filters", "filter_problems"]


#: What reads as an integer: neither a sign without digits nor two signs, and not more digits than any id has.
_INTEGER = re.compile(r"-?[0-9]{1,18}")

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def filter_problems(vendor: Vendor, name: str, listing: Listing, filters: Mapping[str, Any]) -> list[str]:
    """Return in words what is wrong with filters; nothing if all is well."""
    known = {each.name: each for each in listing.filters}
    problems = []
    for key, value in filters.items():
        if key not in known:
            have = f"it has {', '.join(known)}" if known else "it has none"
            problems.append(f"{vendor.title}'s listing of {name} has no filter {key!r}; {have}")
        elif value is not None and _wire_value(known[key], value) is None:
            choices = known[key].choices
            expected = f"one of {', '.join(choices)}" if choices else f"of type {known[key].type}"
            problems.append(f"The filter {key!r} must be {expected}, got {shown(value)}")
    return problems


def checked_filters(
    vendor: Vendor, name: str, listing: Listing, filters: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """
    Return what to send: the query parameters, and the body of a listing that is posted.

    :raises ConfigurationError: If a filter is unknown or a value invalid; the message lists all problems.
    """
    problems = filter_problems(vendor, name, listing, filters)
    if problems:
        raise ConfigurationError("; ".join(problems), advice="Filter by other fields once the rows are here")
    known = {each.name: each for each in listing.filters}
    query: dict[str, Any] = {}
    body: dict[str, Any] | None = dict(listing.body or {}) if listing.method == "POST" else None
    for key, value in filters.items():
        if value is None:
            continue
        target = body if known[key].in_body and body is not None else query
        target[key] = _wire_value(known[key], value)
    return query, body


def _wire_value(spec: Filter, value: Any) -> Any:
    """Return the value as it goes over the wire; None if it is not valid for this filter."""
    if spec.type in ("date", "datetime"):
        return _wire_time(spec, value)
    # A list or an object written out as text would match no row: an empty listing without an error.
    if not isinstance(value, str | int | float | UUID):
        return None
    text = as_text(value).strip()
    if type(value) is int and not text.removeprefix("-").isdecimal():
        return None  # of more digits than Python writes out
    if spec.choices and text not in spec.choices:
        return None
    match spec.type:
        case "boolean":
            return _BOOLEANS.get(text.lower())
        case "integer":
            return int(text) if _INTEGER.fullmatch(text) else None
        case "number":
            return _finite(text)
        case "string":
            sendable = not isinstance(value, bool | float) and text.encode(errors="replace").decode() == text
            return text if text and sendable else None


def _wire_time(spec: Filter, value: Any) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    time = parse_time(value)
    if time is None:
        return None
    return (time.date() if spec.type == "date" else time).isoformat()


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
