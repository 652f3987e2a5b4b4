# SPDX-License-Identifier: Apache-2.0
"""A vendor's text that Airflow's database refuses: files keep it, and XCom, errors and logs hold it in a harmless form."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import PermissionDeniedError
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from tests.reliability.entries import check_storable

NAME = "Anna\0\x1b[31m\n2026-11-21 ERROR forged\u202e"
STATUS = "Off\0\r\n\x1b[2J"


@pytest.fixture
def row(sandbox: Sandbox) -> dict[str, Any]:
    row = sandbox.rows("autocalls")[0]
    sandbox.update("autocalls", row["id"], name=NAME, status=STATUS, **{"new\0field\n": 2**70, "\x1b]0;": 1e300})
    return {**row, "name": NAME}


class Pushed:
    """Stands for a task instance, and keeps what it is given to store."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def xcom_push(self, *, key: str, value: Any) -> None:
        self.values[key] = value


def listing(**given: Any) -> tuple[Any, Pushed]:
    ti = Pushed()
    operator = ListAssistantsOperator(task_id="list", conn_id="autocalls_default", **given)
    return operator.execute({"ti": ti}), ti  # type: ignore[arg-type]


def is_harmless(text: str) -> bool:
    return text.isprintable()


def test_rows_in_xcom_can_be_stored(row: dict[str, Any]) -> None:
    rows, ti = listing()
    check_storable([rows, ti.values])
    (kept,) = [each for each in rows if each["id"] == row["id"]]
    assert kept["name"] == NAME.replace("\0", r"\x00").replace("\x1b", r"\x1b")
    assert kept["new\\x00field\n"] == str(2**70)
    assert kept[r"\x1b]0;"] == "1e+300"


@pytest.mark.parametrize("record", ["vendor", "common"])
def test_files_keep_the_vendors_text(row: dict[str, Any], tmp_path: Path, record: str) -> None:
    manifest, ti = listing(destination=str(tmp_path / "all.jsonl"), record=record)
    check_storable([manifest, ti.values])
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    (kept,) = [each for each in rows if str(each["id"]) == str(row["id"])]
    assert kept["name"] == NAME
    if record == "vendor":
        assert kept["new\0field\n"] == 2**70
    assert manifest["statuses"]["off\\x00\r\n\\x1b[2j"] == 1
    assert "new\\x00field\n" in manifest["unknown_fields"]


@pytest.mark.usefixtures("row")
def test_a_vendor_cannot_forge_a_line_of_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], sandbox: Sandbox
) -> None:
    """Airflow's lines go to its output, or to Python's logging, as they please."""
    caplog.set_level(logging.INFO)
    listing()
    each = str(sandbox.rows("autocalls")[0]["id"])
    sensor = AssistantStatusSensor(
        task_id="wait", conn_id="autocalls_default", assistant_id=each, until="changed", watch="name", baseline="x"
    )
    check_storable(sensor.execute({}))  # type: ignore[arg-type]
    lines = [*"".join(capfd.readouterr()).split("\n"), *(record.getMessage() for record in caplog.records)]
    assert any("new\\x00field" in each for each in lines)
    assert any("ERROR forged" in each for each in lines)
    assert not any(each.startswith("2026-11-21 ERROR") for each in lines)
    assert [each for each in lines if not is_harmless(each)] == []


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 503])
def test_a_refusal_is_one_harmless_line(
    sandbox: Sandbox, connect: Any, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.INFO)
    connect("mine", **sandbox.connection("autocalls", max_retries=1))
    message = "no\0pe\x1b[2J\n2026-11-21 ERROR forged\u202e\u2028"
    sandbox.fail(
        "autocalls", "body", times=None, body={"message": message, "errors": {"a\0": [message]}}, status=status
    )
    with pytest.raises(Exception, match=r"no\\x00pe\\x1b\[2J 2026-11-21 ERROR forged") as raised:
        get_hook("mine").count_assistants()
    error: Any = raised.value
    check_storable(error.as_dict())
    assert is_harmless(str(error))
    assert all(is_harmless(record.getMessage()) for record in caplog.records)
    worked, sentence = get_hook("mine").test_connection()
    assert not worked
    assert is_harmless(sentence)


@pytest.mark.usefixtures("row")
def test_statuses_that_a_task_returns_can_be_stored(sandbox: Sandbox) -> None:
    ids = [row["id"] for row in sandbox.rows("autocalls")]
    statuses = get_hook("autocalls_default").get_statuses(ids)
    check_storable(statuses)
    assert statuses[str(ids[0])] == "off\\x00\r\n\\x1b[2j"


def test_an_error_is_one_line_whoever_made_it() -> None:
    error = PermissionDeniedError(
        "no\0\nway", vendor="V\x1b", conn_id="c\0", request="GET /a\u202e", advice="Ask\r\nus"
    )
    assert str(error) == r"no\x00 way (V\x1b, connection 'c\\x00', GET /a\u202e). Ask us."
    again = PermissionDeniedError.from_dict({**error.as_dict(), "what": "raw\0"})
    assert again.what == r"raw\x00"
