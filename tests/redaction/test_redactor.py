# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.redaction.names.key_meaning import KeyMeaning, key_words, meaning_of
from airflow_provider_assistants.redaction.redactor import REDACTED, Redactor
from airflow_provider_assistants.redaction.text import redact_text, redact_url
from airflow_provider_assistants.sandbox.rows import MAKERS, PERSONAL, PHONE, SECRET
from airflow_provider_assistants.vendors import all_vendors

CANARY = "canary-7f3a"

SECRET_KEYS = """
    api_key apiKey API_KEY x-api-key calcom_api_key elevenlabs_api_key openai_api_key apikey APIKey api_keys
    authToken auth_token access_token refreshToken token bearer_token client_secret clientSecret secret password
    passwd passphrase Authorization auth_header account_sid sip_username private_key service_account signing_key
    webhook_secret credentials session_id cookie connection_string twilio_auth_token dsn pin provider_config
    custom_config custom_settings webhook_headers headers accessTokens
""".split()
PLAIN_KEYS = """
    id name max_tokens context_window_tokens token_count maxTokens tokens_per_minute keyterms keywords key
    secretary pass_through status phone_number_id voice_id llm_provider model base_url type mode company
    end_call_on_voicemail idle_timeout max_idle_messages password_policy token_limit uuid embedding_model
    llm_provider_config
""".split()
PERSONAL_KEYS = """
    email user_email phone phone_number phone_numbers supervisor_phone transfer_numbers bypass_numbers
    custom_caller_id system_prompt prompt initial_message begin_message welcome_message end_call_message
    transfer_call_message idle_message voice_mail_message reengagement_prompt custom_knowledge_base transcript
    first_name rep_name customer_name variables chatbot_begin_message chatbot_whitelisted_domains chatbot_faq
""".split()


@pytest.mark.parametrize("key", SECRET_KEYS)
@pytest.mark.parametrize("value", [CANARY, [CANARY], {"a": {"b": [CANARY]}}])
def test_a_secret_key_hides_its_value_at_any_depth(key: str, value: Any) -> None:
    row = {"id": 1, "settings": {"list": [{key: copy.deepcopy(value)}]}}
    redactor = Redactor()
    redacted = redactor.row(row)
    assert CANARY not in json.dumps(redacted)
    assert key in redacted["settings"]["list"][0]
    assert list(redactor.counts.values()) == [1]
    assert next(iter(redactor.counts)).startswith(f"settings.list[].{key}")


@pytest.mark.parametrize("level", ["secrets", "personal"])
@pytest.mark.parametrize("key", PLAIN_KEYS)
def test_what_only_looks_like_a_secret_stays(key: str, level: str) -> None:
    for value in (7, "plain", True, None, [], {}):
        row = {key: value}
        assert Redactor(level).row(row) is row


@pytest.mark.parametrize("key", PERSONAL_KEYS)
def test_personal_data_goes_only_if_asked(key: str) -> None:
    row = {key: CANARY}
    assert Redactor("secrets").row(row) is row
    assert Redactor("personal").row(row) == {key: REDACTED}
    assert Redactor("none").row({"password": CANARY}) == {"password": CANARY}


def test_people_are_personal_and_ids_of_people_are_not() -> None:
    redactor = Redactor("personal")
    assert redactor.row({"user": {"name": "Sam", "dp": None}}) == {"user": {"name": REDACTED, "dp": None}}
    row = {"user": 123, "user_id": 5, "voice": {"name": "Adrian"}}
    assert redactor.row(row) is row


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://u:p@h.example.com/x", "https://***@h.example.com/x"),
        ("https://h/x?token=abc&v=1&flag", "https://h/x?token=***&v=1&flag"),
        ("see https://h/x?sig=abc, then go", "see https://h/x?sig=*** then go"),
        ("https://h/#access_token=abc", "https://h/#access_token=***"),
        (
            "https://hooks.example.com/services/T0001/B0002/abcdefghijklmnopqrstuvwx",
            "https://hooks.example.com/services/T0001/B0002/***",
        ),
        ("https://n8n.example.com/webhook/a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d", "https://n8n.example.com/webhook/***"),
        ("https://cdn.example.com/a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d.png", None),
        ("https://crm.example.com/api/webhooks/sales-calls", None),
        ("Authorization: Bearer abcdefgh12", "Authorization: Bearer ***"),
        ("the bearer of good news", None),
        ("Basic dXNlcjpwYXNz==", "Basic ***"),
        ("Basic understanding of sales", None),
        ("use sk-abcdefgh12345678 here", "use *** here"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def-ghi", "***"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
        ("ghp_abcdefghijklmnopqrstuvwxyz", "***"),
        ("xoxb-123456789-abc", "***"),
        ("burki_live_abc123def", "***"),
        ("12|abcdefghijklmnopqrstuvwxyz", "***"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "***"),
        ("ask about pricing | refunds", None),
        ("a task-force and risk-averse people", None),
    ],
)
def test_secrets_inside_texts(text: str, clean: str | None) -> None:
    assert redact_text(text) == (text if clean is None else clean)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail sam.example+x@mail.example.co.uk now", "mail *** now"),
        ("call +1 555 010 1234 or (555) 010-1234", "call *** or ***"),
        ("+15550101234", "***"),
        ("2025-08-04 14:30:00", None),
        ("2025-07-15T14:32:15.000000Z", None),
        ("a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d", None),
        ("#2563eb", None),
        ("0.02000000", None),
        ("192.168.100.200", None),
        ("1234567890", None),
    ],
)
def test_personal_data_inside_texts(text: str, clean: str | None) -> None:
    assert Redactor("personal").row({"note": text}) == {"note": text if clean is None else clean}


def test_headers_in_every_form() -> None:
    row = {
        "a": {"headers": {"X-Any": CANARY}},
        "b": {"headers": [{"name": "X-Any", "value": CANARY}]},
        "c": [{"name": "Authorization", "value": CANARY}, {"key": "x-api-key", "value": CANARY}],
        "d": [{"name": "Accept", "value": "json"}],
    }
    redacted = Redactor().row(row)
    assert CANARY not in json.dumps(redacted)
    assert redacted["b"]["headers"][0]["name"] == "X-Any"
    assert redacted["d"] == row["d"]


def test_json_inside_a_text() -> None:
    inner = json.dumps([{"name": "crm", "api_key": CANARY}])
    redacted = Redactor().row({"tools": inner})
    assert json.loads(redacted["tools"]) == [{"name": "crm", "api_key": REDACTED}]
    untouched = {"tools": '[ {"name": "crm"} ]'}
    assert Redactor().row(untouched) is untouched


@pytest.mark.parametrize("form", ["1|abcdefgh", "1%7Cabcdefgh", "MXxhYmNkZWZnaA=="])
def test_our_own_key_goes_wherever_it_turns_up(form: str) -> None:
    redactor = Redactor(known_secrets=["1|abcdefgh"])
    assert redactor.row({"note": f"x {form} y", form: 1}) == {"note": "x *** y", REDACTED: 1}
    assert redact_text(f"key {form}", known_secrets=["1|abcdefgh"]) == "key ***"


def test_declared_paths() -> None:
    redactor = Redactor("personal", secret_paths=["a[].b", "c.*", "*.deep"], personal_paths=["p"])
    row = {"a": [{"b": "x", "z": "y"}], "c": {"d": {"e": 1}}, "any": {"deep": "x", "flat": "y"}, "p": "x", "q": "y"}
    assert redactor.row(row) == {
        "a": [{"b": REDACTED, "z": "y"}],
        "c": {"d": {"e": REDACTED}},
        "any": {"deep": REDACTED, "flat": "y"},
        "p": REDACTED,
        "q": "y",
    }


def test_an_unknown_level() -> None:
    with pytest.raises(ConfigurationError, match="'none', 'secrets', 'personal'"):
        Redactor("some")


@pytest.mark.parametrize("vendor", all_vendors().values(), ids=lambda vendor: vendor.name)
def test_what_the_sandbox_plants_is_gone(vendor: Any) -> None:
    sensitive = vendor.sensitive
    for level, marks in (("secrets", [SECRET]), ("personal", [SECRET, PERSONAL, PHONE])):
        redactor = Redactor(level, secret_paths=sensitive.secrets, personal_paths=sensitive.personal)
        for index in range(150):
            _, row = MAKERS[vendor.name](vendor.name, 1, index, 1, 0)
            before = copy.deepcopy(row)
            text = json.dumps(redactor.row(row))
            assert row == before
            assert [mark for mark in marks if mark in text] == []
            assert set(json.loads(text)) == set(row)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
ROWS = st.dictionaries(st.text(max_size=6), JSON, max_size=5)


@given(
    row=ROWS,
    path=st.lists(st.text("abc", min_size=1, max_size=3) | st.just([]), max_size=6),
    key=st.sampled_from(SECRET_KEYS),
)
def test_no_nesting_hides_a_secret_from_the_redactor(row: dict[str, Any], path: list[Any], key: str) -> None:
    planted: Any = {key: CANARY}
    for step in path:
        planted = [planted] if step == [] else {step: planted}
    row = {**row, "planted": planted}
    before = copy.deepcopy(row)
    redactor = Redactor()
    once = redactor.row(row)
    assert CANARY not in json.dumps(once)
    assert row == before, "the row itself was changed"
    assert Redactor().row(once) is once, "redacting again changed something"


def test_nesting_without_end() -> None:
    row: dict[str, Any] = {"password": CANARY}
    for _ in range(180):
        row = {"a": row}
    assert CANARY not in json.dumps(Redactor().row(row))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("calcomApiKey", ("calcom", "api", "key")),
        ("X-API-Key", ("x", "api", "key")),
        ("HTTPServer", ("http", "server")),
    ],
)
def test_the_words_of_a_key(key: str, words: tuple[str, ...]) -> None:
    assert key_words(key) == words


@given(st.text(max_size=30))
def test_any_key_has_a_meaning(key: str) -> None:
    assert isinstance(meaning_of(key), KeyMeaning)


@given(st.text(max_size=60))
def test_any_text_can_be_cleaned(text: str) -> None:
    assert redact_text(redact_text(text)) == redact_text(text)
    redact_url(text)
