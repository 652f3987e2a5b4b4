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

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.records.store.buckets import has_console, is_forbidden, is_missing, written_name
from airflow_provider_assistants.records.store.errors import OPENING, cannot_be_written, failure_of
from airflow_provider_assistants.records.store.uri import LOCAL, UPLOADS_ARE_ATOMIC, display_uri

__all__ = ["Place"]

_SET_TMPDIR = (
    "Set TMPDIR in the worker's environment to a directory that it may write to, with room for all that is written"
)


class Place:
    """
    A path on a file system.

    :param open_filesystem: Returns the fsspec file system; called when it is first needed, since that may need a connection or
        a package that is missing.
    :param path: The path on that file system.
    :param uri: The destination as the user wrote it, for messages.
    :param protocol: The scheme of the URI; ``file`` for a path without one.
    :param spool_dir: Where uploads are spooled; the system's directory for temporary files if None.
    :param conn_id: The connection to the store, for messages.
    """

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
        self.uri = display_uri(uri)
        self._open_filesystem = open_filesystem
        self._protocol = protocol or "file"
        self._is_local = self._protocol in LOCAL
        self._uploads_are_atomic = self._protocol in UPLOADS_ARE_ATOMIC
        # A link is written through, as any program does that opens it.
        self._path = os.path.realpath(path) if self._is_local and not path.endswith("/") else path
        self._spool_dir = spool_dir
        self._conn_id = conn_id
        self._fs: AbstractFileSystem | None = None
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
        with self._typed_errors(doing, advice=f"{_SET_TMPDIR}{size}"):
            yield

    def _filesystem(self) -> AbstractFileSystem:
        if self._fs is None:
            with self._typed_errors(OPENING):
                self._fs = self._open_filesystem()
        return self._fs

    def _error(self, what: str, advice: str | None = None) -> DestinationError:
        return cannot_be_written(self.uri, what, advice)

    def _exists_already(self) -> DestinationError:
        return self._error("it exists already", "Set overwrite=True, or put the run's date into the name")

    @contextmanager
    def _typed_errors(self, doing: str, *, advice: str | None = None) -> Iterator[None]:
        try:
            yield
        except AssistantsError:
            raise
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            raise failure_of(
                error,
                doing=doing,
                uri=self.uri,
                protocol=self._protocol,
                conn_id=self._conn_id,
                paths=(self._path, str(PurePosixPath(self._path).parent)),
                advice=advice,
            ) from None
