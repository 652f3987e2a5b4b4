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
