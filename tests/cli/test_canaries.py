# SPDX-License-Identifier: Apache-2.0
"""Secrets on standard output and standard error, of every command and with everything logged that can be: none may sing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.cli.programs import Here
from tests.conftest import VENDORS
from tests.reliability.test_canaries import CANARY, FAILURES, LOOK_ALIKES


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_canary_sings(sandbox: Sandbox, run: Here, vendor: str, connect: Callable[..., str], tmp_path: Path) -> None:
    fields = sandbox.connection(vendor, max_retries=0)
    each = next(str(row.get("assistant_id") or row["id"]) for row in sandbox.rows(vendor) if not row.get("deleted_at"))
    key = sandbox.api_key(vendor)
    connect("mine", **fields)
    assert run("list", "mine", "--to", f"{tmp_path}/before.jsonl", "--redact", "none").code == 0
    sandbox.update(vendor, each, **LOOK_ALIKES)
    assert run("list", "mine", "--to", f"{tmp_path}/after.jsonl", "--redact", "none").code == 0
    assert CANARY in (tmp_path / "after.jsonl").read_text(), "there is something to hide"
    snapshots = (f"{tmp_path}/before.jsonl", f"{tmp_path}/after.jsonl")
    commands = [
        ("list", "mine"),
        ("list", "mine", "-o", "json"),
        ("list", "mine", "-o", "yaml", "--record", "vendor"),
        ("list", "mine", "-o", "plain", "--record", "vendor"),
        ("list", "mine", "--to", f"{tmp_path}/out.csv", "-o", "json"),
        ("list", "mine", "--fields", "integration,notes,clientSecret", "-o", "json"),
        ("get", "mine", each),
        ("get", "mine", each, "-o", "json"),
        ("check", "mine"),
        ("diff", *snapshots),
        ("diff", *snapshots, "-o", "json", "--report", f"{tmp_path}/report.html"),
    ]
    seen = ""
    for failure in (*FAILURES, "proxy"):
        sandbox.heal()
        connect("mine", **fields)
        if failure == "proxy":
            proxy = {**fields.get("extra", {}), "proxy": f"http://user:{CANARY}-proxy-Zx91@127.0.0.1:9"}
            connect("mine", **{**fields, "extra": proxy})
        elif failure == "echo":
            body = dict.fromkeys(("message", "detail", "msg"), f"The key {key} is not known")
            sandbox.fail(vendor, "body", times=None, body=body, status=422)
        elif failure != "none":
            sandbox.fail(vendor, failure, times=None)
        for command in commands if failure == "none" else commands[:9]:
            done = run(*command, "-v")
            assert "Traceback" not in done.err
            assert "Unexpected" not in done.err
            seen += done.out + done.err
    assert len(seen) > 50_000, "there was something to search"
    planted = [*sandbox.planted(vendor).secrets, CANARY, key]
    hits = [
        seen[max(0, hit.start() - 80) : hit.end() + 40]
        for each in planted
        for hit in re.finditer(re.escape(each), seen)
    ]
    assert hits == []


def test_a_connection_that_cannot_be_read_keeps_its_key(run: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, text in enumerate(
        (
            f"burki://:{CANARY}-one/x@host:{CANARY}",
            f'{{"conn_type": "burki", "password": "{CANARY}-two"',
            f'{{"conn_type": "burki", "password": "{CANARY}-three", "extra": "{CANARY}-four"}}',
            f'{{"conn_type": "burki", "password": "{CANARY}-five", "host": "http://a:{CANARY}-six@b c"}}',
            f'{{"conn_type": "burki", "password": "{CANARY}-seven\\nx"}}',
        )
    ):
        monkeypatch.setenv(f"AIRFLOW_CONN_BROKEN{number}", text)
        for command in (["check", f"broken{number}"], ["list", f"broken{number}"], ["get", f"broken{number}", "1"]):
            done = run(*command, "-v")
            assert done.code in (1, 2)
            assert CANARY not in done.out + done.err
            assert len((done.out + done.err).splitlines()) == 1
    done = run("check", "--all")
    assert CANARY not in done.out + done.err
