# SPDX-License-Identifier: Apache-2.0
"""
A limit: concurrent httpx by hand, which knows the number of pages and stores the bodies as they come.

With ``transport=aiohttp`` httpx sends its requests through httpx-aiohttp.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])
ACCOUNTS, AT_ONCE = int(OPTIONS.get("accounts", 1)), int(OPTIONS.get("at_once", 8))


def options() -> dict[str, Any]:
    limits = httpx.Limits(max_connections=AT_ONCE)
    if OPTIONS.get("transport") != "aiohttp":
        return {"limits": limits}
    from httpx_aiohttp import AiohttpTransport

    return {"transport": AiohttpTransport(limits=limits)}


async def fetch_all(url: str, folder: Path) -> None:
    pages = -(-int(url.rsplit("/", 1)[1].split("-", maxsplit=1)[0]) // 100)
    turn = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(**options()) as client:

        async def fetch(account: int, page: int) -> None:
            async with turn:
                response = await client.get(
                    f"{url}/api/user/assistants/get",
                    params={"page": page, "per_page": 100},
                    headers={"Authorization": f"Bearer key-of-{account}"},
                )
                with (folder / f"{account}.json").open("ab") as file:
                    file.write(response.content)

        await asyncio.gather(*(fetch(account, page) for account in range(ACCOUNTS) for page in range(1, pages + 1)))


run_measured(lambda url, folder: asyncio.run(fetch_all(url, folder)))
