# SPDX-License-Identifier: Apache-2.0
"""
Destinations in servers that speak Google's and Azure's protocols.

Their libraries are large and one server is not a Python package, so these tests run only where they are installed::

    pip install gcsfs adlfs gcp-storage-emulator
    npm install --prefix somewhere azurite && export PATH=$PATH:somewhere/node_modules/.bin
    pytest tests/records/store/test_other_stores.py
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.buckets import account_of
from airflow_provider_assistants.records.store.destination import Destination
from tests.records.store.stores import StoreFolder, random_bytes

pytestmark = [pytest.mark.store, pytest.mark.optional, pytest.mark.filterwarnings("default")]

#: The account and key that every Azurite has.
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

NAMES = [
    "plain.jsonl",
    "dt=2026-11-21/run=scheduled__2026-11-21T00:00:00+00:00.jsonl",
    "what?.jsonl",
    "a?b/c.jsonl",
    "a#b.jsonl",
    "#12/x.jsonl",
    "100%25.jsonl",
    "a b/ünï.jsonl",
    "[1]*.jsonl",
    "me@here.jsonl",
]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def google() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as environment:
        # Otherwise gcsfs asks Google itself what kind of bucket this is, for a minute.
        environment.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
        gcsfs = pytest.importorskip("gcsfs")
        emulator = pytest.importorskip("gcp_storage_emulator.server")
        port = free_port()
        server = emulator.create_server("127.0.0.1", port, in_memory=True)
        server.start()
        yield gcsfs.GCSFileSystem(project="p", token="anon", endpoint_url=f"http://127.0.0.1:{port}")
        server.stop()


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    adlfs = pytest.importorskip("adlfs")
    azurite = shutil.which("azurite-blob")
    if azurite is None:
        pytest.skip("azurite-blob is not on the PATH")
    port, folder = free_port(), tmp_path_factory.mktemp("azurite")
    command = [azurite, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder)]
    server = subprocess.Popen(
        [*command, "--skipApiVersionCheck", "--disableTelemetry", "--silent"], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    yield adlfs.AzureBlobFileSystem(
        connection_string=f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={AZURITE_KEY};"
        f"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;"
    )
    server.terminate()
    server.wait()


@pytest.fixture(params=[("gs", "google"), ("abfs", "azure")], ids=["gs", "abfs"])
def place(request: pytest.FixtureRequest) -> StoreFolder:
    protocol, server = request.param
    fs = request.getfixturevalue(server)
    bucket = f"lake-{uuid.uuid4().hex[:12]}"
    fs.mkdir(bucket)
    return StoreFolder(fs, protocol, f"{bucket}/rows")


@pytest.mark.parametrize("name", NAMES)
def test_an_object_has_the_name_that_it_was_given(place: StoreFolder, name: str) -> None:
    destination = place.destination(name)
    destination.prepare(overwrite=False)
    with destination.write() as stream:
        stream.write(b"rows")
    place.fs.invalidate_cache()
    assert place.fs.find(place.folder) == [f"{place.folder}/{name}"]
    assert place.content(name) == b"rows"
    assert not destination.has_console
    with pytest.raises(DestinationError, match="exists already"):
        place.destination(name).prepare(overwrite=False)


@pytest.mark.parametrize("size", [0, 13 * 1024 * 1024 + 1])
def test_a_new_object_replaces_the_old_one_at_the_end(place: StoreFolder, size: int) -> None:
    place.put(b"old")
    data = random_bytes(size)
    with place.destination().write() as stream:
        stream.write(data)
        assert place.content() == b"old"
    assert place.content() == data


@pytest.mark.parametrize("trouble", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_rows_that_fail_leave_the_old_object(place: StoreFolder, trouble: type[BaseException]) -> None:
    place.put(b"old")

    def write() -> None:
        with place.destination().write() as stream:
            stream.write(random_bytes(13 * 1024 * 1024))
            raise trouble

    with pytest.raises(trouble):
        write()
    assert place.content() == b"old"
    assert place.names() == {"rows.jsonl"}


def test_a_missing_bucket_is_found_before_anything_is_written(place: StoreFolder) -> None:
    for path, words in (
        ("no-such-bucket/x.jsonl", "no bucket or container 'no-such-bucket'"),
        ("lake", "names a bucket or container"),
    ):
        destination = Destination(lambda: place.fs, path, uri=f"{place.protocol}://{path}", protocol=place.protocol)
        with pytest.raises(DestinationError, match=words):
            destination.prepare(overwrite=True)


def test_a_name_that_the_library_would_cut_is_refused(azure: Any) -> None:
    path = "lake/x.jsonl?versionid=1"
    destination = Destination(lambda: azure, path, uri=f"abfs://{path}", protocol="abfs")
    with pytest.raises(DestinationError, match=r"would write it to 'lake/x.jsonl'"):
        destination.prepare(overwrite=True)


def test_the_account_of_a_connection_string(azure: Any) -> None:
    assert account_of(azure) == "devstoreaccount1"
