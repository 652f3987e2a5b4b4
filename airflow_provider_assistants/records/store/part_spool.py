# SPDX-License-Identifier: Apache-2.0
"""
Where the parts of a listing wait until all are complete.

For a store that is one temporary file, unlinked at once, from which each part is uploaded; on a local disk it is a hidden
folder beside the destination, which becomes the destination.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.store.part_names import MAX_PARTS, UNFINISHED, PartFile
from airflow_provider_assistants.records.store.streams import GuardedWrites, MeasuredStream

__all__ = ["PartSpool", "SpooledParts", "StagedParts"]

Typed = Callable[[], AbstractContextManager[None]]


class PartSpool:
    """
    Collects parts.

    :param suffix: The suffix of their names.
    :param typed: Makes a context that converts the errors of one write into typed ones.
    """

    def __init__(self, suffix: str, typed: Typed) -> None:
        self.files: list[PartFile] = []
        self.size = 0
        self._suffix = suffix
        self._typed = typed
        self._hash = hashlib.sha256()
        self._stream: MeasuredStream | None = None

    def begin(self) -> MeasuredStream:
        """
        Open the next part.

        :raises ConfigurationError: If there are too many.
        """
        if len(self.files) >= MAX_PARTS:
            raise ConfigurationError(
                f"rows_per_file makes more than {MAX_PARTS:,} parts of this listing", advice="Raise rows_per_file"
            )
        with self._typed():
            sink = self._open()
        self._stream = MeasuredStream(GuardedWrites(_Hashed(sink, self._hash), self._typed))
        return self._stream

    def end(self, *, rows: int) -> None:
        """Complete the part that is open; its writer is closed by now."""
        stream = self._stream
        assert stream is not None, "no part is open"  # noqa: S101 - the caller's mistake
        stream.end()
        self._stream = None
        part = PartFile.numbered(len(self.files), self._suffix, rows=rows, size=stream.size, sha256=stream.sha256)
        with self._typed():
            self._complete(part)
        self.files.append(part)
        self.size += part.bytes

    def abandon(self) -> None:
        """Drop all further writes: an abandoned writer may complete its format in its destructor."""
        if self._stream is not None:
            self._stream.end()
        self._stream = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of all parts, one after another, in hexadecimal."""
        return self._hash.hexdigest()

    def _open(self) -> IO[bytes]:
        raise NotImplementedError

    def _complete(self, part: PartFile) -> None:
        raise NotImplementedError


class SpooledParts(PartSpool):
    """
    Parts in one temporary file: however many there are, one file is open.

    :param spool: The file.
    """

    def __init__(self, spool: IO[bytes], suffix: str, typed: Typed) -> None:
        super().__init__(suffix, typed)
        self._spool = spool
        self._starts: dict[str, int] = {}

    def read(self, part: PartFile) -> IO[bytes]:
        """Return a part for reading; one at a time."""
        self._spool.seek(self._starts[part.name])
        return io.BufferedReader(_Slice(self._spool, part.bytes), 256 * 1024)

    def _open(self) -> IO[bytes]:
        return self._spool

    def _complete(self, part: PartFile) -> None:
        self._starts[part.name] = self.size


class StagedParts(PartSpool):
    """
    Parts as files in a folder.

    :param folder: The folder; it exists.
    """

    def __init__(self, folder: Path, suffix: str, typed: Typed) -> None:
        super().__init__(suffix, typed)
        self.folder = folder
        self._file: IO[bytes] | None = None

    def path(self, part: PartFile) -> Path:
        """Return where a part waits."""
        return self.folder / part.name

    def tell_apart(self, there: Collection[str]) -> None:
        """
        Give other names to parts that are in another table too, which is there.

        A reader lists the names of one table and opens them where the other one is by then. Those that are gone pyarrow passes
        over, so with a name in common it would take a part of a table for all of it. A table that is there already keeps its
        names.

        :param there: The names of the parts that are there.
        """
        own = [part.named_in(self.sha256) for part in self.files]
        same = [other if other.name in there else part for part, other in zip(self.files, own, strict=True)]
        if {part.name for part in same} != {*there}:
            same = [other if part.name in there else part for part, other in zip(self.files, own, strict=True)]
        for part, named in zip(self.files, same, strict=True):
            if part.name != named.name:
                self.path(part).rename(self.path(named))
        self.files[:] = same

    def abandon(self) -> None:
        """Drop all further writes, and close the file of the part that is open."""
        super().abandon()
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def _open(self) -> IO[bytes]:
        self._file = (self.folder / UNFINISHED).open("wb")
        return self._file

    def _complete(self, part: PartFile) -> None:
        file, self._file = self._file, None
        assert file is not None, "no part is open"  # noqa: S101 - the caller's mistake
        with file:
            file.flush()
            os.fsync(file.fileno())
        (self.folder / UNFINISHED).rename(self.path(part))


class _Hashed:
    """Passes writes on, and adds them to a hash over several streams."""

    def __init__(self, stream: IO[bytes], digest: Any) -> None:
        self._stream = stream
        self._digest = digest
        self.flush = stream.flush

    def write(self, data: bytes, /) -> int:
        written = self._stream.write(data)
        self._digest.update(data)
        return written


class _Slice(io.RawIOBase):
    """The next so many bytes of a file."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)
