# SPDX-License-Identifier: Apache-2.0
"""The connection test: one cheap request, no retry, and a result within ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.deadline import time_limit
from airflow_provider_assistants.hooks.connection import Account

__all__ = ["TEST_SECONDS", "count_visible"]

#: The test ends after so many seconds, whatever the server does.
TEST_SECONDS = 10.0


async def count_visible(account: Account, make_client: Callable[[Account], AssistantsClient]) -> int | None:
    """
    Return the vendor's count of assistants; None if the key is accepted and the vendor does not report a count.

    :param make_client: Opens the client of an account.
    :raises AssistantsError: As each case demands.
    """
    settings = replace(
        account.settings,
        timeout=min(account.settings.timeout, TEST_SECONDS),
        retry=replace(account.settings.retry, max_retries=0),
    )
    limit = time_limit(
        TEST_SECONDS,
        what=f"No complete response within {TEST_SECONDS:g} s",
        advice="Check the host and the network; what responds there may not be the vendor's API",
    )
    async with make_client(replace(account, settings=settings)) as client, limit:
        return await client.reported_count()
