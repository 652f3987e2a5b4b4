# SPDX-License-Identifier: Apache-2.0
"""
What a killed process leaves on a disk, and how the next one tells it from what another one is writing.

Each temporary file is locked for as long as its process lives; the kernel gives the lock back when that dies, however it
does. So a temporary file of this machine that can be locked belongs to nobody. On a shared volume a lock may mean
nothing to another machine (NFS without a lock service), so a file's name also says which running machine made it, and
what another one made, or what cannot be locked at all, is left alone until nobody has written to it for a day.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import platform
import re
import uuid
from pathlib import Path, PurePosixPath
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows, which Airflow does not run on, but its users' editors do
    fcntl = None  # type: ignore[assignment]

__all__ = ["ABANDONED_AFTER", "claim", "part_name"]

log = logging.getLogger(__name__)

#: Seconds. A file is locked right after it was made; younger ones are left alone.
_YOUNGEST = 5.0
#: Seconds without a write after which a file is nobody's, if its lock cannot say so.
ABANDONED_AFTER = 24 * 3600.0


def part_name(target: PurePosixPath) -> str:
    """Return a hidden name beside the target that no other process uses."""
    return f".{_excerpt(target.name)}.{_this_machine()}.{uuid.uuid4().hex[:12]}.part"


def _excerpt(name: str) -> str:
    """Return the start of a name, without what file systems take for patterns."""
    return re.sub(r"[*?\[\]{}]", "_", name[:50])


def claim(stream: IO[Any], target: Path) -> None:
    """
    Mark a temporary file as belonging to a process that lives, and remove those of processes that are dead.

    :param stream: The temporary file, open, just made.
    :param target: What it is to become; temporary files of other targets are left alone.
    """
    if fcntl is None:
        return
    with contextlib.suppress(OSError):
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    # The clock of the volume's server, not that of this machine.
    now = os.fstat(stream.fileno()).st_mtime
    parts = re.compile(rf"\.{re.escape(_excerpt(target.name))}\.([0-9a-f]{{8}})\.[0-9a-f]{{12}}\.part")
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir():
            if part := parts.fullmatch(path.name):
                _remove_if_dead(path, is_ours=part[1] == _this_machine(), now=now)


def _remove_if_dead(path: Path, *, is_ours: bool, now: float) -> None:
    with contextlib.suppress(OSError), path.open("rb") as stream:
        age = now - path.stat().st_mtime
        if age < (_YOUNGEST if is_ours else ABANDONED_AFTER):
            return
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except OSError:  # no locks on this volume
            if age < ABANDONED_AFTER:
                return
        path.unlink()
        log.info("Removed %s, which a killed run had left", path)


@functools.cache
def _this_machine() -> str:
    """Name the running kernel, within which a lock is a lock; containers on one machine share it."""
    try:
        name = Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        name = f"{platform.node()} {uuid.getnode()}"
    return hashlib.sha256(name.encode()).hexdigest()[:8]
