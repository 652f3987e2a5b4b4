# SPDX-License-Identifier: Apache-2.0
"""The operator's way to an object store: Airflow's ObjectStoragePath and a connection, to a server that speaks S3."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
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


@pytest.mark.parametrize(
    "key",
    [
        "dt=2026-11-21/region=eu/x.jsonl",
        "scheduled__2026-11-21T00:00:00+00:00/3fa85f64-5717-4562-b3fc-2c963f66afa6.jsonl",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jsonl",
        "what?.jsonl",
        "a#b.jsonl",
        "100%25.jsonl",
        "a b/ünï@here.jsonl",
    ],
)
@pytest.mark.parametrize("prefix", ["s3://assistants", "s3://lake@assistants"])
def test_downstream_opens_the_uri_of_the_manifest_as_it_stands(
    sandbox: Sandbox, bucket: Any, key: str, prefix: str
) -> None:
    from airflow.sdk import Asset, ObjectStoragePath

    conn_id = None if "@" in prefix else "lake"
    outlet = Asset("assistants")
    operator = ListAssistantsOperator(
        task_id="list",
        conn_id="burki_default",
        destination=f"{prefix}/{key}",
        object_storage_conn_id=conn_id,
        outlets=[outlet],
    )
    event = SimpleNamespace(extra=None)

    class Events:
        """No dict: assets have no hash on Airflow 3.1."""

        def __getitem__(self, asset: Asset) -> Any:
            return {outlet.name: event}[asset.name]

    written: list[str] = []
    collector = SimpleNamespace(
        add_input_asset=lambda **_: None, add_output_asset=lambda **asset: written.append(asset["uri"])
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "airflow.providers.common.compat.sdk.get_hook_lineage_collector", lambda: collector, raising=False
        )
        context: Any = {"task": operator, "outlet_events": Events()}
        manifest = operator.execute(context)
    assert [each.key for each in bucket.objects.all()] == [key]
    assert manifest["uri"] == event.extra["uri"] == f"{prefix}/{key}"
    assert written == [f"{prefix}/{key}"]
    named = {} if conn_id is None else {"conn_id": conn_id}
    assert len(ObjectStoragePath(manifest["uri"], **named).read_text().splitlines()) == 12
    assert [link.name for link in operator.operator_extra_links] == ["Vendor console"], "no console shows a moto server"


@pytest.mark.parametrize("key", ["x.jsonl?versionId=1", "a?dt=2026/x.jsonl", "x.jsonl?token=hunter2"])
def test_a_query_is_refused(sandbox: Sandbox, bucket: Any, key: str) -> None:
    with pytest.raises(DestinationError, match="it has a query") as caught:
        run(f"s3://assistants/{key}", format="jsonl")
    assert "hunter2" not in str(caught.value)
    assert list(bucket.objects.all()) == []
    assert sandbox.requests() == []


def test_the_public_store_has_a_console_and_no_other_has() -> None:
    from s3fs import S3FileSystem

    from airflow_provider_assistants.records.store.buckets import has_console

    keys = {"key": "AKIAIOSFODNN7EXAMPLE", "secret": "x", "client_kwargs": {"region_name": "eu-central-1"}}
    assert has_console(S3FileSystem(**keys, skip_instance_cache=True), "s3")
    assert not has_console(S3FileSystem(**keys, endpoint_url="http://127.0.0.1:9000", skip_instance_cache=True), "s3")
    assert has_console(SimpleNamespace(base="https://storage.googleapis.com/storage/v1/"), "gs")  # type: ignore[arg-type]
    assert not has_console(SimpleNamespace(base="http://127.0.0.1:9171/storage/v1/"), "gs")  # type: ignore[arg-type]
    assert not has_console(SimpleNamespace(), "abfs")  # type: ignore[arg-type]


def test_a_diff_of_objects_against_the_night_before(sandbox: Sandbox, bucket: Any) -> None:
    from airflow_provider_assistants.operators.diff import DiffAssistantsOperator

    for day in (18, 20):
        run(f"s3://assistants/2026-11-{day}/burki.parquet")
        sandbox.update("burki", sandbox.rows("burki")[day % 7]["id"], name=f"Renamed on {day}")
    after = run("s3://assistants/2026-11-22/burki.csv.gz")
    summary = DiffAssistantsOperator(
        task_id="diff",
        before="s3://assistants/*/burki.parquet",
        after=after,
        destination="s3://assistants/2026-11-22/burki.changes.jsonl",
        report="s3://assistants/2026-11-22/burki.html",
        object_storage_conn_id="lake",
    ).execute({})
    assert summary["before"] == "s3://assistants/2026-11-20/burki.parquet"
    assert summary["fields"] == {"name": 1}
    row = json.loads(bucket.Object("2026-11-22/burki.changes.jsonl").get()["Body"].read())
    assert row["after"] == "Renamed on 20"
    assert b"Renamed on 20" in bucket.Object("2026-11-22/burki.html").get()["Body"].read()
    with pytest.raises(
        DestinationError, match=r"s3://assistants/none\.jsonl cannot be read: there is no such file"
    ) as caught:
        DiffAssistantsOperator(
            task_id="diff", before=None, after="s3://assistants/none.jsonl", object_storage_conn_id="lake"
        ).execute({})
    assert "hidden-aws-secret" not in str(caught.value)


def test_a_listing_in_parts_of_a_bucket(sandbox: Sandbox, bucket: Any) -> None:
    """Replaced as a whole, compared with the night before, and nothing but its parts and their manifest is there."""
    from airflow_provider_assistants.operators.diff import DiffAssistantsOperator

    first = run("s3://assistants/20/burki/", rows_per_file=5, format="parquet")
    keys = sorted(each.key for each in bucket.objects.all())
    assert [key.partition("-")[0] for key in keys] == ["20/burki/_manifest.json", *["20/burki/part"] * 3]
    again = run("s3://assistants/20/burki", rows_per_file=5, format="parquet")
    assert sorted(each.key for each in bucket.objects.all()) == keys, "the same listing has the same names"
    assert again["sha256"] == first["sha256"]
    sandbox.update("burki", sandbox.rows("burki")[7]["id"], name="Renamed")
    after = run("s3://assistants/21/burki/", rows_per_file=4, format="jsonl", compression="gzip")
    summary = DiffAssistantsOperator(
        task_id="diff", before="s3://assistants/*/burki/", after=after, object_storage_conn_id="lake"
    ).execute({})
    assert (summary["before"], summary["fields"]) == ("s3://assistants/20/burki", {"name": 1})
    run("s3://assistants/21/burki/", rows_per_file=12, format="csv")
    (part, manifest) = sorted((each.key for each in bucket.objects.filter(Prefix="21/")), reverse=True)
    assert part.endswith(".csv")
    assert json.loads(bucket.Object(manifest).get()["Body"].read())["files"][0]["name"] == part.rpartition("/")[2]
    with pytest.raises(DestinationError, match="lies among the parts"):
        run("s3://assistants/21/burki/all.csv")
    with pytest.raises(DestinationError, match="it exists already"):
        run("s3://assistants/21/burki", rows_per_file=5, format="csv", overwrite=False)
