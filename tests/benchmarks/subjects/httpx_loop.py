# SPDX-License-Identifier: Apache-2.0
"""A loop that one writes in an hour: httpx, one page after the other, rows to lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx

from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])


def job(url: str, folder: Path) -> None:
    with httpx.Client() as client:
        for number in range(int(OPTIONS.get("accounts", 1))):
            headers = {"Authorization": f"Bearer key-of-{number}"}
            with (folder / f"{number}.jsonl").open("w") as file:
                page, last_page = 1, 1
                while page <= last_page:
                    response = client.get(
                        f"{url}/api/user/assistants/get", params={"page": page, "per_page": 100}, headers=headers
                    )
                    payload = response.raise_for_status().json()
                    file.writelines(json.dumps(row) + "\n" for row in payload["data"])
                    page, last_page = page + 1, payload["last_page"]


run_measured(job)
