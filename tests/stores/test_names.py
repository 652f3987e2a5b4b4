# SPDX-License-Identifier: Apache-2.0
"""Names of objects: each is written as it stands, or refused; before anything is requested, unless only the server knows."""

from __future__ import annotations

import pytest

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.sandbox import Sandbox
from tests.stores.conftest import Store
from tests.stores.outcomes import check, check_message

pytestmark = pytest.mark.filterwarnings("default")

NAMES = {
    "hive partitions": "dt=2026-11-21/region=eu/x.jsonl",
    "a run id (: and +)": "scheduled__2026-11-21T00:00:00+00:00/x.jsonl",
    "a space": "all assistants/x y.jsonl",
    "?": "what?.jsonl",
    "? in a folder": "a?b/c.jsonl",
    "? and =": "x.jsonl?versionId=1",
    "#": "a#b.jsonl",
    "%": "100%/x.jsonl",
    "%25": "100%25.jsonl",
    "%2F": "a%2Fb.jsonl",
    "= + & , $ !": "a=b+c&d,e$f!.jsonl",
    ";": "a;b.jsonl",
    "~ ( ) *": "a~b(c)*.jsonl",
    "[ ] { }": "[1]{2}.jsonl",
    "@": "me@here.jsonl",
    "' and \"": 'it\'s "x".jsonl',
    "< > | ^ `": "a<b>c|d^e`.jsonl",
    "\\": "a\\b.jsonl",
    "letters beyond ASCII": "ünï/日本/🙂.jsonl",
    "a leading dot": ".hidden/.x.jsonl",
    "a trailing dot": "x.jsonl.",
    "a folder with a trailing dot": "v1./x.jsonl",
    "two slashes": "a//b.jsonl",
    "a leading slash": "/x.jsonl",
    ". as a folder": "a/./x.jsonl",
    ".. as a folder": "a/../x.jsonl",
    "200 letters": "x" * 200 + ".jsonl",
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name(sandbox: Sandbox, store: Store, case: str) -> None:
    from airflow.sdk import ObjectStoragePath

    key = NAMES[case]
    try:
        manifest = store.run(store.uri(key), format="jsonl")
    except DestinationError as error:
        check_message(f"name: {case}", store.server.name, str(error).replace(store.bucket.name, "lake"))
        if sandbox.requests():
            check(f"name: {case}", store.server.name, "refused by the server")
            return
        assert store.bucket.keys() == []
        check(f"name: {case}", store.server.name, "refused")
        return
    assert store.bucket.keys() == [key]
    data = store.bucket.get(key)
    assert len(data.splitlines()) == 12
    assert manifest["uri"] == store.uri(key)
    assert ObjectStoragePath(manifest["uri"], conn_id=store.conn_id).read_bytes() == data
    check(f"name: {case}", store.server.name, "as given")


def test_blanks_around_a_destination_are_no_part_of_it(sandbox: Sandbox, store: Store) -> None:
    assert store.run(f" {store.uri('x.jsonl')}\n")["uri"] == store.uri("x.jsonl")
    assert store.bucket.keys() == ["x.jsonl"]
