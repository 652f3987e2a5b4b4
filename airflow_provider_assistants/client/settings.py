# SPDX-License-Identifier: Apache-2.0
"""The settings of a client, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_provider_assistants.client.retry import RetryPolicy

__all__ = ["ClientSettings"]


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """
    How a client talks to its vendor.

    :param timeout: Seconds to wait for a connection, and for each further part of a response.
    :param retry: What is retried and how long.
    :param concurrency: Requests in flight, and pages in memory, at most.
    :param page_size: Rows to ask for in a page; the vendor's best size if None.
    :param max_requests_per_minute: Requests begun within any 60 seconds at most; None for no limit.
    :param verify: Check TLS certificates: against the usual authorities, those of a file, or not at all.
    :param proxy: The proxy to use: its URL, ``none`` for no proxy, or None for those of the environment.
    :param max_request_seconds: A try of a request whose response is not complete after so many seconds has failed, however
        steadily pieces of it come; ``timeout``, if that is longer.
    :param max_response_bytes: A response larger than this, after decompression, is an error.
    :param max_listing_seconds: A listing that takes longer, waits and retries included, is an error.
    :param max_listing_rows: A listing with more rows is an error.
    """

    timeout: float = 30.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    concurrency: int = 8
    page_size: int | None = None
    max_requests_per_minute: int | None = None
    verify: bool | str = True
    proxy: str | None = None
    max_request_seconds: float = 120.0
    max_response_bytes: int = 64 * 1024 * 1024
    max_listing_seconds: float = 3_600.0
    max_listing_rows: int = 10_000_000

    @property
    def request_seconds(self) -> float:
        """Seconds that one try of a request may take in all, from connecting to the last byte."""
        return max(self.max_request_seconds, self.timeout)
