# SPDX-License-Identifier: Apache-2.0
"""Pagers of listings whose pages can be requested independently: by page number, or by offset."""

from __future__ import annotations

import heapq
import math
from typing import Any

from airflow_provider_assistants.client.pagers.base import (
    GROWTH_FACTOR,
    GROWTH_PAGES,
    MAX_PAGES,
    CountedPager,
    PageRequest,
    PageResponse,
    read_count,
    read_total,
)
from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.exceptions import PaginationError
from airflow_provider_assistants.vendors.paging_styles import OffsetStyle, PageStyle

__all__ = ["MAX_LOOKAHEAD", "OffsetPager", "PagePager"]


#: How many windows beyond the known rows are asked for at once where nobody says how many rows there are.
MAX_LOOKAHEAD = 8


class PagePager(CountedPager):
    """
    Numbered pages: the first response says how many there are, then all are known.

    The number of the last page is taken from whatever the responses say of it (the number itself, the count of pages, or
    the count of rows and the size of the first page as it came), the largest winning. Where there is none of
    these, one page follows another until one is empty or a response says that none follows.

    :param style: How the vendor numbers its pages.
    :param page_size: Rows to ask for in a page.
    """

    def __init__(self, style: PageStyle, *, page_size: int) -> None:
        super().__init__()
        self._style = style
        self._page_size = page_size
        self._next = style.first_page
        self._last = style.first_page
        self._announced: int | None = None
        self._server_size: int | None = None

    @property
    def pages(self) -> int | None:
        """How many pages the listing has, as far as is known."""
        return None if self._announced is None else self._last - self._style.first_page + 1

    def poll(self) -> PageRequest | None:
        """Return the next page whose number is known."""
        if self._next > self._last:
            return None
        number = self._next
        self._next += 1
        params: dict[str, Any] = {self._style.page_param: number}
        if self._style.size_param:
            params[self._style.size_param] = self._page_size
        return PageRequest(position=number, params=params, size=self._page_size, first=number == self._style.first_page)

    def receive(self, request: PageRequest, response: PageResponse) -> None:
        """Learn how many pages there are; see the class for how."""
        if self._is_another_page(request, response):
            return
        super().learn_total(read_total(response.envelope, self._style.total))
        if request.first and response.rows:
            self._server_size = len(response.rows)
        last = self._last_page(response)
        if last is not None:
            if self._announced is None:
                self._announced = last
            self._extend(last)
        if request.position == self._last and response.rows and self._says_more(response, last_known=last is not None):
            self._extend(self._last + 1)

    def _is_another_page(self, request: PageRequest, response: PageResponse) -> bool:
        """Whether a response says of itself that it is another page than was asked for; nothing can be learned from it."""
        echo = read_count(dig(response.envelope, self._style.page_echo)) if self._style.page_echo else None
        if echo is None or echo == request.position or not response.rows:
            return False
        self.repeated = PaginationError(
            f"Expected page {request.position}, got page {echo}",
            advice="The server, or a proxy or cache before it, ignores the page number; report it to the vendor",
        )
        return True

    def _last_page(self, response: PageResponse) -> int | None:
        style, first = self._style, self._style.first_page
        known = []
        if style.last_page and (last := read_count(dig(response.envelope, style.last_page))) is not None:
            known.append(last)
        if style.page_count and (count := read_count(dig(response.envelope, style.page_count))) is not None:
            known.append(first + max(count, 1) - 1)
        if self.total is not None and self._server_size:
            known.append(first + max(math.ceil(self.total / self._server_size), 1) - 1)
        return max(known, default=None)

    def _says_more(self, response: PageResponse, *, last_known: bool) -> bool:
        """Whether a page follows the last one that we know of."""
        for path in (self._style.next, self._style.has_more):
            sign = dig(response.envelope, path) if path else MISSING
            if sign is not MISSING:
                return bool(sign)
        return not last_known

    def _extend(self, last: int) -> None:
        self._last = max(self._last, last)
        pages = self._last - self._style.first_page + 1
        announced = None if self._announced is None else self._announced - self._style.first_page + 1
        if pages > MAX_PAGES or (
            announced is not None and pages > max(announced * GROWTH_FACTOR, announced + GROWTH_PAGES)
        ):
            raise PaginationError(
                f"The listing runs away: it announced {announced or 'no number of'} pages at first and {pages:,} by now",
                advice="No account grows that fast; report it to the vendor",
            )


class OffsetPager(CountedPager):
    """
    Windows of rows by how many to skip, with what was not delivered asked for again.

    Neighbouring windows share one row. The reader of the pages checks that they really do: where they do not, a row was
    inserted or deleted before them in between, and one may have been missed.

    A window that comes back short is no end as long as more rows are known to exist, or until a window brings nothing
    new: its rest is asked for, in the size that the server seems to allow. A last window that comes back full is no end
    either, since rows may have come since they were counted.

    :param style: How the vendor calls its parameters.
    :param page_size: Rows to ask for in a window.
    :param counted: Whether :meth:`learn_total` will be called; until then only the first window is asked for.
    """

    def __init__(self, style: OffsetStyle, *, page_size: int, counted: bool = False) -> None:
        super().__init__()
        self._style = style
        self._size = page_size
        self._next = 0
        self._gaps: list[tuple[int, int]] = []
        self._end: float = math.inf
        self._settled = 0
        self._end_is_open = False
        self._first_response: tuple[PageRequest, PageResponse] | None = None
        self._waiting_for_total = counted
        self._lookahead = 1
        self._asked = 0
        self._announced: int | None = None
        self._first_size = page_size

    @property
    def pages(self) -> int | None:
        """How many windows the listing takes, as far as is known."""
        if self.total is None:
            return None
        step = max(self._size - 1, 1)
        return max(math.ceil((self.total - 1) / step), 1)

    @property
    def _shrunk(self) -> int:
        return math.ceil(self._first_size / max(self._size, 1))

    def poll(self) -> PageRequest | None:
        """Return the rest of a short window, or the next window."""
        if self._gaps:
            start, end = heapq.heappop(self._gaps)
            return self._window(start, size=end - start)
        if not self._may_go_on():
            return None
        start = self._next
        request = self._window(start, size=self._size)
        self._next = start + self._size - (request.overlap or 0)
        return request

    def receive(self, request: PageRequest, response: PageResponse) -> None:
        """Learn what the window brought; see the class for how."""
        super().learn_total(read_total(response.envelope, self._style.total))
        if request.first and self._waiting_for_total:
            self._first_response = (request, response)
            return
        self._settle(request, response)

    def learn_total(self, total: int | None) -> None:
        """Learn how many rows there are; windows up to there are known from now on."""
        super().learn_total(total)
        self._waiting_for_total = False
        if self._first_response:
            (request, response), self._first_response = self._first_response, None
            self._settle(request, response)

    def _settle(self, request: PageRequest, response: PageResponse) -> None:
        overlap = request.overlap or 0
        start, asked, got = request.position - overlap, (request.size or 0), len(response.rows)
        self._settled += 1
        if self._is_newest(start, asked):
            self._end_is_open = got >= asked
        if got >= asked:
            self._lookahead = min(self._lookahead * 2, MAX_LOOKAHEAD)
            return
        self._lookahead = 1
        reached = start + got
        if got <= overlap:
            self._end = min(self._end, max(reached, 1))
        elif self._is_newest(start, asked):
            if request.first:
                self._size = got
            self._next = reached
        elif self.total is None or reached < self.total:
            heapq.heappush(self._gaps, (reached, start + asked))

    def _is_newest(self, start: int, asked: int) -> bool:
        """Whether no window beyond this one was given out yet."""
        return self._next <= start + asked

    def _may_go_on(self) -> bool:
        """Whether the next window is known to be needed; where nobody says how many rows there are, a few windows ahead."""
        if self._asked == 0:
            return True
        if self._waiting_for_total or self._settled == 0:
            return False
        if self._next >= self._end:
            return False
        if self.total is None:
            return self._asked - self._settled < self._lookahead
        return self._next < self.total or (self._end_is_open and self._asked == self._settled)

    def _window(self, start: int, *, size: int) -> PageRequest:
        """Return the window of new rows from ``start``, widened to the left by the row it shares with its neighbour."""
        overlap = 1 if start > 0 and self._size > 1 else 0
        size = min(size + overlap, self._size) if overlap else size
        self._asked += 1
        self._announced = self._announced or self.pages
        announced = self._announced or MAX_PAGES
        # A server that caps the size of a window lets it take as many more.
        if self._asked > min(MAX_PAGES, max(announced * GROWTH_FACTOR, announced + GROWTH_PAGES) * self._shrunk):
            raise PaginationError(
                f"The listing runs away: {self._asked:,} requests and no end, where {announced:,} were to be expected",
                advice="No account grows that fast; report it to the vendor",
            )
        return PageRequest(
            position=start,
            params={self._style.offset_param: start - overlap, self._style.size_param: size},
            size=size,
            overlap=overlap,
            first=start == 0,
        )
