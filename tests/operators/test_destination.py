# SPDX-License-Identifier: Apache-2.0
"""What a task does with its destination before, while and after it writes there."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, DestinationError
from airflow_provider_assistants.operators.destination import open_destination, open_source, runs_elsewhere
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import run

NAMES = [
    "dt=2026-11-21/region=eu/x.jsonl",
    "scheduled__2026-11-21T00:00:00+00:00.jsonl",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6.jsonl",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/x.jsonl",
    "what?.jsonl",
    "a?b=c.jsonl",
    "#1.jsonl",
    "100%25.jsonl",
    "a b/ünï.jsonl",
    "[1]*.jsonl",
    "me@here.jsonl",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_name_that_it_was_given_and_the_manifest_says_so(
    sandbox: Sandbox, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        manifest = run(destination=f"{tmp_path}/{name}")
    assert manifest["uri"] == f"{tmp_path}/{name}"
    assert len(Path(manifest["uri"]).read_text().splitlines()) == 12
    assert f"to {tmp_path}/{name}" in caplog.text + "".join(capfd.readouterr())
    run(destination=f"file://{tmp_path}/{name}")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    with pytest.raises(DestinationError) as caught:
        run(destination=f"{tmp_path}/{name}", overwrite=False)
    assert f"{tmp_path}/{name} cannot" in str(caught.value)


@pytest.mark.parametrize("destination", ["out.jsonl", "./lake/out.jsonl", "~/out.jsonl", "file://lake/out.jsonl"])
def test_a_relative_destination_is_refused_before_any_request(sandbox: Sandbox, destination: str) -> None:
    with pytest.raises(DestinationError, match=r"relative path.*whole path"):
        run(destination=destination)
    assert sandbox.requests() == []


@pytest.mark.parametrize("destination", ["/lake/", "s3://lake/2026/", "/lake/.."])
def test_a_directory_is_refused(sandbox: Sandbox, destination: str) -> None:
    with pytest.raises(ConfigurationError, match="is a directory"):
        run(destination=destination)


def test_an_existing_directory_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(DestinationError, match="is a directory"):
        run(destination=str(tmp_path / "x.jsonl"))
    assert sandbox.requests() == []


@pytest.mark.parametrize("uri", ["s3://lake/x.jsonl", "s3://nowhere@lake/x.jsonl"])
def test_a_connection_that_is_not_there_is_said_so(sandbox: Sandbox, uri: str) -> None:
    with pytest.raises(DestinationError, match=r"there is no connection 'nowhere'.*object_storage_conn_id"):
        run(destination=uri, object_storage_conn_id=None if "@" in uri else "nowhere")
    assert sandbox.requests() == []


def test_a_password_in_a_destination_is_refused_and_not_shown(sandbox: Sandbox) -> None:
    with pytest.raises(DestinationError, match=r"s3://AKIA:\*\*\*@lake/x\.jsonl.*password") as caught:
        run(destination="s3://AKIA:hunter2secret@lake/x.jsonl")
    assert "hunter2" not in str(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize(
    ("executor", "destination", "warns"),
    [
        ("CeleryExecutor", "/lake/x.jsonl", True),
        ("airflow.providers.cncf.kubernetes.executors.kubernetes_executor.KubernetesExecutor", "file:///x.jsonl", True),
        ("LocalExecutor", "/lake/x.jsonl", False),
        ("LocalExecutor,CeleryExecutor", "/lake/x.jsonl", False),
        ("CeleryExecutor", "s3://lake/x.jsonl", False),
    ],
)
def test_a_disk_that_other_workers_do_not_see(
    monkeypatch: pytest.MonkeyPatch, executor: str, destination: str, warns: bool
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    assert runs_elsewhere(destination, None) is warns
    assert runs_elsewhere(destination, "CeleryExecutor") is (not destination.startswith("s3:"))


def test_the_warning_of_it(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    run(destination=str(tmp_path / "x.jsonl"), executor="CeleryExecutor")
    assert "is a path on this worker's machine" in caplog.text + "".join(capfd.readouterr())


def test_what_is_said_of_the_end_comes_after_it(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The file is there before the log and the manifest say so, and nothing says so if it did not come."""
    finished: list[tuple[str, bool]] = []
    path = tmp_path / "x.jsonl"
    monkeypatch.setattr(
        "airflow_provider_assistants.operators.progress.Progress.finish",
        lambda progress, manifest, report: finished.append((manifest.finished_at.isoformat(), path.exists())),
    )
    manifest = run(destination=str(path))
    assert finished == [(manifest["finished_at"], True)]

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(DestinationError, match="disk gone"):
        run(destination=str(path))
    assert len(finished) == 1


class _Stop(BaseException):
    """Stands for what is no Exception: AirflowTaskTimeout is one of them."""


@pytest.mark.parametrize("stop", [SystemExit, KeyboardInterrupt, GeneratorExit, _Stop])
@pytest.mark.parametrize("suffix", ["jsonl", "csv.gz", "parquet", "json.zst"])
def test_whatever_stops_a_task_leaves_nothing_behind(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException], suffix: str
) -> None:
    def on_progress(progress: Any, report: Any) -> None:
        raise stop

    (tmp_path / f"x.{suffix}").write_bytes(b"old")
    monkeypatch.setattr("airflow_provider_assistants.operators.progress.Progress.update", on_progress)
    with pytest.raises(stop):
        run(destination=str(tmp_path / f"x.{suffix}"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {f"x.{suffix}": b"old"}


@pytest.mark.parametrize("spool", ["/no/such/directory", "/dev/null"])
@pytest.mark.store
def test_no_directory_for_temporary_files(
    sandbox: Sandbox,
    s3_endpoint: str,
    connect: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    spool: str,
) -> None:
    lake = connect(
        "lake",
        conn_type="aws",
        login="k",
        password="s",
        extra={"endpoint_url": s3_endpoint, "region_name": "us-east-1"},
    )
    fs_of = open_destination("s3://spool-test/x.jsonl", conn_id=lake)
    fs_of._filesystem().call_s3("create_bucket", Bucket="spool-test")
    monkeypatch.setattr("tempfile.tempdir", spool)
    with pytest.raises(DestinationError, match=f"spooling it in {spool} failed.*TMPDIR"):
        run(destination="s3://spool-test/x.jsonl", object_storage_conn_id=lake)

    def none_usable() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp', '/var/tmp']")

    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._get_default_tempdir", none_usable)
    with pytest.raises(DestinationError, match=r"directory for temporary files failed.*TMPDIR"):
        run(destination="s3://spool-test/x.jsonl", object_storage_conn_id=lake)
    assert sandbox.requests() == []


def test_no_link_and_no_success_line_of_a_task_that_failed(sandbox: Sandbox, tmp_path: Path) -> None:
    operator = ListAssistantsOperator(task_id="list", conn_id="burki_default", destination=str(tmp_path / "x.jsonl"))
    sandbox.fail("burki", "401", times=None)
    context: Any = {"task": operator}
    with pytest.raises(AssistantsError):
        operator.execute(context)
    assert [link.name for link in operator.operator_extra_links] == ["Vendor console"]
    refused = ListAssistantsOperator(task_id="list", conn_id="burki_default", destination="x")
    with pytest.raises(AssistantsError):
        refused.execute({"task": refused})  # type: ignore[typeddict-item]
    assert list(refused.operator_extra_links) == []
    assert json.dumps(os.listdir(tmp_path)) == "[]"


@pytest.mark.parametrize(
    ("opened", "said"), [(open_destination, "destination abfs"), (open_source, "snapshot abfs")], ids=["write", "read"]
)
def test_an_account_that_is_not_that_of_the_connection(
    connect: Callable[..., str], monkeypatch: pytest.MonkeyPatch, opened: Any, said: str
) -> None:
    """The error says whether the file was to be written or to be read."""
    found = SimpleNamespace(fs=SimpleNamespace(account_name="theirs"))
    monkeypatch.setattr("airflow_provider_assistants.operators.destination.ObjectStoragePath", lambda *_, **__: found)
    file = opened("abfs://rows@ours.dfs.core.windows.net/x.jsonl", conn_id=connect("lake", conn_type="wasb"))
    with pytest.raises(DestinationError, match=f"The {said}.*'ours'.*leads to 'theirs'"):
        _ = file.has_console if opened is open_destination else file.exists()
