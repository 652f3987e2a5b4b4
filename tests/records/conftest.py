# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from tests.records.store.stores import InterruptedS3, StoreFolder, memory_place, s3_filesystem


@pytest.fixture
def s3(s3_endpoint: str) -> StoreFolder:
    fs = s3_filesystem(s3_endpoint, InterruptedS3)
    bucket = f"lake-{uuid.uuid4().hex[:12]}"
    fs.call_s3("create_bucket", Bucket=bucket)
    return StoreFolder(fs, "s3", f"{bucket}/rows")


@pytest.fixture
def local(tmp_path: Path) -> StoreFolder:
    return StoreFolder(LocalFileSystem(), "file", str(tmp_path / "lake"))


@pytest.fixture(params=["local", "memory", pytest.param("s3", marks=pytest.mark.store)])
def place(request: pytest.FixtureRequest) -> StoreFolder:
    """Each kind of store in turn."""
    if request.param == "memory":
        return memory_place()
    found: StoreFolder = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def interrupt_s3(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, int], None]], None]:
    """Have something happen in the middle of an upload."""

    def interrupt(happening: Callable[[str, int], None]) -> None:
        monkeypatch.setattr(InterruptedS3, "interrupt", staticmethod(happening))

    return interrupt
