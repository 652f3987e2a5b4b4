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
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from fsspec import AbstractFileSystem

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.buckets import is_forbidden
from airflow_provider_assistants.records.store.part_files import claim, part_name
from airflow_provider_assistants.records.store.part_names import MANIFEST
from airflow_provider_assistants.records.store.place import Place
from airflow_provider_assistants.records.store.streams import GuardedWrites, MeasuredStream
from airflow_provider_assistants.records.store.uri import UPLOADS_ARE_ATOMIC

__all__ = ["UPLOADS_ARE_ATOMIC", "Destination", "MeasuredStream"]

#: Parts of an upload, and what is handed over at a time. Stores take parts from 5 MiB, and a file system may hold one
#: part twice; chunks fit into parts without a rest, since some stores want all parts to be equal.
_PART, _CHUNK = 6 * 1024 * 1024, 256 * 1024


class Destination(Place):
    """One file on one file system."""

    def prepare(self, *, overwrite: bool) -> None:
        """
        Check before any request that this can be written to, and make the directories above it.

        :param overwrite: Whether an existing object may be replaced.
        :raises DestinationError: If there is no file system for it, it is a directory, or it exists and must stay.
        """
        self._overwrite = overwrite
        with self.typed_errors("checking it"):
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
            if _lists_parts(fs, f"{self._path.rpartition('/')[0]}/{MANIFEST}"):
                raise self._error(
                    "it lies among the parts of a partitioned listing, and who reads these would read it too",
                    "Name another folder, or remove the parts and their _manifest.json",
                )
            self._make_parents(fs)

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

    def publish(self, content: IO[bytes], size: int) -> None:
        """
        Write what is complete already: in one step for whoever reads it.

        :param content: It is read from where it stands to its end.
        :param size: Its size in bytes.
        :raises DestinationError: If the file system refuses.
        """
        if self._uploads_are_atomic:
            with self.typed_errors("uploading it"):
                self._upload(content, size)
            return
        with self._beside() as stream:
            shutil.copyfileobj(content, stream, _CHUNK)

    def _make_parents(self, fs: AbstractFileSystem) -> None:
        if not self._uploads_are_atomic:
            fs.makedirs(str(PurePosixPath(self._path).parent), exist_ok=True)

    @contextmanager
    def _spooled(self) -> Iterator[MeasuredStream]:
        spool = self._open_spool()
        try:
            measured = MeasuredStream(GuardedWrites(spool, lambda: self._spooling_errors(measured.size)))
            yield measured
            with self._spooling_errors(measured.size):
                spool.seek(0)
            with self.typed_errors("uploading it"):
                self._upload(spool, measured.size)
        finally:
            with contextlib.suppress(OSError):
                spool.close()

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
        with contextlib.ExitStack() as lock:  # held until the part has its name
            with self.typed_errors("opening it"):
                fs = self._filesystem()
                self._make_parents(fs)
                part = self._make_part(lock) if self._is_local else self._part_name()
                stream = fs.open(part, "wb")
            try:
                if self._is_local:
                    with contextlib.suppress(OSError):
                        shutil.copymode(self._path, part)
                measured = MeasuredStream(GuardedWrites(stream, lambda: self.typed_errors("writing it")))
                yield measured
                with self.typed_errors("writing it"):
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

    def _part_name(self) -> str:
        target = PurePosixPath(self._path)
        return str(target.parent / part_name(target))

    def _make_part(self, lock: contextlib.ExitStack) -> str:
        """Make an empty part that no other run takes for abandoned while its lock is held."""

        def make() -> Path:
            path = Path(self._part_name())
            path.touch()
            return path

        path, descriptor = claim(make, Path(self._path).name)
        lock.callback(os.close, descriptor)
        return str(path)

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

    def _is_directory(self) -> DestinationError:
        return self._error("it is a directory", "Name a file, such as assistants.jsonl in it")


def _lists_parts(fs: AbstractFileSystem, manifest: str) -> bool:
    """Whether this is the manifest of a partitioned listing; one that cannot be read is none."""
    try:
        found = json.loads(fs.cat_file(manifest)) if fs.exists(manifest) else None
    except Exception:  # noqa: BLE001 - permission to write is enough
        return False
    return isinstance(found, dict) and {"files", "rows_per_file"} <= found.keys()
