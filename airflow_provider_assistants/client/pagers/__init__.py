# SPDX-License-Identifier: Apache-2.0
"""Pagers: one for each paging style, and :func:`make_pager`, which picks it."""

from __future__ import annotations

from airflow_provider_assistants.client.pagers.base import Pager
from airflow_provider_assistants.client.pagers.numbered import OffsetPager, PagePager
from airflow_provider_assistants.client.pagers.sequential import (
    CursorPager,
    NextUrlPager,
    TimeWindowPager,
    UnpagedPager,
)
from airflow_provider_assistants.vendors.base import Listing
from airflow_provider_assistants.vendors.paging_styles import (
    CursorStyle,
    NextUrlStyle,
    OffsetStyle,
    PageStyle,
    TimeWindowStyle,
    UnpagedStyle,
)

__all__ = ["make_pager"]


def make_pager(listing: Listing, *, page_size: int, origin: str, counted: bool = False) -> Pager:
    """
    Make the pager of a listing's style.

    :param page_size: Rows to ask for in a page.
    :param origin: Scheme, host and port of the API.
    :param counted: Whether the vendor's count of rows will be handed to the pager.
    """
    style = listing.paging
    match style:
        case PageStyle():
            return PagePager(style, page_size=page_size)
        case OffsetStyle():
            return OffsetPager(style, page_size=page_size, counted=counted)
        case CursorStyle():
            return CursorPager(style, page_size=page_size, id_path=listing.reader.id)
        case NextUrlStyle():
            return NextUrlPager(style, page_size=page_size, origin=origin)
        case TimeWindowStyle():
            return TimeWindowPager(style, page_size=page_size)
        case UnpagedStyle():
            return UnpagedPager(style)
