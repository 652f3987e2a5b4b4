# SPDX-License-Identifier: Apache-2.0
"""Comparing snapshots in parts: by folder, by manifest and by pattern, with one file or another folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, DestinationError
from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import run


def diff(**arguments: Any) -> dict[str, Any]:
    return DiffAssistantsOperator(task_id="diff", **arguments).execute({})


@pytest.fixture
def nights(sandbox: Sandbox, tmp_path: Path) -> dict[str, Any]:
    """Two nights in parts, between which an assistant was renamed; and their manifests by the day."""
    manifests = {}
    for day in ("20", "21"):
        manifests[day] = run(destination=f"{tmp_path}/{day}/burki", rows_per_file=5, format="jsonl")
        sandbox.update("burki", sandbox.rows("burki")[6]["id"], name="Renamed")
    return manifests


def is_the_rename(summary: dict[str, Any]) -> bool:
    return (summary["changed"], summary["unchanged"], summary["fields"]) == (1, 11, {"name": 1})


@pytest.mark.parametrize("form", ["{}", "{}/", "{}/_manifest.json", "file://{}"])
def test_by_folder(nights: dict[str, Any], tmp_path: Path, form: str) -> None:
    before, after = (form.format(f"{tmp_path}/{day}/burki") for day in nights)
    summary = diff(before=before, after=after)
    assert is_the_rename(summary)
    assert (summary["vendor"], summary["account"]) == ("burki", "burki_default"), (
        "as the manifests beside the parts say"
    )


def test_by_manifest(nights: dict[str, Any]) -> None:
    assert is_the_rename(diff(before=nights["20"], after=nights["21"]))
    assert is_the_rename(diff(before=json.dumps(nights["20"]), after=str(nights["21"])))


@pytest.mark.parametrize("form", ["{}/*/burki", "{}/*/burki/"])
def test_by_pattern(nights: dict[str, Any], tmp_path: Path, form: str) -> None:
    summary = diff(before=form.format(tmp_path), after=nights["21"])
    assert is_the_rename(summary)
    assert summary["before"] == f"{tmp_path}/20/burki"
    assert diff(before=form.format(tmp_path), after=nights["20"])["baseline"]


@pytest.mark.parametrize("format", ["csv", "parquet", "json"])
def test_with_one_file_of_another_format(sandbox: Sandbox, nights: dict[str, Any], tmp_path: Path, format: str) -> None:
    after = run(destination=f"{tmp_path}/22.{format}")
    assert is_the_rename(diff(before=nights["20"], after=after))
    parts = run(destination=f"{tmp_path}/22", rows_per_file=1, format=format)
    same = diff(before=after, after=parts)
    assert (same["changed"], same["added"], same["removed"], same["unchanged"]) == (0, 0, 0, 12)


def test_without_rows(sandbox: Sandbox, nights: dict[str, Any], tmp_path: Path) -> None:
    sandbox.set_size("burki", 0)
    after = run(destination=f"{tmp_path}/22", rows_per_file=5, format="parquet")
    assert diff(before=nights["21"], after=after)["removed"] == 12


def test_a_part_that_was_changed(nights: dict[str, Any], tmp_path: Path) -> None:
    """Also where only the folder is named, as by a pattern: a single file found so has no checksum."""
    part = sorted((tmp_path / "20" / "burki").glob("part-*"))[1]
    part.write_bytes(part.read_bytes().replace(b"active", b"actixe"))
    with pytest.raises(DestinationError, match=f"{part.name} cannot be read: its manifest says another SHA-256"):
        diff(before=f"{tmp_path}/*/burki", after=nights["21"])


def test_a_part_that_is_missing(nights: dict[str, Any], tmp_path: Path) -> None:
    part = sorted((tmp_path / "20" / "burki").glob("part-*"))[1]
    part.unlink()
    with pytest.raises(DestinationError, match=f"{part.name} cannot be read: there is no such file"):
        diff(before=f"{tmp_path}/20/burki", after=nights["21"])


def test_a_folder_that_was_replaced_since(sandbox: Sandbox, nights: dict[str, Any], tmp_path: Path) -> None:
    sandbox.set_size("burki", 3)
    run(destination=f"{tmp_path}/20/burki", rows_per_file=5, format="jsonl")
    with pytest.raises(DestinationError, match="it was replaced after its manifest was made"):
        diff(before=nights["20"], after=nights["21"])


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"files": []}', '{"files": [{"name": "../x.jsonl", "rows": 1, "bytes": 1, "sha256": ""}]}'],
)
def test_a_manifest_of_something_else(nights: dict[str, Any], tmp_path: Path, text: str) -> None:
    (tmp_path / "20" / "burki" / "_manifest.json").write_text(text)
    with pytest.raises(DestinationError, match=r"_manifest\.json cannot be read: it is no manifest of a partitioned"):
        diff(before=f"{tmp_path}/20/burki", after=nights["21"])


def test_a_folder_without_a_manifest(nights: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "21" / "burki" / "_manifest.json").unlink()
    with pytest.raises(ConfigurationError, match=r"format of the snapshot .*/21/burki is not known"):
        diff(before=None, after=f"{tmp_path}/21/burki")
    with pytest.raises(DestinationError, match=r"_manifest\.json cannot be read: there is no such file"):
        diff(before=None, after=nights["21"])


def test_changes_do_not_go_among_the_parts(nights: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(AssistantsError, match="lies among the parts"):
        diff(before=nights["20"], after=nights["21"], destination=f"{tmp_path}/21/burki/changes.jsonl")
