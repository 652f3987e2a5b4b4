# SPDX-License-Identifier: Apache-2.0
"""Each store in turn, with a bucket of its own and an Airflow connection to it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from tests.stores.clients import Bucket, make_bucket
from tests.stores.servers import SERVERS, Server, is_installed, running

#: What is installed for all tests; the other servers and their clients are large, see ``make test-stores``.
ALWAYS = {"moto"}


def _param(name: str) -> Any:
    marks = [pytest.mark.store, *([] if name in ALWAYS else [pytest.mark.optional])]
    return pytest.param(name, marks=marks)


@pytest.fixture(scope="session", params=[_param(name) for name in SERVERS])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server of each kind."""
    if not is_installed(request.param):
        assert not os.environ.get("ALL_STORES"), f"{request.param} is not installed"
        pytest.skip(f"{request.param} is not installed: make test-stores")
    with pytest.MonkeyPatch.context() as environment, running(request.param) as server:
        for name, value in server.environment.items():
            environment.setenv(name, value)
        yield server


@dataclass(frozen=True, kw_only=True)
class Store:
    """
    A bucket of a server, as a task reaches it.

    :param server: The server.
    :param bucket: The bucket, as its vendor's own client sees it.
    :param conn_id: Airflow's connection to it.
    :param connect: Defines a connection.
    """

    server: Server
    bucket: Bucket
    conn_id: str
    connect: Callable[..., str]

    def uri(self, key: str, *, bucket: str | None = None, conn_id: str | None = None) -> str:
        user = f"{conn_id}@" if conn_id else ""
        return f"{self.server.scheme}://{user}{bucket or self.bucket.name}/{key}"

    def refused(self, what: str) -> str:
        """Define a connection that the server refuses; return its id, which is new: Airflow keeps open file systems."""
        return self.connect(f"refused_{uuid.uuid4().hex[:8]}", **self.server.refused[what])

    def run(self, destination: str, *, conn_id: str | None = "", **arguments: Any) -> Any:
        """List the assistants of Burki into the store."""
        operator = ListAssistantsOperator(
            task_id="list",
            conn_id="burki_default",
            destination=destination,
            object_storage_conn_id=self.conn_id if conn_id == "" else conn_id,
            **arguments,
        )
        return operator.execute({})


@pytest.fixture
def store(server: Server, connect: Callable[..., str]) -> Store:
    """A bucket that is empty, on each server."""
    bucket = make_bucket(server, f"lake-{uuid.uuid4().hex[:12]}")
    conn_id = connect(f"lake_{server.endpoint.rpartition(':')[2].partition('/')[0]}", **server.connection)
    return Store(server=server, bucket=bucket, conn_id=conn_id, connect=connect)
