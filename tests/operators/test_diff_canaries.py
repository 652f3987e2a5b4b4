# SPDX-License-Identifier: Apache-2.0
"""Secrets of snapshots that nobody has redacted are in none of what a diff writes, pushes, logs and raises."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS

CANARY = "canary7Kq9"
EARLIER: dict[str, Any] = {
    "name": "Before",
    "authToken": f"{CANARY}-authtoken-Zx81",
    "integration": {
        "headers": [{"name": "Authorization", "value": f"Bearer {CANARY}-header-Zx84"}],
        "hook": f"https://user:{CANARY}pw@host.example/path?token={CANARY}-query-Zx86&x=1",
        "config": json.dumps({"password": f"{CANARY}-json-Zx87", "x": 1}),
    },
    "notes": f"use api_key={CANARY}-prose-Zx89 for this, " + "and say good morning. " * 20,
}
LATER: dict[str, Any] = {
    "name": "After",
    "authToken": f"{CANARY}-authtoken-Zx91",
    "integration": {
        "headers": [{"name": "Authorization", "value": f"Bearer {CANARY}-header-Zx94"}],
        "hook": f"https://user:{CANARY}pw@host.example/other?token={CANARY}-query-Zx96&x=1",
        "config": json.dumps({"password": f"{CANARY}-json-Zx97", "x": 2}),
    },
    "notes": f"use api_key={CANARY}-prose-Zx99 for this, " + "and say good evening. " * 20,
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("suffixes", [("jsonl", "jsonl"), ("csv", "parquet")])
def test_no_canary_sings(
    sandbox: Sandbox,
    tmp_path: Path,
    vendor: str,
    suffixes: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    key = "assistant_id" if vendor == "puretalk" else "id"
    ids = [row[key] for row in sandbox.rows(vendor)]
    manifests = []
    for number, fields in enumerate((EARLIER, LATER)):
        sandbox.update(vendor, ids[1], **fields)
        operator = ListAssistantsOperator(
            task_id="list",
            conn_id=f"{vendor}_default",
            destination=f"{tmp_path}/{number}.{suffixes[number]}",
            redact="none",
        )
        manifests.append(operator.execute({}))
        if number == 0:
            sandbox.delete(vendor, ids[2])
            sandbox.insert(vendor, **EARLIER)
    canaries = [CANARY, *sandbox.planted(vendor).secrets, sandbox.api_key(vendor)]
    assert any(CANARY.encode() in Path(each["uri"]).read_bytes() for each in manifests), "there is something to hide"

    pushed: dict[str, Any] = {}
    instance = type("Instance", (), {"xcom_push": lambda _, key, value: pushed.update({key: value})})()
    capfd.readouterr()
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        for destination in ("changes.jsonl", "changes.csv", "changes.parquet"):
            for sides in (manifests, [each["uri"] for each in manifests]):
                operator = DiffAssistantsOperator(
                    task_id="diff",
                    before=sides[0],
                    after=sides[1],
                    destination=f"{tmp_path}/{destination}",
                    report=f"{tmp_path}/report.html",
                    max_xcom_bytes=1_000_000,
                )
                summary = operator.execute({"ti": instance})
                assert (summary["added"], summary["removed"], summary["changed"]) == (1, 1, 1)
                pushed[f"{destination} {sides[0]}"] = summary
    (tmp_path / "broken.jsonl").write_text(json.dumps(EARLIER | {"no": "id"}) + "\n")
    with pytest.raises(Exception, match="has no id") as caught:
        DiffAssistantsOperator(
            task_id="diff", before=f"{tmp_path}/broken.jsonl", after=f"{tmp_path}/broken.jsonl"
        ).execute({})

    (tmp_path / "changes.jsonl").write_bytes(
        (tmp_path / "changes.jsonl").read_bytes() + json.dumps(pushed).encode() + str(caught.value).encode()
    )
    import pyarrow.parquet

    seen = {
        "log": caplog.text + "".join(capfd.readouterr()),
        "jsonl, XCom, error": (tmp_path / "changes.jsonl").read_text(),
        "csv": (tmp_path / "changes.csv").read_text(),
        "parquet": str(pyarrow.parquet.read_table(tmp_path / "changes.parquet").to_pylist()),
        "report": (tmp_path / "report.html").read_text(),
    }
    assert {place: canary for place, text in seen.items() for canary in canaries if canary in text} == {}
    assert "good evening" in seen["jsonl, XCom, error"]
    assert "evening" in seen["report"]
    paths = {row["path"] for row in pushed["assistants_diff"]}
    assert {"name", "notes", "integration.config", "integration.hook"} <= paths
    assert "authToken" not in paths, "a secret that was rotated shows no difference"


def test_whoever_asks_for_secrets_gets_them(sandbox: Sandbox, tmp_path: Path) -> None:
    for number, fields in enumerate((EARLIER, LATER)):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps({"id": 1, **fields}) + "\n")
    operator = DiffAssistantsOperator(
        task_id="diff",
        before=f"{tmp_path}/0.jsonl",
        after=f"{tmp_path}/1.jsonl",
        destination=f"{tmp_path}/changes.jsonl",
        redact="none",
    )
    operator.execute({})
    assert f"{CANARY}-authtoken-Zx91" in (tmp_path / "changes.jsonl").read_text()
