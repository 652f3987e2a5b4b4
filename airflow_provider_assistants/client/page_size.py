# SPDX-License-Identifier: Apache-2.0
"""Page sizes: the usual one in the first pass, and as many rows as possible in each further one."""

from __future__ import annotations

from typing import Self

from airflow_provider_assistants.client.options import ListingOptions
from airflow_provider_assistants.client.pagers.base import PageResponse
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import AssistantsError, UnexpectedResponseError, VendorUnavailableError
from airflow_provider_assistants.vendors.base import Listing
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle, PageStyle

__all__ = ["LargePageError", "PageSizes"]

#: Bytes of a large page at most, estimated by the rows that came before.
_MAX_BYTES = 32 * 1024 * 1024


class LargePageError(Exception):
    """
    Raised within a pass where a page larger than usual failed, so that another pass is worth a try.

    :param cause: What happened.
    """

    def __init__(self, cause: AssistantsError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class PageSizes:
    """
    Chooses the page size of each pass.

    A listing in few large pages has few places at which rows can move from one page to another, and in one page it has none:
    it then is whole even if the vendor lists rows that are equal in its sort key in another order each time. So a pass after
    an unquiet one asks for as many rows as the vendor allows, if they are small enough, and for no more rows at once than
    before; and for the usual number again if the vendor cannot serve that.

    :param listing: The listing, with the vendor's maximum.
    :param size: The usual size, in rows.
    :param fixed: Whether a user has chosen it, so that it stays.
    :param max_response_bytes: A larger response is an error.
    """

    def __init__(self, listing: Listing, *, size: int, fixed: bool, max_response_bytes: int) -> None:
        self.usual = size
        self.size = size
        self._limit = (
            size if fixed or not isinstance(listing.paging, OffsetStyle | PageStyle) else listing.page_size_limit
        )
        self._documented = listing.max_page_size is not None
        self._max_bytes = min(_MAX_BYTES, max_response_bytes // 2)
        self._row_bytes = 0.0

    @classmethod
    def of(cls, listing: Listing, options: ListingOptions, settings: ClientSettings) -> Self:
        """Return the sizes for a listing; the connection's own size is for assistants, and others may allow less."""
        chosen = options.page_size or settings.page_size
        return cls(
            listing,
            size=min(chosen or listing.default_page_size, listing.page_size_limit),
            fixed=chosen is not None,
            max_response_bytes=settings.max_response_bytes,
        )

    def learn(self, response: PageResponse) -> None:
        """Learn how large the rows are."""
        if response.rows:
            self._row_bytes = max(self._row_bytes, response.size / len(response.rows))

    def enlarge(self, total: int | None) -> None:
        """
        Ask for as many rows as possible from now on.

        :param total: How many there are. Where the vendor documents no maximum it has to be one page that holds them all: a
            server that caps it would only be asked for its pages one by one.
        """
        if not self._documented and (total is None or total > self._limit):
            return
        fitting = int(self._max_bytes / self._row_bytes) if self._row_bytes else self._limit
        self.size = max(self.usual, min(self._limit, fitting))

    def failed(self, error: AssistantsError) -> None:
        """
        Go back to the usual size, if it was a larger one that failed.

        :raises LargePageError: If so, and it is a failure that a large page can be the reason of.
        """
        if self.size > self.usual and isinstance(error, UnexpectedResponseError | VendorUnavailableError):
            self.size = self._limit = self.usual
            raise LargePageError(error) from None

    def in_flight(self, concurrency: int) -> int:
        """Return how many pages may be in flight, so that no more rows are in memory than with pages of the usual size."""
        return max(1, concurrency * self.usual // self.size)
