# SPDX-License-Identifier: Apache-2.0
"""dlt: its ``rest_api`` source to its filesystem destination, rows kept whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.update(
    RUNTIME__DLTHUB_TELEMETRY="false", DATA_WRITER__DISABLE_COMPRESSION="true", RUNTIME__LOG_LEVEL="ERROR"
)
os.environ.update(NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION="true")

import dlt
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from dlt.sources.rest_api import rest_api_source

from tests.benchmarks.measure import run_measured

OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])


def job(url: str, folder: Path) -> None:
    for number in range(int(OPTIONS.get("accounts", 1))):
        source = rest_api_source(
            {
                "client": {
                    "base_url": f"{url}/api/",
                    "auth": {"type": "bearer", "token": f"key-of-{number}"},
                    "paginator": PageNumberPaginator(base_page=1, total_path="last_page"),
                },
                "resources": [
                    {
                        "name": "assistants",
                        "endpoint": {
                            "path": "user/assistants/get",
                            "params": {"per_page": 100},
                            "data_selector": "data",
                        },
                    }
                ],
            },
            max_table_nesting=0,
        )
        pipeline = dlt.pipeline(
            f"bench_{number}",
            pipelines_dir=str(folder / "pipelines"),
            destination=dlt.destinations.filesystem(bucket_url=f"file://{folder}"),
            dataset_name=f"account_{number}",
        )
        pipeline.run(source, loader_file_format="jsonl")


run_measured(job)
