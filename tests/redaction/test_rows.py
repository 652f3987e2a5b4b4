# SPDX-License-Identifier: Apache-2.0
"""Redaction of rows: what goes, what stays, and what is counted."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.redaction.redactor import OTHER_PATHS, REDACTED, Redaction, Redactor

CANARY = "canary"  # no pattern knows it: only the key, the path or the place gives it away


def redacted(row: dict[str, Any], level: str = "secrets", **options: Any) -> dict[str, Any]:
    before = copy.deepcopy(row)
    redactor = Redactor(level, **options)
    after = redactor.row(row)
    assert row == before
    assert list(after) == list(row)
    assert Redactor(level, **options).row(after) is after
    return after


SECRET_KEYS = [
    "api_key", "apikey", "apiKey", "API_KEY", "APIkey", "x-api-key", "X-API-KEY", "api key",
    "calcom_api_key", "elevenlabs_api_key",
    "openaiApiKey", "api_keys", "auth_token", "authToken", "twilio_auth_token", "access_token",
    "accesstoken", "refresh_token",
    "token", "tokens", "sessionToken", "secret", "client_secret", "clientSecret", "clientsecret",
    "serverUrlSecret", "password",
    "passwords", "Passwd", "passphrase", "db_pass", "pin", "pin_number", "authorization",
    "Authorization", "auth", "auth_header",
    "bearer", "private_key", "privateKey", "service_account", "account_sid", "accountSid",
    "sip_username", "sip_password",
    "signing_key", "webhook_secret", "credentials", "credential", "cookie", "Set-Cookie", "session_id", "sessionId",
    "connection_string", "dsn", "jwt", "secret_key", "aws_secret_access_key", "access_key_id",
    "subscription_key", "senha",
    "Contraseña", "ａｐｉ＿ｋｅｙ", "provider_config", "custom_config", "custom_settings",
    "webhook_headers", "headers", "extraHeaders",
    "tts_provider_config", "basic_auth", "license_key", "encryption_key", "xi_api_key", "telnyx_api_key", "otp",
]  # fmt: skip


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_keys_that_name_a_secret_lose_their_value_at_any_depth(key: str) -> None:
    assert redacted({key: CANARY}) == {key: REDACTED}
    assert redacted({"a": [{"b": {key: CANARY}}]}) == {"a": [{"b": {key: REDACTED}}]}
    assert CANARY not in json.dumps(redacted({key: {"x": [CANARY, {"y": CANARY}], "z": None}}))
    assert redacted({key: None}) == {key: None}
    assert redacted({key: ""}) == {key: ""}
    assert redacted({key: []}) == {key: []}
    assert redacted({key: {}}) == {key: {}}
    assert redacted({key: True}) == {key: True}


PLAIN = {
    "max_tokens": 1000, "maxTokens": "1000", "context_window_tokens": 4000, "token_count": 12,
    "tokens_per_minute": 60, "tokens": 7,
    "total_tokens": 9, "prompt_tokens": 3, "token_limit": "100", "token_type": "Bearer", "stop_tokens": ["</s>"],
    "keyterms": ["invoice"], "keywords": [{"keyword": "refund", "intensifier": 1}],
    "pass_through": "yes", "secretary": "front desk",
    "key": "color", "sort_key": "name", "primary_key": "id", "public_key": "abc", "has_api_key": True, "has_token": 1,
    "uses_password": "no", "password_policy": "strong", "auth_type": "bearer", "authorized": "yes",
    "author": "me", "tokenizer": "cl100k",
    "pinned": "yes", "keyboard": "qwerty", "voice_id": "EXAVITQu4vr4xnSDxMaL",
    "messaging_service_sid": "MG123", "base_url": None,
    "model": "gpt-4o-mini", "status": "active", "uuid": "a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d", "name": "Sales",
    "created_at": "2025-07-15T14:32:15.000000Z", "llm_provider_config": {"model": "gpt-4o-mini", "base_url": "https://h/v1"},
    "session_idle_timeout": 30, "compass": "north", "bypass": "none",
    "secret_expires_at": "2025-01-01", "valid_token_count": 3,
}  # fmt: skip


@pytest.mark.parametrize("key", PLAIN)
def test_look_alikes_stay(key: str) -> None:
    row = {key: PLAIN[key], "nested": [{key: PLAIN[key]}]}
    assert Redactor().row(row) is row


def test_numbers_are_secrets_under_a_password_and_settings_under_tokens() -> None:
    row = {
        "password": 123456,
        "pin": 1234,
        "tokens": 12,
        "tokens_used": {"in": 3},
        "tokens_by_user": {"a": 1, "b": "x"},
    }
    assert redacted(row) == {
        "password": REDACTED,
        "pin": REDACTED,
        "tokens": 12,
        "tokens_used": {"in": 3},
        "tokens_by_user": {"a": 1, "b": REDACTED},
    }


def test_what_the_facts_name_goes_and_the_rest_of_its_surroundings_stays() -> None:
    row = {
        "llm_provider_config": {
            "api_key": CANARY,
            "base_url": "https://k:e@h/v1",
            "model": "m",
            "custom_config": {"region": CANARY},
        },
        "llm_fallback_providers": {
            "enabled": True,
            "fallbacks": [{"provider": "openai", "api_key": CANARY, "model": "gpt-4o"}],
        },
        "tts_settings": {
            "provider": "x",
            "provider_config": {"elevenlabs": CANARY, "n": 1, "on": True, "model": None, "e": ""},
        },
        "tools": [
            {"type": "calendar_integration", "data": {"calcom_api_key": CANARY, "url": "https://h/x?token=canary"}}
        ],
        "custom_settings": {"crm": [CANARY, {"deep": CANARY}]},
    }
    redactor = Redactor()
    assert redactor.row(row) == {
        "llm_provider_config": {
            "api_key": REDACTED,
            "base_url": "https://***@h/v1",
            "model": "m",
            "custom_config": {"region": REDACTED},
        },
        "llm_fallback_providers": {
            "enabled": True,
            "fallbacks": [{"provider": "openai", "api_key": REDACTED, "model": "gpt-4o"}],
        },
        "tts_settings": {
            "provider": "x",
            "provider_config": {"elevenlabs": REDACTED, "n": REDACTED, "on": True, "model": None, "e": ""},
        },
        "tools": [
            {"type": "calendar_integration", "data": {"calcom_api_key": REDACTED, "url": "https://h/x?token=***"}}
        ],
        "custom_settings": {"crm": [REDACTED, {"deep": REDACTED}]},
    }
    assert redactor.counts == {
        "llm_provider_config.api_key": 1,
        "llm_provider_config.base_url": 1,
        "llm_provider_config.custom_config.region": 1,
        "llm_fallback_providers.fallbacks[].api_key": 1,
        "tts_settings.provider_config.elevenlabs": 1,
        "tts_settings.provider_config.n": 1,
        "tools[].data.calcom_api_key": 1,
        "tools[].data.url": 1,
        "custom_settings.crm[]": 1,
        "custom_settings.crm[].deep": 1,
    }


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Any": CANARY, "Accept": "json"}, {"X-Any": REDACTED, "Accept": REDACTED}),
        ([{"name": "X-Any", "value": CANARY}], [{"name": "X-Any", "value": REDACTED}]),
        (
            [{"key": "X-Any", "value": CANARY, "extra": CANARY}],
            [{"key": "X-Any", "value": REDACTED, "extra": REDACTED}],
        ),
        ([{"header": "X-Any", "value": [CANARY]}], [{"header": "X-Any", "value": [REDACTED]}]),
        ([{"X-Any": CANARY}], [{"X-Any": REDACTED}]),
        ([["X-Any", CANARY]], [[REDACTED, REDACTED]]),
        (f"X-Any: {CANARY}", REDACTED),
        ('{"X-Any":"canary"}', '{"X-Any":"***"}'),
        ('[{"name":"X-Any","value":"canary"}]', '[{"name":"X-Any","value":"***"}]'),
    ],
)
def test_headers_keep_their_names_and_lose_their_values(headers: Any, expected: Any) -> None:
    assert redacted({"headers": headers}) == {"headers": expected}
    paths = ["tools[].data.headers.*"]
    assert redacted({"tools": [{"data": {"headers": headers}}]}, secret_paths=paths) == {
        "tools": [{"data": {"headers": expected}}]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"X-A":"canary","X-A":""}', '{"X-A":""}'),
        ('{"a":{"X-A":"canary","X-A":null}}', '{"a":{"X-A":null}}'),
        ('[{"name":"a","value":"canary","value":""}]', '[{"name":"a","value":""}]'),
    ],
)
def test_headers_in_a_string_that_repeat_a_name_keep_no_value_of_it(text: str, expected: str) -> None:
    assert redacted({"headers": text}) == {"headers": expected}


@pytest.mark.parametrize("key", ["dD", "de_la", "D.", "of the", "d"])
def test_a_key_of_words_that_only_join_others_says_nothing(key: str) -> None:
    assert redacted({key: CANARY}) == {key: CANARY}


def test_digests_of_secrets_and_public_keys_stay() -> None:
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    row = {
        "token_hash": digest,
        "public_key": digest,
        "certificate": f"-----BEGIN CERTIFICATE-----\n{'MIIDdzCCAl+gAwIBAgIEbx9Kz7Qw4Rt2Yp8Lm3Vn6Hs1Jd5Fg0' * 2}\n",
        "cursor": "eyJpZCI6NDcxMSwiY3JlYXRlZF9hdCI6IjIwMjYtMTEtMjEifQ==",
    }
    assert redacted(row) == row
    assert redacted({"password_hash": digest}) == {"password_hash": REDACTED}


def test_a_key_of_any_prefix_goes_if_it_looks_like_one() -> None:
    row = {
        "openai_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "dtmf_key": "star",
        "row_key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    }
    assert redacted(row) == {**row, "openai_key": REDACTED}


def test_secrets_in_strings_go_whatever_their_key() -> None:
    row = {
        "prompt": "Post to https://u:p@h/x?token=canary with Bearer abcDEF123456, then hang up.",
        "notes": ["sk_live_canary", "fine"],
        "webhook_url": "https://hooks.zapier.com/hooks/catch/1234567/abc12de/",
    }
    assert redacted(row) == {
        "prompt": "Post to https://***@h/x?token=*** with Bearer ***, then hang up.",
        "notes": [REDACTED, "fine"],
        "webhook_url": "https://hooks.zapier.com/hooks/catch/***/***/",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"name": "crm", "api_key": "canary"}]', '[{"name": "crm", "api_key": "***"}]'),
        ('  {"a": {"password": "canary"}}\n', '  {"a": {"password": "***"}}\n'),
        ('{"api_key": "canary", "api_key": null}', '{"api_key": null}'),
        (json.dumps(json.dumps({"api_key": CANARY})), json.dumps('{"api_key": "***"}')),
        (
            json.dumps({"inner": json.dumps({"token": CANARY})}),
            json.dumps({"inner": '{"token": "***"}'}),
        ),
        ('{"api_key": "canary", cut off', '{"api_key": "***", cut off'),
        ('{ "model": "gpt",  "max_tokens": 5 }', '{ "model": "gpt",  "max_tokens": 5 }'),
        ("{not json}", "{not json}"),
        ("[", "["),
    ],
)
def test_json_inside_a_string_is_redacted_too(text: str, expected: str) -> None:
    assert redacted({"tools": text}) == {"tools": expected}


def test_declared_paths_reach_into_json_inside_a_string() -> None:
    assert redacted({"tools": '[{"x":"canary"}]'}, secret_paths=["tools[].x"]) == {"tools": '[{"x":"***"}]'}


@pytest.mark.parametrize("level", ["secrets", "personal"])
def test_known_secrets_go_from_values_and_keys(level: str) -> None:
    key = "1|my own key"
    row = {f"see {key}": "x", "note": f"<{key}>", "encoded": "1%7Cmy%20own%20key", "list": [key], "n": 1}
    redactor = Redactor(level, known_secrets=[key])
    after = redactor.row(row)
    assert after == {"see ***": "x", "note": "<***>", "encoded": REDACTED, "list": [REDACTED], "n": 1}
    assert redactor.row(after) is after
    assert key not in json.dumps(redactor.counts)
    redactor.row({"api_keys": {f"see {key}": "x"}, f"also {key}": {"password": "y", "list": [{"token": "z"}]}})
    assert key not in json.dumps(redactor.counts)
    headers = [{"type": "x", f"see {key}": "y", "name": "X-Id", "value": "z"}]
    after = Redactor(level, known_secrets=[key]).row({"headers": headers})
    assert after == {"headers": [{"type": "x", "see ***": REDACTED, "name": "X-Id", "value": REDACTED}]}
    assert list(after["headers"][0]) == ["type", "see ***", "name", "value"]
    assert Redactor(known_secrets=["abcde"]).row({"a": "abcde", "abcde": 1, "xabcde": 2, "***": 3}) == {
        "a": REDACTED,
        "****": 1,
        "x***": 2,
        "***": 3,
    }


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a"], {"a": {"b": REDACTED, "c": [{"d": REDACTED}, {"d": REDACTED}]}, "e": 1}),
        (["a.*"], {"a": {"b": REDACTED, "c": [{"d": REDACTED}, {"d": REDACTED}]}, "e": 1}),
        (["a.b"], {"a": {"b": REDACTED, "c": [{"d": "y"}, {"d": 2}]}, "e": 1}),
        (["a.c[].d"], {"a": {"b": "x", "c": [{"d": REDACTED}, {"d": REDACTED}]}, "e": 1}),
        (["a.c[]"], {"a": {"b": "x", "c": [{"d": REDACTED}, {"d": REDACTED}]}, "e": 1}),
        (["*.b"], {"a": {"b": REDACTED, "c": [{"d": "y"}, {"d": 2}]}, "e": 1}),
        (["a.x", "*.b"], {"a": {"b": REDACTED, "c": [{"d": "y"}, {"d": 2}]}, "e": 1}),
        (["e", "nowhere[].x", ""], {"a": {"b": "x", "c": [{"d": "y"}, {"d": 2}]}, "e": REDACTED}),
    ],
)
def test_declared_paths_are_redacted(paths: list[str], expected: dict[str, Any]) -> None:
    row = {"a": {"b": "x", "c": [{"d": "y"}, {"d": 2}]}, "e": 1}
    assert redacted(row, secret_paths=paths) == expected
    assert redacted(row, "personal", personal_paths=paths) == expected
    assert redacted(row, "secrets", personal_paths=paths) is row


PERSONAL_KEYS = [
    "email", "user_email", "phone", "supervisor_phone", "phone_number", "phoneNumbers",
    "client_phone_number", "transfer_numbers",
    "bypass_numbers", "custom_caller_id", "first_name", "lastName", "full_name", "rep_name",
    "customer_name", "contact_name",
    "address", "system_prompt", "prompt", "initial_message", "begin_message", "welcome_message", "end_call_message",
    "transfer_call_message", "idle_message", "voice_mail_message", "reengagement_prompt",
    "custom_knowledge_base", "knowledge_base",
    "transcript", "chatbot_begin_message", "chatbot_faq", "variables", "chatbot_whitelisted_domains", "custom_message",
]  # fmt: skip


@pytest.mark.parametrize("key", PERSONAL_KEYS)
def test_personal_keys_lose_their_value_when_asked(key: str) -> None:
    row = {"x": [{key: CANARY}, {key: [CANARY]}, {key: {"y": CANARY}}]}
    assert redacted(row) is row
    assert redacted(row, "personal") == {"x": [{key: REDACTED}, {key: [REDACTED]}, {key: {"y": REDACTED}}]}


def test_ids_and_the_names_of_things_stay_when_persons_go() -> None:
    row = {
        "name": "Sales", "id": 1, "phone_number_id": 45, "user_id": 1, "knowledgebase_id": 12,
        "knowledgebase_mode": "prompt",
        "voice": {"name": "Adrian", "voice_id": "11labs-Adrian"}, "max_idle_messages": 3,
        "prompt_tokens": 5, "user": 123,
        "created_at": "2025-07-15T14:32:15.000000Z", "llm_temperature": "0.35", "email_enabled": "yes", "color": "#123456",
        "who_speaks_first": "user", "uuid": "a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d", "secondary": ["", None, 0],
    }  # fmt: skip
    assert redacted(row, "personal") is row
    row = {"user": {"name": CANARY, "email": CANARY, "dp": None}, "note": "ask jane@example.com or +1 555 010 1234"}
    assert redacted(row, "personal") == {
        "user": {"name": REDACTED, "email": REDACTED, "dp": None},
        "note": "ask *** or ***",
    }
    assert redacted(row) is row


def test_levels() -> None:
    row = {"api_key": CANARY, "email": "a@b.co"}
    assert Redactor("none").row(row) is row
    assert Redactor(Redaction.SECRETS).row(row) == {"api_key": REDACTED, "email": "a@b.co"}
    assert Redactor("personal").row(row) == {"api_key": REDACTED, "email": REDACTED}
    with pytest.raises(ConfigurationError, match="'none', 'secrets', 'personal'"):
        Redactor("all")


@pytest.mark.parametrize("level", list(Redaction))
def test_no_level_lets_a_secret_into_a_log_line(level: Redaction) -> None:
    assert Redactor(level, known_secrets=["mysecret"]).text("mysecret ?api_key=canary") == "*** ?api_key=***"


def nest(depth: int, leaf: Any, *, lists: bool) -> Any:
    for _ in range(depth):
        leaf = [leaf] if lists else {"a": leaf}
    return leaf


@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("depth", [50, 99, 100, 101, 200, 400])
def test_deep_nesting_is_cut_rather_than_let_through_or_crashed_on(depth: int, lists: bool) -> None:
    for key in ("plain", "password", "headers", "variables"):
        after = redacted({key: nest(depth, {"api_key": CANARY}, lists=lists)}, "personal")
        assert CANARY not in str(after)
    row = {"plain": nest(50, "fine", lists=lists)}
    assert redacted(row) is row
    assert CANARY not in redacted({"x": "[" * 100_000 + '{"api_key": "canary"}' + "]" * 100_000})["x"]


def test_nesting_that_no_parser_gives_is_survived() -> None:
    for lists in (True, False):
        for key in ("plain", "password", "headers"):
            Redactor("personal").row({key: nest(5_000, CANARY, lists=lists)})


def test_what_is_remembered_and_counted_is_bounded() -> None:
    redactor = Redactor()
    for number in range(30):
        row = {f"a{number}_{each}": {"password": "x", "n": f"text number {number}.{each}"} for each in range(1_000)}
        redactor.row(row)
    counts = redactor.counts
    assert len(counts) == 1_001
    assert sum(counts.values()) == 30_000
    assert counts[OTHER_PATHS] == 29_000
    assert len(redactor._keys) <= 12_000
    assert len(redactor._texts.remembered) <= 5_000
