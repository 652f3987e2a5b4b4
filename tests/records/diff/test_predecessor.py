# SPDX-License-Identifier: Apache-2.0
"""Which snapshot is the one before."""

from __future__ import annotations

from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.diff.predecessor import find_before
from airflow_provider_assistants.records.store.source import Source
from tests.records.store.stores import StoreFolder


def before(folder: Path, pattern: str, after: str) -> str | None:
    source = Source(LocalFileSystem, f"{folder}/{pattern}", uri=f"file://{folder}/{pattern}")
    found = find_before(source, f"{folder}/{after}")
    if found is None:
        return None
    assert found.uri == f"file://{found.path}"
    return found.path.removeprefix(f"{folder}/")


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


@pytest.mark.parametrize(
    ("there", "pattern", "after", "expected"),
    [
        (["2026-11-19/x.csv", "2026-11-20/x.csv"], "*/x.csv", "2026-11-21/x.csv", "2026-11-20/x.csv"),
        # A night was missed, or that account failed in it.
        (["2026-11-18/x.csv", "2026-11-20/y.csv"], "*/x.csv", "2026-11-21/x.csv", "2026-11-18/x.csv"),
        # A past run that is cleared finds what it found then.
        (
            ["2026-11-19/x.csv", "2026-11-20/x.csv", "2026-11-21/x.csv"],
            "*/x.csv",
            "2026-11-20/x.csv",
            "2026-11-19/x.csv",
        ),
        (["2026-11-21/x.csv", "2026-11-22/x.csv"], "*/x.csv", "2026-11-21/x.csv", None),
        ([], "*/x.csv", "2026-11-21/x.csv", None),
        # Other formats.
        (["2026-11-20/x.csv", "2026-11-21/x.csv"], "*/x.csv", "2026-11-21/x.parquet", "2026-11-20/x.csv"),
        # Dates in names.
        (["x/2026-11-19.csv", "x/2026-11-20.csv"], "x/*.csv", "x/2026-11-20.csv", "x/2026-11-19.csv"),
        (["x-2026-11-19.csv", "y-2026-11-20.csv"], "x-*.csv", "x-2026-11-21.csv", "x-2026-11-19.csv"),
        (["x/2026-11-20.csv", "x/2026-11-21.csv"], "x/*.csv", "x/2026-11-21.jsonl.gz", "x/2026-11-20.csv"),
        (["x/2026-11-20T01.csv", "x/2026-11-20T13.csv"], "x/*.csv", "x/2026-11-20T13.csv", "x/2026-11-20T01.csv"),
        # Several parts.
        (["y=2025/m=12/d=31/x", "y=2026/m=01/d=02/x"], "y=*/m=*/d=*/x", "y=2026/m=01/d=02/x", "y=2025/m=12/d=31/x"),
        (["2026/01/01/x", "2026/01/02/x", "2026/02/01/x"], "*/*/*/x", "2026/01/02/x", "2026/01/01/x"),
        (["2026-11-20/1/x", "2026-11-20/2/x"], "*/*/x", "2026-11-21/0/x", "2026-11-20/2/x"),
        # What else lies there.
        (["manifests.json", "2026-11-20/x/deep", "2026-11-19/x"], "*/x", "2026-11-21/x", "2026-11-19/x"),
        (["a[1]/2026-11-19/x"], "a[1]/*/x", "a[1]/2026-11-21/x", "a[1]/2026-11-19/x"),
    ],
)
def test_the_newest_that_is_older(
    tmp_path: Path, there: list[str], pattern: str, after: str, expected: str | None
) -> None:
    make(tmp_path, *there)
    assert before(tmp_path, pattern, after) == expected


@pytest.mark.parametrize("after", ["elsewhere/2026-11-21/x", "x", "lake/y-1/x"])
def test_what_is_older_cannot_be_known(tmp_path: Path, after: str) -> None:
    with pytest.raises(ConfigurationError, match="after is not in the place of"):
        before(tmp_path, "lake/x-*/x", after)


@pytest.mark.store
def test_in_a_bucket(s3: StoreFolder) -> None:
    for name in ("2026-11-18/x.csv", "2026-11-20/y.csv", "2026-11-22/x.csv"):
        s3.put(b"", name)
    pattern = Source(lambda: s3.fs, f"{s3.folder}/*/x.csv", uri=f"s3://conn@{s3.folder}/*/x.csv", protocol="s3")
    found = find_before(pattern, f"{s3.folder}/2026-11-21/x.csv")
    assert found is not None
    assert found.uri == f"s3://conn@{s3.folder}/2026-11-18/x.csv"
    assert found.path == f"{s3.folder}/2026-11-18/x.csv"
