# SPDX-License-Identifier: Apache-2.0
"""A request as a vendor's API sees it, and its reply."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.options import Options

__all__ = ["Call", "Reply", "integer"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Call:
    """
    A request below a vendor's root.

    :param vendor: Whose API.
    :param method: The HTTP method.
    :param path: Below the vendor's root; below the vendor's web site if that is meant.
    :param query: The query parameters.
    :param query_string: The same as sent.
    :param headers: The headers, names in lower case.
    :param site: The absolute URL of the vendor's web site, as the client sees it.
    :param root: The absolute URL of the vendor's API, as the client sees it.
    :param on_site: Whether the web site is meant, and not the API.
    :param key: The key that was sent, right or wrong; empty for none.
    :param account: Whose key it is; None for a wrong one.
    :param options: How the sandbox behaves.
    """

    vendor: str
    method: str
    path: str
    query: dict[str, str]
    query_string: str
    headers: Mapping[str, str]
    site: str
    root: str
    on_site: bool
    key: str
    account: Account | None
    options: Options

    def cap(self, size: int) -> int:
        """Return how many rows a page may have."""
        return size if self.options.page_cap is None else min(size, self.options.page_cap)


@dataclass(kw_only=True)
class Reply:
    """
    The response to a request.

    :param status: The HTTP status.
    :param body: The JSON to send, or the bytes.
    :param headers: Further headers, names in lower case.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def content_type(self) -> str:
        """The type of the body: JSON unless a header says otherwise."""
        return self.headers.get("content-type", "application/json")


def integer(text: str | None, default: int) -> int | None:
    """Read a parameter that must be an integer; None if it is none, or more than a backend can hold."""
    if text is None:
        return default
    return int(text) if _INTEGER.fullmatch(text.strip()) else None
