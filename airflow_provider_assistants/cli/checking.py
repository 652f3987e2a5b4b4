# SPDX-License-Identifier: Apache-2.0
"""``check``: one request with each connection, several at a time, and a sentence about each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.hooks.blocking import BlockingLoop
from airflow_provider_assistants.hooks.lookup import get_hook

__all__ = ["Result", "check_connections"]

_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a check: whether the connection works, and a sentence."""

    conn_id: str
    ok: bool
    message: str


def check_connections(conn_ids: Sequence[str]) -> list[Result]:
    """Check connections, and return the results in the same order; each takes ten seconds at most."""
    hooks = {conn_id: _hook(conn_id) for conn_id in dict.fromkeys(conn_ids)}
    limit = asyncio.Semaphore(_AT_ONCE)

    async def check(conn_id: str, hook: AssistantsHook | str) -> Result:
        if isinstance(hook, str):
            return Result(conn_id=conn_id, ok=False, message=hook)
        async with limit:
            ok, message = await hook.atest_connection()
        return Result(conn_id=conn_id, ok=ok, message=message)

    async def check_all() -> list[Result]:
        return await asyncio.gather(*(check(conn_id, hook) for conn_id, hook in hooks.items()))

    with BlockingLoop() as loop:
        return loop.call(check_all)


def _hook(conn_id: str) -> AssistantsHook | str:
    """Return the hook of a connection, or in words why there is none. Connections are read here: Airflow wants it so."""
    try:
        hook = get_hook(conn_id)
        hook.get_account()
    except AssistantsError as error:
        return str(error)
    return hook
