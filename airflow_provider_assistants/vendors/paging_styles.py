# SPDX-License-Identifier: Apache-2.0
"""
The ways in which vendors page a listing, as data: which parameters to send and where a response says how far it goes.

One class a style. The machines that follow them are in :mod:`airflow_provider_assistants.client.pagers.numbered`; a vendor
declares a style and never writes code. Keys of responses are dotted paths; a key that a response lacks is no error, since
documents and deployments differ: the machines then use what else they know.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CursorStyle",
    "NextUrlStyle",
    "OffsetStyle",
    "PageStyle",
    "PagingStyle",
    "TimeWindowStyle",
    "UnpagedStyle",
]


@dataclass(frozen=True, kw_only=True)
class PageStyle:
    """
    Numbered pages.

    :param page_param: The parameter that names the page.
    :param size_param: The parameter that names the page's size.
    :param first_page: The number of the first page; some vendors count from 0.
    :param last_page: Where a response has the number of the last page.
    :param page_count: Where a response has the number of pages, which differs from ``last_page`` when pages count
        from 0.
    :param total: Where a response has the number of rows.
    :param page_echo: Where a response repeats the number asked for: it shows a server that ignores the page.
    :param next: Where a response links to the next page; only its presence is used, the link is never followed.
    :param has_more: Where a response says by true or false whether a page follows.
    """

    page_param: str = "page"
    size_param: str | None = "per_page"
    first_page: int = 1
    last_page: str | None = None
    page_count: str | None = None
    total: str | None = None
    page_echo: str | None = None
    next: str | None = None
    has_more: str | None = None


@dataclass(frozen=True, kw_only=True)
class OffsetStyle:
    """
    A window of rows, by how many to skip.

    Windows may overlap, and ours do by one row: where two neighbours do not share it, the listing moved between them.

    :param offset_param: The parameter that names how many rows to skip.
    :param size_param: The parameter that names the window's size.
    :param total: Where a response has the number of rows; a bare array has none.
    """

    offset_param: str = "skip"
    size_param: str = "limit"
    total: str | None = None


@dataclass(frozen=True, kw_only=True)
class CursorStyle:
    """
    A token in each response that asks for the next page.

    :param cursor_param: The parameter that carries the token.
    :param next_cursor: Where a response holds the token.
    :param size_param: The parameter that names the page's size.
    :param has_more: Where a response says by true or false whether a page follows.
    :param total: Where a response has the number of rows.
    :param last_id: Take the id of a page's last row for the token (``after=`` style listings).
    """

    cursor_param: str = "cursor"
    next_cursor: str | None = "next_cursor"
    size_param: str | None = None
    has_more: str | None = None
    total: str | None = None
    last_id: bool = False


@dataclass(frozen=True, kw_only=True)
class NextUrlStyle:
    """
    A link in each response to the next page.

    Only the link's query is used, on the listing's own path: a link to another host cannot take the key there, it is a
    PaginationError.

    :param next: Where a response holds the link.
    :param size_param: The parameter that names the page's size.
    :param total: Where a response has the number of rows.
    """

    next: str = "next"
    size_param: str | None = None
    total: str | None = None


@dataclass(frozen=True, kw_only=True)
class TimeWindowStyle:
    """
    Rows from newest to oldest, asked for by "not later than".

    :param before_param: The parameter that bounds the time; inclusive, so that rows of one instant are not torn apart.
    :param field: The row's field that the bound is about.
    :param size_param: The parameter that names the page's size.
    """

    before_param: str
    field: str
    size_param: str | None = None


@dataclass(frozen=True, kw_only=True)
class UnpagedStyle:
    """
    Everything in one response.

    :param total: Where the response has the number of rows.
    """

    total: str | None = None


PagingStyle = PageStyle | OffsetStyle | CursorStyle | NextUrlStyle | TimeWindowStyle | UnpagedStyle
