# SPDX-License-Identifier: Apache-2.0
"""The lineage that Airflow's OpenLineage provider emits for our operators, as it comes out of a file transport."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Asset

from airflow_provider_assistants.hooks.burki import BurkiHook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors.base import COMMON_COLUMNS
from airflow_provider_assistants.vendors.models.base import columns
from tests.conftest import HOME

pytestmark = pytest.mark.airflow
pytest.importorskip("airflow.providers.openlineage")

LAKE = HOME / "lake" / "lineage"


@pytest.fixture(scope="module")
def events(airflow_database: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The last event of each task, by its id."""
    path = tmp_path_factory.mktemp("openlineage") / "events.jsonl"
    transport = {"type": "file", "log_file_path": str(path), "append": True}
    with Sandbox(assistants=12) as sandbox:
        refused = {**sandbox.connection("burki"), "password": "no-such-key"}
        environment = {
            **os.environ,
            **sandbox.connection_env(),
            "AIRFLOW_CONN_REFUSED": json.dumps(refused),
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
            "AIRFLOW__OPENLINEAGE__DISABLED": "False",
        }
        subprocess.run(
            [Path(sys.executable).parent / "airflow", "dags", "test", "assistants_lineage"],
            env=environment,
            capture_output=True,
            timeout=600,
            check=False,  # one of its tasks fails
        )
        host = sandbox.connection("burki")["host"]
    found = [json.loads(line) for line in path.read_text().splitlines()]
    by_task = {
        each["job"]["name"].removeprefix("assistants_lineage."): each
        for each in found
        if each["eventType"] in ("COMPLETE", "FAIL") and "." in each["job"]["name"]
    }
    return {**by_task, "host": {"url": host}}


def only(datasets: list[dict[str, Any]]) -> dict[str, Any]:
    (dataset,) = datasets
    return dataset


def schema(dataset: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["type"] for field in dataset["facets"]["schema"]["fields"]}


def documented() -> dict[str, str]:
    return dict(columns(BurkiHook.vendor.assistants.load_model()))


def is_the_listing(dataset: dict[str, Any], host: str) -> bool:
    return dataset["namespace"] + dataset["name"] == host.rstrip("/") + BurkiHook.vendor.assistants.path


def test_a_listing_into_a_file(events: dict[str, dict[str, Any]]) -> None:
    event, path = events["first"], LAKE / "first.jsonl"
    assert event["eventType"] == "COMPLETE"
    source, written = only(event["inputs"]), only(event["outputs"])
    assert is_the_listing(source, events["host"]["url"])
    assert schema(source) == schema(written) == documented()
    assert source["inputFacets"]["inputStatistics"]["rowCount"] == 12
    assert (written["namespace"], written["name"]) == ("file", str(path))
    statistics = written["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"]) == (12, path.stat().st_size)


def test_chosen_fields_are_the_schema_of_what_was_written(events: dict[str, dict[str, Any]]) -> None:
    written = only(events["second"]["outputs"])
    assert schema(written) == {name: documented()[name] for name in ("id", "name")}


def test_a_listing_into_xcom_writes_no_dataset(events: dict[str, dict[str, Any]]) -> None:
    event = events["to_xcom"]
    assert is_the_listing(only(event["inputs"]), events["host"]["url"])
    assert event["outputs"] == []


def test_a_comparison(events: dict[str, dict[str, Any]]) -> None:
    event = events["changes"]
    source = only(event["inputs"])
    assert (source["namespace"], source["name"]) == ("file", str(LAKE / "first.jsonl"))
    assert source["inputFacets"]["inputStatistics"]["rowCount"] == 12
    changes, report = event["outputs"]
    assert changes["name"] == str(LAKE / "changes.csv")
    assert {"change_type", "assistant_id", "path", "before", "after"} <= schema(changes).keys()
    assert changes["outputFacets"]["outputStatistics"]["rowCount"] == 0
    assert changes["outputFacets"]["outputStatistics"]["size"] == (LAKE / "changes.csv").stat().st_size
    assert report["name"] == str(LAKE / "changes.html")
    assert "schema" not in report["facets"]
    assert report["outputFacets"]["outputStatistics"]["size"] == (LAKE / "changes.html").stat().st_size


def test_a_listing_that_fails_has_read_and_not_written(events: dict[str, dict[str, Any]]) -> None:
    event = events["fails"]
    assert event["eventType"] == "FAIL"
    source = only(event["inputs"])
    assert is_the_listing(source, events["host"]["url"])
    assert "inputStatistics" not in source["inputFacets"]
    assert event["outputs"] == []
    assert "401" in event["run"]["facets"]["errorMessage"]["message"]
    assert "no-such-key" not in json.dumps(event)


@pytest.mark.parametrize(
    "uri", ["file:///lake/burki.parquet", "s3://lake/dt=2026-11-21/burki.parquet", "s3://my_conn@lake/burki.parquet"]
)
def test_names_are_those_of_airflows_other_providers(uri: str) -> None:
    from airflow.providers.amazon.aws.assets.s3 import convert_asset_to_openlineage as of_s3
    from airflow.providers.common.io.assets.file import convert_asset_to_openlineage as of_file

    from airflow_provider_assistants.lineage import LineageDataset, TaskLineage

    lineage = TaskLineage()
    lineage.wrote(LineageDataset(uri=uri, columns=COMMON_COLUMNS))
    ours = only(lineage.as_openlineage().outputs)  # type: ignore[arg-type]
    theirs = (of_file if uri.startswith("file") else of_s3)(Asset(uri=uri.replace("my_conn@", "")), None)
    assert (ours.namespace, ours.name) == (theirs.namespace, theirs.name)  # type: ignore[attr-defined]
