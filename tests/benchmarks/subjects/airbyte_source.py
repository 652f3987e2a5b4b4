# SPDX-License-Identifier: Apache-2.0
"""Airbyte's low-code CDK: a declarative source; the records of its messages go into a file."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from airbyte_cdk.models import (
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalogSerializer,
    Type,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from orjson import dumps

from tests.benchmarks.measure import run_measured

logging.disable(logging.WARNING)
OPTIONS = dict(option.split("=") for option in sys.argv[1:-3])

CATALOG = ConfiguredAirbyteCatalogSerializer.load(
    {
        "streams": [
            {
                "stream": {"name": "assistants", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
                "sync_mode": "full_refresh",
                "destination_sync_mode": "overwrite",
            }
        ]
    }
)


def manifest(url: str, key: str) -> dict[str, Any]:
    stream = {
        "type": "DeclarativeStream",
        "name": "assistants",
        "primary_key": ["id"],
        "schema_loader": {
            "type": "InlineSchemaLoader",
            "schema": {"type": "object", "additionalProperties": True, "properties": {"id": {"type": "integer"}}},
        },
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {
                "type": "HttpRequester",
                "url_base": f"{url}/api/",
                "path": "user/assistants/get",
                "http_method": "GET",
                "authenticator": {"type": "BearerAuthenticator", "api_token": key},
            },
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": ["data"]},
            },
            "paginator": {
                "type": "DefaultPaginator",
                "page_token_option": {
                    "type": "RequestOption",
                    "inject_into": "request_parameter",
                    "field_name": "page",
                },
                "page_size_option": {
                    "type": "RequestOption",
                    "inject_into": "request_parameter",
                    "field_name": "per_page",
                },
                "pagination_strategy": {
                    "type": "PageIncrement",
                    "page_size": 100,
                    "start_from_page": 1,
                    "inject_on_first_request": True,
                },
            },
        },
    }
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["assistants"]},
        "streams": [stream],
    }


def job(url: str, folder: Path) -> None:
    for number in range(int(OPTIONS.get("accounts", 1))):
        source = ConcurrentDeclarativeSource(
            catalog=CATALOG, config={}, state=[], source_config=manifest(url, f"key-of-{number}")
        )
        with (folder / f"{number}.jsonl").open("wb") as file:
            for message in source.read(logging.getLogger("bench"), {}, CATALOG, []):
                if message.type is Type.RECORD:
                    file.write(dumps(AirbyteMessageSerializer.dump(message)["record"]["data"]) + b"\n")


run_measured(job)
