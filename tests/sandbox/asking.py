# SPDX-License-Identifier: Apache-2.0
"""How the tests ask the sandbox: plain HTTP, with nothing of this package's client."""

from __future__ import annotations

from typing import Any

import httpx

from airflow_provider_assistants.sandbox import Sandbox

LISTS = {
    "autocalls": "/user/assistants/get",
    "otonistark": "/user/assistants/get",
    "intellixent": "/user/assistants/get",
    "burki": "/api/v1/assistants",
    "puretalk": "/ai-assistants",
}


def get(
    sandbox: Sandbox, vendor: str, path: str | None = None, *, key: str | None = None, **options: Any
) -> httpx.Response:
    key = sandbox.api_key(vendor) if key is None else key
    header = {"X-API-KEY": key} if vendor == "puretalk" else {"Authorization": f"Bearer {key}"}
    headers = {"Accept": "application/json", **header, **options.pop("headers", {})}
    url = sandbox.base_url(vendor) + (LISTS[vendor] if path is None else path)
    return httpx.get(url, headers=headers, trust_env=False, **options)
