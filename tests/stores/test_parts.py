# SPDX-License-Identifier: Apache-2.0
"""Listings in parts in every store: the rows of a single file, replaced as a whole, and left alone by a listing that fails."""

from __future__ import annotations

import json

import pytest

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.sandbox import Sandbox
from tests.stores.conftest import Store
from tests.stores.outcomes import check
from tests.stores.test_formats import ids

pytestmark = pytest.mark.filterwarnings("default")

FORMATS = {"jsonl": "jsonl", "csv.gz": "csv", "parquet": "parquet"}


def parts(store: Store, folder: str) -> list[str]:
    """The parts that the manifest lists; nothing else is in the folder."""
    manifest = json.loads(store.bucket.get(f"{folder}/_manifest.json"))
    names = [each["name"] for each in manifest["files"]]
    assert store.bucket.keys() == sorted([f"{folder}/_manifest.json", *(f"{folder}/{name}" for name in names)])
    return [f"{folder}/{name}" for name in names]


@pytest.mark.parametrize("form", FORMATS)
def test_parts(sandbox: Sandbox, store: Store, form: str) -> None:
    folder = "assistants (dt=2026-11-21)"
    compression = {"csv.gz": "gzip"}.get(form)

    def listed() -> list[str]:
        options = {"format": FORMATS[form], "compression": compression, "rows_per_file": 5}
        manifest = store.run(store.uri(folder), **options)
        found = [each for key in parts(store, folder) for each in ids(key, store.bucket.get(key))]
        assert manifest["rows"] == len(found)
        return found

    assert listed() == [str(row["id"]) for row in sandbox.rows("burki")]
    sandbox.set_size("burki", 7)
    assert listed() == [str(row["id"]) for row in sandbox.rows("burki")]
    check(f"rows_per_file, {form}", store.server.name, "replaced as a whole")


def test_a_listing_that_fails(sandbox: Sandbox, store: Store) -> None:
    sandbox.set_size("burki", 4_000)
    options = {"format": "jsonl", "rows_per_file": 1_500}
    store.run(store.uri("burki"), **options)
    assert len(parts(store, "burki")) == 3
    before = store.bucket.contents()
    sandbox.fail("burki", "401", after=20, times=None)
    with pytest.raises(AssistantsError):
        store.run(store.uri("burki"), **options)
    assert store.bucket.contents() == before
    check("rows_per_file, the listing fails", store.server.name, "the old parts")
