# SPDX-License-Identifier: Apache-2.0
"""Running the client of one vendor against the sandbox, without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.client.fake_clock import FakeClock


def run(
    sandbox: Sandbox,
    vendor: str,
    use: Callable[[AssistantsClient], Awaitable[Any]],
    *,
    clock: FakeClock | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **settings: Any,
) -> Any:
    async def call() -> Any:
        async with AssistantsClient(
            get_vendor(vendor),
            api_key=api_key or sandbox.api_key(vendor),
            base_url=base_url or sandbox.base_url(vendor),
            conn_id="mine",
            settings=ClientSettings(**settings),
            clock=(clock or FakeClock()).clock(),
        ) as client:
            return await use(client)

    return asyncio.run(call())


async def listed(client: AssistantsClient, **options: Any) -> list[dict[str, Any]]:
    return [row async for page in client.pages(**options) for row in page.rows]
