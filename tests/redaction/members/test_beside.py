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
        ({"description": "API key of the CRM", "value": "Zx81kq"}, {"value": REDACTED}),
        ({"locator": "//input[@name='password']", "text": "Zx81kq"}, {"text": REDACTED}),
        ({"op": "add", "path": ["auth", "token"], "value": "swordfish"}, {"value": REDACTED}),
        ({"key": {"value": "X-Api-Key"}, "value": {"value": "swordfish"}}, {"value": {"value": REDACTED}}),
        ({"dial": "api_key", "plate": "Zx81kq#4Lm20"}, {"plate": REDACTED}),
        ({"object": "admin_api_key", "name": "crm", "value": "q7Rz2LmN8wXc4VbT"}, {"value": REDACTED}),
        ({"keyName": "primary", "value": "q7Rz2LmN8wXc4VbT"}, {"value": REDACTED}),
        ({"keys": {"openai": {"value": "q7Rz2LmN8wXc4VbT"}}}, {"keys": {"openai": {"value": REDACTED}}}),
        ({"request": {"header": {"x-crm": "swordfish"}}}, {"request": {"header": {"x-crm": REDACTED}}}),
        (
            {"auth": {"type": "custom", "settings": {"x": "Zx81kq", "prompt": "consent"}}},
            {"auth": {"type": "custom", "settings": {"x": REDACTED, "prompt": "consent"}}},
        ),
        ({"Attribute": "API Secret", "Setting": "Zx81kq#4Lm20"}, {"Setting": REDACTED}),
        ({"key": ["crm", "password"], "value": "swordfish"}, {"value": REDACTED}),
        ({"type": "password", "state": {"text": "Zx81kq", "cursor": 4}}, {"state": {"text": REDACTED, "cursor": 4}}),
        ({"question": {"text": "The gate code?"}, "answer": {"value": "Zx81kq"}}, {"answer": {"value": REDACTED}}),
        (
            {"question": {"heading": "Wifi password"}, "answers": [{"text": "Zx81kq"}]},
            {"answers": [{"text": REDACTED}]},
        ),
        ({"snmp": {"version": "2c", "community": "Zx81kq"}}, {"snmp": {"version": "2c", "community": REDACTED}}),
        (
            {"keys": [{"value": "q7Rz2LmN8wXc4VbT", "acl": ["search"]}]},
            {"keys": [{"value": REDACTED, "acl": ["search"]}]},
        ),
        ({"block_type": {"name": "Secret"}, "data": {"value": "Zx81kq"}}, {"data": {"value": REDACTED}}),
        ({"domain": ["api_key", "=", "Zx81kq"]}, {"domain": ["api_key", "=", REDACTED]}),
        ({"type": "password", "state": {"rule": "min-8", "text": "{{password}}"}}, {}),
        ({"sku": "PIN-ENAMEL-04", "title": "Enamel pin", "color": "red"}, {}),
        ({"type": "aws_secretsmanager_secret", "name": "db_password", "values": {"name": "prod/db/password"}}, {}),
        ({"collect_password": {"on": {"SUBMIT": "verifying"}}}, {}),
        ({"keywords": ["token:1.5", "password:2"]}, {}),
        ({"cookies": ["chocolate", "oat"], "secret_spices": ["cinnamon", "love"]}, {}),
        ({"data": {"password": "Passwort", "api_key": "API key", "pin": "PIN eingeben"}}, {}),
        ({"properties": {"password": {"type": "text", "analyzer": "standard"}}}, {}),
        ({"label": {"text": "Password"}, "input": {"text": "Zx81kq"}}, {"input": {"text": REDACTED}}),
        ({"event": "Config updated", "key": "stripe_secret", "to": "Zx81kq#4L"}, {"to": REDACTED}),
        ({"action": "type", "element": "password field", "text": "Zx81kq"}, {"text": REDACTED}),
        ({"question_text": "The alarm code?", "response_text": "Zx81kq"}, {"response_text": REDACTED}),
        ({"type": "lockbox", "code": "4821"}, {"code": REDACTED}),
        ({"type": "lockbox", "state": "4821"}, {}),
        ({"pin_entry": "dtmf", "credential_health": "healthy", "password_resets": 1204}, {}),
        ({"pin_entry": "Zx81kq", "password_login": "Zx81kq"}, {"pin_entry": REDACTED, "password_login": REDACTED}),
        ({"themeConfig": {"token": {"borderRadius": 4, "fontFamily": "Inter"}}}, {}),
        ({"endpoints": {"token": "/oauth/token", "password": "/v1/password"}}, {}),
        ({"address": {"city": "Mumbai", "pin": "400001"}}, {}),
        ({"headers": {"Quantity": 2, "Items": ["Authorization", "Host"]}}, {}),
        ({"trends": {"password": 12.5, "token": 3.1}, "chip": {"pin_pitch": 0.5}}, {}),
        ({"usage": [{"name": "api_keys", "value": 3}], "quota": {"secrets": "120"}}, {}),
        ({"glossary": {"token": "A piece of text"}, "synonyms": {"password": ["passcode", "passphrase"]}}, {}),
        ({"crypto": {"token": "BTC"}, "sensor": {"pin": "A0"}, "wiring": {"data_pin": "GPIO4"}}, {}),
        ({"existingSecret": "crm-credentials", "existingSecretKey": "password"}, {}),
        ({"credentials": '{"user": "bot", "n": [1]}'}, {"credentials": '{"user": "***", "n": [1]}'}),
        ({"pins": "brass", "auth": "managed", "rotate-tokens": {"schedule": "@daily"}}, {}),
        ({"dial": "api_key", "plate": "blue"}, {}),
        ({"description": "API key of the CRM", "region": "eu-west-1"}, {}),
        ({"object": "api_key", "id": "key_1", "value": "primary"}, {}),
        ({"name": "Ask for the PIN", "text": "What is it?"}, {}),
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
        {"password": "Please tell me the word that we agreed on."},
        {"label": {"password": "Password", "api_key": "API key"}},
        {"pin": {"type": "string", "pattern": "^[0-9]{4}$", "example": "1234"}},
        {"rules": {"pin": "^[0-9]{4}$"}},
        {"pin": "^[0-9]{4}$"},
        {"token": "2025-01-01T10:00:00Z"},
        {"token": "Hello", "logprob": -0.12},
        {"theme": {"tokens": {"primary": "#ff8800", "gap": "4px"}}},
        {"icons": {"password": "lock", "api_key": "key"}},
        {"token": {"symbol": "USDC", "decimals": 6}},
        {"pin": {"lat": 52.52, "lng": 13.4, "label": "Clinic"}},
        {"credentials": "MD, PhD"},
        {"api_key": "configured"},
        {"nextPageToken": "CAUQAA"},
        {"session_id": "5f1e4d28-8c59-4e4f-8a8b-9c3d2e4f7a8b"},
        {"credentials": {"slackApi": {"id": "Zk3uTz9wRq1LmNo2", "name": "Slack account 2"}}},
        {"headers": {"Authorization": {"secret_id": "kq3N0xw2TqGm"}}},
        {"secret": {"provider": "aws", "region": "eu-west-1", "managed_by": "vault"}},
        {"password": {"algorithm": "argon2id", "memory": 65536}},
        {"flows": {"clientCredentials": {"tokenUrl": "https://example.com/token", "scopes": {"calls:read": "Read"}}}},
        {"paths": {"/token/refresh": {"post": {"summary": "Refresh the token"}}}},
        {"digest": {"alg": "SHA-256", "val": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}},
        {"errors": {"api_key": ["is too short"]}},
        {"allowed_headers": ["Authorization", "X-Api-Key"]},
        {"api_key": "not configured"},
    ],
)
def test_what_is_said_of_a_secret_stays(row: dict[str, Any]) -> None:
    assert redacted(row) == row
    assert redacted({"token": {"name": "crm", "text": CANARY, "ttl": 900}})["token"]["text"] == REDACTED


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ({"password": "The password is swordfish."}, "swordfish"),
        ({"passphrase": "purple monkeys eat green bananas"}, "purple"),
        ({"secret": {"region": "eu-west-1", "value": CANARY}}, CANARY),
        ({"credentials": {"role_id": "crm", "secret_id": "kq3N0xw2TqGm"}}, "kq3N0xw2TqGm"),
        ({"credentials": {"id": "bot", "password": CANARY}}, CANARY),
        ({"session_id": "q7Rz2LmN8wXc4VbT"}, "q7Rz2LmN8wXc4VbT"),
        ({"digest": {"username": "bot", "secret": CANARY}}, CANARY),
        ({"token": {"symbol": "Zx81kq", "decimals": 6}}, "Zx81kq"),
        ({"credentials": {"name": "crm", "port": 1, "x": CANARY}}, CANARY),
    ],
)
def test_what_only_resembles_a_description_goes(row: dict[str, Any], hidden: str) -> None:
    assert hidden not in str(redacted(row))
