# SPDX-License-Identifier: Apache-2.0
"""The assistants that the sandbox makes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.fake_values import PERSONAL, PHONE, SECRET
from tests.conftest import VENDORS
from tests.sandbox.asking import get

#: A word of each place where FACTS of the vendors name a secret; each place's own word is part of what is planted.
PLANTED = {
    "autocalls": ["webhook", "inbound", "ended", "calcom", "header", "tool", "key-autocalls-1"],
    "burki": [
        "llm", "llm-password", "custom-config", "tts", "tool", "tool-header", "fallback", "custom-settings", "elevenlabs",
        "deepgram", "twilio-sid", "twilio", "webhook-header", "openai-api-key", "telnyx-api-key", "webhook", "sms",
    ],
    "puretalk": ["tool", "key-1"],
}  # fmt: skip


@pytest.fixture(scope="module")
def many() -> Any:
    with Sandbox(assistants=150) as sandbox:
        yield sandbox


@pytest.mark.parametrize("vendor", PLANTED)
def test_every_place_that_may_hold_a_secret_does(many: Sandbox, vendor: str) -> None:
    planted = many.planted(vendor)
    kinds = {secret.removeprefix(SECRET).split(f"-{vendor}-1-")[0] for secret in planted.secrets}
    assert set(PLANTED[vendor]) <= kinds
    assert many.api_key(vendor).endswith(tuple(planted.secrets))
    assert len(set(planted.secrets)) == len(planted.secrets)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_planted_is_what_responses_hold(many: Sandbox, vendor: str) -> None:
    planted = many.planted(vendor)
    text = json.dumps(many.rows(vendor))
    for found in (*planted.secrets, *planted.personal):
        text = text.replace(found, "")
    assert SECRET not in text
    assert PERSONAL not in text
    assert PHONE not in text
    assert all(SECRET in each for each in planted.secrets)
    assert all(PERSONAL in each or each.startswith(PHONE) for each in planted.personal)
    assert any(each.startswith(PHONE) for each in planted.personal)


def test_who_the_key_belongs_to_is_planted_too(many: Sandbox) -> None:
    for vendor, path in (("autocalls", "/user/me"), ("burki", "/api/v1/assistants/me/organization")):
        text = get(many, vendor, path).text
        assert any(each in text for each in many.planted(vendor).personal)


def test_the_oddities_of_real_deployments(many: Sandbox) -> None:
    def values(vendor: str, name: str) -> set[str]:
        return {json.dumps(row.get(name, "absent"))[:12] for row in many.rows(vendor)}

    assert {"true", "false", "1", "0"} == values("autocalls", "is_webhook_active")
    assert "[]" in values("autocalls", "variables")
    assert {"600", '"900"'} <= values("autocalls", "max_duration")
    assert {"true", "false", "null"} == values("burki", "is_active")
    assert '"absent"' in values("intellixent", "tools")
    spelled = {(len(row["created_at"]), row["created_at"][-1] == "Z") for row in many.rows("autocalls")}
    assert spelled == {(27, True), (20, True), (19, False)}
    assert any(not row["created_at"].endswith("Z") for row in many.rows("burki")), "times without a zone"
    assert any(row["deleted_at"] for row in many.rows("autocalls"))
    assert {int, dict} == {type(row["user"]) for row in many.rows("puretalk")}
    assert {int, dict} == {type(row["voice"]) for row in many.rows("puretalk")}
    assert any(tool["data"] for row in many.rows("autocalls") for tool in row["tools"])


@pytest.mark.parametrize("vendor", VENDORS)
def test_ids_are_unique_over_accounts(many: Sandbox, vendor: str) -> None:
    field = "assistant_id" if vendor == "puretalk" else "id"
    ids = [row[field] for account in (1, 2) for row in many.rows(vendor, account=account)]
    assert len(set(ids)) == 300


@pytest.mark.parametrize("vendor", VENDORS)
def test_rows_of_a_size(vendor: str) -> None:
    with Sandbox(assistants=20, row_bytes=40_960) as sandbox:
        body = get(sandbox, vendor).content
        rows = json.loads(body)
        rows = rows if vendor == "burki" else rows.get("data") or rows.get("results")
        assert {len(json.dumps(row, separators=(",", ":"))) for row in rows} == {40_960}


def test_the_familys_rows_are_about_as_large_as_in_its_document(many: Sandbox) -> None:
    sizes = [len(json.dumps(row)) for row in many.rows("autocalls")]
    assert 3_000 < sum(sizes) / len(sizes) < 4_500


def test_what_is_not_kept_is_made_again() -> None:
    with Sandbox(assistants=30) as sandbox:
        sandbox.set_options(kept_bytes=20_000)
        first, second = (get(sandbox, "burki").content for _ in range(2))
        assert first == second
        assert json.loads(first) == sandbox.rows("burki")
