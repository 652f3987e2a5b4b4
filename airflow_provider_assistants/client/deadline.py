# SPDX-License-Identifier: Apache-2.0
"""Deadlines of requests and listings, bounds of listings, and the errors of work that exceeds them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import AssistantsError, PaginationError, VendorUnavailableError, counted

__all__ = ["NO_DEADLINE", "Deadline", "check_bounds", "listing_deadline", "time_limit"]

_LISTING_ADVICE = "Raise max_listing_seconds in [assistants], or max_requests_per_minute if you have set it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """
    When a piece of work has to be over.

    :param at: In seconds of the clock in use; infinite for no deadline.
    :param what: What happened, for the error of a deadline that has passed.
    :param advice: What to do, for that error.
    """

    at: float = math.inf
    what: str = ""
    advice: str = ""

    def error(self, last: AssistantsError | None = None) -> VendorUnavailableError:
        """
        Return the error of work that the deadline ended.

        :param last: What went wrong last before it, if anything did.
        """
        what = f"{self.what}; before that: {last.what}" if last else self.what
        return VendorUnavailableError(what, advice=self.advice)


NO_DEADLINE = Deadline()


def listing_deadline(settings: ClientSettings, *, started: float) -> Deadline:
    """Return the deadline of a listing that started at this time."""
    return Deadline(
        at=started + settings.max_listing_seconds,
        what=f"The listing is not complete after {settings.max_listing_seconds:,.0f} s",
        advice=_LISTING_ADVICE,
    )


def check_bounds(report: ListingReport, settings: ClientSettings, *, late: bool) -> None:
    """
    Raise if a listing takes too long or has too many rows.

    :param late: Whether its deadline has passed; its reader may be slow as well as its server.
    """
    if late:
        raise VendorUnavailableError(
            f"The listing is not complete after {settings.max_listing_seconds:,.0f} s and {counted(report.rows, 'row')}",
            advice=_LISTING_ADVICE,
        )
    if report.rows > settings.max_listing_rows:
        raise PaginationError(
            f"The listing has more than {counted(settings.max_listing_rows, 'row')}",
            advice="Raise max_listing_rows in [assistants] if the account has that many",
        )


@asynccontextmanager
async def time_limit(seconds: float, *, what: str, advice: str, **where: Any) -> AsyncIterator[None]:
    """
    Cancel the work inside after so many seconds.

    :param seconds: From now.
    :param what: What happened, for the error.
    :param advice: What to do, for the error.
    :param where: Further fields of the error: ``vendor``, ``conn_id``.
    :raises VendorUnavailableError: If the work was not done by then.
    """
    try:
        async with asyncio.timeout(max(0.0, seconds)) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise VendorUnavailableError(what, advice=advice, **where) from None
