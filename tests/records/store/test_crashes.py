# SPDX-License-Identifier: Apache-2.0
"""A process that is killed leaves the old content or the new, nothing else; and uploads need little memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.records.store import crash
from tests.records.store.stores import StoreFolder

SIZE = 20


def run(store: str, place: StoreFolder, moment: str, size: int = SIZE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.records.store.crash", store, place.folder, moment, str(size)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def is_new(content: bytes | None) -> bool:
    return content == crash.CONTENT * SIZE


@pytest.mark.parametrize("moment", ["start", "half", "written", "rename", "renamed"])
@pytest.mark.parametrize("was_there", [False, True])
def test_a_kill_on_a_local_disk(local: StoreFolder, moment: str, was_there: bool) -> None:
    local.fs.makedirs(local.folder)
    if was_there:
        local.put(b"old")
    assert run("local", local, moment).returncode == -signal.SIGKILL
    if moment == "renamed":
        assert is_new(local.content())
    else:
        assert local.content() == (b"old" if was_there else None)
    # What a kill leaves has a hidden name, and the next run does not mind it.
    assert all(name.startswith(".") for name in local.names() - {"rows.jsonl"})
    assert run("local", local, "never").returncode == 0
    assert is_new(local.content())
    assert local.names() == {"rows.jsonl"}, "the next run has cleaned up"


def test_what_another_run_is_writing_is_left_alone(local: StoreFolder) -> None:
    with local.destination().write() as one:
        one.write(b"one")
        one.flush()
        (part,) = local.names()
        os.utime(Path(local.folder) / part, (0, 0))
        with local.destination().write() as other:
            other.write(b"other")
        assert local.content() == b"other"
    assert local.content() == b"one"
    assert local.names() == {"rows.jsonl"}


def test_another_run_that_begins_just_before_the_rename(local: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part is closed by then, and complete."""
    replace, others = os.replace, []

    def replace_after_another_run_began(source: str, target: str) -> None:
        if not others:
            others.append(source)
            with local.destination().write() as other:
                other.write(b"other")
            assert Path(source).exists()
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_after_another_run_began)
    with local.destination().write() as one:
        one.write(b"one")
    assert others
    assert local.content() == b"one"
    assert local.names() == {"rows.jsonl"}


@pytest.mark.store
@pytest.mark.parametrize("moment", ["half", "written", "part:1", "part:3", "commit", "committed"])
@pytest.mark.parametrize("was_there", [False, True])
def test_a_kill_while_uploading(s3: StoreFolder, s3_endpoint: str, moment: str, was_there: bool) -> None:
    if was_there:
        s3.put(b"old")
    killed = run(s3_endpoint, s3, moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if moment == "committed":
        assert is_new(s3.content())
    else:
        assert s3.content() == (b"old" if was_there else None)


@pytest.mark.store
def test_an_upload_of_any_size_needs_little_memory(s3: StoreFolder, s3_endpoint: str) -> None:
    done = run(s3_endpoint, s3, "never", size=100)
    assert done.returncode == 0, done.stderr
    assert s3.fs.info(f"{s3.folder}/rows.jsonl")["size"] == 100 * crash.MIB
    assert int(done.stdout) < 20 * crash.MIB
