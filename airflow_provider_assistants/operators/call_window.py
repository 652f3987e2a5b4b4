# SPDX-License-Identifier: Apache-2.0
"""The range of time that a task reads calls of, and how its vendor has to be asked so that none is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_assistants.vendors.base import CallReader, Listing, TimeRange, Vendor

__all__ = ["CallWindow", "read_window"]

Row = dict[str, Any]

#: No zone is further from UTC than these: the day of a moment, in any zone, is not before that of the moment less the one and
#: not after that of the moment and the other.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
#: A year between the first and the last.
_MIDDLE = 5_000
#: No later day is asked for: servers add to it, and those in Python have no year 10000 either.
_LAST_DAY = date(9999, 12, 1)

_NO_INTERVAL = (
    "Airflow 3 gives the runs of schedule='@daily', and of any other cron text, data intervals of zero length: schedule the Dag "
    "with CronDataIntervalTimetable, or by partitions (CronPartitionTimetable of Airflow 3.2) and make since and until of the "
    "partition's key"
)


@dataclass(frozen=True, kw_only=True)
class CallWindow:
    """
    A half-open range of time, in UTC.

    :param since: Its first moment.
    :param until: The first moment after it.
    :param zone: The time zone of times that the vendor sends without one, where it filters by days.
    :param resolve_assistants: Whether to ask the vendor of which assistant each call is, where the calls do not say it.
    """

    since: datetime
    until: datetime
    zone: tzinfo = UTC
    resolve_assistants: bool = False

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in the range."""
        return self.since <= moment < self.until

    def filters(self, time_range: TimeRange) -> dict[str, str]:
        """
        Return the vendor's filters that bring every call of the range, and more where they are coarser.

        A vendor that filters by days may mean those of any zone; where no document says that its last day is part of what it
        sends, one day more is asked for.
        """
        if time_range.start is None or time_range.end is None:
            return {}
        if not time_range.whole_days:
            return {time_range.start: self.since.isoformat(), time_range.end: self.until.isoformat()}
        last = _EAST if time_range.end_is_inclusive else _EAST + timedelta(days=1)
        days = _shifted(self.since, -_WEST).date(), min(_shifted(self.until, last).date(), _LAST_DAY)
        return {time_range.start: days[0].isoformat(), time_range.end: days[1].isoformat()}


def read_window(given: Mapping[str, Any], *, vendor: Vendor, listing: Listing) -> tuple[CallWindow | None, list[str]]:
    """
    Return the range of the rendered arguments, and in words what is wrong with them.

    :param given: The arguments that are valid one by one.
    :param vendor: For the messages.
    :param listing: The vendor's listing of calls.
    """
    problems = []
    time_range = listing.time_range
    if time_range is None or not isinstance(listing.reader, CallReader):
        problems.append(f"{vendor.title} does not declare when its calls begin")
    elif time_range.start is None and not _is_true(given.get("allow_full_scan", False)):
        problems.append(
            f"{vendor.title} has no filter by time and documents no order of its calls, so that every call of the account has to "
            "be read for a range of any size; set allow_full_scan=True to accept that"
        )
    filters = given.get("filters")
    taken = {*filters} & {time_range.start, time_range.end} if time_range and isinstance(filters, Mapping) else set()
    if taken:
        problems.append(f"filters must not have {', '.join(sorted(map(str, taken)))}, which since and until make")
    if "since" not in given or "until" not in given:
        return None, problems
    window = CallWindow(
        since=_moment(given["since"]),
        until=_moment(given["until"]),
        zone=ZoneInfo(given.get("timezone", "UTC")),
        resolve_assistants=_is_true(given.get("resolve_assistants", False)),
    )
    if window.since >= window.until:
        problems.append(
            f"since must be before until, got {window.since.isoformat()} and {window.until.isoformat()}. {_NO_INTERVAL}"
        )
    return window, problems


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # of the year 1 or 9999, as ranges without an end have it
        return _end_of_time(moment)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """Return a moment so much later; at most the first or the last that there is."""
    try:
        return moment + by
    except OverflowError:
        return _end_of_time(moment)


def _end_of_time(moment: datetime) -> datetime:
    """Return the first or the last moment that Python has, whichever is nearer."""
    return (datetime.min if moment.year < _MIDDLE else datetime.max).replace(tzinfo=UTC)


def _is_true(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1")
