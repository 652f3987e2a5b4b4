# SPDX-License-Identifier: Apache-2.0
"""A file that is read: opened on any file system, measured while it is read, and with errors that say what to do."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.errors import cannot_be_read
from airflow_provider_assistants.records.store.location import Location

__all__ = ["MeasuredFile", "Source", "spool", "spooling_errors"]

_CHUNK = 1024 * 1024


@contextmanager
def spool() -> Iterator[IO[bytes]]:
    """Open a temporary file; it is unlinked at once, so whatever kills the process, the space comes back."""
    with spooling_errors():
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    try:
        yield file
    finally:
        with contextlib.suppress(OSError):
            file.close()


@contextmanager
def spooling_errors() -> Iterator[None]:
    """Raise what goes wrong with a temporary file as an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise DestinationError(
            f"A temporary file cannot be written: {error.strerror or type(error).__name__}",
            advice="Set TMPDIR in the worker's environment to a directory that it may write to, with room for a whole snapshot",
        ) from None


class MeasuredFile(io.RawIOBase):
    """
    A file that knows how many of its bytes were read, and their SHA-256; for reading from the beginning to the end.

    :param file: The file.
    :param typed: Makes a context that types the errors of one read.
    """

    def __init__(self, file: IO[bytes], typed: Callable[[], Any]) -> None:
        self.file = file
        self._typed = typed
        self._hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        """Bytes can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes."""
        with self._typed():
            data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def drain(self) -> None:
        """Read what is left, so that size and hash are those of the whole file."""
        while self.read(_CHUNK):
            pass

    def rewind(self) -> None:
        """Go back to the beginning of the file itself; what is read of it from here on is not measured."""
        with self._typed():
            self.file.seek(0)

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was read, in hexadecimal."""
        return self._hash.hexdigest()


class Source(Location):
    """One file on one file system, to be read."""

    _access = "read"

    @property
    def path(self) -> str:
        """The path on the file system."""
        return self._path

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine."""
        return self._is_local

    def exists(self) -> bool:
        """
        Whether there is a file.

        :raises DestinationError: If that cannot be known, as without permission.
        """
        with self.typed_errors("looking for it"):
            fs = self._filesystem()
            fs.invalidate_cache()
            return bool(fs.exists(self.path)) and not fs.isdir(self.path)

    def names(self) -> list[str]:
        """Return the names of what lies in this directory; empty if there is none."""
        with self.typed_errors("listing it"):
            fs = self._filesystem()
            fs.invalidate_cache()
            try:
                found = fs.ls(self.path, detail=False)
            except (FileNotFoundError, NotADirectoryError):
                return []
            return [name for name in (str(each).rstrip("/").rpartition("/")[2] for each in found) if name]

    def at(self, path: str, uri: str) -> Source:
        """Return another file of the same file system."""
        return Source(self._filesystem, path, uri=uri, protocol=self._protocol, conn_id=self._conn_id)

    @contextmanager
    def open(self) -> Iterator[MeasuredFile]:
        """
        Open the file for reading from its beginning to its end.

        :raises DestinationError: If there is none, or it cannot be read.
        """
        with self.typed_errors("opening it"):
            file = self._filesystem().open(self.path, "rb")
        try:
            yield MeasuredFile(file, lambda: self.typed_errors("reading it"))
        finally:
            file.close()

    @contextmanager
    def open_seekable(self) -> Iterator[tuple[IO[bytes], MeasuredFile]]:
        """Read the whole file, and return it for reading from anywhere; a file of a store is copied to a temporary one."""
        with self.open() as measured, spool() as copy:
            if self.is_local:
                measured.drain()
                measured.rewind()
                yield measured.file, measured
                return
            while data := measured.read(_CHUNK):
                with spooling_errors():
                    copy.write(data)
            copy.seek(0)
            yield copy, measured

    def error(self, what: str, advice: str | None = None) -> DestinationError:
        """Return an error of this file."""
        return cannot_be_read(self.uri, what, advice)

    def _typed(self, error: Exception, doing: str, advice: str | None) -> DestinationError:
        if isinstance(error, FileNotFoundError):
            return self.error("there is no such file", "Check that the task that writes it has succeeded")
        return super()._typed(error, doing, advice)
