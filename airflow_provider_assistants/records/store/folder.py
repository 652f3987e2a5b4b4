# SPDX-License-Identifier: Apache-2.0
"""
A folder of parts: replaced as a whole, with a manifest that is written last.

On a local disk the parts are written into a hidden folder beside the destination, and the two exchange their names in one
step; if the same parts are there, only the manifest is replaced. In a store, and where a disk cannot do that, they are replaced
file by file under a guard (:mod:`.replacing`). In any case nothing changes before all parts are complete, and files of others
are neither removed nor overwritten.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.exchange import exchange
from airflow_provider_assistants.records.store.part_files import claim, discard_folder, part_name
from airflow_provider_assistants.records.store.part_names import MANIFEST, PartFile, is_guard, is_hidden, is_ours
from airflow_provider_assistants.records.store.part_spool import PartSpool, SpooledParts, StagedParts
from airflow_provider_assistants.records.store.place import Place
from airflow_provider_assistants.records.store.replacing import replace_parts

__all__ = ["Folder", "Parts"]


class Parts:
    """
    The parts that are being written to a folder.

    :param spool: Collects them.
    :param publish: Makes them the content of the folder.
    """

    def __init__(self, spool: PartSpool, publish: Callable[[Callable[[], bytes]], None]) -> None:
        self.spool = spool
        self._publish = publish

    def commit(self, manifest: Callable[[], bytes]) -> None:
        """
        Make the parts the content of the folder.

        :param manifest: Returns the manifest; called when all parts are there.
        :raises DestinationError: If the file system refuses.
        """
        self._publish(manifest)


class Folder(Place):
    """One folder on one file system; takes what a :class:`~.destination.Destination` takes."""

    def prepare(self, *, overwrite: bool) -> None:
        """
        Check before any request that parts can be written to it.

        :param overwrite: Whether parts that are there may be replaced.
        :raises DestinationError: If there is no file system for it, it is a file, files of others are in it, or it has parts
            and must stay.
        """
        self._overwrite = overwrite
        with self.typed_errors("checking it"):
            fs = self._filesystem()
            self._check_name(fs)
            if self._uploads_are_atomic:
                self._check_bucket(fs)
            if not self._is_local:
                self._open_spool().close()
            fs.invalidate_cache()
            if fs.isfile(self._path) or (self._is_local and os.path.exists(self._path) and not fs.isdir(self._path)):
                raise self._error("it is a file, and parts need a folder", "Name another folder, or remove the file")
            self._check_content(self.names())
            if self._is_local:
                os.makedirs(PurePosixPath(self._path).parent, exist_ok=True)

    @contextmanager
    def write(self, suffix: str) -> Iterator[Parts]:
        """
        Open the folder for parts; they are discarded unless they are committed within the block.

        :param suffix: The suffix of their names.
        :raises DestinationError: If the file system refuses.
        """
        with self._staged(suffix) if self._is_local else self._spooled(suffix) as parts:
            try:
                yield parts
            finally:
                parts.spool.abandon()

    def names(self) -> list[str]:
        """Return the names of what lies in it; empty if it does not exist."""
        fs = self._filesystem()
        fs.invalidate_cache()
        try:
            found = fs.ls(self._path, detail=False)
        except FileNotFoundError:
            return []
        paths = [str(each).rstrip("/") for each in found]
        return [path.rpartition("/")[2] for path in paths if path.strip("/") != self._path.strip("/")]

    @property
    def path(self) -> Path:
        """The path of a folder on a disk."""
        return Path(self._path)

    def file(self, name: str) -> Destination:
        """Return a file in it."""
        return Destination(
            self._filesystem,
            f"{self._path}/{name}",
            uri=f"{self.uri.rstrip('/')}/{name}",
            protocol=self._protocol,
            conn_id=self._conn_id,
        )

    def error(self, what: str, advice: str) -> DestinationError:
        """Return an error of this folder."""
        return self._error(what, advice)

    def remove(self, name: str) -> None:
        """Remove a file in it."""
        self._filesystem().rm_file(f"{self._path}/{name}")

    def _check_content(self, names: Collection[str]) -> None:
        strangers = sorted(name for name in names if not is_ours(name) and not is_hidden(name))
        if strangers:
            more = f" and {len(strangers) - 1:,} more" if len(strangers) > 1 else ""
            raise self._error(
                f"{strangers[0]!r}{more} in it was not written by a partitioned listing, and would be read with the parts",
                "Name a folder that holds nothing else, or remove what is in it",
            )
        if not self._overwrite and not any(map(is_guard, names)) and any(is_ours(n) or n == MANIFEST for n in names):
            raise self._exists_already()

    @contextmanager
    def _spooled(self, suffix: str) -> Iterator[Parts]:
        file = self._open_spool()
        try:
            spool = SpooledParts(file, suffix, self._spooling_errors)

            def publish(manifest: Callable[[], bytes]) -> None:
                with self.typed_errors("replacing its parts"):
                    self._check_content(self.names())
                    replace_parts(_StoreFiles(self, spool), spool.files, manifest=manifest)

            yield Parts(spool, publish)
        finally:
            with contextlib.suppress(OSError):
                file.close()

    @contextmanager
    def _staged(self, suffix: str) -> Iterator[Parts]:
        target = Path(self._path)
        with self.typed_errors("opening it"):
            staging, lock = claim(lambda: _make_staging(target), target.name)
        try:
            spool = StagedParts(staging, suffix, lambda: self.typed_errors("writing it"))

            def publish(manifest: Callable[[], bytes]) -> None:
                with self.typed_errors("replacing its parts"):
                    there = self.names()
                    self._check_content(there)
                    old = {name for name in there if is_ours(name)}
                    spool.tell_apart(old)
                    is_same = old == {part.name for part in spool.files}
                    if is_same or staging.parent != target.parent or not _renamed(staging, target, manifest):
                        replace_parts(_DiskFiles(self, spool), spool.files, manifest=manifest)

            yield Parts(spool, publish)
        finally:
            os.close(lock)
            discard_folder(staging, target)


class _Files:
    """The files of a folder, but for how a part gets there."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.names = folder.names
        self.remove = folder.remove
        self.error = folder.error

    def put_bytes(self, name: str, content: bytes) -> None:
        self.folder.file(name).publish(io.BytesIO(content), len(content))


class _StoreFiles(_Files):
    """The files of a folder in a store, and the parts for it in a temporary file."""

    def __init__(self, folder: Folder, spool: SpooledParts) -> None:
        super().__init__(folder)
        self._spool = spool

    def put(self, part: PartFile) -> None:
        self.folder.file(part.name).publish(self._spool.read(part), part.bytes)


class _DiskFiles(_Files):
    """The files of a folder on a disk, and the parts for it in another folder of that disk."""

    def __init__(self, folder: Folder, spool: StagedParts) -> None:
        super().__init__(folder)
        self._spool = spool

    def put(self, part: PartFile) -> None:
        os.replace(self._spool.path(part), self.folder.path / part.name)


def _make_staging(target: Path) -> Path:
    """Make a hidden folder beside the target; in it where it cannot be renamed, or nothing may be made beside it."""
    name = part_name(PurePosixPath(target))
    if not os.path.ismount(target):
        try:
            (target.parent / name).mkdir(parents=True)
            return target.parent / name
        except OSError:
            if not target.is_dir():
                raise
    (target / name).mkdir()
    return target / name


def _renamed(staging: Path, target: Path, manifest: Callable[[], bytes]) -> bool:
    """Give the staging folder the target's name, and what has that the name of the staging folder; False if it cannot be."""
    with (staging / MANIFEST).open("wb") as file:
        file.write(manifest())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):
        shutil.copymode(target, staging)
    try:
        os.rename(staging, target)
        return True
    except OSError:
        if target.is_dir() and exchange(staging, target):
            return True
    (staging / MANIFEST).unlink()
    return False
