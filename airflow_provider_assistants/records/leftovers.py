# SPDX-License-Identifier: Apache-2.0
"""
What a killed process leaves on a local disk, and how the next one tells it from what another one is writing.

Each temporary file is locked for as long as its process lives; the kernel gives the lock back when that dies, however it
does. So a temporary file that can be locked belongs to nobody.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
import uuid
from pathlib import Path, PurePosixPath
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows, which Airflow does not run on, but its users' editors do
    fcntl = None  # type: ignore[assignment]

__all__ = ["claim", "part_name"]

log = logging.getLogger(__name__)

#: A file is locked right after it was made; younger ones are left alone.
_YOUNGEST = 5.0


def part_name(target: PurePosixPath) -> str:
    """Give a hidden name beside the target that no other process gives."""
    return f".{target.name[:50]}.{uuid.uuid4().hex[:12]}.part"


def claim(stream: IO[Any], target: Path) -> None:
    """
    Mark a temporary file as belonging to a process that lives, and remove those of processes that are dead.

    :param stream: The temporary file, open.
    :param target: What it is to become; temporary files of other targets are left alone.
    """
    if fcntl is None:
        return
    with contextlib.suppress(OSError):
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    ours = re.compile(rf"\.{re.escape(target.name[:50])}\.[0-9a-f]{{12}}\.part")
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir():
            if ours.fullmatch(path.name):
                _remove_if_dead(path)


def _remove_if_dead(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("rb") as stream:
        if time.time() - path.stat().st_mtime < _YOUNGEST:
            return
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
        log.info("Removed %s, which a killed run had left", path)
