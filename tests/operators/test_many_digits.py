# SPDX-License-Identifier: Apache-2.0
"""Python refuses to write out integers of more than 4,300 digits: an argument that is one is wrong, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.client.ids import read_ids
from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.exceptions import AssistantsError, DestinationError
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.vendors import get_vendor

MANY = pytest.mark.parametrize("many", [10**5000, -(10**5000)], ids=["plus", "minus"])


@MANY
@pytest.mark.parametrize("conn_id", ["burki_default", "autocalls_default"])
def test_as_an_id(sandbox: Sandbox, conn_id: str, many: int) -> None:
    hook = get_hook(conn_id)
    for ask in (lambda: hook.get_assistant(many), lambda: hook.get_statuses([many])):
        with pytest.raises(AssistantsError, match="got an integer of many digits"):
            ask()
    for ids in (many, [many], {many, "1"}):
        with pytest.raises(AssistantsError, match="integer of many digits"):
            AssistantStatusSensor(task_id="wait", conn_id=conn_id, assistant_id=ids).execute({})
    assert sandbox.requests() == []


@pytest.mark.parametrize("vendor", ["burki", "autocalls"])
def test_ids_of_twenty_digits_are_ids(vendor: str) -> None:
    """As other platforms number theirs."""
    assert read_ids(get_vendor(vendor), [10**19]) == [str(10**19)]


@MANY
@pytest.mark.parametrize(
    "argument",
    ["destination", "rows_per_file", "fields", "where", "changed_since", "page_size", "concurrency", "max_xcom_bytes"],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_as_an_argument_of_a_listing(sandbox: Sandbox, argument: str, many: int, wrapped: bool) -> None:
    value: Any = [many] if wrapped else many
    with pytest.raises(AssistantsError, match=f"{argument} .*integer of many digits"):
        ListAssistantsOperator(task_id="list", conn_id="burki_default", **{argument: value}).execute({})
    assert sandbox.requests() == []


@MANY
def test_as_a_filter(sandbox: Sandbox, many: int) -> None:
    with pytest.raises(AssistantsError, match="got an integer of many digits"):
        ListAssistantsOperator(task_id="list", conn_id="burki_default", filters={"active_only": many}).execute({})


@MANY
@pytest.mark.parametrize("key", ["rows", "bytes", "vendor", "conn_id", "fields", "redact"])
def test_in_a_manifest(sandbox: Sandbox, tmp_path: Path, key: str, many: int) -> None:
    manifest = ListAssistantsOperator(
        task_id="list", conn_id="burki_default", destination=f"{tmp_path}/x.jsonl"
    ).execute({})
    diff = DiffAssistantsOperator(task_id="diff", before=manifest, after={**manifest, key: many})
    if key in ("rows", "bytes"):  # no number of these: it says nothing of the file
        assert diff.execute({})["changed"] == 0
        return
    with pytest.raises(AssistantsError, match="integer of many digits"):
        diff.execute({})


@pytest.mark.parametrize("argument", ["ignore", "max_xcom_bytes", "destination", "report", "before", "after"])
def test_as_an_argument_of_a_diff(argument: str) -> None:
    with pytest.raises(AssistantsError, match=f"{argument} must be"):
        DiffAssistantsOperator(
            **{"task_id": "diff", "before": None, "after": "/lake/x.jsonl", argument: 10**5000}
        ).execute({})


def test_in_a_snapshot(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(f'{{"id": {"9" * 5000}}}\n')
    with pytest.raises(DestinationError, match="it is no jsonl"):
        DiffAssistantsOperator(task_id="diff", before=None, after=f"{tmp_path}/x.jsonl").execute({})


def test_in_a_dotted_path() -> None:
    assert dig({"tags": ["a"]}, f"tags.{'9' * 5000}") is MISSING
