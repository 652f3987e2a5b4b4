# SPDX-License-Identifier: Apache-2.0
"""What a task was asked to list, read from its rendered arguments; every problem told in one error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.operators.static_arguments import CSV_FORMULAS, RECORDS, blank_problem
from airflow_provider_assistants.parse_time import is_blank, word_problem
from airflow_provider_assistants.records.filtering import close_names, where_problems
from airflow_provider_assistants.records.formats import Compression, Format, check_available, resolve_format
from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.vendors.base import COMMON_COLUMNS, Vendor
from airflow_provider_assistants.vendors.rows import parse_time

if TYPE_CHECKING:
    from airflow_provider_assistants.client.options import ListingOptions

__all__ = ["ListingRequest", "read_request"]

_LONGEST_NUMBER = 18


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
    options: ListingOptions
    redact: str
    overwrite: bool
    csv_formulas: Literal["escape", "keep"]
    max_xcom_bytes: int


class _Reader:
    """Reads arguments one by one, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.blanks: set[str] = set()

    def blank(self, name: str, value: Any) -> bool:
        """Whether an argument is None or an empty text, which is a problem where something else than the default was meant."""
        if is_blank(value):
            self.blanks.add(name)
            self.problems += blank_problem(name, value)
        return value is None or is_blank(value)

    def attempt(self, read: Callable[[], Any], default: Any = None) -> Any:
        try:
            return read()
        except AssistantsError as error:
            self.problems.append(str(error).rstrip("."))
            return default

    def whole(self, name: str, value: Any, *, low: int = 1, high: int | None = None) -> int | None:
        if value is None:
            return None
        text = str(value).strip()
        if isinstance(value, bool) or not text.isdecimal() or int(text) < low or (high and int(text) > high):
            upper = f" to {high:,}" if high else " up"
            self.problems.append(f"{name} must be a whole number from {low}{upper} and is {value!r}")
            return None
        return int(text)

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

    def time(self, name: str, value: Any) -> datetime | None:
        if value is None:
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
    from airflow_provider_assistants.client.options import ListingOptions

    read = _Reader()
    given = {name: value for name, value in arguments.items() if not read.blank(name, value)}
    destination, told = _read_destination(read, given)
    format, compression = Format.JSON, Compression.NONE
    if destination:
        format, compression = read.attempt(lambda: resolve_format(destination, **told), (format, compression))
        read.attempt(lambda: check_available(format, compression))
    elif any(told.values()):
        read.problems.append("format and compression are for a destination, and there is none")
    try:
        options = ListingOptions.read(
            vendor,
            filters=given.get("filters"),
            page_size=_integer(given.get("page_size")),
            concurrency=_integer(given.get("concurrency")),
            on_drift=given.get("on_drift", "fail"),
        )
    except ConfigurationError as error:
        read.problems.append(error.what)
        options = ListingOptions()
    where = given.get("where")
    read.problems += where_problems(where)
    read.problems += _status_problems(where, vendor)
    fields = read.names("fields", given.get("fields"))
    record = given.get("record", "vendor")
    read.problems += word_problem("record", record, RECORDS)
    if fields and record == "common":
        read.problems += [
            f"The common record has no {name}; {close_names(name, COMMON_COLUMNS)}"
            for name in fields
            if name not in COMMON_COLUMNS
        ]
    redact = str(given.get("redact", "secrets"))
    read.attempt(lambda: Redactor(redact))
    csv_formulas = given.get("csv_formulas", "escape")
    read.problems += word_problem("csv_formulas", csv_formulas, CSV_FORMULAS)
    request = ListingRequest(
        destination=destination,
        format=format,
        compression=compression,
        record=record,
        fields=fields,
        where=where,
        changed_since=read.time("changed_since", given.get("changed_since")),
        options=options,
        redact=redact,
        overwrite=read.switch("overwrite", given.get("overwrite", True)),
        csv_formulas=csv_formulas,
        max_xcom_bytes=read.whole("max_xcom_bytes", given.get("max_xcom_bytes")) or max_xcom_bytes,
    )
    if read.problems:
        raise ConfigurationError(
            "; ".join(read.problems), vendor=vendor.title, conn_id=conn_id, advice="Correct the task's arguments"
        )
    return request


def _read_destination(read: _Reader, given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    told = {"format": given.get("format"), "compression": given.get("compression")}
    destination = given.get("destination")
    if destination is None:
        return None, {} if "destination" in read.blanks else told
    return str(destination).strip(), told


def _integer(value: Any) -> Any:
    """Return the number that a template has rendered as a text; anything else as it is."""
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else value


def _status_problems(where: Any, vendor: Vendor) -> list[str]:
    """Tell which statuses this vendor cannot report: waiting for them would give an empty file every night."""
    wanted = where.get("status") if isinstance(where, Mapping) else where
    several = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted] if wanted else []
    reports = sorted(vendor.assistants.reader.reports())
    unknown = [str(each) for each in several if str(each).strip().lower() not in reports]
    if not unknown:
        return []
    return [f"{vendor.title} reports no status {', '.join(map(repr, unknown))}; it reports {', '.join(reports)}"]
