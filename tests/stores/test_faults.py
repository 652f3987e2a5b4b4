# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at a store: the message that a user reads, and what is at the destination afterwards."""

from __future__ import annotations

import re

import pytest

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.sandbox import Sandbox
from tests.stores.conftest import Store
from tests.stores.outcomes import check, check_message
from tests.stores.servers import SECRETS

pytestmark = pytest.mark.filterwarnings("default")

OLD = b"as it was"


def refusal(store: Store, uri: str, **arguments: object) -> str:
    """Run a task that fails; return its message with what differs between runs replaced."""
    with pytest.raises(DestinationError) as caught:
        store.run(uri, **arguments)
    message = str(caught.value)
    assert message.isprintable()
    assert not [secret for secret in SECRETS if secret in message]
    for text, word in ((store.bucket.name, "lake"), (store.conn_id, "lake"), (store.server.endpoint, "http://store")):
        message = message.replace(text, word)
    return re.sub(r"refused_[0-9a-f]{8}", "wrong", message)


@pytest.mark.parametrize("by", ["uri", "argument"])
def test_a_connection_in_the_uri_or_beside_it(sandbox: Sandbox, store: Store, by: str) -> None:
    conn_id = store.conn_id if by == "uri" else None
    manifest = store.run(store.uri("x.jsonl", conn_id=conn_id), conn_id=None if by == "uri" else store.conn_id)
    assert manifest["uri"] == store.uri("x.jsonl", conn_id=conn_id)
    assert len(store.bucket.get("x.jsonl").splitlines()) == 12
    check("the connection in the URI" if by == "uri" else "object_storage_conn_id", store.server.name, "works")


def test_overwriting(sandbox: Sandbox, store: Store) -> None:
    store.bucket.put("x.jsonl", OLD)
    check_message("overwrite=False", store.server.name, refusal(store, store.uri("x.jsonl"), overwrite=False))
    assert sandbox.requests() == []
    assert store.bucket.get("x.jsonl") == OLD
    check("overwrite=False, and it is there", store.server.name, "refused")
    for _ in range(2):
        store.run(store.uri("x.jsonl"))
        assert len(store.bucket.get("x.jsonl").splitlines()) == 12
    assert store.bucket.keys() == ["x.jsonl"]
    check("overwritten twice", store.server.name, "the new object")


@pytest.mark.parametrize("was_there", [False, True])
def test_a_listing_that_fails(sandbox: Sandbox, store: Store, was_there: bool) -> None:
    if was_there:
        store.bucket.put("x.jsonl", OLD)
    sandbox.set_size("burki", 4_000)
    sandbox.fail("burki", "401", after=20, times=None)
    with pytest.raises(AssistantsError):
        store.run(store.uri("x.jsonl"))
    assert store.bucket.keys() == (["x.jsonl"] if was_there else [])
    if was_there:
        assert store.bucket.get("x.jsonl") == OLD
        check("the listing fails", store.server.name, "the old object")


def test_a_bucket_that_is_missing(sandbox: Sandbox, store: Store) -> None:
    uri = store.uri("x.jsonl", bucket="no-such-bucket")
    check_message("a missing bucket", store.server.name, refusal(store, uri))
    assert sandbox.requests() == []
    check("a missing bucket", store.server.name, "refused")


@pytest.mark.parametrize("what", ["wrong secret", "unknown key", "no permission"])
def test_credentials_that_are_refused(sandbox: Sandbox, store: Store, what: str) -> None:
    if what not in store.server.refused:
        check(what, store.server.name, "not checked")
        return
    store.bucket.put("x.jsonl", OLD)
    check_message(what, store.server.name, refusal(store, store.uri("x.jsonl"), conn_id=store.refused(what)))
    # That a key may read and not write shows when it writes; anything else before the vendor is asked.
    assert what == "no permission" or sandbox.requests() == []
    assert store.bucket.get("x.jsonl") == OLD
    check(what, store.server.name, "refused, the old object")


def test_a_connection_that_is_not_there(sandbox: Sandbox, store: Store) -> None:
    message = refusal(store, store.uri("x.jsonl"), conn_id="no_such_connection")
    check_message("no such connection", store.server.name, message)
    assert sandbox.requests() == []
    check("no such connection", store.server.name, "refused")
