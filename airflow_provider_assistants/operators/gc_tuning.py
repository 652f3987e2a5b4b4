# SPDX-License-Identifier: Apache-2.0
"""Python's cycle collector, while rows by the million pass through a task."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["relaxed_gc"]

#: Containers that may come to be, beyond those that went, before the collector looks at the young ones.
_YOUNG = 100_000


@contextmanager
def relaxed_gc() -> Iterator[None]:
    """
    Let the cycle collector run seldom.

    Rows have no cycles and go as soon as they are written, but a page of them outlives the collector's first look. It
    takes that for a sign that old objects have to be looked at, and there are hundreds of thousands in a process that
    has imported Airflow: a sixth of the CPU time of a large listing (``make bench``).
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _YOUNG) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
