# SPDX-License-Identifier: Apache-2.0
"""What under the name of a secret is none."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.values import placeholders
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret

_PIECES = (
    *(
        "Bearer ",
        "Basic ",
        "Token ",
        "bearer ",
        "your",
        "YOUR",
        "my",
        "Insert",
        "an",
        "sk",
        "live",
        "test",
        "xxx",
        "XXXX",
        "xX",
    ),
    *("API", "KEY", "key", "string", "token", "none", "0", "7", "42", "2024", "a", "F", "deadbeef", "a1B2c3"),
    *("_", "-", "__", "--", "..."),
)


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14).map("".join))
@example("Bearer cal_live_4f3d2a1b9c8e7f6a5d4c3b2a19087f6e")
@example("YOUR_API_KEY_NUMBER_12345")
@example("sk-proj-xxxxxxxxxxxxxxxx42")
@example("Token your_api_key_number_1234567")
@example("0__YOUR_KEY__0000000000a")
def test_the_short_cut_for_keys_finds_what_the_long_way_does(text: str) -> None:
    with patch.object(placeholders, "_LONG_KEY", re.compile(r"(?!)")):
        expected = is_no_secret(text)
    assert is_no_secret(text) is expected


@given(st.from_regex(placeholders._LONG_KEY, fullmatch=True).filter(str.isascii))
def test_the_long_way_finds_that_none_of_the_keys_of_the_short_cut_is_no_secret(key: str) -> None:
    with patch.object(placeholders, "_LONG_KEY", re.compile(r"(?!)")):
        assert not is_no_secret(key)


@pytest.mark.parametrize(
    ("harmless", "secret"),
    [
        ("auth_token", "falcon_harbor"),
        ("db-password", "super-secret-password"),
        ("CRM_API_KEY", "CRM_API_KEY_7h2Kx9pQ"),
        ("@pin", "@dmin-39"),
        ("=Bearer {{$credentials.apiKey}}", "=Bearer 7h2Kx9pQ"),
        ("#/$defs/ApiKeyCredential", "#Falcon!39"),
        ("#/components/schemas/Secret", "x#/7h2Kx9pQ2mZ9vR4tW8b"),
        ("vault:secret/data/crm", "vault39!Falcon"),
        ("gcp-sm://crm/api-key", "gcp-sm-7h2Kx9pQ2mZ9vR4tW8b"),
        ("sid=${sid}", "sid=7h2Kx9pQ"),
        ("sid={{sid}};csrf={{csrf}}", "Server={db};Uid={app};Pwd={Falcon}"),
        ("@Value('${jwt.secret}')", "@Value7h2Kx9"),
        ("••••••3f9a", "3f9a7h2K"),
        ("required|min:8|confirmed", "12|min8confirmed"),
        ("must be at least 8 characters", "must be 7h2Kx9pQ"),
        ("Refresh token, may be empty", "refresh my token correct horse"),
        ("sha256", "sha256Falcon"),
    ],
)
def test_what_a_secret_is_called_or_must_be_is_none_and_a_secret_of_its_form_is_one(harmless: str, secret: str) -> None:
    assert is_no_secret(harmless)
    assert not is_no_secret(secret)
