# SPDX-License-Identifier: Apache-2.0
"""This package: the operator as a task runs it, and for many accounts the hook in one event loop."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import aclosing
from pathlib import Path

from airflow_provider_assistants.hooks.autocalls import AutocallsHook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])
#: So many accounts are read at a time.
AT_ONCE = 16


def connect(conn_id: str, url: str) -> None:
    connection = {"conn_type": "autocalls", "host": url, "password": f"key-of-{conn_id}"}
    os.environ[f"AIRFLOW_CONN_{conn_id.upper()}"] = json.dumps(connection)


def one(url: str, folder: Path) -> None:
    connect("bench", url)
    suffix = OPTIONS.get("suffix", "jsonl")
    ListAssistantsOperator(
        task_id="list",
        conn_id="bench",
        destination=f"file://{folder}/rows.{suffix}",
        redact=OPTIONS.get("redact", "secrets"),
    ).execute({})


def many(url: str, folder: Path) -> None:
    from pydantic_core import to_json

    conn_ids = [f"bench_{number}" for number in range(int(OPTIONS["accounts"]))]
    for conn_id in conn_ids:
        connect(conn_id, url)
    turn = asyncio.Semaphore(AT_ONCE)

    async def account(conn_id: str) -> None:
        async with turn, aclosing(AutocallsHook(conn_id).aiter_pages()) as pages:
            with (folder / f"{conn_id}.jsonl").open("wb") as file:
                async for page in pages:
                    file.writelines(to_json(row) + b"\n" for row in page.rows)

    async def every() -> None:
        await asyncio.gather(*map(account, conn_ids))

    asyncio.run(every())


run_measured(many if "accounts" in OPTIONS else one)
