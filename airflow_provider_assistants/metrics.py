# SPDX-License-Identifier: Apache-2.0
"""
The metrics of this provider, and how they get to Airflow's stats (StatsD, Datadog, OpenTelemetry).

The engine counts in its own results and knows no Airflow; operators, sensors and triggers emit here, once for a listing and
once for a poll. Where Airflow's metrics are off, that is a call of a function that does nothing. A metric that cannot be
emitted fails no task.
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.traffic import Traffic

__all__ = ["METRICS", "TASK", "TRIGGERER", "Emitter", "ListingOutcome", "Metric", "MetricType", "measured_listing"]

log = logging.getLogger(__name__)


class MetricType(StrEnum):
    """What a metric is to StatsD."""

    COUNTER = "counter"
    TIMER = "timer"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """
    A metric, as the docs show it.

    :param name: Its name, after the prefix that Airflow's configuration adds (``airflow``).
    :param unit: What is counted, or the unit of time.
    :param tags: Its tags, where the backend of Airflow's stats has tags.
    :param description: When it is emitted, and what it says.
    """

    name: str
    type: MetricType
    unit: str
    tags: tuple[str, ...]
    description: str


_LISTING = ("vendor", "conn_id", "listing")
_ACCOUNT = ("vendor", "conn_id")

LISTING_PAGES = Metric(
    name="assistants.listing.pages",
    type=MetricType.COUNTER,
    unit="responses",
    tags=_LISTING,
    description="Pages that a listing read, over all its passes; of a failed one too.",
)
LISTING_ROWS = Metric(
    name="assistants.listing.rows",
    type=MetricType.COUNTER,
    unit="rows",
    tags=_LISTING,
    description="Rows that a listing wrote to its destination or to XCom.",
)
LISTING_BYTES = Metric(
    name="assistants.listing.bytes",
    type=MetricType.COUNTER,
    unit="bytes",
    tags=_LISTING,
    description="Size of what it wrote.",
)
LISTING_DURATION = Metric(
    name="assistants.listing.duration",
    type=MetricType.TIMER,
    unit="milliseconds",
    tags=_LISTING,
    description="From the first request of a listing until its rows are visible at the destination.",
)
LISTING_FAILED = Metric(
    name="assistants.listing.failed",
    type=MetricType.COUNTER,
    unit="listings",
    tags=(*_LISTING, "error"),
    description="Listings that failed; `error` is the class of the error, such as `RateLimitedError`.",
)
REQUESTS = Metric(
    name="assistants.requests.sent",
    type=MetricType.COUNTER,
    unit="requests",
    tags=_ACCOUNT,
    description="Requests to the vendor, of listings and polls, retries among them.",
)
RETRIES = Metric(
    name="assistants.requests.retried",
    type=MetricType.COUNTER,
    unit="requests",
    tags=_ACCOUNT,
    description="Requests that were sent again, after an error that may pass.",
)
REFUSALS = Metric(
    name="assistants.requests.refused",
    type=MetricType.COUNTER,
    unit="responses",
    tags=_ACCOUNT,
    description="Responses with 429 (too many requests) or 503 (overloaded).",
)
POLL_SUCCEEDED = Metric(
    name="assistants.poll.succeeded",
    type=MetricType.COUNTER,
    unit="polls",
    tags=_ACCOUNT,
    description="Polls of sensors and watchers that succeeded.",
)
POLL_FAILED = Metric(
    name="assistants.poll.failed",
    type=MetricType.COUNTER,
    unit="polls",
    tags=(*_ACCOUNT, "error"),
    description="Polls that failed; `error` is the class of the error.",
)
POLL_DURATION = Metric(
    name="assistants.poll.duration",
    type=MetricType.TIMER,
    unit="milliseconds",
    tags=_ACCOUNT,
    description="How long a poll took, whether it succeeded or failed.",
)
POLL_LAG = Metric(
    name="assistants.poll.lag",
    type=MetricType.TIMER,
    unit="milliseconds",
    tags=_ACCOUNT,
    description="How late a poll in the triggerer started: it grows when polls take longer than their interval, or the "
    "triggerer is overloaded.",
)
CHANGES_EMITTED = Metric(
    name="assistants.changes.emitted",
    type=MetricType.COUNTER,
    unit="events",
    tags=_ACCOUNT,
    description="Events of changes that a watcher emitted; a change whose delivery was not certain is emitted again.",
)

METRICS = (
    LISTING_PAGES,
    LISTING_ROWS,
    LISTING_BYTES,
    LISTING_DURATION,
    LISTING_FAILED,
    REQUESTS,
    RETRIES,
    REFUSALS,
    POLL_SUCCEEDED,
    POLL_FAILED,
    POLL_DURATION,
    POLL_LAG,
    CHANGES_EMITTED,
)


class Emitter:
    """
    Emits metrics through the stats that Airflow has set up in this kind of process.

    Airflow 3.2 and later have two copies of the same module, of which a process initializes one.

    :param homes: The modules to look for Airflow's ``Stats`` in; the first one that is there counts.
    """

    def __init__(self, *homes: str) -> None:
        self._homes = homes
        self._found: Any = None

    def count(self, metric: Metric, number: int, **tags: str) -> None:
        """Add to a counter; zero is not sent."""
        if number:
            self._emit("incr", metric, number, tags)

    def time(self, metric: Metric, seconds: float, **tags: str) -> None:
        """Send a duration."""
        self._emit("timing", metric, timedelta(seconds=seconds), tags)

    def count_traffic(self, traffic: Traffic, **tags: str) -> None:
        """Send the counts of requests since the last call, and start them from zero."""
        taken = traffic.take()
        self.count(REQUESTS, taken.requests, **tags)
        self.count(RETRIES, taken.retries, **tags)
        self.count(REFUSALS, taken.refusals, **tags)

    def poll(
        self, seconds: float, *, vendor: str, conn_id: str, traffic: Traffic, error: Exception | None = None
    ) -> None:
        """Send the metrics of one poll."""
        tags = {"vendor": vendor, "conn_id": conn_id}
        if error is None:
            self.count(POLL_SUCCEEDED, 1, **tags)
        else:
            self.count(POLL_FAILED, 1, **tags, error=type(error).__name__)
        self.time(POLL_DURATION, seconds, **tags)
        self.count_traffic(traffic, **tags)

    def _emit(self, method: str, metric: Metric, value: Any, tags: dict[str, str]) -> None:
        try:
            if self._found is None:
                self._found = _find_stats(self._homes)
            getattr(self._found, method)(metric.name, value, tags=tags)
        except Exception as error:  # noqa: BLE001 - whatever a backend raises; metrics fail no task
            log.info("The metric %s was not emitted: %s", metric.name, one_line(str(error)))


def _find_stats(homes: Sequence[str]) -> Any:
    for home in homes[:-1]:
        try:
            return importlib.import_module(home).Stats
        except (ImportError, AttributeError):
            continue
    return importlib.import_module(homes[-1]).Stats


#: In a task: of operators and sensors.
TASK = Emitter("airflow.sdk.observability.stats", "airflow.stats")
#: In the triggerer.
TRIGGERER = Emitter("airflow.observability.stats", "airflow.stats")


@dataclass
class ListingOutcome:
    """
    What a listing has made visible.

    :param rows: Rows written.
    :param bytes: Size of what was written.
    """

    rows: int = 0
    bytes: int = 0


@contextmanager
def measured_listing(
    *, vendor: str, conn_id: str, traffic: Traffic, pages: Callable[[], int], listing: str = "assistants"
) -> Iterator[ListingOutcome]:
    """
    Emit the metrics of the listing that a task makes inside, whether it succeeds or fails.

    :param traffic: Counts its requests.
    :param pages: Returns how many responses it has read.
    """
    tags = {"vendor": vendor, "conn_id": conn_id}
    outcome, started = ListingOutcome(), time.monotonic()
    try:
        yield outcome
    except Exception as error:
        TASK.count(LISTING_FAILED, 1, **tags, listing=listing, error=type(error).__name__)
        raise
    else:
        TASK.count(LISTING_ROWS, outcome.rows, **tags, listing=listing)
        TASK.count(LISTING_BYTES, outcome.bytes, **tags, listing=listing)
        TASK.time(LISTING_DURATION, time.monotonic() - started, **tags, listing=listing)
    finally:
        TASK.count(LISTING_PAGES, pages(), **tags, listing=listing)
        TASK.count_traffic(traffic, **tags)
