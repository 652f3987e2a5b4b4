# SPDX-License-Identifier: Apache-2.0
"""``diff``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.cli.programs import Here


@pytest.fixture
def night(sandbox: Sandbox, run: Here, tmp_path: Path) -> Path:
    """Two snapshots of an account: one came, one went, two changed."""
    sandbox.update("burki", 1_000_006, is_active=True)
    prompt = "You answer calls for a clinic. " * 8
    sandbox.update("burki", 1_000_005, llm_settings={"model": "gpt-4o", "system_prompt": prompt + "Be brief."})
    run("list", "burki_default", "--to", f"{tmp_path}/2026-11-20/burki.jsonl")
    sandbox.update("burki", 1_000_005, llm_settings={"model": "gpt-5", "system_prompt": prompt + "Be polite."})
    sandbox.update("burki", 1_000_006, is_active=False, extra_field="new")
    sandbox.delete("burki", 1_000_004)
    sandbox.insert("burki", name="Fresh\x1b[31m")
    run("list", "burki_default", "--to", f"{tmp_path}/2026-11-21/burki.parquet")
    return tmp_path


def test_for_people(night: Path, run: Here) -> None:
    done = run("diff", f"{night}/2026-11-20/burki.jsonl", f"{night}/2026-11-21/burki.parquet")
    assert done.code == 1
    assert done.err == ""
    assert "\x1b" not in done.out
    assert done.out.splitlines() == [
        f"--- {night}/2026-11-20/burki.jsonl",
        f"+++ {night}/2026-11-21/burki.parquet",
        "burki",
        "  + Fresh\\x1b[31m (1000013)",
        f"  ~ {name_of(night, 1_000_006)} (1000006)",
        "      ~ is_active: true -> false",
        '      + extra_field: "new"',
        f"  ~ {name_of(night, 1_000_005)} (1000005)",
        '      ~ llm_settings.model: "gpt-4o" -> "gpt-5"',
        "      ~ llm_settings.system_prompt:",
        "          … 171 characters … for a clinic. You answer calls for a clinic. You answer calls for a clinic. Be"
        " [-brief-]{+polite+}.",
        f"  - {name_of(night, 1_000_004)} (1000004)",
        "",
        "1 added, 1 removed, 2 changed (4 fields), 9 unchanged.",
    ]


def name_of(night: Path, each: int) -> str:
    rows = map(json.loads, (night / "2026-11-20/burki.jsonl").read_text().splitlines())
    return next(str(row["name"]) for row in rows if row["id"] == each)


def test_for_programs(night: Path, run: Here) -> None:
    done = run("diff", f"{night}/2026-11-20/burki.jsonl", f"{night}/2026-11-21/burki.parquet", "-o", "json")
    assert done.code == 1
    found = done.json
    assert found["format_version"] == 1
    assert (found["added"], found["removed"], found["changed"], found["unchanged"]) == (1, 1, 2, 9)
    assert (found["before"], found["after"]) == (
        f"{night}/2026-11-20/burki.jsonl",
        f"{night}/2026-11-21/burki.parquet",
    )
    assert {(each["change_type"], each["assistant_id"], each["path"]) for each in found["changes"]} == {
        ("insert", "1000013", ""),
        ("delete", "1000004", ""),
        ("update", "1000005", "llm_settings.model"),
        ("update", "1000005", "llm_settings.system_prompt"),
        ("update", "1000006", "is_active"),
        ("update", "1000006", "extra_field"),
    }


def test_no_change_is_code_0(night: Path, run: Here) -> None:
    same = f"{night}/2026-11-20/burki.jsonl"
    done = run("diff", same, same)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "0 added, 0 removed, 0 changed, 12 unchanged."
    found = run("diff", same, same, "-o", "json")
    assert (found.code, found.json["changes"]) == (0, [])


def test_ignored_paths_do_not_count(night: Path, run: Here) -> None:
    sides = (f"{night}/2026-11-20/burki.jsonl", f"{night}/2026-11-21/burki.parquet")
    done = run("diff", *sides, "--ignore", "llm_settings", "--ignore", "extra_field")
    assert "1 changed (1 field)" in done.out


def test_the_snapshot_before_this_one_and_a_report(night: Path, run: Here) -> None:
    done = run(
        "diff", f"{night}/*/burki.jsonl", f"{night}/2026-11-21/burki.parquet", "--report", f"{night}/changes.html"
    )
    assert done.code == 1
    assert f"--- {night}/2026-11-20/burki.jsonl" in done.out
    assert done.err == f"Report: {night}/changes.html\n"
    assert "<h1>What changed</h1>" in (night / "changes.html").read_text()


def test_manifests_are_held_against_the_files(sandbox: Sandbox, run: Here, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    manifest = run("list", "burki_default", "--to", str(path), "-o", "json").out
    assert run("diff", manifest, manifest).code == 0
    path.write_text(path.read_text() + path.read_text().splitlines()[0] + "\n")
    done = run("diff", manifest, manifest)
    assert done.code == 2
    assert str(path) in done.err


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("nothing.jsonl", "2026-11-20/burki.jsonl", "there is no earlier snapshot"),
        ("2026-11-20/burki.jsonl", "nothing.jsonl", "there is no such file. Check the path."),
        ("2026-11-20/burki.jsonl", "2026-11-20/burki", "format of the snapshot"),
        ("2026-11-20/burki.jsonl", "broken.jsonl", "broken.jsonl"),
    ],
)
def test_an_error_is_one_line_and_code_2(night: Path, run: Here, before: str, after: str, message: str) -> None:
    (night / "broken.jsonl").write_text('{"id": 1}\n{"id": 2')
    done = run("diff", f"{night}/{before}", f"{night}/{after}")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1


def test_paths_are_those_of_the_working_directory(night: Path, run: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(night)
    assert run("list", "burki_default", "--to", "now.jsonl").err.count(" of burki_default to now.jsonl, ") == 1
    done = run("diff", "*/burki.jsonl", "2026-11-21/burki.parquet", "--report", "changes.html")
    assert done.code == 1
    assert done.out.splitlines()[:2] == ["--- 2026-11-20/burki.jsonl", "+++ 2026-11-21/burki.parquet"]
    assert done.err == "Report: changes.html\n"
    assert (night / "changes.html").exists()
