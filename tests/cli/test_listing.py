# SPDX-License-Identifier: Apache-2.0
"""``list`` and ``get``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from tests.cli.programs import Here
from tests.conftest import VENDORS
from tests.operators.running import held, read_back

STATUS = get_vendor("burki").assistants.reader.row_status
HOSTILE = "a\x1b[31mred\x9b2J\r\nb\u202ec\tx\x00"


@pytest.mark.parametrize("vendor", VENDORS)
def test_json_is_what_the_server_holds_redacted(sandbox: Sandbox, run: Here, vendor: str) -> None:
    done = run("list", f"{vendor}_default", "-o", "json")
    assert (done.code, done.err) == (0, "")
    assert done.json == held(sandbox, vendor)


def test_yaml_is_the_same(sandbox: Sandbox, run: Here) -> None:
    assert yaml.safe_load(run("list", "burki_default", "-o", "yaml").out) == held(sandbox, "burki")


def test_a_table_shows_the_common_fields(sandbox: Sandbox, run: Here) -> None:
    sandbox.set_status("burki", 1_000_003, "inactive")
    lines = run("list", "burki_default").out.splitlines()
    assert lines[0].split() == ["id", "name", "status", "direction", "updated_at"]
    assert set(lines[1]) == {"─", " "}
    assert [line.split()[0] for line in lines[2:]] == [str(row["id"]) for row in sandbox.rows("burki")]
    [line] = [line for line in lines if line.startswith("1000003")]
    assert " inactive " in line


def test_plain_has_the_chosen_fields_and_nothing_else(sandbox: Sandbox, run: Here) -> None:
    lines = run("list", "burki_default", "-o", "plain", "--fields", "id,llm_settings.temperature").out.splitlines()
    rows = sandbox.rows("burki")
    assert [line.split() for line in lines] == [
        ["id", "llm_settings.temperature"],
        *([str(row["id"]), str(row["llm_settings"]["temperature"])] for row in rows),
    ]


def test_a_wide_table_is_whole_where_nobody_looks(sandbox: Sandbox, run: Here) -> None:
    long = "long " * 100
    sandbox.update("burki", 1_000_002, name=long)
    assert long.strip() in run("list", "burki_default").out


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--where", "inactive"], lambda row: STATUS(row) == "inactive"),
        (["--where", "status=inactive", "--where", "active"], lambda row: True),
        (["--where", "is_active=false", "--where", "id=1000003"], lambda row: row["id"] == 1_000_003),
        (["--filter", "active_only=true", "--where", "inactive"], lambda row: False),
        (["--changed-since", "2999-01-01"], lambda row: False),
    ],
)
def test_selections(sandbox: Sandbox, run: Here, options: list[str], kept: Callable[[Any], bool]) -> None:
    sandbox.set_status("burki", 1_000_003, "inactive")
    done = run("list", "burki_default", "-o", "json", *options)
    assert done.code == 0
    assert [row["id"] for row in done.json] == [row["id"] for row in sandbox.rows("burki") if kept(row)]


def test_no_rows_are_an_empty_list_in_every_form(sandbox: Sandbox, run: Here) -> None:
    sandbox.set_size("burki", 0)
    assert run("list", "burki_default", "-o", "json").json == []
    assert yaml.safe_load(run("list", "burki_default", "-o", "yaml").out) == []
    assert run("list", "burki_default").out == ""


def test_more_rows_than_a_table_samples(sandbox: Sandbox, run: Here) -> None:
    sandbox.set_size("puretalk", 620)
    lines = run("list", "puretalk_default").out.splitlines()
    assert len(lines) == 622
    assert len({*lines}) == 622


def test_a_file_is_that_of_the_operator(sandbox: Sandbox, run: Here, tmp_path: Path) -> None:
    path = tmp_path / "burki.jsonl.gz"
    done = run("list", "burki_default", "--to", str(path), "-o", "json")
    assert done.code == 0
    assert read_back(path) == held(sandbox, "burki")
    assert done.json["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert done.json["rows"] == 12
    assert f"of burki_default to {path}, " in done.err
    assert done.err.count("\n") == 1


def test_a_file_of_another_format_and_personal_data(sandbox: Sandbox, run: Here, tmp_path: Path) -> None:
    path = tmp_path / "burki"
    done = run("list", "burki_default", "--to", str(path), "--format", "csv", "--redact", "personal")
    assert (done.code, done.out) == (0, "")
    text = path.read_text()
    assert "***" in text
    assert "sandbox-personal" not in text


def test_what_is_there_stays_if_it_shall(sandbox: Sandbox, run: Here, tmp_path: Path) -> None:
    path = tmp_path / "burki.jsonl"
    path.write_text("mine")
    done = run("list", "burki_default", "--to", str(path), "--no-overwrite")
    assert (done.code, path.read_text()) == (2, "mine")
    assert "exists already. Leave out --no-overwrite, or choose another name." in done.err


@pytest.mark.parametrize("output", ["table", "json", "yaml", "plain"])
def test_a_listing_that_fails_is_no_whole_one(sandbox: Sandbox, run: Here, output: str) -> None:
    sandbox.set_size("burki", 250)
    sandbox.fail("burki", "401", times=None, after=1)
    done = run("list", "burki_default", "-o", output)
    assert done.code == 2
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    if output == "json":
        with pytest.raises(ValueError, match=r"Expecting|Extra"):
            json.loads(done.out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "nobody"], "'nobody'"),
        (["list", "burki_default", "--fields", "id,naem"], "did you mean 'name'?"),
        (["list", "burki_default", "--where", "bogus"], "Burki reports no status 'bogus'"),
        (["list", "burki_default", "--filter", "x=1"], "has no filter 'x'"),
        (["list", "burki_default", "--changed-since", "soon"], "changed_since must be a time"),
        (["list", "burki_default", "--format", "csv"], "format and compression are for a destination"),
        (["list", "burki_default", "--to", "x.doc"], "x.doc' is not known"),
        (["get", "burki_default", "999"], "There is no assistant '999'"),
        (["get", "burki_default", "1000003", "--fields", "naem"], "did you mean 'name'?"),
    ],
)
def test_an_error_is_one_line_and_code_2(sandbox: Sandbox, run: Here, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_get_is_one_of_the_list(sandbox: Sandbox, run: Here, vendor: str) -> None:
    row = held(sandbox, vendor)[2]
    each = str(row.get("assistant_id") or row["id"])
    assert run("get", f"{vendor}_default", each, "-o", "json").json == row
    assert yaml.safe_load(run("get", f"{vendor}_default", each, "-o", "yaml").out) == row


def test_get_as_a_table_has_a_field_a_line(sandbox: Sandbox, run: Here) -> None:
    lines = run("get", "burki_default", "1000003").out.splitlines()
    assert lines[0].split() == ["field", "value"]
    shown = dict(line.split(maxsplit=1) for line in lines[2:] if len(line.split()) > 1)
    assert shown["id"] == "1000003"
    assert shown["llm_settings.temperature"] == "0.5"
    assert shown["api_keys.deepgram_api_key"] == "***"


def test_get_in_the_common_shape(sandbox: Sandbox, run: Here) -> None:
    found = run("get", "burki_default", "1000003", "--record", "common", "-o", "json").json
    assert (found["account"], found["id"], found["status"]) == ("burki_default", "1000003", "active")


@pytest.mark.parametrize("output", ["table", "json", "yaml", "plain"])
def test_a_name_does_not_command_the_terminal(sandbox: Sandbox, run: Here, output: str) -> None:
    sandbox.update("burki", 1_000_003, name=HOSTILE, **{"key\x1b[2J": HOSTILE})
    for arguments in (["list", "burki_default"], ["get", "burki_default", "1000003"]):
        done = run(*arguments, "-o", output)
        assert done.code == 0
        assert not {"\x1b", "\x9b", "\x00", "\r"} & {*done.out}
        if output == "json":
            found = done.json if isinstance(done.json, dict) else next(r for r in done.json if r["id"] == 1_000_003)
            assert found["name"] == HOSTILE


def test_redact_none_is_warned_of(sandbox: Sandbox, run: Here) -> None:
    done = run("list", "burki_default", "-o", "json", "--redact", "none")
    assert done.json == sandbox.rows("burki")
    assert done.err.startswith("Warning: --redact none: other people's keys")


def test_verbose_prints_the_log_of_the_task(sandbox: Sandbox, run: Here, tmp_path: Path) -> None:
    done = run("list", "burki_default", "-v", "-o", "json")
    assert len(done.json) == 12
    assert "Listing Burki assistants of 'burki_default' from http" in done.err
