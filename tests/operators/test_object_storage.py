# SPDX-License-Identifier: Apache-2.0
"""The operator's way to an object store: Airflow's ObjectStoragePath and a connection, to a server that speaks S3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox

pytestmark = pytest.mark.store


@pytest.fixture
def bucket(s3_endpoint: str, connect: Callable[..., str]) -> Any:
    """A bucket, and the connection ``lake`` to its server."""
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "hidden-aws-secret"}
    connect(
        "lake",
        conn_type="aws",
        login=keys["aws_access_key_id"],
        password=keys["aws_secret_access_key"],
        extra={"endpoint_url": s3_endpoint, "region_name": "us-east-1"},
    )
    resource = boto3.resource("s3", endpoint_url=s3_endpoint, region_name="us-east-1", **keys)
    bucket = resource.create_bucket(Bucket="assistants")
    yield bucket
    bucket.objects.all().delete()


def run(destination: str, **arguments: Any) -> Any:
    operator = ListAssistantsOperator(
        task_id="list",
        **{"conn_id": "burki_default", "object_storage_conn_id": "lake", "destination": destination, **arguments},
    )
    return operator.execute({})


@pytest.mark.parametrize("size", [0, 250, 4_000])
def test_a_listing_in_a_bucket(sandbox: Sandbox, bucket: Any, size: int) -> None:
    sandbox.set_size("burki", size)
    manifest = run("s3://assistants/2026/burki.jsonl")
    body = bucket.Object("2026/burki.jsonl").get()["Body"].read()
    assert [json.loads(line)["id"] for line in body.splitlines()] == [row["id"] for row in sandbox.rows("burki")]
    assert manifest["uri"] == "s3://assistants/2026/burki.jsonl"
    assert manifest["bytes"] == len(body)
    assert [each.key for each in bucket.objects.all()] == ["2026/burki.jsonl"]


@pytest.mark.parametrize("before", [None, b"as it was"])
def test_a_listing_that_fails_leaves_the_bucket_alone(sandbox: Sandbox, bucket: Any, before: bytes | None) -> None:
    if before:
        bucket.put_object(Key="x.json", Body=before)
    sandbox.set_size("burki", 4_000)
    sandbox.fail("burki", "401", after=20, times=None)
    with pytest.raises(AssistantsError):
        run("s3://assistants/x.json")
    found = {each.key: each.get()["Body"].read() for each in bucket.objects.all()}
    assert found == ({"x.json": before} if before else {})
    assert list(bucket.multipart_uploads.all()) == []


def test_a_bucket_that_is_not_there(sandbox: Sandbox, bucket: Any) -> None:
    with pytest.raises(DestinationError, match=r"s3://nowhere/x\.json") as caught:
        run("s3://nowhere/x.json")
    assert sandbox.requests() == []
    assert "hidden-aws-secret" not in str(caught.value)


def test_overwrite_false(sandbox: Sandbox, bucket: Any) -> None:
    bucket.put_object(Key="x.json", Body=b"as it was")
    with pytest.raises(DestinationError, match="it exists already"):
        run("s3://assistants/x.json", overwrite=False)
    assert run("s3://assistants/x.json")["rows"] == 12
