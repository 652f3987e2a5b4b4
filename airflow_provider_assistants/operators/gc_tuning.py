# SPDX-License-Identifier: Apache-2.0
"""Fewer runs of Python's cycle collector while rows stream through a task."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["relaxed_gc"]

#: Generation-0 threshold while rows stream: net allocations of containers between two collections.
_THRESHOLD = 100_000


@contextmanager
def relaxed_gc() -> Iterator[None]:
    """
    Raise the cycle collector's threshold within this block; one that is off stays off.

    Rows have no cycles and are freed as soon as they are written, but a page of them survives the first collection. The
    collector then scans older generations too, and a process that has imported Airflow has hundreds of thousands of
    objects there: a sixth of the CPU time of a large listing (``make bench``).
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _THRESHOLD) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
