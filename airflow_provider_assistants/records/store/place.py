# SPDX-License-Identifier: Apache-2.0
"""A place on a file system that something is written to: its file system, its checks and its errors."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from fsspec import AbstractFileSystem

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.buckets import has_console, is_forbidden, is_missing, written_name
from airflow_provider_assistants.records.store.errors import cannot_be_written
from airflow_provider_assistants.records.store.location import Location
from airflow_provider_assistants.records.store.uri import UPLOADS_ARE_ATOMIC, display_uri

__all__ = ["Place"]

_SET_TMPDIR = (
    "Set TMPDIR in the worker's environment to a directory that it may write to, with room for all that is written"
)


class Place(Location):
    """
    A path on a file system, to be written to; for other parameters see :class:`.Location`.

    :param spool_dir: Where uploads are spooled; the system's directory for temporary files if None.
    """

    _access = "write"

    def __init__(
        self,
        open_filesystem: Callable[[], AbstractFileSystem],
        path: str,
        *,
        uri: str,
        protocol: str = "file",
        spool_dir: str | None = None,
        conn_id: str | None = None,
    ) -> None:
        super().__init__(open_filesystem, path, uri=uri, protocol=protocol, conn_id=conn_id)
        self._uploads_are_atomic = self._protocol in UPLOADS_ARE_ATOMIC
        if self._is_local and not path.endswith("/"):
            # A link is written through, as any program does that opens it.
            self._path = os.path.realpath(path)
        self._spool_dir = spool_dir
        self._overwrite = True

    @property
    def has_console(self) -> bool:
        """Whether the store has a web console that shows the object; a self-hosted endpoint has none."""
        return has_console(self._filesystem(), self._protocol)

    def _check_name(self, fs: AbstractFileSystem) -> None:
        name = written_name(fs, self._path)
        if name.lstrip("/") != self._path.lstrip("/"):
            raise self._error(
                f"{type(fs).__name__} would write it to {display_uri(name)!r}", "Choose a name without ? and #"
            )

    def _check_bucket(self, fs: AbstractFileSystem) -> None:
        bucket, _, key = self._path.lstrip("/").partition("/")
        if not key:
            raise self._error("it names a bucket or container, no object in it", "Add the object's name")
        if is_missing(fs, self._protocol, bucket):
            raise self._error(f"there is no bucket or container {bucket!r}", "Create it, or correct its name")

    def _exists(self, fs: AbstractFileSystem) -> bool:
        """Whether something is there; permission to write without permission to read is enough to overwrite."""
        fs.invalidate_cache()
        try:
            return bool(fs.exists(self._path))
        except Exception as error:
            if not (self._overwrite and is_forbidden(error)):
                raise
            return False

    def _open_spool(self) -> IO[bytes]:
        with self._spooling_errors():
            # Unlinked at once: whatever kills the process, the space comes back.
            return tempfile.TemporaryFile(dir=self._spool_dir)

    @contextmanager
    def _spooling_errors(self, written: int = 0) -> Iterator[None]:
        """
        Type the errors of the spool.

        :param written: How many bytes it held before, which the error says.
        """
        where = self._spool_dir
        with contextlib.suppress(OSError):
            where = where or tempfile.gettempdir()
        doing = f"spooling it in {where}" if where else "finding a directory for temporary files"
        size = f"; it held {written:,} bytes so far" if written else ""
        with self.typed_errors(doing, advice=f"{_SET_TMPDIR}{size}"):
            yield

    def _error(self, what: str, advice: str | None = None) -> DestinationError:
        return cannot_be_written(self.uri, what, advice)

    def _exists_already(self) -> DestinationError:
        return self._error("it exists already", "Set overwrite=True, or put the run's date into the name")

    def _own_paths(self) -> tuple[str, ...]:
        return (self._path, str(PurePosixPath(self._path).parent))
