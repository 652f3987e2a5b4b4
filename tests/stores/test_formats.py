# SPDX-License-Identifier: Apache-2.0
"""Every format in every store: the bytes of a local file, read by the store's own client and by Airflow."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest
import zstandard

from airflow_provider_assistants.sandbox import Sandbox
from tests.stores.conftest import Store
from tests.stores.outcomes import check

pytestmark = pytest.mark.filterwarnings("default")

FORMATS = ("jsonl", "jsonl.gz", "jsonl.zst", "json", "json.gz", "csv", "csv.gz", "parquet")


def ids(name: str, data: bytes) -> list[str]:
    """The ids in a file, read without this package."""
    if name.endswith(".parquet"):
        table = pyarrow.parquet.read_table(io.BytesIO(data))
        return [str(each) for each in table.column("id").to_pylist()]
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    if name.endswith(".zst"):
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    if ".csv" in name:
        import csv

        return [row["id"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    rows = json.loads(data) if ".jsonl" not in name else [json.loads(line) for line in data.splitlines()]
    return [str(row["id"]) for row in rows]


@pytest.mark.parametrize("form", FORMATS)
def test_a_format(sandbox: Sandbox, store: Store, tmp_path: Path, form: str) -> None:
    from airflow.sdk import ObjectStoragePath

    sandbox.set_size("burki", 250)
    local = tmp_path / f"assistants.{form}"
    store.run(str(local), conn_id=None)
    manifest = store.run(store.uri(f"dt=2026-11-21/assistants.{form}"))
    data = store.bucket.get(f"dt=2026-11-21/assistants.{form}")
    assert data == local.read_bytes()
    assert (manifest["bytes"], manifest["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert ids(local.name, data) == [str(row["id"]) for row in sandbox.rows("burki")]
    assert ObjectStoragePath(manifest["uri"], conn_id=store.conn_id).read_bytes() == data
    assert store.bucket.keys() == [f"dt=2026-11-21/assistants.{form}"]
    check(form, store.server.name, "the bytes of a local file")
