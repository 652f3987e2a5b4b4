# SPDX-License-Identifier: Apache-2.0
"""Counts of the requests to a vendor, kept by the client and emitted as metrics by whoever runs in Airflow."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Traffic"]


@dataclass(kw_only=True)
class Traffic:
    """
    Requests of the clients that share this object.

    :param requests: Requests sent, retries among them.
    :param retries: Requests that were sent again, after an error that may pass.
    :param refusals: Responses that refuse for now: 429 (too many requests) and 503 (overloaded).
    """

    requests: int = 0
    retries: int = 0
    refusals: int = 0

    def take(self) -> Traffic:
        """Return the counts since the last call, and count from zero again."""
        taken = replace(self)
        self.requests = self.retries = self.refusals = 0
        return taken
