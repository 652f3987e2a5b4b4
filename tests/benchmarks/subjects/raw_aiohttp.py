# SPDX-License-Identifier: Apache-2.0
"""A limit: concurrent aiohttp by hand, which knows the number of pages and stores the bodies as they come."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp

from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])
ACCOUNTS, AT_ONCE = int(OPTIONS.get("accounts", 1)), int(OPTIONS.get("at_once", 8))


async def fetch_all(url: str, folder: Path) -> None:
    pages = -(-int(url.rsplit("/", 1)[1].split("-", maxsplit=1)[0]) // 100)
    turn = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def fetch(account: int, page: int) -> None:
            async with (
                turn,
                session.get(
                    f"{url}/api/user/assistants/get",
                    params={"page": page, "per_page": 100},
                    headers={"Authorization": f"Bearer key-of-{account}"},
                ) as response,
            ):
                body = await response.read()
                with (folder / f"{account}.json").open("ab") as file:
                    file.write(body)

        await asyncio.gather(*(fetch(account, page) for account in range(ACCOUNTS) for page in range(1, pages + 1)))


run_measured(lambda url, folder: asyncio.run(fetch_all(url, folder)))
