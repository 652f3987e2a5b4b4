# SPDX-License-Identifier: Apache-2.0
"""
The destination: atomic writes. Nothing is visible there before it is complete, and an existing object stays until then.

Object stores show an object only when its upload is complete, so rows are spooled to a local temporary file and uploaded once
the listing is complete: a listing that fails has not touched the store. On other file systems rows are written to a hidden file
beside the destination, which is renamed over it. Temporary files are removed after any failure; only a process that is killed
outright can leave a ``.part`` file, which the next run to the same destination removes (:mod:`.part_files`).

Closing a file of fsspec after an exception *commits* what was written so far, and so does its destructor; an upload
that fails is discarded before it can be closed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from fsspec import AbstractFileSystem

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.records.store.buckets import has_console, is_forbidden, is_missing, written_name
from airflow_provider_assistants.records.store.errors import OPENING, cannot_be_written, failure_of
from airflow_provider_assistants.records.store.part_files import lock_and_sweep, part_name
from airflow_provider_assistants.records.store.streams import GuardedWrites, MeasuredStream
from airflow_provider_assistants.records.store.uri import LOCAL, UPLOADS_ARE_ATOMIC, display_uri

__all__ = ["UPLOADS_ARE_ATOMIC", "Destination", "MeasuredStream"]

#: Parts of an upload, and what is handed over at a time. Stores take parts from 5 MiB, and a file system may hold one
#: part twice; chunks fit into parts without a rest, since some stores want all parts to be equal.
_PART, _CHUNK = 6 * 1024 * 1024, 256 * 1024

_SET_TMPDIR = "Set TMPDIR in the worker's environment to a directory that it may write to, with room for the whole file"


class Destination:
    """
    One file on one file system.

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

    def prepare(self, *, overwrite: bool) -> None:
        """
        Check before any request that this can be written to, and make the directories above it.

        :param overwrite: Whether an existing object may be replaced.
        :raises DestinationError: If there is no file system for it, it is a directory, or it exists and must stay.
        """
        self._overwrite = overwrite
        with self._typed_errors("checking it"):
            if self._path.endswith("/") or self.uri.endswith("/"):
                raise self._is_directory()
            fs = self._filesystem()
            self._check_name(fs)
            if self._uploads_are_atomic:
                self._check_bucket(fs)
                self._open_spool().close()
            if self._exists(fs):
                if fs.isdir(self._path):
                    raise self._is_directory()
                if self._is_local and not stat.S_ISREG(os.stat(self._path).st_mode):
                    raise self._error("it is a device or a pipe, no file", "Name a file")
                if not overwrite:
                    raise self._exists_already()
            self._make_parents(fs)

    @property
    def has_console(self) -> bool:
        """Whether the store has a web console that shows the object; a self-hosted endpoint has none."""
        return has_console(self._filesystem(), self._protocol)

    @contextmanager
    def write(self) -> Iterator[MeasuredStream]:
        """
        Open a stream whose bytes become the destination if the block succeeds, and are discarded if it fails.

        :raises DestinationError: If the file system refuses.
        """
        with self._spooled() if self._uploads_are_atomic else self._beside() as stream:
            try:
                yield stream
            finally:
                stream.end()

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

    def _make_parents(self, fs: AbstractFileSystem) -> None:
        if not self._uploads_are_atomic:
            fs.makedirs(str(PurePosixPath(self._path).parent), exist_ok=True)

    @contextmanager
    def _spooled(self) -> Iterator[MeasuredStream]:
        spool = self._open_spool()
        try:
            measured = MeasuredStream(GuardedWrites(spool, self._spooling_errors))
            yield measured
            with self._spooling_errors():
                spool.seek(0)
            with self._typed_errors("uploading it"):
                self._upload(spool, measured.size)
        finally:
            with contextlib.suppress(OSError):
                spool.close()

    def _open_spool(self) -> IO[bytes]:
        with self._spooling_errors():
            # Unlinked at once: whatever kills the process, the space comes back.
            return tempfile.TemporaryFile(dir=self._spool_dir)

    @contextmanager
    def _spooling_errors(self) -> Iterator[None]:
        where = self._spool_dir
        with contextlib.suppress(OSError):
            where = where or tempfile.gettempdir()
        doing = f"spooling it in {where}" if where else "finding a directory for temporary files"
        with self._typed_errors(doing, advice=_SET_TMPDIR):
            yield

    def _upload(self, spool: IO[bytes], size: int) -> None:
        fs = self._filesystem()
        if not self._overwrite and self._exists(fs):
            raise self._exists_already()
        upload = fs.open(self._path, "wb", block_size=_PART)
        try:
            shutil.copyfileobj(spool, upload, _CHUNK)
            upload.close()
        except BaseException:
            with contextlib.suppress(Exception):
                upload.discard()
            with contextlib.suppress(Exception):
                upload.closed = True
            raise
        try:
            self._check_size(fs, self._path, size)
        except Exception as error:
            if not is_forbidden(error):  # the upload succeeded, and reading is forbidden
                raise

    @contextmanager
    def _beside(self) -> Iterator[MeasuredStream]:
        target = PurePosixPath(self._path)
        part = str(target.parent / part_name(target))
        with self._typed_errors("opening it"):
            fs = self._filesystem()
            self._make_parents(fs)
            stream = fs.open(part, "wb")
        try:
            if self._is_local:
                lock_and_sweep(stream, Path(self._path))
                with contextlib.suppress(OSError):
                    shutil.copymode(self._path, part)
            measured = MeasuredStream(GuardedWrites(stream, lambda: self._typed_errors("writing it")))
            yield measured
            with self._typed_errors("writing it"):
                stream.flush()
                if self._is_local:
                    os.fsync(stream.fileno())
                stream.close()
                self._check_size(fs, part, measured.size)
                if not self._overwrite and self._exists(fs):
                    raise self._exists_already()
                self._rename(fs, part)
        except BaseException:
            with contextlib.suppress(Exception):
                stream.close()
            with contextlib.suppress(Exception):
                fs.rm_file(part)
            raise

    def _check_size(self, fs: AbstractFileSystem, path: str, size: int) -> None:
        fs.invalidate_cache()
        stored = fs.info(path).get("size")
        if stored is not None and stored != size:
            raise self._error(f"{size:,} bytes were sent and {stored:,} are there", "Run the task again")

    def _rename(self, fs: AbstractFileSystem, part: str) -> None:
        if self._is_local:
            os.replace(part, self._path)
            return
        refusal = self._move(fs, part, self._path)
        if refusal is None:
            return
        if not (fs.exists(part) and fs.exists(self._path)):
            raise refusal
        self._exchange(fs, part)

    def _exchange(self, fs: AbstractFileSystem, part: str) -> None:
        """Rename where the file system renames only to free names: the existing file is moved aside, and back on failure."""
        aside = f"{part}.old"
        refusal = self._move(fs, self._path, aside)
        if refusal is not None:
            raise refusal
        try:
            refusal = self._move(fs, part, self._path)
            if refusal is not None:
                raise refusal
        except BaseException:
            if self._move(fs, aside, self._path) is not None:
                raise self._error(f"it was moved to {aside} and could not be moved back", "Move it back") from None
            raise
        with contextlib.suppress(Exception):
            fs.rm_file(aside)

    @staticmethod
    def _move(fs: AbstractFileSystem, source: str, target: str) -> Exception | None:
        """Rename; return the error if it was refused. A file system may also refuse without an error."""
        try:
            if type(fs).mv is AbstractFileSystem.mv:  # it would take ?, * and [ in a name for a pattern
                fs.cp_file(source, target)
                fs.rm_file(source)
            else:
                fs.mv(source, target)
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            return error
        fs.invalidate_cache()
        return FileExistsError("it was not renamed") if fs.exists(source) else None

    def _filesystem(self) -> AbstractFileSystem:
        if self._fs is None:
            with self._typed_errors(OPENING):
                self._fs = self._open_filesystem()
        return self._fs

    def _error(self, what: str, advice: str | None = None) -> DestinationError:
        return cannot_be_written(self.uri, what, advice)

    def _is_directory(self) -> DestinationError:
        return self._error("it is a directory", "Name a file, such as assistants.jsonl in it")

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
