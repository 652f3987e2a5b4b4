# SPDX-License-Identifier: Apache-2.0
"""Servers that these tests start; what is not installed is skipped."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.deployment.redis import Redis, redis_binary


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """A Redis server; the tests with it are skipped where it, or Airflow's provider of Celery, is not installed."""
    binary = redis_binary()
    if binary is None:
        pytest.skip("Redis is not installed: apt-get install redis-server")
    if importlib.util.find_spec("airflow.providers.celery") is None:
        pytest.skip("Celery is not installed: run make test-deploy")
    with Redis(binary) as server:
        yield server
