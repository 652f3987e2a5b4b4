# SPDX-License-Identifier: Apache-2.0
"""Folders of parts: writing one, and reading it in the ways that its readers do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from airflow_provider_assistants.records.store import folder as folder_module
from airflow_provider_assistants.records.store.folder import Folder
from tests.records.store.stores import StoreFolder

NOTHING: list[Any] = []


def folder_of(place: StoreFolder, name: str = "table") -> Folder:
    path = f"{place.folder}/{name}"
    return Folder(lambda: place.fs, path, uri=f"{place.protocol}://{path}", protocol=place.protocol)


def write(folder: Folder, run: str, parts: int = 3, *, suffix: str = ".jsonl", overwrite: bool = True) -> None:
    """Write a table whose rows say which run wrote them; the first part is the same in all runs."""
    folder.prepare(overwrite=overwrite)
    with folder.write(suffix) as opened:
        for number in range(parts):
            stream = opened.spool.begin()
            stream.write(json.dumps({"run": run if number else "any", "part": number, "of": parts}).encode() + b"\n")
            opened.spool.end(rows=1)
        opened.commit(lambda: json.dumps({"run": run, "files": [part.name for part in opened.spool.files]}).encode())


def by_names(place: StoreFolder, name: str = "table") -> list[Any]:
    """Read all that is visible, as a pattern does. A reader that lists and then opens may find less than it listed."""
    place.fs.invalidate_cache()
    path = f"{place.folder}/{name}"
    if not place.fs.exists(path):
        return NOTHING
    names = sorted(str(each).rsplit("/", 1)[1] for each in place.fs.ls(path, detail=False))
    return [row for each in names if not each.startswith(("_", ".")) for row in _rows(place, f"{path}/{each}")]


def by_manifest(place: StoreFolder, name: str = "table") -> list[Any]:
    """Read what the manifest lists."""
    path = f"{place.folder}/{name}"
    place.fs.invalidate_cache()
    if not place.fs.exists(f"{path}/_manifest.json"):
        return NOTHING
    manifest = json.loads(place.fs.cat_file(f"{path}/_manifest.json"))
    return [row for each in manifest["files"] for row in _rows(place, f"{path}/{each}")]


def _rows(place: StoreFolder, path: str) -> list[Any]:
    return [json.loads(line) for line in place.fs.cat_file(path).splitlines()]


def run_of(rows: list[Any]) -> str | None:
    """Return which run wrote a table; fails if it is not the whole table of one run. None if there is none."""
    if rows == NOTHING:
        return None
    runs = {row["run"] for row in rows} - {"any"}
    assert len(runs) <= 1, f"a mixture: {rows}"
    assert [row["part"] for row in rows] == list(range(rows[0]["of"])), f"not whole: {rows}"
    return runs.pop() if runs else "any"


def names_of(place: StoreFolder, name: str = "table") -> list[str]:
    place.fs.invalidate_cache()
    path = f"{place.folder}/{name}"
    return sorted(str(each).rsplit("/", 1)[1] for each in place.fs.ls(path, detail=False))


class _DiedError(BaseException):
    """The process has died: nothing catches this, and nothing can be done after it."""


@contextmanager
def after_each_step(happening: Callable[[str], None]) -> Iterator[None]:
    """Have something happen after each file that a run publishes or removes, one by one."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in (folder_module._StoreFiles, folder_module._DiskFiles):
            _watch(patch, kind, happening)
        yield


@contextmanager
def dying_before_step(number: int) -> Iterator[list[str]]:
    """
    Have the process die before the given step: not even what it would do on its way out is done.

    Yields the steps that were done, and ``died`` after them.
    """
    done: list[str] = []

    def step(what: str) -> None:
        if len(done) >= number:
            done[number:] = ["died"]
            raise _DiedError
        done.append(what)

    with pytest.MonkeyPatch.context() as patch:
        for kind in (folder_module._StoreFiles, folder_module._DiskFiles):
            _watch(patch, kind, step, before=True)
        with suppress(_DiedError):
            yield done


def _watch(patch: pytest.MonkeyPatch, kind: Any, happening: Callable[[str], None], *, before: bool = False) -> None:
    original = kind.__init__

    def watched(self: Any, *arguments: Any) -> None:
        original(self, *arguments)
        for name in ("put", "put_bytes", "remove"):
            setattr(self, name, _step(getattr(self, name), name, happening, before=before))

    patch.setattr(kind, "__init__", watched)


def _step(do: Callable[..., None], name: str, happening: Callable[[str], None], *, before: bool) -> Callable[..., None]:
    def step(*arguments: Any) -> None:
        if before:
            happening(name)
        do(*arguments)
        if not before:
            happening(name)

    return step
