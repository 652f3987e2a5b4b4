# SPDX-License-Identifier: Apache-2.0
"""What a task was asked to list, read from its rendered arguments; every problem told in one error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.records.filtering import where_problems
from airflow_provider_assistants.records.formats import Compression, Format, check_available, resolve_format
from airflow_provider_assistants.records.redaction import Redactor
from airflow_provider_assistants.vendors.base import COMMON_COLUMNS, Vendor
from airflow_provider_assistants.vendors.rows import parse_time

if TYPE_CHECKING:
    from airflow_provider_assistants.client.options import OnDrift

__all__ = ["ListingRequest", "read_request"]

RECORDS = ("vendor", "common")
ON_DRIFT = ("fail", "warn")
CSV_FORMULAS = ("escape", "keep")


@dataclass(frozen=True, kw_only=True)
class ListingRequest:
    """The checked arguments of a task; see the operator for what each is."""

    destination: str | None
    format: Format
    compression: Compression
    record: str
    fields: Sequence[str] | None
    where: Any
    changed_since: datetime | None
    filters: Mapping[str, Any]
    page_size: int | None
    concurrency: int | None
    redact: str
    on_drift: OnDrift
    overwrite: bool
    csv_formulas: Literal["escape", "keep"]
    max_xcom_bytes: int


class _Reader:
    """Reads arguments one by one, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def attempt(self, read: Callable[[], Any], default: Any = None) -> Any:
        try:
            return read()
        except AssistantsError as error:
            self.problems.append(str(error).rstrip("."))
            return default

    def whole(self, name: str, value: Any, *, low: int = 1, high: int | None = None) -> int | None:
        if value is None or value == "":
            return None
        text = str(value).strip()
        if isinstance(value, bool) or not text.isdecimal() or int(text) < low or (high and int(text) > high):
            upper = f" to {high:,}" if high else " up"
            self.problems.append(f"{name} must be a whole number from {low}{upper} and is {value!r}")
            return None
        return int(text)

    def word(self, name: str, value: Any, words: Sequence[str]) -> Any:
        if value not in words:
            self.problems.append(f"{name} must be one of {', '.join(map(repr, words))} and is {value!r}")
        return value

    def switch(self, name: str, value: Any) -> bool:
        known = {"true": True, "false": False, "1": True, "0": False}
        if str(value).strip().lower() not in known:
            self.problems.append(f"{name} must be true or false and is {value!r}")
        return known.get(str(value).strip().lower(), True)

    def names(self, name: str, value: Any) -> Sequence[str] | None:
        if value is None:
            return None
        names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        if (
            not isinstance(names, list | tuple)
            or not names
            or not all(isinstance(each, str) and each for each in names)
        ):
            self.problems.append(f"{name} must be a list of field names and is {value!r}")
            return None
        if len({*names}) < len(names):
            self.problems.append(f"{name} has a field twice: {value!r}")
        return tuple(names)

    def mapping(self, name: str, value: Any) -> Mapping[str, Any]:
        if value is not None and not isinstance(value, Mapping):
            self.problems.append(f"{name} must be a mapping and is {value!r}")
            return {}
        return value or {}

    def time(self, name: str, value: Any) -> datetime | None:
        if value is None or value == "":
            return None
        time = parse_time(value)
        if time is None:
            self.problems.append(f"{name} must be a time such as 2026-01-31T00:00:00Z and is {value!r}")
        return time


def read_request(arguments: Mapping[str, Any], *, vendor: Vendor, conn_id: str, max_xcom_bytes: int) -> ListingRequest:
    """
    Check the rendered arguments of a task.

    :param arguments: The operator's arguments by name.
    :param max_xcom_bytes: What holds where the operator says nothing.
    :raises ConfigurationError: If anything is wrong; the message tells all of it.
    """
    from airflow_provider_assistants.client.filters import filter_problems

    read = _Reader()
    listing = vendor.assistants
    destination = str(arguments["destination"]).strip() if arguments["destination"] else None
    told = {"format": arguments["format"], "compression": arguments["compression"]}
    format, compression = Format.JSON, Compression.NONE
    if destination:
        format, compression = read.attempt(lambda: resolve_format(destination, **told), (format, compression))
        read.attempt(lambda: check_available(format, compression))
    elif any(told.values()):
        read.problems.append("format and compression are for a destination, and there is none")
    filters = read.mapping("filters", arguments["filters"])
    read.problems += filter_problems(vendor, "assistants", listing, filters)
    read.problems += where_problems(arguments["where"])
    read.problems += _status_problems(arguments["where"], vendor)
    fields = read.names("fields", arguments["fields"])
    record = read.word("record", arguments["record"], RECORDS)
    if fields and record == "common" and (unknown := [name for name in fields if name not in COMMON_COLUMNS]):
        read.problems.append(f"The common record has no {', '.join(unknown)}; it has {', '.join(COMMON_COLUMNS)}")
    redact = str(arguments["redact"])
    read.attempt(lambda: Redactor(redact))
    request = ListingRequest(
        destination=destination,
        format=format,
        compression=compression,
        record=record,
        fields=fields,
        where=arguments["where"],
        changed_since=read.time("changed_since", arguments["changed_since"]),
        filters=filters,
        page_size=read.whole("page_size", arguments["page_size"], high=listing.max_page_size),
        concurrency=read.whole("concurrency", arguments["concurrency"], high=64),
        redact=redact,
        on_drift=read.word("on_drift", arguments["on_drift"], ON_DRIFT),
        overwrite=read.switch("overwrite", arguments["overwrite"]),
        csv_formulas=read.word("csv_formulas", arguments["csv_formulas"], CSV_FORMULAS),
        max_xcom_bytes=read.whole("max_xcom_bytes", arguments["max_xcom_bytes"]) or max_xcom_bytes,
    )
    if read.problems:
        raise ConfigurationError(
            "; ".join(read.problems), vendor=vendor.title, conn_id=conn_id, advice="Correct the task's arguments"
        )
    return request


def _status_problems(where: Any, vendor: Vendor) -> list[str]:
    """Tell which statuses this vendor cannot report: waiting for them would give an empty file every night."""
    wanted = where.get("status") if isinstance(where, Mapping) else where
    several = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted] if wanted else []
    reports = sorted(vendor.assistants.reader.reports())
    unknown = [str(each) for each in several if str(each).strip().lower() not in reports]
    if not unknown:
        return []
    return [f"{vendor.title} reports no status {', '.join(map(repr, unknown))}; it reports {', '.join(reports)}"]
