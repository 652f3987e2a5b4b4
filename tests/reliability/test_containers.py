# SPDX-License-Identifier: Apache-2.0
"""
What a pod of Kubernetes may be: a read-only root file system, another user without a home, a small volume for temporary files.

An export runs in a mount namespace of its own, where everything is read-only but one small tmpfs.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024

#: Prints the manifest or the error. A pod has no home, and its working directory is no place to write to.
EXPORT = """
import json, os, sys
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
written = {"root": False, "user": os.getuid(), "home": os.path.exists(os.path.expanduser("~"))}
try:
    open(sys.argv[2] + "/probe", "w")
    written["root"] = True
except OSError:
    pass
try:
    operator = ListAssistantsOperator(
        task_id="list", conn_id="burki_default", destination=sys.argv[1], object_storage_conn_id="lake"
    )
    written["manifest"] = operator.execute({})
except Exception as error:
    written["error"] = f"{type(error).__name__}: {error}"
written["left"] = os.listdir(os.environ["TMPDIR"])
print("RESULT", json.dumps(written))
"""
#: As another user, who may read everything (the tests' environment may lie in a home directory) and write nothing.
ANOTHER_USER = (
    "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all,+dac_read_search "
    "--inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search"
)


def in_a_pod(command: list[str], *, tmpdir: Path, size: str) -> list[str]:
    """Wrap a command: everything read-only but ``tmpdir``, which is a tmpfs of a size."""
    is_root = os.geteuid() == 0
    script = (
        f"mount -t tmpfs -o size={size},mode=1777 none {tmpdir} && "
        "for point in $(awk '{print $5}' /proc/self/mountinfo | sort -r); do "
        f'case "$point" in {tmpdir}|/proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$point" || exit 99;; esac; done; '
        f'exec {ANOTHER_USER if is_root else ""} "$@"'
    )
    return ["unshare", "--mount", *([] if is_root else ["--map-root-user"]), "sh", "-c", script, "sh", *command]


@pytest.fixture
def pod(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python in such a pod."""
    tmpdir, home = tmp_path / "tmp", tmp_path / "airflow"
    tmpdir.mkdir()
    home.mkdir()
    try:
        refusal = subprocess.run(
            in_a_pod(["true"], tmpdir=tmpdir, size="1m"), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        refusal = subprocess.CompletedProcess([], 1, "", str(error))
    if refusal.returncode:
        pytest.skip(f"this machine allows no mount namespaces: {refusal.stderr}")

    def run(*arguments: str, size: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "ignore", "-c", EXPORT, *arguments, str(home)]
        return subprocess.run(
            in_a_pod(command, tmpdir=tmpdir, size=size),
            cwd="/",
            env={
                **os.environ,
                "TMPDIR": str(tmpdir),
                "HOME": "/nonexistent",
                "AIRFLOW_HOME": str(home),
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


@pytest.fixture
def lake(s3_endpoint: str, connect: Callable[..., str]) -> Iterator[Any]:
    """A bucket, and the connection to it."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    extra = {"endpoint_url": s3_endpoint, "region_name": "us-east-1"}
    connect("lake", conn_type="aws", login="testing", password="testing", extra=extra)
    bucket = boto3.resource("s3", endpoint_url=s3_endpoint, region_name="us-east-1", **keys).create_bucket(
        Bucket="pods"
    )
    yield bucket
    bucket.objects.all().delete()


def result(ended: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    lines = [line for line in ended.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, ended.stdout + ended.stderr
    found: dict[str, Any] = json.loads(lines[-1].removeprefix("RESULT "))
    assert not found["root"], "the file system is read-only"
    assert not found["home"]
    assert found["left"] == []
    return found


@pytest.mark.store
@pytest.mark.optional
@pytest.mark.filterwarnings("default")
def test_an_export_with_a_read_only_root_no_home_and_another_user(sandbox: Sandbox, lake: Any, pod: Any) -> None:
    found = result(pod("s3://pods/x.jsonl", size="4m"))
    assert found["user"] == (65534 if os.geteuid() == 0 else 0)
    assert found["manifest"]["rows"] == 12
    assert len(lake.Object("x.jsonl").get()["Body"].read().splitlines()) == 12


@pytest.mark.store
@pytest.mark.optional
@pytest.mark.filterwarnings("default")
def test_a_volume_for_temporary_files_that_is_too_small(sandbox: Sandbox, lake: Any, pod: Any, tmp_path: Path) -> None:
    lake.put_object(Key="x.jsonl", Body=b"as it was")
    sandbox.set_size("burki", 1_000)
    message = result(pod("s3://pods/x.jsonl", size="1m"))["error"]
    assert f"spooling it in {tmp_path / 'tmp'} failed: [Errno 28] No space left on device" in message
    assert "Set TMPDIR in the worker's environment to a directory that it may write to" in message
    held = int(message.rpartition("it held ")[2].partition(" bytes so far")[0].replace(",", ""))
    assert 0.5 * MIB < held <= 2 * MIB
    assert lake.Object("x.jsonl").get()["Body"].read() == b"as it was"


@pytest.mark.parametrize("refusal", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_an_export_onto_a_volume_without_locks(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr("fcntl.flock", no_locks)
    target = tmp_path / "x.jsonl"
    for _ in range(2):
        ListAssistantsOperator(task_id="list", conn_id="burki_default", destination=str(target)).execute({})
    assert len(target.read_text().splitlines()) == 12
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]
