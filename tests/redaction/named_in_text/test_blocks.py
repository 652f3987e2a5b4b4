# SPDX-License-Identifier: Apache-2.0
"""Blocks of settings in a text whose heading says that secrets follow, whatever each is called."""

from __future__ import annotations

import pytest

from airflow_provider_assistants.redaction.text import redact_text

CANARY = "Kx7pQ2mZ9vR4tW8b"


@pytest.mark.parametrize(
    "text",
    [
        f"kind: Secret\nstringData:\n  crm: {CANARY}\n  other: plain\n",
        f"kind: Secret\nmetadata:\n  name: voice\ndata:\n  crm: {CANARY}\n",
        f"credentials:\n  basic:\n    - anna\n    - {CANARY}\nport: 8080\n",
        f'[secrets]\nregion = "eu"\n\ncrm = "{CANARY}"\n[server]\nport = 8080\n',
        f"api_keys:\n- crm: '{CANARY}'\n- name: x\n",
    ],
)
def test_what_stands_below_a_heading_of_secrets_goes(text: str) -> None:
    assert redact_text(text) == text.replace(CANARY, "***")


@pytest.mark.parametrize(
    "text",
    [
        "secrets:\n  deepgram:\n    external: true\n    name: deepgram_v3\n",
        "credentials:\n  - basic\n  - oauth2\n",
        f"credentials:\n  mode: vault\nbuild: {CANARY[:6]}-{CANARY[6:10]}\n",
        "Keep all secrets:\n\nThe assistant answers within 30 words.\n",
        "kind: Secret\nmetadata:\n  name: voice-2\ntype: Opaque\n",
        "tokens:\n  primary: '#1A2B3C'\n  spacing: 4px\n",
    ],
)
def test_settings_below_such_a_heading_and_behind_it_stay(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"properties:\n  api_key:\n    type: string\n    default: {CANARY}\n  city:\n    default: Berlin\n",
        f'variable "db_password" {{\n  type    = string\n  default = "{CANARY}"\n}}\n',
        f'Send {{"token": {{\n  "type": "string",\n  "const": "{CANARY}"\n}}}} only.',
        f"token:\n  description: Of the shop\n  example: {CANARY}\n",
    ],
)
def test_the_default_of_a_declaration_over_several_lines_goes(text: str) -> None:
    assert redact_text(text) == text.replace(CANARY, "***")


@pytest.mark.parametrize(
    "text",
    [
        "api_key:\n  type: string\n  default: null\ncity:\n  default: Berlin-2024\n",
        'variable "api_token" {\n  type    = string\n  default = ""\n}\n',
        "token:\n  ttl: 3600\nbuild:\n  value: v2.14.0-rc1\n",
        "password:\n  type: string\n  default: ${DB_PASSWORD}\n",
    ],
)
def test_declarations_without_a_secret_and_their_neighbours_stay(text: str) -> None:
    assert redact_text(text) == text
