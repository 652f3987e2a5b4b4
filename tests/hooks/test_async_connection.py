# SPDX-License-Identifier: Apache-2.0
"""A connection is read in an event loop on every supported Airflow."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from airflow.providers.common.compat.sdk import AirflowNotFoundException, BaseHook

from airflow_provider_assistants.hooks.async_connection import async_connection


@pytest.fixture
def burki(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BURKI_DEFAULT", '{"conn_type": "burki", "password": "k"}')


@pytest.mark.usefixtures("burki")
def test_a_connection_is_read() -> None:
    assert asyncio.run(async_connection("burki_default")).password == "k"


def test_an_unknown_connection_is_named() -> None:
    with pytest.raises(AirflowNotFoundException, match="nosuch"):
        asyncio.run(async_connection("nosuch"))


@pytest.mark.usefixtures("burki")
def test_an_airflow_that_masks_with_a_blocking_call_reads_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 3.3.2, the asynchronous method fails while another call to the supervisor is in flight."""
    from airflow.providers.common.compat.sdk import Connection

    monkeypatch.delattr(Connection, "aextra_dejson", raising=False)

    async def fail(*_: object, **__: object) -> None:
        raise AssertionError("the asynchronous method was called")

    monkeypatch.setattr(BaseHook, "aget_connection", fail)
    assert asyncio.run(async_connection("burki_default")).password == "k"


def test_nothing_of_a_newer_common_compat_is_imported() -> None:
    """What common.compat 1.14.0 lacks, the oldest that is declared, may not be imported from it."""
    script = (
        "import sys, importlib;"
        "sys.modules['airflow.providers.common.compat.triggers'] = None;"
        "sys.modules['airflow.providers.common.compat.connection'] = None;"
        "names = 'operators.listing', 'sensors.status', 'triggers.status', 'hooks.burki', 'hooks.async_connection', 'links';"
        "[importlib.import_module(f'airflow_provider_assistants.{name}') for name in names]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
