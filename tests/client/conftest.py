# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests of the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.client.network_client import Tls


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[False, True], ids=["tcp", "tls"])
def tls(request: pytest.FixtureRequest, certificates: Tls) -> Tls | None:
    return certificates if request.param else None


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test may leave a complaint of asyncio's in the log, which would be in the task's."""
    with caplog.at_level(logging.WARNING, logger="asyncio"):
        yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.name == "asyncio"] == []
