# SPDX-License-Identifier: Apache-2.0
"""Airflow's HttpOperator with ``pagination_function``, and a ``response_filter`` that writes the rows."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from airflow.providers.http.operators.http import HttpOperator

from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])


def listing(conn_id: str, url: str, path: Path) -> None:
    os.environ[f"AIRFLOW_CONN_{conn_id.upper()}"] = json.dumps({"conn_type": "http", "host": url})

    def following(response: Any) -> dict[str, Any] | None:
        payload = response.json()
        if payload["next_page_url"] is None:
            return None
        return {"data": {"page": payload["current_page"] + 1, "per_page": 100}}

    def write(responses: Any) -> None:
        with path.open("w") as file:
            for response in responses if isinstance(responses, list) else [responses]:
                file.writelines(json.dumps(row) + "\n" for row in response.json()["data"])

    HttpOperator(
        task_id="list",
        http_conn_id=conn_id,
        endpoint="api/user/assistants/get",
        method="GET",
        data={"page": 1, "per_page": 100},
        headers={"Authorization": f"Bearer key-of-{conn_id}", "Accept": "application/json"},
        pagination_function=following,
        response_filter=write,
    ).execute({})


def job(url: str, folder: Path) -> None:
    for number in range(int(OPTIONS.get("accounts", 1))):
        listing(f"bench_{number}", url, folder / f"{number}.jsonl")


run_measured(job)
