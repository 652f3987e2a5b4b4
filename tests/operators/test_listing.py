# SPDX-License-Identifier: Apache-2.0
"""ListAssistantsOperator against the sandbox, as its users run it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_assistants import __version__
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import columns
from tests.conftest import VENDORS
from tests.operators.running import as_table, held, read_back, run

MANIFEST_KEYS = [
    "vendor", "conn_id", "uri", "format", "compression", "record", "fields", "redact", "rows", "pages", "bytes", "sha256",
    "duplicates", "total_reported", "passes", "consistent", "statuses", "unknown_fields", "mismatched_fields", "redacted_fields",
    "started_at", "finished_at", "provider_version",
]  # fmt: skip


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 250])
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "parquet", "jsonl.gz", "json.zst", "csv.gz"])
def test_a_file_holds_what_the_server_holds(
    sandbox: Sandbox, tmp_path: Path, vendor: str, size: int, suffix: str
) -> None:
    sandbox.set_size(vendor, size)
    path = tmp_path / f"out.{suffix}"
    manifest = run(conn_id=f"{vendor}_default", destination=str(path))
    read, sent = read_back(path), held(sandbox, vendor)
    if suffix.startswith(("csv", "parquet")):
        kinds = dict(columns(get_vendor(vendor).assistants.load_model()))
        text = suffix.startswith("csv")
        expected = [as_table(row, kinds, text=text) for row in sent]
        numbers = [name for name, kind in kinds.items() if kind == "number"]
        for row in read:
            if text:
                row.update({name: float(row[name]) if row[name] else "" for name in numbers})
            row.pop("_extra")
        assert read == expected
    else:
        assert read == sent
    assert manifest["rows"] == manifest["total_reported"] == size
    assert manifest["consistent"] is True
    assert manifest["bytes"] == path.stat().st_size
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(manifest["statuses"].values()) == size
    assert [each.name for each in tmp_path.iterdir()] == [path.name], "something was left beside the file"


@pytest.mark.parametrize("vendor", VENDORS)
def test_ten_thousand(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    sandbox.set_size(vendor, 10_000)
    path = tmp_path / "out.jsonl"
    manifest = run(conn_id=f"{vendor}_default", destination=str(path), on_drift="fail")
    key = get_vendor(vendor).assistants.reader.id
    with path.open() as file:
        ids = [json.loads(line)[key] for line in file]
    assert ids == [row[key] for row in sandbox.rows(vendor)]
    assert manifest["rows"] == 10_000
    assert manifest["passes"] == 1
    hook = BaseHook.get_hook(f"{vendor}_default")
    assert [row[key] for page in hook.iter_pages() for row in page.rows] == ids
    for suffix in ("parquet", "csv", "json.gz"):
        path = tmp_path / f"out.{suffix}"
        run(conn_id=f"{vendor}_default", destination=str(path))
        assert [str(row[key]) for row in read_back(path)] == [str(each) for each in ids]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 7])
def test_rows_through_xcom(sandbox: Sandbox, vendor: str, size: int) -> None:
    sandbox.set_size(vendor, size)
    rows = run(conn_id=f"{vendor}_default")
    assert rows == held(sandbox, vendor)
    assert json.loads(json.dumps(rows)) == rows


def test_the_manifest(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_size("burki", 150)
    sandbox.update("burki", 1_000_001, brand_new={"a": 1}, max_idle_messages="many")
    manifest = run(destination=f"file://{tmp_path}/x.csv.zst")
    assert list(manifest) == MANIFEST_KEYS
    assert json.loads(json.dumps(manifest)) == manifest
    expected = {
        "vendor": "burki", "conn_id": "burki_default", "uri": f"file://{tmp_path}/x.csv.zst", "format": "csv",
        "compression": "zstd", "record": "vendor", "fields": None, "redact": "secrets",
        "rows": 150, "pages": 2, "duplicates": 0, "total_reported": 150, "passes": 1,
        "consistent": True, "unknown_fields": {"brand_new": 1}, "mismatched_fields": {"max_idle_messages": 1},
        "provider_version": __version__,
    }  # fmt: skip
    assert {key: manifest[key] for key in expected} == expected
    other = run(destination=str(tmp_path / "y.jsonl"), fields="id, name", record="common", redact="personal")
    assert (other["record"], other["fields"], other["redact"]) == ("common", ["id", "name"], "personal")
    assert manifest["redacted_fields"]["llm_provider_config.api_key"] == 150
    assert set(manifest["statuses"]) == {"active", "inactive"}
    assert manifest["started_at"] <= manifest["finished_at"]
    assert manifest["started_at"].endswith("+00:00")


def test_the_same_listing_gives_the_same_bytes(sandbox: Sandbox, tmp_path: Path) -> None:
    for suffix in ("jsonl", "csv.gz", "parquet", "json.zst"):
        sums = {run(destination=str(tmp_path / f"{n}.{suffix}"), concurrency=n)["sha256"] for n in (1, 2, 8)}
        assert len(sums) == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_common_record(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    path = tmp_path / "common.parquet"
    run(conn_id=f"{vendor}_default", destination=str(path), record="common")
    table = pyarrow.parquet.read_table(path)
    assert table.schema.names == [
        "vendor", "account", "id", "name", "status", "direction", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip
    assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    reader = get_vendor(vendor).assistants.reader
    for row, sent in zip(table.to_pylist(), sandbox.rows(vendor), strict=True):
        assert (row["vendor"], row["account"]) == (vendor, f"{vendor}_default")
        assert str(row["id"]) == reader.row_id(sent)
        assert row["status"] == reader.row_status(sent)
        assert row["updated_at"] == reader.row_updated_at(sent)
    lines = run(conn_id=f"{vendor}_default", record="common")
    assert [line["status"] for line in lines] == table.column("status").to_pylist()


def test_chosen_fields(sandbox: Sandbox, tmp_path: Path) -> None:
    fields = ["id", "name", "llm_provider_config.model", "llm_provider_config.api_key", "not.documented"]
    sandbox.update("burki", sandbox.rows("burki")[0]["id"], **{"not": {"documented": 7}})
    rows = run(fields=fields)
    assert sorted({str(row["not.documented"]) for row in rows}) == ["7", "None"]
    assert all(list(row) == fields for row in rows)
    assert {row["llm_provider_config.model"] for row in rows} == {"gpt-4o-mini"}
    assert {row["llm_provider_config.api_key"] for row in rows} == {"***"}
    path = tmp_path / "x.parquet"
    run(fields="id, name", destination=str(path))
    assert pyarrow.parquet.read_schema(path).names == ["id", "name"]


def test_filters_of_ours_and_the_vendors(sandbox: Sandbox) -> None:
    active = [row["id"] for row in sandbox.rows("burki") if row["is_active"] is not False]
    every = [row["id"] for row in sandbox.rows("burki")]
    fields = ["id"]
    assert [row["id"] for row in run(where="active", fields=fields)] == active
    assert [row["id"] for row in run(filters={"active_only": True}, fields=fields)] == active
    assert [row["id"] for row in run(where={"status": ["inactive"]}, fields=fields)] == [
        each for each in every if each not in active
    ]
    sandbox.update("burki", every[3], updated_at="2030-01-01T00:00:00")
    sandbox.update("burki", every[5], updated_at=None)
    recent = run(changed_since="2029-12-31T23:59:59Z", fields=fields)
    assert [row["id"] for row in recent] == [every[3], every[5]]


@pytest.mark.parametrize(
    ("level", "gone"),
    [("secrets", ["sandbox-secret-"]), ("personal", ["sandbox-secret-", "sandbox-personal-", "+1555010"])],
)
@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_sensitive_is_written(
    sandbox: Sandbox, tmp_path: Path, vendor: str, level: str, gone: list[str]
) -> None:
    sandbox.set_size(vendor, 150)
    for suffix in ("jsonl", "csv"):
        path = tmp_path / f"x.{suffix}"
        manifest = run(conn_id=f"{vendor}_default", destination=str(path), redact=level)
        text = path.read_text()
        assert [mark for mark in gone if mark in text] == []
        assert sum(manifest["redacted_fields"].values()) > 0
        assert "sandbox-secret-" not in json.dumps(manifest)


@pytest.mark.parametrize(("formulas", "cell"), [("escape", "'=1+1"), ("keep", "=1+1")])
def test_a_cell_is_no_formula_unless_you_want_it(sandbox: Sandbox, tmp_path: Path, formulas: str, cell: str) -> None:
    sandbox.set_size("burki", 1)
    sandbox.update("burki", 1_000_001, name="=1+1")
    path = tmp_path / "x.csv"
    run(destination=str(path), csv_formulas=formulas)
    assert read_back(path)[0]["name"] == cell


def test_arguments_may_come_as_texts_from_templates(sandbox: Sandbox, tmp_path: Path) -> None:
    manifest = run(
        destination=str(tmp_path / "x.jsonl"), page_size="5", concurrency="2", overwrite="false", max_xcom_bytes="10"
    )
    assert (manifest["rows"], manifest["pages"]) == (12, 3)


@pytest.mark.parametrize(
    ("document", "vendor"),
    [
        ("autocalls", "autocalls"),
        ("otonistark", "otonistark"),
        ("intellixent", "intellixent"),
        ("burki", "burki"),
        ("burki_text_ids", "burki"),
        ("puretalk", "puretalk"),
    ],
)
def test_the_documents_examples_arrive(
    sandbox: Sandbox, tmp_path: Path, documents: dict[str, Any], document: str, vendor: str
) -> None:
    """Served as they are; their totals speak of more rows than they show, which is reported, and nothing is lost."""
    payload = documents[document]
    rows = payload if isinstance(payload, list) else payload.get("data") or payload["results"]
    page_two = (
        [] if isinstance(payload, list) else {**payload, "data": [], "results": [], "current_page": 2, "next": None}
    )
    sandbox.set_size(vendor, len(rows))
    if isinstance(payload, list):
        sandbox.fail(vendor, "body", times=None, body=payload, path="assistants")
        sandbox.fail(vendor, "body", times=None, body={"count": len(rows)}, path="count")
        arguments: dict[str, Any] = {"filters": {"my_assistants_only": True}, "page_size": 1}
        sandbox.heal()
        sandbox.fail(vendor, "body", times=1, body=payload, page=0)
        sandbox.fail(vendor, "body", times=None, body=page_two)
    else:
        arguments = {}
        sandbox.fail(vendor, "body", times=None, body=payload, page=1)
        for page in range(2, 12):
            sandbox.fail(vendor, "body", times=None, body={**page_two, "current_page": page}, page=page)
    for suffix in ("jsonl", "parquet", "csv"):
        path = tmp_path / f"x.{suffix}"
        if isinstance(payload, list):
            sandbox.heal()
            sandbox.fail(vendor, "body", times=1, body=payload)
            sandbox.fail(vendor, "body", times=None, body=[])
        manifest = run(conn_id=f"{vendor}_default", destination=str(path), redact="none", on_drift="warn", **arguments)
        assert manifest["rows"] == len(rows)
        assert manifest["unknown_fields"] == {}
        assert manifest["mismatched_fields"] == {}
    assert read_back(tmp_path / "x.jsonl") == rows
