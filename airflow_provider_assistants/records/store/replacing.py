# SPDX-License-Identifier: Apache-2.0
"""
How the parts of one run replace those of another, file by file, where a folder cannot be renamed.

No object store replaces several objects in one step, so between the first and the last there are parts of both runs. Whoever
reads the parts that ``_manifest.json`` lists never meets that: it is replaced in one step, after the new parts are there and
before the old ones go. Whoever reads all parts of the folder meets a guard, an object with the name of a part that is no data:
the reader fails instead of returning rows of both runs. It is there before anything changes, and goes last; if the task is
killed it stays, and the next run removes it.

Parts with equal names are equal, so a run that lists the same as the one before changes nothing but the manifest,
without a guard.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.part_names import (
    GUARD_TEXT,
    MANIFEST,
    PartFile,
    guard_name,
    is_guard,
    is_ours,
    suffix_of,
)

__all__ = ["Files", "replace_parts"]


class Files(Protocol):
    """The files of a folder."""

    def names(self) -> Collection[str]:
        """Return the names of what lies in it."""

    def put(self, part: PartFile) -> None:
        """Publish a part; what has its name is replaced in one step."""

    def put_bytes(self, name: str, content: bytes) -> None:
        """Publish a small file; likewise."""

    def remove(self, name: str) -> None:
        """Remove a file."""

    def error(self, what: str, advice: str) -> DestinationError:
        """Return an error of the folder."""


def replace_parts(files: Files, parts: Sequence[PartFile], *, manifest: Callable[[], bytes]) -> None:
    """
    Publish parts, and remove all others.

    :param files: The folder.
    :param parts: The new parts.
    :param manifest: Returns the manifest; called when all parts are there.
    :raises DestinationError: If the folder refuses, or another task writes to it at the same time.
    """
    new = {part.name for part in parts}
    old = {name for name in files.names() if is_ours(name)}
    guards: list[str] = []
    if old != new:
        guards = [guard_name(suffix) for suffix in sorted({suffix_of(name) for name in old | new})]
    put: list[str] = []
    try:
        for guard in guards:
            put.append(guard)
            files.put_bytes(guard, GUARD_TEXT)
        for part in parts:
            if part.name not in old:
                put.append(part.name)
            files.put(part)
    except BaseException:
        with contextlib.suppress(Exception):
            for name in sorted(put, key=is_guard):  # the guards last
                with contextlib.suppress(FileNotFoundError):
                    files.remove(name)
        raise
    # From here on the way out is forwards: the manifest may be there even if its upload has failed.
    files.put_bytes(MANIFEST, manifest())
    try:
        _finish(files, new, guards)
    except DestinationError:
        raise
    except BaseException:
        with contextlib.suppress(Exception):
            _finish(files, new, guards)
        raise


def _finish(files: Files, new: Collection[str], guards: Collection[str]) -> None:
    """Remove what does not belong to the new parts, the guards of this run last."""
    ours = {*new, *guards}
    for name in sorted(files.names()):
        if is_ours(name) and name not in ours:
            with contextlib.suppress(FileNotFoundError):
                files.remove(name)
    found = {name for name in files.names() if is_ours(name)}
    if {name for name in found if not is_guard(name)} != {*new} or not found <= ours:
        for guard in guards:
            files.put_bytes(guard, GUARD_TEXT)
        raise files.error(
            "another task has written to it at the same time", "Let one task write to a folder, and run this one again"
        )
    for guard in guards:
        with contextlib.suppress(FileNotFoundError):
            files.remove(guard)
