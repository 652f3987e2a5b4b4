# SPDX-License-Identifier: Apache-2.0
"""The log lines of a listing: one at the start, one every few seconds, and a summary at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.exceptions import counted
from airflow_provider_assistants.storable import one_line

if TYPE_CHECKING:
    from airflow_provider_assistants.client.completeness import ListingReport
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.records.manifest import Manifest

__all__ = ["Progress"]

#: Seconds between two lines of progress.
_INTERVAL = 5.0


class Progress:
    """
    Logs the progress of a listing; its first line when it is made.

    :param log: The task's logger.
    :param hook: The account that is read.
    :param noun: What the rows are called.
    :param uri: Where the rows go; None for XCom.
    :param filters: The vendor's query parameters in use.
    :param clock: Returns monotonic seconds.
    """

    def __init__(
        self,
        log: Any,
        *,
        hook: AssistantsHook,
        noun: str = "assistants",
        uri: str | None,
        filters: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.started_at = datetime.now(UTC)
        self._log = log
        self._clock = clock
        self._started = self._logged = clock()
        self._what = f"{hook.vendor.title} {noun} of {hook.conn_id!r}"
        filtered = f", with {', '.join(sorted(filters))}" if filters else ""
        self._log.info("Listing %s from %s to %s%s", self._what, hook.get_account().base_url, uri or "XCom", filtered)

    def update(self, report: ListingReport) -> None:
        """Log pages, rows and the time left, unless the last such line is younger than the interval."""
        now = self._clock()
        if now - self._logged < _INTERVAL:
            return
        self._logged = now
        rate = report.rows / max(now - self._started, 0.001)
        total, left = report.total_reported, ""
        if total and rate and report.passes == 1:
            left = f", about {max(total - report.rows, 0) / rate:.0f} s left"
        expected = (
            f" of {counted(report.pages_expected, 'page')}" if report.pages_expected and report.passes == 1 else ""
        )
        again = f", pass {report.passes}" if report.passes > 1 else ""
        self._log.info(
            "%s, %s, %.0f rows/s%s%s",
            f"{report.pages:,}{expected}" if expected else counted(report.pages, "page"),
            counted(report.rows, "row"),
            rate,
            left,
            again,
        )

    def finish(self, manifest: Manifest, report: ListingReport) -> None:
        """Log the summary, and what the manifest says of drift."""
        seconds = self._clock() - self._started
        statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(manifest.statuses.items())) or "none"
        self._log.info(
            "Listed %s: %s (%s) in %s, %s%s, %.1f s%s",
            self._what,
            counted(manifest.rows, "row"),
            one_line(statuses),
            counted(manifest.pages, "page"),
            counted(manifest.bytes, "byte"),
            "" if manifest.parts is None else f" in {counted(manifest.parts, 'part')}",
            seconds,
            "" if manifest.passes == 1 else f", {manifest.passes} passes, since the listing changed during the first",
        )
        if not manifest.consistent:
            self._log.warning("What was written may not be the whole listing. %s", one_line(report.drift))
        if manifest.unknown_fields:
            self._log.info(
                "Fields that the vendor does not document: %s", one_line(", ".join(sorted(manifest.unknown_fields)))
            )
        if manifest.mismatched_fields:
            self._log.info(
                "Fields of another type than documented: %s", one_line(", ".join(sorted(manifest.mismatched_fields)))
            )
