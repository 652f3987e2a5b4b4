# SPDX-License-Identifier: Apache-2.0
"""Which part files are removed: those of dead processes, and none that another machine may be writing."""

from __future__ import annotations

import os
import time
from pathlib import Path, PurePosixPath

import pytest

from airflow_provider_assistants.records.store import part_files
from airflow_provider_assistants.records.store.part_files import ABANDONED_AFTER, lock_and_sweep, part_name

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


def run(target: Path) -> None:
    own = target.parent / part_name(PurePosixPath(target))
    with own.open("wb") as stream:
        lock_and_sweep(stream.fileno(), target)
    own.unlink()


@pytest.mark.parametrize(
    ("of", "age", "stays"),
    [
        ("this", 2.0, True),
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


def test_a_living_writer_keeps_its_part_however_old(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    part = left(tmp_path, target, age=1.0)
    with part.open("r+b") as stream:
        lock_and_sweep(stream.fileno(), target)
        os.utime(part, (0, 0))
        run(target)
        assert part.exists()
    run(target)
    assert not part.exists()


def test_the_part_of_another_target_stays(tmp_path: Path) -> None:
    part = left(tmp_path, tmp_path / "y.jsonl", age=HOUR)
    run(tmp_path / "x.jsonl")
    assert part.exists()


def test_the_name_of_a_part_fits_any_file_system() -> None:
    for name in ("x.jsonl", "ü" * 120, "😀" * 60, "a" * 255):
        part = part_name(PurePosixPath("/lake") / name)
        assert len(part.encode()) <= 255
        assert part.startswith(".")
