# SPDX-License-Identifier: Apache-2.0
"""``check``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from airflow_provider_assistants.sandbox import Sandbox
from tests.cli.programs import Here
from tests.conftest import VENDORS


def test_a_sentence_for_each_connection(sandbox: Sandbox, run: Here) -> None:
    done = run("check", "burki_default", "puretalk_default")
    assert done.code == 0
    assert done.out.splitlines() == [
        "ok    burki_default  Burki: 12 assistants visible",
        "ok    puretalk_default  Puretalk: 12 assistants visible",
    ]
    assert done.err == ""


def test_one_that_fails_is_code_1_and_the_others_are_checked(
    sandbox: Sandbox, run: Here, connect: Callable[..., str]
) -> None:
    connect("wrong", **{**sandbox.connection("burki"), "password": "not-the-key-7Kq9"})
    connect("empty", conn_type="burki")
    done = run("check", "wrong", "nobody", "empty", "burki_default", "-o", "json")
    assert done.code == 1
    assert [(each["conn_id"], each["ok"]) for each in done.json] == [
        ("wrong", False),
        ("nobody", False),
        ("empty", False),
        ("burki_default", True),
    ]
    messages = [each["message"] for each in done.json]
    assert "key" in messages[0]
    assert "the password is empty" in messages[2]
    assert all("\n" not in each for each in messages)
    assert "7Kq9" not in done.out + done.err
    assert yaml.safe_load(run("check", "wrong", "-o", "yaml").out)[0]["ok"] is False


def test_all_finds_those_of_the_environment(sandbox: Sandbox, run: Here, connect: Callable[..., str]) -> None:
    connect("elsewhere", conn_type="http", host="http://127.0.0.1:9")
    done = run("check", "--all", "-o", "json")
    assert done.code == 0
    assert {f"{vendor}_default" for vendor in VENDORS} <= {each["conn_id"] for each in done.json}
    assert "elsewhere" not in done.out


def test_a_connection_is_checked_once(sandbox: Sandbox, run: Here) -> None:
    assert len(run("check", "burki_default", "burki_default").out.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["--all"]])
def test_nothing_to_check_is_an_error(
    run: Here, arguments: list[str], monkeypatch: pytest.MonkeyPatch, connect: Callable[..., str]
) -> None:
    connect("elsewhere", conn_type="http", host="http://127.0.0.1:9")
    done = run("check", *arguments)
    assert done.code == 2
    assert done.err.startswith("Error: There is no connection to check. ")
