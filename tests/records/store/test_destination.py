# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gc
import hashlib
import os
import resource
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.columns import Table
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.writers import open_writer
from tests.records.store.stores import (
    BreaksOnRename,
    RefusesSilently,
    RefusesToOverwrite,
    StoreFolder,
    WriteOnly,
    memory_place,
    random_bytes,
)
from tests.records.tables import columns

MIB = 1024 * 1024

#: 8 MiB of text that no compression makes small.
ROWS = [{"id": number, "name": random_bytes(1500).hex()} for number in range(3000)]

every_format = pytest.mark.parametrize(
    ("format", "compression"),
    [
        (Format.JSONL, Compression.NONE),
        (Format.JSON, Compression.GZIP),
        (Format.CSV, Compression.ZSTD),
        (Format.PARQUET, Compression.ZSTD),
    ],
)


class TroubleError(Exception):
    """Raised where rows come from, or by the store."""


@pytest.mark.parametrize("size", [0, 10, 6 * MIB, 13 * MIB + 1])
def test_what_was_written_is_there_and_measured(place: StoreFolder, size: int) -> None:
    data = random_bytes(size)
    destination = place.destination()
    destination.prepare(overwrite=False)
    with destination.write() as stream:
        for start in range(0, size, MIB):
            stream.write(data[start : start + MIB])
        assert place.content() is None
    assert place.content() == data
    assert (stream.size, stream.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert place.names() == {"rows.jsonl"}


def test_a_new_file_replaces_the_old_one_at_the_end(place: StoreFolder) -> None:
    place.fs.makedirs(place.folder, exist_ok=True)
    place.put(b"old")
    destination = place.destination()
    destination.prepare(overwrite=True)
    with destination.write() as stream:
        stream.write(b"new")
        stream.flush()
        assert place.content() == b"old"
    assert place.content() == b"new"
    assert place.names() == {"rows.jsonl"}


@every_format
@pytest.mark.parametrize("rows_before", [0, 1, 3000])
@pytest.mark.parametrize("was_there", [False, True])
def test_rows_that_fail_leave_no_trace(
    place: StoreFolder, format: Format, compression: Compression, rows_before: int, was_there: bool
) -> None:
    place.fs.makedirs(place.folder, exist_ok=True)
    if was_there:
        place.put(b"old")

    def write() -> None:
        with place.destination().write() as stream:
            table = Table(columns(), extra=True)
            writer = open_writer(stream, format=format, compression=compression, table=table)  # type: ignore[arg-type]
            for start in range(0, rows_before, 100):
                writer.write(ROWS[start : min(start + 100, rows_before)])
            raise TroubleError

    with pytest.raises(TroubleError):
        write()
    gc.collect()  # destructors complete what they can
    assert place.content() == (b"old" if was_there else None)
    assert place.names() == ({"rows.jsonl"} if was_there else set())
    assert place.unfinished_uploads() == 0


@pytest.mark.store
@pytest.mark.parametrize("trouble", [TroubleError, KeyboardInterrupt])
@pytest.mark.parametrize("fails_at", [("part", 1), ("part", 2), ("part", 3), ("commit", 0)])
def test_an_upload_that_fails_leaves_the_old_object(
    s3: StoreFolder,
    interrupt_s3: Callable[[Callable[[str, int], None]], None],
    fails_at: tuple[str, int],
    trouble: type[BaseException],
) -> None:
    s3.put(b"old")

    def fail(step: str, number: int) -> None:
        if (step, number) == fails_at:
            raise trouble("half way")

    interrupt_s3(fail)
    with pytest.raises(DestinationError if trouble is TroubleError else trouble), s3.destination().write() as stream:
        stream.write(random_bytes(15 * MIB))
    interrupt_s3(lambda step, number: None)
    gc.collect()
    assert s3.content() == b"old"
    assert s3.unfinished_uploads() == 0


def test_an_existing_file_stays_if_it_must(place: StoreFolder) -> None:
    place.fs.makedirs(place.folder, exist_ok=True)
    place.put(b"old")
    with pytest.raises(DestinationError, match=r"exists already.*overwrite"):
        place.destination().prepare(overwrite=False)


def test_a_file_that_came_meanwhile_stays_if_it_must(place: StoreFolder) -> None:
    def write() -> None:
        destination = place.destination()
        destination.prepare(overwrite=False)
        with destination.write() as stream:
            stream.write(b"mine")
            place.put(b"theirs")

    with pytest.raises(DestinationError, match="exists already"):
        write()
    assert place.content() == b"theirs"
    assert place.names() == {"rows.jsonl"}


def test_a_directory_is_no_destination(place: StoreFolder) -> None:
    place.fs.makedirs(f"{place.folder}/rows.jsonl", exist_ok=True)
    place.put(b"x", "rows.jsonl/inside")
    with pytest.raises(DestinationError, match="directory"):
        place.destination().prepare(overwrite=True)
    with pytest.raises(DestinationError, match="directory"):
        place.destination("new/").prepare(overwrite=True)


@pytest.mark.store
def test_a_missing_bucket_is_found_before_any_request(s3: StoreFolder) -> None:
    for path, words in (
        ("no-such-bucket/rows.jsonl", "no bucket or container 'no-such-bucket'"),
        ("lake", "names a bucket"),
    ):
        destination = Destination(lambda: s3.fs, path, uri=f"s3://{path}", protocol="s3")
        with pytest.raises(DestinationError, match=words):
            destination.prepare(overwrite=True)


@pytest.mark.parametrize("kind", [RefusesToOverwrite, RefusesSilently])
def test_a_store_that_does_not_rename_over_is_helped(kind: type[RefusesToOverwrite]) -> None:
    place = memory_place(kind)
    for content in (b"first", b"second"):
        with place.destination().write() as stream:
            stream.write(content)
        assert place.content() == content
        assert place.names() == {"rows.jsonl"}


def test_the_old_file_comes_back_if_the_new_one_is_not_let_in() -> None:
    place = memory_place(BreaksOnRename)
    place.put(b"old")
    with pytest.raises(DestinationError, match="connection lost"), place.destination().write() as stream:
        stream.write(b"new")
    assert place.content() == b"old"
    assert place.names() == {"rows.jsonl"}


def test_a_right_to_write_without_one_to_list_is_enough_to_overwrite() -> None:
    place = memory_place(WriteOnly, "gs")
    destination = place.destination()
    with pytest.raises(DestinationError, match="permission"):
        destination.prepare(overwrite=False)
    destination.prepare(overwrite=True)
    with destination.write() as stream:
        stream.write(b"rows")
    place.fs.hidden = False
    assert place.content() == b"rows"


def test_a_missing_package_is_named_with_its_extra() -> None:
    def open_filesystem() -> None:
        raise ImportError("Please install gcsfs to access Google Storage")

    destination = Destination(open_filesystem, "b/x.jsonl", uri="gs://b/x.jsonl", protocol="gs")  # type: ignore[arg-type]
    with pytest.raises(DestinationError, match=r"gs://b/x\.jsonl.*gcsfs.*airflow-provider-assistants\[google\]"):
        destination.prepare(overwrite=True)


def test_no_password_of_a_destination_is_reported(local: StoreFolder) -> None:
    uri = "sftp://me:hunter2secret@host/lake/"
    destination = Destination(lambda: local.fs, "/lake/", uri=uri, protocol="sftp")
    with pytest.raises(DestinationError) as error:
        destination.prepare(overwrite=True)
    assert "host/lake" in str(error.value)
    assert "hunter2secret" not in str(error.value) + destination.uri


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """A disk that is full once a file has so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("size", [MIB - 1, MIB + 1, 3 * MIB])
def test_a_full_disk_is_reported_and_leaves_the_old_file(local: StoreFolder, size: int) -> None:
    local.fs.makedirs(local.folder)
    local.put(b"old")

    def write() -> None:
        with local.destination().write() as stream:
            stream.write(bytes(size))

    with (
        largest_file(MIB - 4096),
        pytest.raises(DestinationError, match=r"rows\.jsonl.*writing it failed.*Check space"),
    ):
        write()
    assert local.content() == b"old"
    assert local.names() == {"rows.jsonl"}


@pytest.mark.store
def test_a_full_spool_is_reported_and_leaves_the_old_object(s3: StoreFolder, tmp_path: Path) -> None:
    s3.put(b"old")

    def write(size: int, spool_dir: str) -> None:
        with s3.destination(spool_dir=spool_dir).write() as stream:
            stream.write(bytes(size))

    for size in (MIB, 3 * MIB):
        with largest_file(MIB - 4096), pytest.raises(DestinationError, match=f"spooling it in {tmp_path}"):
            write(size, str(tmp_path))
    assert s3.content() == b"old"
    with pytest.raises(DestinationError, match="spooling it in /no/such/dir"):
        write(1, "/no/such/dir")
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_directory_is_needed(local: StoreFolder) -> None:
    local.fs.makedirs(local.folder)
    local.put(b"x", "file")
    with pytest.raises(DestinationError, match=r"file/rows\.jsonl"):
        local.destination("file/rows.jsonl").prepare(overwrite=True)


def test_a_device_is_no_destination(tmp_path: Path, local: StoreFolder) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(DestinationError, match="device or a pipe"):
        local.destination("../pipe.jsonl").prepare(overwrite=True)


def test_a_link_is_written_through_and_modes_stay(tmp_path: Path, local: StoreFolder) -> None:
    real = tmp_path / "elsewhere" / "rows.jsonl"
    real.parent.mkdir()
    real.write_bytes(b"old")
    real.chmod(0o600)
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "rows.jsonl").symlink_to(real)
    with local.destination().write() as stream:
        stream.write(b"new")
    assert (tmp_path / "lake" / "rows.jsonl").is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_long_name_is_no_trouble(local: StoreFolder) -> None:
    name = "ü" * 120 + ".jsonl"
    with local.destination(name).write() as stream:
        stream.write(b"rows")
    assert local.content(name) == b"rows"


@pytest.mark.parametrize(
    "name", ["[1]*.jsonl", "what?.jsonl", "a[1]/{x}?.jsonl", "#1%25.jsonl", "dt=2026-11-21/a b.jsonl"]
)
def test_a_name_is_no_pattern(place: StoreFolder, name: str) -> None:
    for content in (b"first", b"second"):
        destination = place.destination(name)
        destination.prepare(overwrite=True)
        with destination.write() as stream:
            stream.write(content)
        place.fs.invalidate_cache()
        assert [path.removeprefix(f"{place.folder}/") for path in place.fs.find(place.folder)] == [name]
        assert place.content(name) == content


@pytest.mark.store
def test_no_spool_is_left(s3: StoreFolder, tmp_path: Path) -> None:
    seen: set[str] = set()
    for fails in (False, True):
        with suppress(TroubleError), s3.destination(spool_dir=str(tmp_path)).write() as stream:
            stream.write(b"rows")
            seen |= {path.name for path in tmp_path.iterdir()}
            if fails:
                raise TroubleError
    assert seen == set()  # not even while it is written: it has no name
    assert list(Path(tempfile.gettempdir()).glob("*.part")) == []
