# SPDX-License-Identifier: Apache-2.0
"""The validated arguments of a task that lists assistants; one error lists all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from airflow_provider_assistants.client.options import ListingOptions, find_listing
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.operators.call_window import CallWindow, read_window
from airflow_provider_assistants.operators.static_arguments import CHECKS, REQUIRED, field_names
from airflow_provider_assistants.parse_time import Check, is_blank
from airflow_provider_assistants.records.filtering import close_names, where_problems
from airflow_provider_assistants.records.formats import (
    Compression,
    Format,
    check_available,
    resolve_format,
    resolve_part_format,
)
from airflow_provider_assistants.vendors.base import RowReader, Vendor
from airflow_provider_assistants.vendors.rows import parse_time

__all__ = ["ListingRequest", "read_request"]

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class ListingRequest:
    """The validated arguments of a task; see the operator for the meaning of each."""

    destination: str | None
    rows_per_file: int | None
    format: Format
    compression: Compression
    record: str
    fields: Sequence[str] | None
    where: Any
    changed_since: datetime | None
    listing: str
    window: CallWindow | None
    options: ListingOptions
    redact: str
    overwrite: bool
    csv_formulas: Literal["escape", "keep"]
    max_xcom_bytes: int


class _Problems(list[str]):
    """What is wrong, in words."""

    def collect(self, read: Callable[[], Result], default: Result) -> Result:
        """Return what `read` returns; if it raises, keep its message and return the default."""
        try:
            return read()
        except AssistantsError as error:
            self.append(str(error).rstrip("."))
            return default


def read_request(
    arguments: Mapping[str, Any],
    *,
    vendor: Vendor,
    conn_id: str,
    max_xcom_bytes: int,
    listing: str = "assistants",
    checks: Mapping[str, Check] = CHECKS,
) -> ListingRequest:
    """
    Validate the rendered arguments of a task.

    :param arguments: The operator's arguments by name.
    :param listing: The name of the listing.
    :param checks: What each argument has to be.
    :param vendor: Whose filters, page sizes and statuses hold.
    :param conn_id: For the message.
    :param max_xcom_bytes: The limit where the operator has none of its own.
    :raises ConfigurationError: If anything is wrong; the message lists all of it.
    """
    spec = find_listing(vendor, listing, conn_id=conn_id)
    problems, given = _Problems(), {}
    for name, value in arguments.items():
        if value is not None or name in REQUIRED:
            found = list(checks[name](name, value))
            problems += found
            if not found and not is_blank(value):
                given[name] = value
    destination, format, compression = _read_destination(arguments, given, problems)
    record, fields, where = (
        given.get("record", "vendor"),
        _read_fields(given, problems, spec.reader),
        given.get("where"),
    )
    problems += where_problems(where)
    problems += _status_problems(where, vendor, spec.reader)
    window = None
    if "since" in checks:
        window, found = read_window(given, vendor=vendor, listing=spec)
        problems += found
    request = ListingRequest(
        destination=destination,
        rows_per_file=int(given["rows_per_file"]) if "rows_per_file" in given else None,
        format=format,
        compression=compression,
        record=record,
        fields=fields,
        where=where,
        changed_since=parse_time(given.get("changed_since")),
        listing=listing,
        window=window,
        options=_read_options(vendor, listing, given, window, problems),
        redact=given.get("redact", "secrets"),
        overwrite=str(given.get("overwrite", True)).strip().lower() in ("true", "1"),
        csv_formulas=given.get("csv_formulas", "escape"),
        max_xcom_bytes=int(given.get("max_xcom_bytes", max_xcom_bytes)),
    )
    if problems:
        raise ConfigurationError(
            "; ".join(problems), vendor=vendor.title, conn_id=conn_id, advice="Correct the task's arguments"
        )
    return request


def _read_destination(
    arguments: Mapping[str, Any], given: Mapping[str, Any], problems: _Problems
) -> tuple[str | None, Format, Compression]:
    """Return the destination, and the format and compression of what is written there."""
    format, compression = Format.JSON, Compression.NONE
    named = {"format": given.get("format"), "compression": given.get("compression")}
    if "destination" not in given:
        if any(named.values()) and arguments.get("destination") is None:
            problems.append("format and compression are for a destination, and there is none")
        if "rows_per_file" in given and arguments.get("destination") is None:
            problems.append("rows_per_file is for a destination, a folder, and there is none")
        return None, format, compression
    destination = str(given["destination"]).strip()
    resolve = resolve_part_format if "rows_per_file" in given else resolve_format
    format, compression = problems.collect(lambda: resolve(destination, **named), (format, compression))
    problems.collect(lambda: check_available(format, compression), None)
    return destination, format, compression


def _read_fields(given: Mapping[str, Any], problems: _Problems, reader: RowReader) -> Sequence[str] | None:
    if "fields" not in given:
        return None
    names = tuple(field_names(given["fields"]))
    if len({*names}) < len(names):
        problems.append(f"fields has a field twice: {given['fields']!r}")
    if given.get("record") == "common":
        problems += [
            f"The common record has no {name}; {close_names(name, reader.columns)}"
            for name in names
            if name not in reader.columns
        ]
    return names


def _read_options(
    vendor: Vendor, listing: str, given: Mapping[str, Any], window: CallWindow | None, problems: _Problems
) -> ListingOptions:
    """Return the options of the listing; a template renders numbers as text."""
    options = {name: given[name] for name in ("filters", "on_drift") if name in given}
    options |= {name: int(given[name]) for name in ("page_size", "concurrency") if name in given}
    time_range = vendor.listing(listing).time_range
    if window is not None and time_range is not None:
        options["filters"] = {**options.get("filters", {}), **window.filters(time_range)}
    try:
        return ListingOptions.read(vendor, listing, **options)
    except ConfigurationError as error:
        problems.append(error.what)
        return ListingOptions()


def _status_problems(where: Any, vendor: Vendor, reader: RowReader) -> list[str]:
    """Return which statuses this vendor cannot report: selecting by them would give an empty file every night."""
    if reader.status is not None and not reader.status.is_closed:
        return []
    wanted = where.get("status") if isinstance(where, Mapping) else where
    several = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted] if wanted else []
    reports = sorted(reader.reports())
    unknown = [str(each) for each in several if str(each).strip().lower() not in reports]
    if not unknown:
        return []
    return [f"{vendor.title} reports no status {', '.join(map(repr, unknown))}; it reports {', '.join(reports)}"]
