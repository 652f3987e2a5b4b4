# SPDX-License-Identifier: Apache-2.0
"""
Pagers of listings in which each page leads to the next: cursors, links, time windows, and a single response.

One request at a time is known, so these read page by page; each proves that it moves forward.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from airflow_provider_assistants.client.pagers.base import (
    MAX_PAGES,
    CountedPager,
    PageRequest,
    PageResponse,
    read_total,
)
from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.exceptions import PaginationError, counted
from airflow_provider_assistants.vendors.paging_styles import (
    CursorStyle,
    NextUrlStyle,
    TimeWindowStyle,
    UnpagedStyle,
)

__all__ = ["ChainedPager", "CursorPager", "NextUrlPager", "TimeWindowPager", "UnpagedPager"]


class ChainedPager(CountedPager):
    """
    What chained styles share: one known request at a time, and a proof that the chain moves.

    :param params: What the first request sends.
    :param page_size: Rows to ask for in a page, where the style can ask.
    """

    total_path: str | None = None

    def __init__(self, *, params: dict[str, Any], page_size: int | None) -> None:
        super().__init__()
        self.pages: int | None = None
        self.page_size = page_size
        self._params: dict[str, Any] | None = params
        self._links: set[Any] = set()
        self._position = 0

    def poll(self) -> PageRequest | None:
        """Return the next request once the response before it is known."""
        if self._params is None:
            return None
        request = PageRequest(
            position=self._position,
            params=self._params,
            size=self.page_size,
            overlap=self.overlap() if self._position else 0,
            first=self._position == 0,
        )
        self._params = None
        self._position += 1
        return request

    def receive(self, request: PageRequest, response: PageResponse) -> None:
        """Follow the chain by one link."""
        self.learn_total(read_total(response.envelope, self.total_path))
        link = self.next_link(request, response)
        if link is None:
            return
        if link in self._links:
            self.repeated = PaginationError(
                f"The listing leads back to a page that it has already led to, after {counted(len(self._links), 'link')}",
                advice="The server's paging is a loop; report it to the vendor",
            )
            return
        if len(self._links) >= MAX_PAGES:
            raise PaginationError(
                f"The listing runs away: it has led to {len(self._links):,} pages and still names a next one",
                advice="No account is that large; report it to the vendor",
            )
        self._links.add(link)
        self._params = self.link_params(request, link)

    def overlap(self) -> int | None:
        """Return how many rows a page repeats of the page before."""
        return 0

    def next_link(self, request: PageRequest, response: PageResponse) -> Any:
        """Return what leads to the next page, hashable; None at the end."""
        raise NotImplementedError

    def link_params(self, request: PageRequest, link: Any) -> dict[str, Any]:
        """Return what to send for the page that a link leads to."""
        raise NotImplementedError


class UnpagedPager(ChainedPager):
    """One request, one response, all rows."""

    def __init__(self, style: UnpagedStyle) -> None:
        super().__init__(params={}, page_size=None)
        self.total_path = style.total
        self.pages = 1

    def next_link(self, request: PageRequest, response: PageResponse) -> Any:
        """There is no next page."""
        return None


class CursorPager(ChainedPager):
    """A token in each response asks for the next page; an empty page does not end the listing, a missing token does."""

    def __init__(self, style: CursorStyle, *, page_size: int, id_path: str) -> None:
        self._style = style
        self._id_path = id_path
        self.total_path = style.total
        super().__init__(params=self._sized({}, page_size), page_size=page_size if style.size_param else None)

    def _sized(self, params: dict[str, Any], page_size: int | None) -> dict[str, Any]:
        return {**params, self._style.size_param: page_size} if self._style.size_param else params

    def next_link(self, request: PageRequest, response: PageResponse) -> Any:
        """Return the token, unless the response says that nothing follows."""
        style = self._style
        if style.has_more and dig(response.envelope, style.has_more) is False:
            return None
        if style.last_id:
            token = dig(response.rows[-1], self._id_path) if response.rows else None
        else:
            token = dig(response.envelope, style.next_cursor) if style.next_cursor else None
        return None if token is MISSING or token is None or token == "" else str(token)

    def link_params(self, request: PageRequest, link: Any) -> dict[str, Any]:
        """Send the token."""
        return self._sized({self._style.cursor_param: link}, self.page_size)


class NextUrlPager(ChainedPager):
    """
    A link in each response to the next page, of which only the query is used.

    A link has to name the API's host, or none. Its scheme and port do not matter, since no request goes there: a server behind
    a proxy that ends TLS writes ``http://`` links.

    :param origin: Scheme, host and port of the API.
    """

    def __init__(self, style: NextUrlStyle, *, page_size: int, origin: str) -> None:
        self._style = style
        self._origin = origin
        self.total_path = style.total
        params: dict[str, Any] = {style.size_param: page_size} if style.size_param else {}
        super().__init__(params=params, page_size=page_size if style.size_param else None)

    def next_link(self, request: PageRequest, response: PageResponse) -> Any:
        """Return the query of the link."""
        url = dig(response.envelope, self._style.next)
        if not isinstance(url, str) or not url:
            return None
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            raise PaginationError(
                "Expected a URL as the link to the next page, got a text that is none",
                advice="The vendor has changed its API, or a proxy its responses",
            ) from None
        if parts.netloc and host != urlsplit(self._origin).hostname:
            raise PaginationError(
                f"The link to the next page names another host, {host}",
                advice="The key is sent to the connection's own host only; if the API has moved, change the host",
            )
        return tuple(parse_qsl(parts.query, keep_blank_values=True))

    def link_params(self, request: PageRequest, link: Any) -> dict[str, Any]:
        """Send the link's query, a parameter as often as it is there, and the page size where the link lacks that."""
        query: dict[str, list[str]] = {}
        for name, value in link:
            query.setdefault(name, []).append(value)
        return {**request.params, **{name: each if len(each) > 1 else each[0] for name, each in query.items()}}


class TimeWindowPager(ChainedPager):
    """
    Rows from newest to oldest: each request asks for those not later than the oldest row so far.

    The bound is inclusive, so neighbours share at least one row, and rows of one instant are not torn apart. It ends
    when a window brings nothing older.
    """

    def __init__(self, style: TimeWindowStyle, *, page_size: int) -> None:
        self._style = style
        params: dict[str, Any] = {style.size_param: page_size} if style.size_param else {}
        super().__init__(params=params, page_size=page_size if style.size_param else None)

    def overlap(self) -> int | None:
        """At least one row."""
        return None

    def next_link(self, request: PageRequest, response: PageResponse) -> Any:
        """Return the time of the page's last row, unless the page brought nothing older than its bound."""
        bound = request.params.get(self._style.before_param)
        times = [time for row in response.rows if (time := dig(row, self._style.field)) not in (None, MISSING)]
        if not times:
            return None
        oldest = times[-1]
        if oldest != bound:
            return oldest
        if self.page_size and len(response.rows) >= self.page_size:
            raise PaginationError(
                f"{counted(self.page_size, 'row')} or more share the time {oldest}, so this listing cannot be paged by time",
                advice="Use a larger page_size",
            )
        return None

    def link_params(self, request: PageRequest, link: Any) -> dict[str, Any]:
        """Move the bound."""
        return {**request.params, self._style.before_param: link}
