# SPDX-License-Identifier: Apache-2.0
"""File systems to write to: real ones, and some that refuse what real ones refuse."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from fsspec import AbstractFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from s3fs import S3FileSystem
from s3fs.core import S3File

from airflow_provider_assistants.records.store.destination import Destination


@dataclass(frozen=True)
class StoreFolder:
    """A folder on some file system, and how to read it."""

    fs: AbstractFileSystem
    protocol: str
    folder: str

    def destination(self, name: str = "rows.jsonl", **options: Any) -> Destination:
        path = f"{self.folder}/{name}"
        return Destination(lambda: self.fs, path, uri=f"{self.protocol}://{path}", protocol=self.protocol, **options)

    def content(self, name: str = "rows.jsonl") -> bytes | None:
        self.fs.invalidate_cache()
        path = f"{self.folder}/{name}"
        return self.fs.cat_file(path) if self.fs.exists(path) else None

    def put(self, data: bytes, name: str = "rows.jsonl") -> None:
        path = f"{self.folder}/{name}"
        if self.protocol == "file":
            self.fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.fs.pipe_file(path, data)

    def names(self) -> set[str]:
        """Everything in the folder, hidden files too."""
        self.fs.invalidate_cache()
        return {path.rsplit("/", 1)[-1] for path in self.fs.find(self.folder)}

    def unfinished_uploads(self) -> int:
        if self.protocol != "s3":
            return 0
        return len(self.fs.call_s3("list_multipart_uploads", Bucket=self.folder.split("/")[0]).get("Uploads", []))


def s3_filesystem(endpoint: str, kind: type[S3FileSystem] = S3FileSystem) -> S3FileSystem:
    return kind(
        key="testing",
        secret="testing",
        endpoint_url=endpoint,
        client_kwargs={"region_name": "us-east-1"},
        skip_instance_cache=True,
        use_listings_cache=True,
    )


class InterruptedS3(S3FileSystem):
    """S3, where something happens before a part is sent, or before the upload is completed."""

    interrupt: ClassVar[Callable[[str, int], None]] = staticmethod(lambda step, number: None)

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **options: Any) -> Any:
        return _InterruptedFile(self, path, mode, block_size or self.default_block_size)


class _InterruptedFile(S3File):
    parts_sent = 0

    def _upload_chunk(self, final: bool = False) -> Any:
        self.parts_sent += 1
        type(self.fs).interrupt("part", self.parts_sent)
        return super()._upload_chunk(final)

    def commit(self) -> None:
        type(self.fs).interrupt("commit", 0)
        super().commit()
        type(self.fs).interrupt("committed", 0)


class _OwnMemory(MemoryFileSystem):
    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[str, Any] = {}
        self.pseudo_dirs = [""]


class RefusesToOverwrite(_OwnMemory):
    """Renames to free names only, as SMB and HDFS do."""

    def mv(self, path1: str, path2: str, **options: Any) -> None:
        if self.exists(path2):
            raise OSError(f"{path2} is there")  # not every client says FileExistsError
        super().mv(path1, path2, **options)


class RefusesSilently(_OwnMemory):
    """Renames to free names only, and says nothing otherwise, as WebHDFS does."""

    def mv(self, path1: str, path2: str, **options: Any) -> None:
        if not self.exists(path2):
            super().mv(path1, path2, **options)


class BreaksOnRename(_OwnMemory):
    """Steps aside for a new file, and then does not let it in."""

    def mv(self, path1: str, path2: str, **options: Any) -> None:
        if path1.endswith(".part"):
            raise OSError("connection lost")
        super().mv(path1, path2, **options)


class WriteOnly(_OwnMemory):
    """Forbids reading, as a bucket does for a role that may only put."""

    hidden = True

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        if self.hidden:
            raise PermissionError("Forbidden")
        return super().info(path, **options)

    def exists(self, path: str, **options: Any) -> bool:
        if self.hidden:
            raise PermissionError("Forbidden")
        return super().exists(path, **options)


def memory_place(kind: type[_OwnMemory] = _OwnMemory, protocol: str = "memory") -> StoreFolder:
    return StoreFolder(kind(), protocol, f"/lake-{uuid.uuid4().hex}")


def random_bytes(size: int) -> bytes:
    return os.urandom(size)
