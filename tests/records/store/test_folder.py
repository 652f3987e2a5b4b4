# SPDX-License-Identifier: Apache-2.0
"""A folder of parts is replaced as a whole: what its readers meet at each step, and what a run leaves that dies there."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import ConfigurationError, DestinationError
from airflow_provider_assistants.records.store import folder as folder_module
from airflow_provider_assistants.records.store import part_names, part_spool
from airflow_provider_assistants.records.store.exchange import exchange
from tests.records.store.folders import (
    NOTHING,
    after_each_step,
    by_manifest,
    by_names,
    dying_before_step,
    folder_of,
    names_of,
    run_of,
    write,
)
from tests.records.store.stores import StoreFolder

#: Replaces a table, and is killed when it is about to do something for the first time that Python's audit hooks know.
KILLED = """
import os, signal, sys
from fsspec.implementations.local import LocalFileSystem
from tests.records.store.folders import folder_of, write
from tests.records.store.stores import StoreFolder
folder, moment = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
def hook(event, arguments):
    about = event == "ctypes.dlopen" or any(folder in str(each) for each in arguments[:1])
    if event == moment and about:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
write(folder_of(StoreFolder(LocalFileSystem(), "file", folder)), "second")
"""
#: More steps than any replacement here takes.
MOST_STEPS = 20


@pytest.fixture
def in_place(place: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> StoreFolder:
    """Each kind of store, where folders cannot exchange their names."""
    monkeypatch.setattr(folder_module, "_renamed", lambda *_: False)
    return place


def is_guarded(place: StoreFolder) -> bool:
    return any(map(part_names.is_guard, names_of(place)))


@pytest.mark.parametrize("parts", [1, 3, 12])
def test_parts_and_a_manifest_and_nothing_else(place: StoreFolder, parts: int) -> None:
    write(folder_of(place), "first", parts)
    names = names_of(place)
    assert names[0] == "_manifest.json"
    assert [name[:10] for name in names[1:]] == [f"part-{number:05}" for number in range(parts)]
    assert all(name.endswith(".jsonl") for name in names[1:])
    assert run_of(by_names(place)) == run_of(by_manifest(place)) == ("first" if parts > 1 else "any")
    assert place.unfinished_uploads() == 0


def test_two_tables_on_a_disk_share_no_name_and_a_table_keeps_its_own(local: StoreFolder) -> None:
    """Who lists one of them opens the names where the other one is, and would take what both have for all of it."""
    write(folder_of(local), "first")
    first = names_of(local)[1:]
    write(folder_of(local), "second")
    second = names_of(local)[1:]
    assert set(first).isdisjoint(second)
    write(folder_of(local), "second")
    assert names_of(local)[1:] == second
    assert run_of(by_names(local)) == run_of(by_manifest(local)) == "second"


@pytest.mark.parametrize(("before", "after"), [(3, 5), (5, 2), (3, 3), (2, 1)])
@pytest.mark.parametrize("suffix", [".jsonl", ".csv.gz", ".parquet"])
def test_a_run_leaves_nothing_of_the_one_before(place: StoreFolder, before: int, after: int, suffix: str) -> None:
    write(folder_of(place), "first", before)
    write(folder_of(place), "second", after, suffix=suffix)
    names = names_of(place)
    assert len(names) == after + 1
    assert all(name.endswith(suffix) for name in names[1:])
    assert json.loads(place.fs.cat_file(f"{place.folder}/table/_manifest.json"))["files"] == names[1:]


def test_the_same_parts_again_change_no_part(in_place: StoreFolder) -> None:
    write(folder_of(in_place), "first")
    names, steps = names_of(in_place), []

    def step(what: str) -> None:
        steps.append(what)
        assert run_of(by_names(in_place)) == "first"
        assert not is_guarded(in_place)

    with after_each_step(step):
        write(folder_of(in_place), "first")
    assert names_of(in_place) == names
    assert steps == ["put", "put", "put", "put_bytes"]


@pytest.mark.parametrize("was_there", [False, True])
@pytest.mark.parametrize("parts", [2, 5])
def test_readers_meet_one_run_or_an_error_at_each_step(in_place: StoreFolder, was_there: bool, parts: int) -> None:
    """By the manifest one run is always there; by the names there is one, or a file that is no data."""
    if was_there:
        write(folder_of(in_place), "first", 3)
    old = "first" if was_there else None
    met: list[Any] = []

    def step(_: str) -> None:
        listed = run_of(by_manifest(in_place))
        try:
            named = run_of(by_names(in_place))
        except ValueError:
            named = "an error"
        met.append((listed, named))

    with after_each_step(step):
        write(folder_of(in_place), "second", parts)
    assert met[-1] == ("second", "second")
    assert {named for _, named in met[:-1]} == {"an error"}
    assert [listed for listed, _ in met] == sorted((listed for listed, _ in met), key=[old, "second"].index)


@pytest.mark.parametrize("was_there", [False, True])
def test_a_run_that_dies_at_any_step(in_place: StoreFolder, was_there: bool) -> None:
    """Whoever reads by the manifest has the old table or the new one; by the names an error, until the next run."""
    for steps in range(MOST_STEPS):
        place = StoreFolder(in_place.fs, in_place.protocol, f"{in_place.folder}/{steps}")
        if was_there:
            write(folder_of(place), "first", 4)
        with dying_before_step(steps) as done:
            write(folder_of(place), "second", 3)
        assert run_of(by_manifest(place)) in ({"first", "second"} if was_there else {None, "second"})
        has_died = done[-1:] == ["died"]
        if has_died and steps:
            assert is_guarded(place)
            with pytest.raises(ValueError, match=r"control character|Unterminated"):
                by_names(place)
        write(folder_of(place), "third", 2)
        assert run_of(by_names(place)) == run_of(by_manifest(place)) == "third"
        assert len(names_of(place)) == 3, "the next run has cleaned up"
        if not has_died:
            return
    pytest.fail("the replacement has more steps than this test tries")


@pytest.mark.parametrize("was_there", [False, True])
def test_an_error_before_the_manifest_takes_everything_back(
    in_place: StoreFolder, was_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if was_there:
        write(folder_of(in_place), "first", 3)
    before = by_names(in_place)
    for kind in (folder_module._StoreFiles, folder_module._DiskFiles):
        put = kind.put

        def broken(self: Any, part: Any, put: Any = put) -> None:
            if part.name.startswith("part-00002"):
                raise OSError(errno.ENOSPC, "No space left on device")
            put(self, part)

        monkeypatch.setattr(kind, "put", broken)
    with pytest.raises(DestinationError, match="No space left"):
        write(folder_of(in_place), "second", 4)
    assert by_names(in_place) == before
    assert not before or run_of(by_manifest(in_place)) == "first"
    assert not was_there or not is_guarded(in_place)


def test_two_runs_at_the_same_time_leave_one_table_or_an_error(in_place: StoreFolder) -> None:
    """The one that was overtaken fails, and no reader takes what is there for a table."""
    others: list[None] = []

    def other(what: str) -> None:
        if what == "put" and not others:
            others.append(None)
            write(folder_of(in_place), "other", 2)

    with after_each_step(other), pytest.raises(DestinationError, match="another task has written to it"):
        write(folder_of(in_place), "one", 4)
    with pytest.raises(ValueError, match=r"control character|Unterminated"):
        by_names(in_place)
    write(folder_of(in_place), "one", 4)
    assert run_of(by_names(in_place)) == run_of(by_manifest(in_place)) == "one"


@pytest.mark.parametrize(
    "name", ["theirs.parquet", "part-00000.jsonl", "part-00000-3b1f0c9a5d2e4f67.txt", "dt=1/x.csv"]
)
def test_files_of_others_are_not_touched(place: StoreFolder, name: str) -> None:
    place.put(b"theirs", f"table/{name}")
    with pytest.raises(DestinationError, match=f"{name.partition('/')[0]}.*not written by a partitioned listing"):
        write(folder_of(place), "first")
    assert place.content(f"table/{name}") == b"theirs"
    assert len(names_of(place)) == 1


@pytest.mark.parametrize("name", ["_SUCCESS", ".keep"])
def test_hidden_files_of_others_stay(place: StoreFolder, name: str) -> None:
    place.put(b"theirs", f"table/{name}")
    for run in ("first", "second"):
        write(folder_of(place), run)
        assert place.content(f"table/{name}") == b"theirs"
        assert run_of(by_names(place)) == run
    assert len(names_of(place)) == 5


def test_a_file_where_the_folder_should_be(place: StoreFolder) -> None:
    place.put(b"theirs", "table")
    with pytest.raises(DestinationError, match="it is a file, and parts need a folder"):
        write(folder_of(place), "first")
    assert place.content("table") == b"theirs"


def test_overwrite_false(in_place: StoreFolder) -> None:
    write(folder_of(in_place), "first", overwrite=False)
    with pytest.raises(DestinationError, match="it exists already"):
        write(folder_of(in_place), "second", overwrite=False)
    assert run_of(by_names(in_place)) == "first"


def test_overwrite_false_after_a_run_that_died(in_place: StoreFolder) -> None:
    with dying_before_step(2):
        write(folder_of(in_place), "first", overwrite=False)
    write(folder_of(in_place), "first", overwrite=False)
    assert run_of(by_names(in_place)) == "first"


def test_a_block_that_fails_changes_nothing(place: StoreFolder) -> None:
    write(folder_of(place), "first")
    before = place.names()

    def fail() -> None:
        with folder_of(place).write(".jsonl") as opened:
            opened.spool.begin().write(b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert place.names() == before


def test_more_parts_than_names_sort(local: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_spool, "MAX_PARTS", 2)
    write(folder_of(local), "first", 2)
    with pytest.raises(ConfigurationError, match=r"more than 2 parts.*Raise rows_per_file"):
        write(folder_of(local), "second", 3)
    assert run_of(by_names(local)) == "first"


class TestOnADisk:
    """There, folders exchange their names."""

    def test_the_exchange_is_one_step(self, tmp_path: Path) -> None:
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            (tmp_path / name / f"was_{name}").touch()
        if not exchange(tmp_path / "one", tmp_path / "other"):
            pytest.skip("this file system cannot")
        assert os.listdir(tmp_path / "one") == ["was_other"]
        assert os.listdir(tmp_path / "other") == ["was_one"]
        with pytest.raises(FileNotFoundError):
            exchange(tmp_path / "one", tmp_path / "nothing")

    def test_no_step_of_another_kind_is_taken(self, local: StoreFolder) -> None:
        with after_each_step(pytest.fail):
            write(folder_of(local), "first")
            write(folder_of(local), "second")
        assert run_of(by_names(local)) == "second"

    @pytest.mark.parametrize("moment", ["os.mkdir", "os.rename", "ctypes.dlopen", "os.remove", "os.rmdir", "never"])
    @pytest.mark.parametrize("was_there", [False, True])
    def test_a_killed_process(self, local: StoreFolder, moment: str, was_there: bool) -> None:
        """Whatever it was about to do, the table is the old one or the new one, and the next run cleans up."""
        if was_there:
            write(folder_of(local), "first")
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, local.folder, moment],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert killed.returncode in (0, -signal.SIGKILL), killed.stderr
        found = run_of(by_names(local))
        assert found == run_of(by_manifest(local))
        assert found in ({"first", "second"} if was_there else {None, "second"})
        write(folder_of(local), "third")
        assert run_of(by_names(local)) == "third"
        assert os.listdir(local.folder) == ["table"]

    def test_a_full_disk(self, local: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        write(folder_of(local), "first")
        before = local.names()

        def full(*_: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DestinationError, match=r"writing it failed: .*No space left.*Check space"):
            write(folder_of(local), "second")
        assert local.names() == before
        assert os.listdir(local.folder) == ["table"]

    def test_the_mode_stays(self, local: StoreFolder) -> None:
        write(folder_of(local), "first")
        os.chmod(f"{local.folder}/table", 0o750)
        write(folder_of(local), "second")
        assert os.stat(f"{local.folder}/table").st_mode & 0o777 == 0o750

    def test_a_link_is_written_through(self, local: StoreFolder, tmp_path: Path) -> None:
        write(folder_of(local, "real"), "first")
        os.symlink(f"{local.folder}/real", f"{local.folder}/table")
        write(folder_of(local), "second")
        assert Path(local.folder, "table").is_symlink()
        assert run_of(by_names(local, "real")) == "second"

    def test_where_nothing_may_be_made_beside_it(self, local: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        """As for a volume that is mounted there: its parts are replaced one by one."""
        write(folder_of(local), "first")
        inode = os.stat(f"{local.folder}/table").st_ino
        monkeypatch.setattr(os.path, "ismount", lambda path: str(path).endswith("/table"))
        write(folder_of(local), "second")
        assert os.stat(f"{local.folder}/table").st_ino == inode
        assert run_of(by_names(local)) == run_of(by_manifest(local)) == "second"
        assert len(names_of(local)) == 4

    def test_a_folder_that_a_dead_run_left_is_removed(self, local: StoreFolder) -> None:
        write(folder_of(local), "first")
        with folder_of(local).write(".jsonl") as left:
            left.spool.begin()
            (hidden,) = (name for name in os.listdir(local.folder) if name != "table")
            copy = Path(local.folder, f"{hidden[: -len('.part') - 12]}0123456789ab.part")
            copy.mkdir()
            (copy / part_names.UNFINISHED).touch()
            os.utime(Path(local.folder, hidden), (0, 0))
            write(folder_of(local), "second")
            assert sorted(os.listdir(local.folder)) == [hidden, "table"], "the one in use stays"
        assert os.listdir(local.folder) == ["table"]
        assert run_of(by_names(local)) == "second"

    def test_the_old_folder_is_guarded_while_it_is_emptied(
        self, local: StoreFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who began to list it before the exchange never takes what is left of it for the table."""
        write(folder_of(local), "first")
        unlink, left = Path.unlink, []

        def watched(path: Path, missing_ok: bool = False) -> None:
            unlink(path, missing_ok)
            left.append({name for name in os.listdir(path.parent) if name.startswith("part-")})

        monkeypatch.setattr(Path, "unlink", watched)
        write(folder_of(local), "second")
        assert [len(names) for names in left if any(map(part_names.is_guard, names))][-1] == 1
        assert all(not names or any(map(part_names.is_guard, names)) for names in left)

    def test_an_empty_folder_is_taken(self, local: StoreFolder) -> None:
        os.makedirs(f"{local.folder}/table")
        assert by_names(local) == NOTHING
        write(folder_of(local), "first")
        assert run_of(by_names(local)) == "first"
