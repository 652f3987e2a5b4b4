# SPDX-License-Identifier: Apache-2.0
"""
Temporary ``.part`` files and folders: names, locks, and the removal of those that killed processes left behind.

Each is locked while its process lives; the kernel releases the lock when the process dies, however it does. So a file of this
machine that can be locked is abandoned. On a shared volume a lock may mean nothing to another machine (NFS without a lock
service), so a file's name also identifies the running machine that made it: files of other machines, and files that cannot be
locked at all, are removed only after a day without a write.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import logging
import os
import platform
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from airflow_provider_assistants.records.store.part_names import MANIFEST, UNFINISHED, guard_name, is_ours, suffix_of

try:
    import fcntl
except ImportError:  # Windows, which Airflow does not run on, but its users' editors do
    fcntl = None  # type: ignore[assignment]

__all__ = ["ABANDONED_AFTER", "claim", "discard_folder", "part_name"]

log = logging.getLogger(__name__)

#: Seconds without a write after which a file is abandoned, where its lock does not show it.
ABANDONED_AFTER = 24 * 3600.0
#: Names to try; a second is needed where another run begins in the moment between making and locking.
_CLAIMS = 50


def part_name(target: PurePosixPath) -> str:
    """Return a hidden name beside the target that no other process uses."""
    return f".{_excerpt(target.name)}.{_this_machine()}.{uuid.uuid4().hex[:12]}.part"


def _excerpt(name: str) -> str:
    """Return the start of a name, without what file systems take for patterns."""
    return re.sub(r"[*?\[\]{}]", "_", name[:50])


def claim(make: Callable[[], Path], name: str) -> tuple[Path, int]:
    """
    Make a temporary file or folder, lock it, and remove those that dead processes left for the same target.

    Another run may take it for abandoned in the moment before it is locked, and remove it: then another one is made.

    :param make: Makes one of a new name, and returns its path.
    :param name: The name of the target, beside it; what is temporary for other targets stays.
    :return: Its path, and a descriptor that holds the lock until it is closed.
    :raises BlockingIOError: If each was locked by somebody else at once.
    """
    for _ in range(_CLAIMS):
        path = make()
        with contextlib.suppress(FileNotFoundError):
            descriptor = _open_to_lock(path)
            if _is_claimed(path, descriptor):
                _sweep(path, path.parent / name, now=os.fstat(descriptor).st_mtime)
                return path, descriptor
            os.close(descriptor)
            _remove(path, path.parent / name)
    raise BlockingIOError(errno.EAGAIN, "each new file is locked already, so the locks of this volume do not work")


def _is_claimed(path: Path, descriptor: int) -> bool:
    """Lock what was just made, and return whether it is still there: nobody removes it from then on."""
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this volume
            pass
    return path.exists()


def _sweep(own: Path, target: Path, *, now: float) -> None:
    """
    Remove what dead processes left for a target.

    :param now: By the clock of the volume's server, not by that of this machine.
    """
    parts = re.compile(rf"\.{re.escape(_excerpt(target.name))}\.([0-9a-f]{{8}})\.[0-9a-f]{{12}}\.part")
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir() if fcntl is not None else ():
            if path != own and (part := parts.fullmatch(path.name)):
                _remove_if_dead(path, target, is_ours=part[1] == _this_machine(), now=now)


def discard_folder(folder: Path, target: Path) -> None:
    """
    Remove a temporary folder that is in use no longer; nothing happens if there is none.

    It may be what the target was before: what others have put there goes to where the target is now. Somebody who began to
    list the target then may list what is left here, and open the same names there: with a guard, a part of the old table is
    never taken for all of it.
    """
    with contextlib.suppress(OSError):
        found = list(folder.iterdir())
        guard = folder / guard_name(next((suffix_of(path.name) for path in found if is_ours(path.name)), ""))
        guard.touch()
        for path in found:
            with contextlib.suppress(OSError):
                if is_ours(path.name) or path.name in (MANIFEST, UNFINISHED):
                    path.unlink()
                elif not (target / path.name).exists():
                    path.rename(target / path.name)
        guard.unlink()
        folder.rmdir()


def _remove_if_dead(path: Path, target: Path, *, is_ours: bool, now: float) -> None:
    with contextlib.suppress(OSError), _opened(path) as descriptor:
        age = now - path.stat().st_mtime
        if not is_ours and age < ABANDONED_AFTER:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except OSError:  # no locks on this volume
            if age < ABANDONED_AFTER:
                return
        _remove(path, target)
        log.info("Removed %s, left behind by a killed run", path)


def _remove(path: Path, target: Path) -> None:
    if path.is_dir():
        discard_folder(path, target)
    else:
        path.unlink(missing_ok=True)


def _open_to_lock(path: Path) -> int:
    try:
        # NFS locks only what is open for writing.
        return os.open(path, os.O_RDWR)
    except (IsADirectoryError, PermissionError):
        return os.open(path, os.O_RDONLY)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = _open_to_lock(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@functools.cache
def _this_machine() -> str:
    """Return a name of the running kernel, within which locks hold; containers on one machine share it."""
    try:
        name = Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        name = f"{platform.node()} {uuid.getnode()}"
    return hashlib.sha256(name.encode()).hexdigest()[:8]
