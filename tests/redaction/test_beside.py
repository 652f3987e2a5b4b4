# SPDX-License-Identifier: Apache-2.0
"""A name says what the value beside it is: what goes with it, and what is only said of a secret and stays."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_assistants.redaction.redactor import REDACTED, Redactor
from tests.redaction.test_rows import CANARY, redacted


@pytest.mark.parametrize("naming", ["name", "key", "header", "field", "param"])
def test_a_name_says_what_the_value_beside_it_is(naming: str) -> None:
    assert redacted({"x": [{naming: "X-Api-Key", "value": CANARY}]}) == {
        "x": [{naming: "X-Api-Key", "value": REDACTED}]
    }
    assert redacted({naming: "authToken", "default": CANARY}) == {naming: "authToken", "default": REDACTED}
    row = {naming: "color", "value": CANARY}
    assert redacted(row) is row


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ({"left": "api_key", "right": "Zx81kq"}, {"right": REDACTED}),
        ({"caption": "Password", "input": "Zx81kq"}, {"input": REDACTED}),
        ({"field": {"name": "password"}, "value": "swordfish"}, {"value": REDACTED}),
        ({"name": "CRM", "format": "password", "value": "swordfish"}, {"value": REDACTED}),
        (
            {"name": "X-Api-Key", "in": "header", "schema": {"type": "string", "default": "Zx81kq"}},
            {"schema": {"type": "string", "default": REDACTED}},
        ),
        ({"openai": {"key": "q7Rz2LmN8wXc4VbT", "model": "gpt-4o"}}, {"openai": {"key": REDACTED, "model": "gpt-4o"}}),
        ({"provider_keys": {"crm": "q7Rz2LmN8wXc4VbT"}}, {"provider_keys": {"crm": REDACTED}}),
        ({"gate": {"code": "4821"}}, {"gate": {"code": REDACTED}}),
        ({"name": "verify_pin", "node": "Zx81kq"}, {}),
        ({"name": "api_key", "in": "header", "schema": {"type": "string", "minLength": 32}}, {}),
        ({"question": "Do you need my PIN?", "answer": "No, never."}, {}),
        ({"country": {"code": "DE"}}, {}),
        ({"product": {"key": "implant-basic"}}, {}),
    ],
)
def test_a_name_says_what_lies_beside_it_or_below_it(pair: dict[str, Any], expected: dict[str, Any]) -> None:
    assert redacted(pair) == {**pair, **expected}
    # One of a page's rows is read as if it were alone.
    others = [{"left": "a", "right": "b"}, {"name": "city", "value": "Berlin"}]
    assert Redactor().rows([*others, pair])[2] == {**pair, **expected}


@pytest.mark.parametrize(
    "row",
    [
        {"password": {"min_length": 8, "require_symbols": True}},
        {"token": {"type": "access", "ttl": 900}},
        {"inputs": {"api_key": {"type": "string", "label": "API key", "required": True}}},
        {"messages": {"password": "Please enter your password."}},
        {"errors": {"api_key": ["is too short"]}},
        {"allowed_headers": ["Authorization", "X-Api-Key"]},
        {"api_key": "not configured"},
    ],
)
def test_what_is_said_of_a_secret_stays(row: dict[str, Any]) -> None:
    assert redacted(row) == row
    assert redacted({"token": {"name": "crm", "text": CANARY, "ttl": 900}})["token"]["text"] == REDACTED
