# SPDX-License-Identifier: Apache-2.0
"""Singer's SDK: a tap with one RESTStream; its messages go into a file instead of a pipe."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BasePageNumberPaginator

from tests.benchmarks.measure import run_measured

logging.disable(logging.WARNING)
OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])


class Pages(BasePageNumberPaginator):
    def has_more(self, response: Any) -> bool:
        return response.json()["next_page_url"] is not None


class Assistants(RESTStream):
    name = "assistants"
    path = "/api/user/assistants/get"
    primary_keys = ("id",)
    schema = json.loads(os.environ["BENCH_SCHEMA"])

    @property
    def url_base(self) -> str:
        return str(self.config["url"])

    @property
    def http_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.config['key']}"}

    def get_new_paginator(self) -> Pages:
        return Pages(1)

    def get_url_params(self, context: Any, next_page_token: int | None) -> dict[str, Any]:
        return {"page": next_page_token or 1, "per_page": 100}

    def parse_response(self, response: Any) -> Iterator[dict[str, Any]]:
        yield from response.json()["data"]


class AssistantsTap(Tap):
    name = "tap-assistants"
    config_jsonschema = th.PropertiesList(
        th.Property("url", th.StringType), th.Property("key", th.StringType)
    ).to_dict()

    def discover_streams(self) -> list[Any]:
        return [Assistants(self)]


def job(url: str, folder: Path) -> None:
    for number in range(int(OPTIONS.get("accounts", 1))):
        with (folder / f"{number}.jsonl").open("w") as file, contextlib.redirect_stdout(file):
            AssistantsTap(config={"url": url, "key": f"key-of-{number}"}).sync_all()


run_measured(job)
