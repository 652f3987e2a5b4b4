# SPDX-License-Identifier: Apache-2.0
"""
The destination: nothing is seen there before it is whole, and what was there stays until then.

Two kinds of file systems, two ways. An object store shows an object only when its upload is complete, so the rows are
spooled to a local temporary file and uploaded once the listing is whole: a listing that fails has not touched the
store. Anywhere else the rows are written beside the destination under a hidden name of their own, and renamed over it.

Closing a file of fsspec after an exception *commits* what was written so far, and so does its destructor; an upload
that fails is discarded before it can be closed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Protocol

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.secret_text import redact_text

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["UPLOADS_ARE_ATOMIC", "Destination", "MeasuredStream"]

#: File systems that show a file only once its upload is complete.
UPLOADS_ARE_ATOMIC = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "adl", "az", "wasb", "wasbs", "oss", "r2"})

#: How much of an upload is in memory at a time; object stores take parts from 5 MiB.
_BLOCK = 8 * 1024 * 1024

_EXTRAS = {"s3": "amazon", "s3a": "amazon", "gs": "google", "gcs": "google"}
_EXTRAS |= dict.fromkeys(("abfs", "abfss", "adl", "az", "wasb", "wasbs"), "azure")


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
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write bytes."""
        self._stream.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

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
        self._path = path
        self._protocol = protocol or "file"
        self._spool_dir = spool_dir
        self._fs: AbstractFileSystem | None = None

    def check(self, *, overwrite: bool) -> None:
        """
        Find out before any request whether this can be written to.

        :param overwrite: Whether an existing object may be replaced.
        :raises DestinationError: If there is no file system for it, it is a directory, or it exists and must stay.
        """
        with self._typed_errors("looking at it"):
            fs = self._filesystem()
            if self._path.endswith("/") or (fs.exists(self._path) and fs.isdir(self._path)):
                raise self._error("it is a directory", "Name a file, such as assistants.jsonl in it")
            if not overwrite and fs.exists(self._path):
                raise self._error("it exists already", "Set overwrite=True, or put the run's date into the name")
            if not self._atomic_uploads:
                fs.makedirs(str(PurePosixPath(self._path).parent), exist_ok=True)

    @contextmanager
    def write(self) -> Iterator[MeasuredStream]:
        """
        Open a stream whose bytes are the destination once the block has ended well, and are nowhere if it has not.

        :raises DestinationError: If the file system refuses.
        """
        with self._spooled() if self._atomic_uploads else self._beside() as stream:
            yield stream

    @property
    def _atomic_uploads(self) -> bool:
        return self._protocol in UPLOADS_ARE_ATOMIC

    @contextmanager
    def _spooled(self) -> Iterator[MeasuredStream]:
        # Unlinked at once: whatever kills the process, the space comes back.
        with tempfile.TemporaryFile(dir=self._spool_dir) as spool:
            measured = MeasuredStream(_GuardedWrites(spool, self, "spooling it"))
            yield measured
            spool.seek(0)
            with self._typed_errors("uploading it"):
                self._upload(spool, measured.size)

    def _upload(self, spool: IO[bytes], size: int) -> None:
        fs = self._filesystem()
        upload = fs.open(self._path, "wb", block_size=_BLOCK)
        try:
            shutil.copyfileobj(spool, upload, _BLOCK)
        except BaseException:
            with contextlib.suppress(Exception):
                upload.discard()
            upload.closed = True
            raise
        upload.close()
        fs.invalidate_cache()
        stored = fs.info(self._path)["size"]
        if stored != size:
            raise self._error(f"{size:,} bytes were uploaded and {stored:,} are there", "Run the task again")

    @contextmanager
    def _beside(self) -> Iterator[MeasuredStream]:
        with self._typed_errors("opening it"):
            fs = self._filesystem()
            target = PurePosixPath(self._path)
            part = str(target.parent / f".{target.name}.{uuid.uuid4().hex[:12]}.part")
            stream = fs.open(part, "wb")
        try:
            yield MeasuredStream(_GuardedWrites(stream, self, "writing it"))
            with self._typed_errors("writing it"):
                stream.flush()
                if self._is_local:
                    os.fsync(stream.fileno())
                stream.close()
                self._rename(fs, part)
        except BaseException:
            with contextlib.suppress(Exception):
                stream.close()
            with contextlib.suppress(Exception):
                fs.rm_file(part)
            raise

    @property
    def _is_local(self) -> bool:
        return self._protocol in ("file", "local")

    def _rename(self, fs: AbstractFileSystem, part: str) -> None:
        if self._is_local:
            os.replace(part, self._path)
            return
        try:
            fs.mv(part, self._path)
        except FileExistsError:
            # This file system renames to free names only: step aside first, and step back if that fails.
            aside = f"{part}.old"
            fs.mv(self._path, aside)
            try:
                fs.mv(part, self._path)
            except BaseException:
                fs.mv(aside, self._path)
                raise
            fs.rm_file(aside)

    def _filesystem(self) -> AbstractFileSystem:
        if self._fs is None:
            self._fs = self._open_filesystem()
        return self._fs

    def _error(self, what: str, advice: str | None = None) -> DestinationError:
        return DestinationError(f"The destination {self.uri} cannot be written: {what}", advice=advice)

    @contextmanager
    def _typed_errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except AssistantsError:
            raise
        except (ImportError, ValueError) as error:
            extra = _EXTRAS.get(self._protocol)
            advice = (
                f"pip install 'airflow-provider-assistants[{extra}]'" if extra else "Check the destination's scheme"
            )
            raise self._error(f"{doing} failed: {redact_text(str(error))}", advice) from None
        except PermissionError as error:
            raise self._error(
                f"{doing} failed: no permission ({redact_text(str(error))})",
                "Give the worker, or the object_storage_conn_id, the right to write there",
            ) from None
        except FileNotFoundError as error:
            raise self._error(
                f"{doing} failed: not found ({redact_text(str(error))})", "Check the bucket or directory"
            ) from None
        except OSError as error:
            raise self._error(f"{doing} failed: {redact_text(str(error))}", "Check space, path and network") from None
        except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
            raise self._error(
                f"{doing} failed: {type(error).__name__}: {redact_text(str(error))}",
                "Check the object_storage_conn_id and its credentials",
            ) from None


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
