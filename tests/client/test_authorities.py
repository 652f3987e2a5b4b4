# SPDX-License-Identifier: Apache-2.0
"""Which certificates are accepted: those of the extra ``verify``, or of ``SSL_CERT_FILE``, or of the usual authorities."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import VendorUnavailableError
from airflow_provider_assistants.vendors import get_vendor
from tests.client.certificates import server_tls
from tests.client.network_server import Peer, serving


def count_over_tls(folder: Path, **settings: Any) -> int:
    """Return the count of assistants that a server with a certificate of its own reports."""

    async def serve(peer: Peer) -> None:
        while await peer.request():
            await peer.respond(b'{"count": 3}', "content-type: application/json")

    async def call() -> int:
        tls, _ = server_tls(folder)
        async with asyncio.timeout(60), serving(serve, tls) as server:
            client = AssistantsClient(
                get_vendor("burki"),
                api_key="key-of-the-account",
                base_url=server.url,
                settings=ClientSettings(retry=RetryPolicy(max_retries=0), proxy="none", **settings),
            )
            async with client:
                return await client.count()

    return asyncio.run(call())


def test_an_authority_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with pytest.raises(VendorUnavailableError, match=r"TLS fails: self.signed certificate"):
        count_over_tls(tmp_path)
    assert count_over_tls(tmp_path, verify=False) == 3
    authority = tmp_path / "authority.pem"
    # The authority is made anew for each server: the file is read when the client is made, which is after that.
    assert count_over_tls(tmp_path, verify=str(authority)) == 3
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert count_over_tls(tmp_path) == 3
