# SPDX-License-Identifier: Apache-2.0
"""Many accounts in one task: each whole or not there, and one that fails hides no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_assistants import final_errors
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.operators.accounts import ListAccountsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import read_back


class Task:
    """A task instance that keeps what is pushed."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def make(tmp_path: Path, conn_ids: Any, **arguments: Any) -> ListAccountsOperator:
    given = {"destination": str(tmp_path / "{conn_id}.jsonl"), **arguments}
    return ListAccountsOperator(task_id="list", conn_ids=conn_ids, **given)


def test_each_account_has_a_file_and_a_manifest(sandbox: Sandbox, tmp_path: Path) -> None:
    conn_ids = ["burki_default", "puretalk_default", "autocalls_default"]
    operator = make(tmp_path, conn_ids)
    manifests = operator.execute({})  # type: ignore[typeddict-item]
    assert [each["conn_id"] for each in manifests] == conn_ids
    for each in manifests:
        path = tmp_path / f"{each['conn_id']}.jsonl"
        assert each["uri"] == str(path) or each["uri"] == f"file://{path}"
        assert len(read_back(path)) == each["rows"] == 12
    assert len(operator._lineage.inputs) == len(operator._lineage.outputs) == 3


def test_one_account_that_fails_hides_no_other(sandbox: Sandbox, connect: Callable[..., str], tmp_path: Path) -> None:
    connect("wrong", **{**sandbox.connection("burki"), "password": "no-such-key"})
    connect("broken", **{**sandbox.connection("autocalls"), "extra": {"max_retries": 0}})
    sandbox.fail("autocalls", "500", times=None)
    task = Task()
    with pytest.raises(AssistantsError) as caught:
        make(tmp_path, ["wrong", "burki_default", "broken", "puretalk_default"]).execute({"ti": task})  # type: ignore[typeddict-item]
    assert str(caught.value.what).startswith("2 accounts of 4 not listed: wrong (AuthenticationError: ")
    assert "broken (VendorUnavailableError: " in caught.value.what
    assert "no-such-key" not in str(caught.value)
    assert not isinstance(caught.value, ConfigurationError), "another try may succeed"
    assert [each["conn_id"] for each in task.pushed["manifests"]] == ["burki_default", "puretalk_default"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["burki_default.jsonl", "puretalk_default.jsonl"]


def test_what_no_retry_can_fix_fails_at_once(sandbox: Sandbox, connect: Callable[..., str], tmp_path: Path) -> None:
    connect("wrong", **{**sandbox.connection("burki"), "password": "no-such-key"})
    with pytest.raises(final_errors.ConfigurationError, match=r"2 accounts of 2 not listed: wrong .*; nowhere "):
        make(tmp_path, ["wrong", "nowhere"]).execute({})  # type: ignore[typeddict-item]


def test_the_event_of_an_outlet_has_all_manifests(sandbox: Sandbox, tmp_path: Path) -> None:
    from airflow.sdk import Asset

    lake = Asset("lake")
    event = SimpleNamespace(extra={})
    # Not a dict: Airflow 3.1's assets cannot be hashed, and its own mapping looks them up by name and URI.
    events = type("Events", (), {"__getitem__": lambda _, asset: {"lake": event}[asset.name]})()
    operator = make(tmp_path, ["burki_default", "puretalk_default"], outlets=[lake])
    context: Any = {"outlet_events": events}
    manifests = operator.execute(context)
    assert event.extra == {"manifests": manifests}


@pytest.mark.parametrize(
    ("conn_ids", "problem"),
    [
        ("burki_default", "must be a list"),
        ([""], "must be a list"),
        (["a", "a"], "twice"),
        ({"a": 1}, "must be a list"),
    ],
)
def test_what_are_no_accounts(sandbox: Sandbox, tmp_path: Path, conn_ids: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        make(tmp_path, conn_ids).execute({})  # type: ignore[typeddict-item]
    assert list(tmp_path.iterdir()) == []


def test_files_of_accounts_must_differ(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"destination must have \{conn_id\}"):
        make(tmp_path, ["a", "b"], destination=str(tmp_path / "all.jsonl"))
