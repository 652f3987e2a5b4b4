# SPDX-License-Identifier: Apache-2.0
"""Large objects, and processes that are killed while they upload: the old object or the new one, and nothing else."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.stores.conftest import Store
from tests.stores.killing_proxy import KillingProxy
from tests.stores.outcomes import check
from tests.stores.upload import MIB, Uploader, uploader

pytestmark = pytest.mark.filterwarnings("default")

#: MiB of an upload that is killed: three parts.
SIZE = 13


@pytest.fixture(scope="module")
def uploads() -> Iterator[Uploader]:
    with uploader() as started:
        yield started


def through(store: Store, proxy: KillingProxy) -> dict[str, Any]:
    """The connection, by way of the proxy."""
    connection: dict[str, Any] = json.loads(
        json.dumps(store.server.connection).replace(store.server.endpoint, proxy.endpoint)
    )
    return connection


@pytest.mark.optional
@pytest.mark.skipif("not os.environ.get('ALL_STORES')", reason="it takes long: make test-stores")
def test_a_large_object(store: Store, uploads: Uploader) -> None:
    store.bucket.put("x.bin", b"old")
    uploads.start(store.uri("x.bin"), 200, store.server.connection)
    status, words = uploads.wait()
    assert status == 0
    sha256, peak = words[-2:]
    assert store.bucket.sha256("x.bin") == sha256
    assert int(peak) < 40 * MIB
    check("200 MiB", store.server.name, "the same bytes")


def test_kills_while_uploading(store: Store, uploads: Uploader) -> None:
    """At chosen moments, and at some by chance: within the first part, between parts, in the last one."""
    chance = random.Random(1)
    moments = [100, 3 * MIB, 8 * MIB, SIZE * MIB - 4096]
    if os.environ.get("ALL_STORES"):
        moments += [chance.randrange(SIZE * MIB) for _ in range(6)]
    store.bucket.put("x.bin", b"old")
    for after in moments:
        with KillingProxy(store.server.endpoint, after=after) as proxy:
            proxy.aim(uploads.start(store.uri("x.bin"), SIZE, through(store, proxy)))
            status, _ = uploads.wait()
        assert status == -signal.SIGKILL
        assert store.bucket.keys() == ["x.bin"]
        assert store.bucket.get("x.bin") == b"old", f"killed after {after:,} bytes"
    uploads.start(store.uri("x.bin"), SIZE, store.server.connection)
    status, words = uploads.wait()
    assert status == 0
    assert store.bucket.keys() == ["x.bin"]
    assert store.bucket.sha256("x.bin") == words[-2]
    check("SIGKILL while it is uploaded", store.server.name, "the old object")
