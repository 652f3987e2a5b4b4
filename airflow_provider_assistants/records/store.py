# SPDX-License-Identifier: Apache-2.0
"""
The destination: nothing is seen there before it is whole, and what was there stays until then.

Two kinds of file systems, two ways. An object store shows an object only when its upload is complete, so the rows are
spooled to a local temporary file and uploaded once the listing is whole: a listing that fails has not touched the
store. Anywhere else the rows are written beside the destination under a hidden name of their own, and renamed over it.
Whatever fails, temporaries are removed; only a process that is killed outright can leave a hidden ``.part`` file, which
the next run to the same destination removes (:mod:`.leftovers`).

Closing a file of fsspec after an exception *commits* what was written so far, and so does its destructor; an upload
that fails is discarded before it can be closed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Protocol

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.records.leftovers import claim, part_name
from airflow_provider_assistants.secret_text import redact_text

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["UPLOADS_ARE_ATOMIC", "Destination", "MeasuredStream"]

_S3 = frozenset({"s3", "s3a", "s3n"})
_AZURE = frozenset({"abfs", "abfss", "adl", "az", "wasb", "wasbs"})

#: File systems that show a file only once its upload is complete.
UPLOADS_ARE_ATOMIC = _S3 | _AZURE | {"gs", "gcs", "oss", "r2"}

#: Parts of an upload, and what is handed over at a time. Stores take parts from 5 MiB, and a file system may hold one
#: part twice; chunks fit into parts without a rest, since some stores want all parts to be equal.
_PART, _CHUNK = 6 * 1024 * 1024, 256 * 1024

_EXTRAS = {**dict.fromkeys(_S3, "amazon"), **dict.fromkeys(_AZURE, "azure"), "gs": "google", "gcs": "google"}

_MAX_QUOTED = 300  #: of what a store's library says, which may be a page of XML.


class _Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Write bytes."""

    def flush(self) -> None:
        """Pass on what is held back."""


class MeasuredStream:
    """
    A stream that knows how many bytes went through it, and their SHA-256.

    :param stream: Where the bytes go.
    """

    def __init__(self, stream: _Sink) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._ended = False
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write bytes."""
        if not self._ended:
            self._stream.write(data)
            self._hash.update(data)
            self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Flush the stream."""
        if not self._ended:
            self._stream.flush()

    def end(self) -> None:
        """Drop what comes from here on: a format that was given up may be completed by its destructor, at any time."""
        self._ended = True

    def tell(self) -> int:
        """Give how many bytes were written."""
        return self.size

    def writable(self) -> bool:
        """Bytes can be written."""
        return True

    def readable(self) -> bool:
        """Nothing can be read back."""
        return False

    def seekable(self) -> bool:
        """Nothing can be taken back."""
        return False

    def close(self) -> None:
        """Leave the stream to whoever opened it: formats close what they write to."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written, in hexadecimal."""
        return self._hash.hexdigest()


class Destination:
    """
    One file on one file system.

    :param open_filesystem: Gives the fsspec file system; called when it is first needed, since that may need a
        connection or a package that is not there.
    :param path: The path on that file system.
    :param uri: The destination as the user wrote it, for messages.
    :param protocol: The scheme of the URI; ``file`` for a path without one.
    :param spool_dir: Where uploads are spooled; the system's directory for temporary files if None.
    """

    def __init__(
        self,
        open_filesystem: Callable[[], AbstractFileSystem],
        path: str,
        *,
        uri: str,
        protocol: str = "file",
        spool_dir: str | None = None,
    ) -> None:
        self.uri = redact_text(uri)
        self._open_filesystem = open_filesystem
        self._protocol = protocol or "file"
        self._is_local = self._protocol in ("file", "local")
        self._uploads_are_atomic = self._protocol in UPLOADS_ARE_ATOMIC
        # A link is written through, as any program does that opens it.
        self._path = os.path.realpath(path) if self._is_local and not path.endswith("/") else path
        self._spool_dir = spool_dir
        self._fs: AbstractFileSystem | None = None
        self._overwrite = True

    def check(self, *, overwrite: bool) -> None:
        """
        Find out before any request whether this can be written to.

        :param overwrite: Whether an existing object may be replaced.
        :raises DestinationError: If there is no file system for it, it is a directory, or it exists and must stay.
        """
        self._overwrite = overwrite
        with self._typed_errors("looking at it"):
            if self._path.endswith("/") or self.uri.endswith("/"):
                raise self._is_directory()
            fs = self._filesystem()
            if self._uploads_are_atomic:
                self._check_bucket(fs)
            if self._exists(fs):
                if fs.isdir(self._path):
                    raise self._is_directory()
                if self._is_local and not stat.S_ISREG(os.stat(self._path).st_mode):
                    raise self._error("it is a device or a pipe, no file", "Name a file")
                if not overwrite:
                    raise self._exists_already()
            self._make_parents(fs)

    @contextmanager
    def write(self) -> Iterator[MeasuredStream]:
        """
        Open a stream whose bytes are the destination once the block has ended well, and are nowhere if it has not.

        :raises DestinationError: If the file system refuses.
        """
        with self._spooled() if self._uploads_are_atomic else self._beside() as stream:
            try:
                yield stream
            finally:
                stream.end()

    def _check_bucket(self, fs: AbstractFileSystem) -> None:
        bucket, _, key = self._path.lstrip("/").partition("/")
        if not key:
            raise self._error("it names a bucket or container, no object in it", "Add the object's name")
        if self._is_missing(fs, bucket):
            raise self._error(f"there is no bucket or container {bucket!r}", "Create it, or correct its name")

    def _is_missing(self, fs: AbstractFileSystem, bucket: str) -> bool:
        """Tell whether there surely is no such bucket; at Google, one that may not be looked at seems to be missing."""
        if self._protocol in _AZURE:
            with warnings.catch_warnings(), contextlib.suppress(ValueError):
                warnings.simplefilter("ignore")  # a key to one container only may not ask
                return not fs.exists(bucket)
        if self._protocol in _S3 and not bucket.startswith("arn:"):
            try:
                fs.info(bucket)
            except PermissionError:
                return False
            except FileNotFoundError:
                return True
        return False

    def _exists(self, fs: AbstractFileSystem) -> bool:
        """Tell whether something is there; a right to write without one to look is enough to overwrite."""
        fs.invalidate_cache()
        try:
            return bool(fs.exists(self._path))
        except PermissionError:
            if not self._overwrite:
                raise
            return False

    def _make_parents(self, fs: AbstractFileSystem) -> None:
        if not self._uploads_are_atomic:
            fs.makedirs(str(PurePosixPath(self._path).parent), exist_ok=True)

    @contextmanager
    def _spooled(self) -> Iterator[MeasuredStream]:
        spooling = f"spooling it in {self._spool_dir or tempfile.gettempdir()}"
        with self._typed_errors(spooling):
            # Unlinked at once: whatever kills the process, the space comes back.
            spool = tempfile.TemporaryFile(dir=self._spool_dir)  # noqa: SIM115 - closing it may fail on a full disk
        try:
            measured = MeasuredStream(_GuardedWrites(spool, self, spooling))
            yield measured
            with self._typed_errors(spooling):
                spool.seek(0)
            with self._typed_errors("uploading it"):
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
        with contextlib.suppress(PermissionError):  # the store has taken it, and does not let it be looked at
            self._check_size(fs, self._path, size)

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
                claim(stream, Path(self._path))
                with contextlib.suppress(OSError):
                    shutil.copymode(self._path, part)
            measured = MeasuredStream(_GuardedWrites(stream, self, "writing it"))
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
        """Rename where the file system renames to free names only: what is there steps aside, and back if that fails."""
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
        """Rename, and give why not if it was refused; a file system may also refuse without a word."""
        try:
            fs.mv(source, target)
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            return error
        fs.invalidate_cache()
        return FileExistsError("it was not renamed") if fs.exists(source) else None

    def _filesystem(self) -> AbstractFileSystem:
        if self._fs is None:
            self._fs = self._open_filesystem()
        return self._fs

    def _error(self, what: str, advice: str | None = None) -> DestinationError:
        return DestinationError(f"The destination {self.uri} cannot be written: {what}", advice=advice)

    def _is_directory(self) -> DestinationError:
        return self._error("it is a directory", "Name a file, such as assistants.jsonl in it")

    def _exists_already(self) -> DestinationError:
        return self._error("it exists already", "Set overwrite=True, or put the run's date into the name")

    @contextmanager
    def _typed_errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except AssistantsError:
            raise
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            raise self._typed(error, doing) from None

    def _typed(self, error: Exception, doing: str) -> DestinationError:
        said, advice = next((said, advice) for kinds, said, advice in _REASONS if isinstance(error, kinds))
        name = "" if isinstance(error, OSError | ImportError | ValueError) else f"{type(error).__name__}: "
        quoted = " ".join(redact_text(str(error)).split())
        if len(quoted) > _MAX_QUOTED:
            quoted = f"{quoted[:_MAX_QUOTED]}…"
        extra = _EXTRAS.get(self._protocol)
        if isinstance(error, ImportError | ValueError) and extra:
            advice = f"{advice}; this one needs pip install 'airflow-provider-assistants[{extra}]'"
        return self._error(f"{doing} failed: {said}{name}{quoted}", advice)


#: What is said of an error of a file system, and what to do; the first that fits.
_REASONS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (ImportError, ValueError),
        "",
        "Check the destination's scheme and path, and that what its scheme needs is installed",
    ),
    (
        (PermissionError,),
        "no permission: ",
        "Give the worker, or the object_storage_conn_id, the right to write there",
    ),
    ((FileNotFoundError,), "not found: ", "Check the bucket or directory"),
    ((OSError,), "", "Check space, path and network"),
    ((Exception,), "", "Check the object_storage_conn_id and its credentials"),
)


class _GuardedWrites:
    """Passes writes on, and types what goes wrong; reading rows must not look like a failure of the destination."""

    def __init__(self, stream: Any, destination: Destination, doing: str) -> None:
        self._stream = stream
        self._destination = destination
        self._doing = doing

    def write(self, data: bytes, /) -> int:
        with self._destination._typed_errors(self._doing):
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        with self._destination._typed_errors(self._doing):
            self._stream.flush()
