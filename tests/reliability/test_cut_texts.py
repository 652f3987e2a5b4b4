# SPDX-License-Identifier: Apache-2.0
"""A message, a manifest and an event may hold the beginning of a vendor's text: never the beginning of our key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.watching.snapshots import RowObserver

KEY = "Canary7Kq9" + "Zx81Vb4mTn6Wp" * 6
PIECES = [KEY[at : at + 8] for at in range(len(KEY) - 8)]
#: Characters before the key, so that whatever cuts a text cuts within the key at one of them.
BEFORE = [0, 10, 30, 50, 70, 180, 190, 290, 480, 980]


def holds_a_part(text: str) -> bool:
    return any(piece in text for piece in PIECES)


@pytest.fixture
def conn_id(sandbox: Sandbox, connect: Callable[..., str]) -> str:
    """A connection with a key of ours; the vendor responds as the test says."""
    return connect("mine", **{**sandbox.connection("autocalls", max_retries=0), "password": KEY})


def respond(sandbox: Sandbox, body: Any) -> None:
    sandbox.fail("autocalls", "body", times=None, body=body, status=200)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    "body",
    [
        lambda text: {"data": [{text: 1}], "total": 1, "last_page": 1, "current_page": 1},
        lambda text: {text: [], "total": 1},
        lambda text: {"data": [{"id": {text: 1}}], "total": 1, "last_page": 1, "current_page": 1},
    ],
    ids=["row_without_id", "no_list_of_rows", "odd_id"],
)
def test_no_part_of_the_key_is_in_an_error(
    sandbox: Sandbox, conn_id: str, before: int, body: Callable[[str], Any]
) -> None:
    respond(sandbox, body("x" * before + KEY))
    with pytest.raises(AssistantsError) as caught:
        list(get_hook(conn_id).iter_pages())
    assert not holds_a_part(f"{caught.value!r} {caught.value} {vars(caught.value)}")


@pytest.mark.parametrize("before", BEFORE)
def test_no_part_of_the_key_is_in_a_manifest(sandbox: Sandbox, conn_id: str, tmp_path: Path, before: int) -> None:
    row = {"id": 1, "x" * before + KEY: 1}
    respond(sandbox, {"data": [row], "total": 1, "last_page": 1, "current_page": 1})
    operator = ListAssistantsOperator(task_id="t", conn_id=conn_id, destination=f"{tmp_path}/x.jsonl")
    manifest = operator.execute({})
    assert manifest["rows"] == 1
    assert len(manifest["unknown_fields"]) == 1
    assert not holds_a_part(json.dumps(manifest))


@pytest.mark.parametrize("before", BEFORE)
def test_no_part_of_the_key_is_in_an_observation(before: int) -> None:
    text = "x" * before + KEY
    observer = RowObserver(get_vendor("burki"), watches=["note"], secrets=(KEY,))
    seen = observer.observe({"id": 1, "name": text, "updated_at": text, "note": text, "is_active": True})
    assert not holds_a_part(repr(seen))


@pytest.mark.parametrize("before", BEFORE)
def test_no_part_of_an_id_is_in_an_error(sandbox: Sandbox, conn_id: str, before: int) -> None:
    """Whoever pastes the key where an id belongs."""
    hook = get_hook(conn_id)
    for work in (lambda: hook.get_assistant("x" * before + KEY), lambda: hook.get_statuses(["/" * before + KEY])):
        with pytest.raises(AssistantsError) as caught:
            work()
        assert not holds_a_part(str(caught.value))
