# SPDX-License-Identifier: Apache-2.0
"""Listings in parts, as a task writes them and as their readers read them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, DestinationError
from airflow_provider_assistants.operators.destination import console_page
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import read_back, run

WAYS = [("jsonl", None), ("jsonl", "zstd"), ("json", "gzip"), ("csv", None), ("csv", "gzip"), ("parquet", None)]


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "_manifest.json").read_text())


def parts_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


@pytest.mark.parametrize("rows_per_file", [1, 5, 12, 13])
@pytest.mark.parametrize(("format", "compression"), WAYS)
def test_parts_make_the_file(
    sandbox: Sandbox, tmp_path: Path, format: str, compression: str | None, rows_per_file: int
) -> None:
    folder = tmp_path / "burki"
    manifest = run(destination=str(folder), rows_per_file=rows_per_file, format=format, compression=compression)
    suffix = {"gzip": ".gz", "zstd": ".zst", None: ""}[compression]
    whole = tmp_path / f"whole.{format}{suffix}"
    alone = run(destination=str(whole))
    parts = parts_of(folder)
    assert sorted(os.listdir(folder)) == ["_manifest.json", *(path.name for path in parts)]
    assert [row for path in parts for row in _read(path)] == read_back(whole)
    assert (manifest["rows"], manifest["parts"]) == (12, len(parts))
    assert {key: manifest[key] for key in ("format", "compression", "statuses", "redacted_fields")} == {
        key: alone[key] for key in ("format", "compression", "statuses", "redacted_fields")
    }
    together = b"".join(path.read_bytes() for path in parts)
    assert manifest["sha256"] == hashlib.sha256(together).hexdigest()
    assert manifest["bytes"] == len(together)


def _read(path: Path) -> list[dict[str, Any]]:
    """Read a part; its name has dots only before its suffixes."""
    return read_back(path)


def test_the_manifest_beside_the_parts(sandbox: Sandbox, tmp_path: Path) -> None:
    manifest = run(destination=f"{tmp_path}/burki/", rows_per_file=5, format="jsonl")
    beside = manifest_of(tmp_path / "burki")
    files = beside.pop("files")
    assert beside == manifest
    assert manifest["uri"] == f"{tmp_path}/burki/"
    assert (manifest["rows_per_file"], manifest["parts"]) == (5, 3)
    assert [each["rows"] for each in files] == [5, 5, 2]
    for each, path in zip(files, parts_of(tmp_path / "burki"), strict=True):
        data = path.read_bytes()
        assert each == {
            "name": path.name,
            "rows": each["rows"],
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }


def test_one_file_says_nothing_of_parts(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run(destination=f"{tmp_path}/x.jsonl").keys().isdisjoint({"parts", "rows_per_file", "files"})


@pytest.mark.parametrize(("format", "compression"), WAYS)
def test_the_same_listing_gives_the_same_parts(
    sandbox: Sandbox, tmp_path: Path, format: str, compression: str | None
) -> None:
    written = []
    for name in ("one", "other", "one"):
        run(destination=f"{tmp_path}/{name}", rows_per_file=5, format=format, compression=compression)
        written.append({path.name: path.read_bytes() for path in parts_of(tmp_path / name)})
    assert written[0] == written[1] == written[2]


@pytest.mark.parametrize(("format", "compression"), WAYS)
def test_an_account_without_assistants(sandbox: Sandbox, tmp_path: Path, format: str, compression: str | None) -> None:
    """One part without rows, so that a reader finds the columns."""
    sandbox.set_size("burki", 0)
    manifest = run(destination=f"{tmp_path}/burki", rows_per_file=5, format=format, compression=compression)
    (part,) = parts_of(tmp_path / "burki")
    assert (manifest["rows"], manifest["parts"], _read(part)) == (0, 1, [])
    if format == "csv" and compression is None:
        assert part.read_text().startswith("id,organization_id,")


def test_a_rerun_replaces_everything(sandbox: Sandbox, tmp_path: Path) -> None:
    """With other rows, another number of them, and another format."""
    folder = tmp_path / "burki"
    run(destination=str(folder), rows_per_file=2, format="parquet")
    sandbox.set_size("burki", 3)
    run(destination=str(folder), rows_per_file=2, format="csv", compression="gzip")
    assert [path.suffixes for path in parts_of(folder)] == [[".csv", ".gz"]] * 2
    assert os.listdir(tmp_path) == ["burki"]
    assert sum(len(_read(path)) for path in parts_of(folder)) == manifest_of(folder)["rows"] == 3


def test_a_listing_that_fails_leaves_what_is_there(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "burki"
    run(destination=str(folder), rows_per_file=5, format="jsonl")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    sandbox.set_size("burki", 4_000)
    sandbox.fail("burki", "401", after=20, times=None)
    with pytest.raises(AssistantsError):
        run(destination=str(folder), rows_per_file=5, format="jsonl")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert os.listdir(tmp_path) == ["burki"]


def test_parts_of_one_schema(sandbox: Sandbox, tmp_path: Path) -> None:
    """Types come from the documents, so a part whose column is null throughout has the same type as the others."""
    import pyarrow.parquet

    rows = sandbox.rows("burki")
    sandbox.update("burki", rows[0]["id"], llm_settings=None, created_at=None, name=None)
    run(destination=f"{tmp_path}/burki", rows_per_file=1, format="parquet")
    schemas = [pyarrow.parquet.read_schema(path) for path in parts_of(tmp_path / "burki")]
    assert len(schemas) == 12
    assert all(schema.equals(schemas[0], check_metadata=True) for schema in schemas)


@pytest.mark.parametrize("value", [0, -1, "x", 1.5, True, "1e3", pytest.param(10**5000, id="digits")])
def test_a_wrong_rows_per_file_is_an_error_when_the_dag_is_parsed(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"rows_per_file must be an integer >= 1, got"):
        ListAssistantsOperator(task_id="x", conn_id="burki_default", destination="/lake/x", rows_per_file=value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "rows_per_file is for a destination, a folder, and there is none"),
        ({"destination": "/lake/x.parquet"}, r"'/lake/x\.parquet' names a file.*Take \.parquet off the name"),
        ({"destination": "/lake/x.csv.gz/", "format": "csv"}, "names a file"),
        ({"destination": "/lake/x"}, r"format of the parts below '/lake/x' is not known.*format='parquet'"),
        ({"destination": "/lake/x", "format": "xml"}, "format must be one of"),
        ({"destination": "lake/x", "format": "csv"}, "relative path"),
        ({"destination": "/", "format": "csv"}, "it is a directory"),
    ],
)
def test_wrong_destinations(sandbox: Sandbox, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(AssistantsError, match=words):
        run(rows_per_file=5, **arguments)
    assert sandbox.requests() == []


def test_a_template_that_renders_to_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    operator = ListAssistantsOperator(
        task_id="x", conn_id="burki_default", destination=f"{tmp_path}/x", rows_per_file="{{ n }}", format="csv"
    )
    operator.render_template_fields({"n": ""})
    with pytest.raises(ConfigurationError, match="rows_per_file is empty"):
        operator.execute({})
    assert sandbox.requests() == []
    operator.rows_per_file = "5"
    assert operator.execute({})["parts"] == 3


def test_a_file_of_somebody_else_in_the_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "burki").mkdir()
    (tmp_path / "burki" / "theirs.parquet").touch()
    with pytest.raises(DestinationError, match=r"'theirs\.parquet' in it was not written by a partitioned listing"):
        run(destination=f"{tmp_path}/burki", rows_per_file=5, format="parquet")
    assert sandbox.requests() == []
    assert os.listdir(tmp_path / "burki") == ["theirs.parquet"]


@pytest.mark.parametrize("name", ["all.parquet", "all.csv"])
def test_a_single_file_among_parts_is_refused(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    """Whoever reads the folder would have each row twice."""
    run(destination=f"{tmp_path}/burki", rows_per_file=5, format="parquet")
    with pytest.raises(DestinationError, match=r"lies among the parts of a partitioned listing"):
        run(destination=f"{tmp_path}/burki/{name}")
    with pytest.raises(DestinationError, match="it is a directory"):
        run(destination=f"{tmp_path}/burki", format="parquet")
    assert manifest_of(tmp_path / "burki")["parts"] == len(parts_of(tmp_path / "burki")) == 3


def test_a_manifest_of_another_tool_is_none(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "_manifest.json").write_text('{"entries": []}')
    assert run(destination=f"{tmp_path}/x.jsonl")["rows"] == 12


def test_events_and_lineage_name_the_folder(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Asset

    outlet = Asset("assistants")
    event = SimpleNamespace(extra=None)

    class Events:
        """No dict: assets have no hash on Airflow 3.1."""

        def __getitem__(self, asset: Asset) -> Any:
            return {outlet.name: event}[asset.name]

    written: list[str] = []
    collector = SimpleNamespace(
        add_input_asset=lambda **_: None, add_output_asset=lambda **asset: written.append(asset["uri"])
    )
    monkeypatch.setattr(
        "airflow.providers.common.compat.sdk.get_hook_lineage_collector", lambda: collector, raising=False
    )
    operator = ListAssistantsOperator(
        task_id="x",
        conn_id="burki_default",
        destination=f"{tmp_path}/burki",
        rows_per_file=5,
        format="jsonl",
        outlets=[outlet],
    )
    context: Any = {"task": operator, "outlet_events": Events()}
    manifest = operator.execute(context)
    assert event.extra == manifest
    assert written == [manifest["uri"]] == [f"{tmp_path}/burki"]
    assert len(json.dumps(manifest)) < 4_000, "parts are listed in the file only"


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        ("s3://lake/dt=1/burki/", "https://s3.console.aws.amazon.com/s3/buckets/lake?prefix=dt%3D1/burki/"),
        ("s3://conn@lake/burki", "https://s3.console.aws.amazon.com/s3/buckets/lake?prefix=burki/"),
        ("gs://lake/burki", "https://console.cloud.google.com/storage/browser/lake/burki"),
        ("/lake/burki", None),
    ],
)
def test_the_page_of_a_folder(uri: str, page: str | None) -> None:
    assert console_page(uri, is_folder=True) == page
