# SPDX-License-Identifier: Apache-2.0
"""The driver of pagers: requests go out concurrently, pages come back in order, and few are in memory at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from airflow_provider_assistants.client.pagers.base import Pager, PageRequest, PageResponse

__all__ = ["Fetch", "fetch_pages"]

#: How a request is carried out; retries, limits and decoding are behind it.
Fetch = Callable[[PageRequest], Awaitable[PageResponse]]


async def fetch_pages(
    pager: Pager, fetch: Fetch, *, concurrency: int, count: Callable[[], Awaitable[int]] | None = None
) -> AsyncGenerator[tuple[PageRequest, PageResponse]]:
    """
    Fetch all pages that a pager comes to know of, in the order of their positions.

    A page counts against ``concurrency`` from the moment it is asked for until the consumer has come back for the next
    one, so at most that many requests are in flight and at most that many pages are in memory, whichever way the
    consumer or the server lags. The lowest position always goes first, so a slot can never be waiting for a page behind
    it. Whatever ends the iteration, no request outlives it.

    :param pager: Knows what to ask for.
    :param fetch: Carries out a request.
    :param concurrency: How many pages may be under way at a time.
    :param count: Asks the vendor for the number of rows, once, along with the first page.
    """
    running: dict[asyncio.Future[Any], PageRequest] = {}
    arrived: dict[int, tuple[PageRequest, PageResponse]] = {}
    counting = asyncio.ensure_future(count()) if count else None
    try:
        while True:
            while len(running) + len(arrived) < concurrency and (request := pager.poll()) is not None:
                running[asyncio.ensure_future(fetch(request))] = request
            first_due = min(arrived, default=None)
            if first_due is not None and all(request.position > first_due for request in running.values()):
                yield arrived[first_due]
                del arrived[first_due]
                continue
            waiting: set[asyncio.Future[Any]] = {*running}
            if counting:
                waiting.add(counting)
            if not waiting:
                return
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if counting in done and counting is not None:
                pager.learn_total(counting.result())
                counting = None
            for task in done & running.keys():
                request = running.pop(task)
                response = task.result()
                pager.receive(request, response)
                arrived[request.position] = (request, response)
    finally:
        left = [*running, *([counting] if counting else [])]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
