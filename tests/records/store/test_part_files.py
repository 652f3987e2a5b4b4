# SPDX-License-Identifier: Apache-2.0
"""Which part files are removed: those of dead processes, and none that another machine may be writing."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pytest
from fsspec.implementations.local import LocalFileSystem

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store import part_files
from airflow_provider_assistants.records.store.part_files import (
    ABANDONED_AFTER,
    claim,
    discard_folder,
    part_name,
)
from tests.records.store.folders import folder_of
from tests.records.store.stores import StoreFolder

MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The machine that runs, which a test may change."""
    names = ["11111111"]
    monkeypatch.setattr(part_files, "_this_machine", lambda: names[0])
    return names


def left(folder: Path, target: Path, *, age: float) -> Path:
    """A part file as a killed process leaves it."""
    path = folder / part_name(PurePosixPath(target))
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def maker(target: Path, *, is_folder: bool = False) -> Callable[[], Path]:
    """Return what makes a temporary file or folder for a target."""

    def make() -> Path:
        path = target.parent / part_name(PurePosixPath(target))
        path.mkdir() if is_folder else path.touch()
        return path

    return make


def run(target: Path) -> None:
    own, lock = claim(maker(target), target.name)
    own.unlink()
    os.close(lock)


def write_file(place: StoreFolder) -> None:
    with place.destination().write():
        pass


def write_folder(place: StoreFolder) -> None:
    with folder_of(place).write(".jsonl"):
        pass


@pytest.mark.parametrize(
    ("of", "age", "stays"),
    [
        ("this", 0.0, False),
        ("this", MINUTE, False),
        ("another", MINUTE, True),
        ("another", 23 * HOUR, True),
        ("another", ABANDONED_AFTER + MINUTE, False),
    ],
)
def test_what_another_machine_may_be_writing_stays_for_a_day(
    tmp_path: Path, machine: list[str], of: str, age: float, stays: bool
) -> None:
    target = tmp_path / "x.jsonl"
    machine[0] = "22222222" if of == "another" else "11111111"
    part = left(tmp_path, target, age=age)
    machine[0] = "11111111"
    run(target)
    assert part.exists() is stays


@pytest.mark.parametrize(("age", "stays"), [(HOUR, True), (ABANDONED_AFTER + MINUTE, False)])
def test_a_volume_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: float, stays: bool) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    part = left(tmp_path, tmp_path / "x.jsonl", age=age)
    run(tmp_path / "x.jsonl")
    assert part.exists() is stays


def test_a_volume_that_locks_only_what_is_open_for_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As NFS does."""
    flock = fcntl.flock

    def as_nfs(descriptor: int, operation: int) -> None:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(9, "Bad file descriptor")
        flock(descriptor, operation)

    monkeypatch.setattr("fcntl.flock", as_nfs)
    part = left(tmp_path, tmp_path / "x.jsonl", age=MINUTE)
    run(tmp_path / "x.jsonl")
    assert not part.exists()


def test_a_living_writer_keeps_its_part_however_old(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    part, lock = claim(maker(target), target.name)
    os.utime(part, (0, 0))
    run(target)
    assert part.exists()
    os.close(lock)
    run(target)
    assert not part.exists()


@pytest.mark.parametrize("is_folder", [False, True])
def test_what_is_removed_before_it_is_locked_is_made_again(tmp_path: Path, is_folder: bool) -> None:
    target = tmp_path / "x.jsonl"
    make, made = maker(target, is_folder=is_folder), list[Path]()

    def overtaken() -> Path:
        made.append(make())
        if len(made) == 1:
            run(target)
        return made[-1]

    part, lock = claim(overtaken, target.name)
    assert part == made[1]
    assert list(tmp_path.iterdir()) == [part]
    os.close(lock)


def test_runs_that_begin_at_the_same_time(tmp_path: Path) -> None:
    """Each takes what the others have just made for abandoned, unless it is locked; none loses what it has claimed."""
    target = tmp_path / "x.jsonl"

    def begin(number: int) -> None:
        is_folder = number % 2 == 1
        for _ in range(100):
            part, lock = claim(maker(target, is_folder=is_folder), target.name)
            time.sleep(0.001)
            assert part.exists()
            discard_folder(part, target) if is_folder else part.unlink()
            os.close(lock)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))
    assert not list(tmp_path.iterdir())


def test_the_part_of_another_target_stays(tmp_path: Path) -> None:
    part = left(tmp_path, tmp_path / "y.jsonl", age=HOUR)
    run(tmp_path / "x.jsonl")
    assert part.exists()


@pytest.mark.parametrize("write", [write_file, write_folder])
def test_a_volume_on_which_each_lock_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[StoreFolder], None]
) -> None:
    def taken(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("fcntl.flock", taken)
    with pytest.raises(DestinationError, match="the locks of this volume do not work"):
        write(StoreFolder(LocalFileSystem(), "file", str(tmp_path)))
    assert not list(tmp_path.iterdir())


def test_the_name_of_a_part_fits_any_file_system() -> None:
    for name in ("x.jsonl", "ü" * 120, "😀" * 60, "a" * 255):
        part = part_name(PurePosixPath("/lake") / name)
        assert len(part.encode()) <= 255
        assert part.startswith(".")
