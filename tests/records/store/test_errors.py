# SPDX-License-Identifier: Apache-2.0
"""Errors of stores: true, of use, without a secret, and before the listing where it can be known."""

from __future__ import annotations

import pytest
from s3fs import S3FileSystem

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.errors import failure_of
from tests.records.store.refusing_store import refusing_store

URI = "s3://lake/dt=2026-11-21/x.jsonl"


def s3_destination(endpoint: str, *, conn_id: str | None = "lake_conn", **keys: str) -> Destination:
    def open_filesystem() -> S3FileSystem:
        return S3FileSystem(
            **(keys or {"key": "AKIAIOSFODNN7EXAMPLE", "secret": "hidden-aws-secret"}),
            endpoint_url=endpoint,
            client_kwargs={"region_name": "us-east-1"},
            config_kwargs={"retries": {"max_attempts": 1}},
            skip_instance_cache=True,
        )

    return Destination(open_filesystem, URI.removeprefix("s3://"), uri=URI, protocol="s3", conn_id=conn_id)


@pytest.mark.store
@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "InvalidAccessKeyId", "the store does not accept the credentials.*Check the credentials of connection 'lake_conn'"),
        (403, "SignatureDoesNotMatch", "the store does not accept the credentials.*Check the credentials of connection"),
        (400, "ExpiredToken", "the store does not accept the credentials.*Check the credentials of connection 'lake_conn'"),
        (404, "NoSuchBucket", "there is no bucket or container 'lake'"),
        (500, "InternalError", "checking it failed.*the endpoint of the connection 'lake_conn'"),
    ],
)  # fmt: skip
def test_what_an_s3_store_refuses_is_said_before_anything_is_written(status: int, code: str, message: str) -> None:
    with refusing_store(status, code) as (endpoint, asked):
        with pytest.raises(DestinationError, match=message) as caught:
            s3_destination(endpoint).prepare(overwrite=True)
        assert not [each for each in asked if each.startswith(("PUT", "POST"))]
    assert str(caught.value).startswith(f"The destination {URI} cannot be written: ")
    assert "hidden-aws-secret" not in str(caught.value)


@pytest.mark.store
def test_a_right_to_write_only_may_be_all_there_is() -> None:
    with refusing_store(403, "AccessDenied") as (endpoint, _):
        destination = s3_destination(endpoint)
        destination.prepare(overwrite=True)
        with pytest.raises(DestinationError, match=r"uploading it failed: no permission.*'lake_conn'"):  # noqa: SIM117
            with destination.write() as stream:
                stream.write(b"rows")
        with pytest.raises(DestinationError, match="checking it failed: no permission"):
            s3_destination(endpoint).prepare(overwrite=False)


@pytest.mark.store
def test_a_store_that_is_not_there() -> None:
    with pytest.raises(DestinationError, match="Check the network, and the endpoint of the connection 'lake_conn'"):
        s3_destination("http://127.0.0.1:1").prepare(overwrite=True)


class DefaultCredentialsError(Exception):
    """What google.auth raises has this name."""


class ClientAuthenticationError(Exception):
    """What azure.core raises has this name."""


@pytest.mark.parametrize(
    ("protocol", "error", "doing", "message"),
    [
        ("gs", DefaultCredentialsError("not found"), "checking it", "Check the credentials of connection 'mine'"),
        ("gs", KeyError("private_key"), "opening its store", "Check the credentials of connection 'mine'"),
        ("gs", ValueError("Could not deserialize key data"), "opening its store", "Check the credentials of connection"),
        ("gs", FileNotFoundError(2, "No such file", "/k.json"), "opening its store", "Check the credentials of connection"),
        ("gs", OSError("Forbidden: b/lake/o"), "uploading it", "no permission.*connection 'mine'"),
        ("abfs", ClientAuthenticationError("no"), "checking it", "Check the credentials of connection 'mine'"),
        ("abfs", OSError("ErrorCode:AuthorizationFailure"), "uploading it", "no permission.*connection 'mine'"),
        ("abfs", OSError("ErrorCode:AuthorizationPermissionMismatch"), "uploading it", "no permission.*'mine'"),
        ("gs", ImportError("No module named gcsfs"), "opening its store", r"airflow-provider-assistants\[google\]"),
        ("gs", ValueError("No filesystem registered for scheme gs"), "opening its store", r"assistants\[google\]"),
        ("abfs", TimeoutError("slow"), "uploading it", "Check the network"),
        ("file", PermissionError(13, "Permission denied"), "opening it", "the worker's user the permission"),
        ("file", OSError(28, "No space left on device"), "writing it", "Check space"),
    ],
)  # fmt: skip
def test_an_error_is_read_for_what_it_means(protocol: str, error: Exception, doing: str, message: str) -> None:
    with pytest.raises(DestinationError, match=message):
        raise failure_of(error, doing=doing, uri="u", protocol=protocol, conn_id="mine")
    without = str(failure_of(error, doing=doing, uri="u", protocol=protocol))
    assert "mine" not in without


@pytest.mark.parametrize(
    "path",
    [
        "/lake/dt=2026-11-21/x.jsonl",
        "/lake/3fa85f64-5717-4562-b3fc-2c963f66afa6/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.csv",
    ],
)
def test_the_destinations_own_path_is_shown_and_secrets_beside_it_are_not(path: str) -> None:
    error = OSError(
        2, f"PUT https://me:hunter2@host{path}?X-Amz-Signature=abcdef123 api_key=sk-proj-1234567890abcdef", path
    )
    message = str(
        failure_of(error, doing="writing it", uri=path, protocol="file", paths=(path, path.rpartition("/")[0]))
    )
    assert message.startswith(f"The destination {path} ")
    assert f"'{path}'" in message
    for secret in ("hunter2", "abcdef123", "sk-proj-1234567890abcdef"):
        assert secret not in message
