# SPDX-License-Identifier: Apache-2.0
"""What an item of a list, or a list beside it, says of the others: tables, pairs and the arguments of commands."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_assistants.redaction.redactor import REDACTED, Redactor
from tests.redaction.test_rows import redacted

SECRET = "Zx81kq-Lm20"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"columns": ["user", "password"], "rows": [["bot", SECRET]]}, {"rows": [["bot", REDACTED]]}),
        (
            {"columns": [{"title": "User"}, {"title": "Token"}], "tuples": [["a", SECRET]]},
            {"tuples": [["a", REDACTED]]},
        ),
        ({"header_row": ["user", "pin"], "data_rows": [["bot", "4821"]]}, {"data_rows": [["bot", REDACTED]]}),
        (
            {"schema": {"fields": [{"name": "user"}, {"name": "pin"}]}, "rows": [{"f": [{"v": "bot"}, {"v": SECRET}]}]},
            {"rows": [{"f": [{"v": "bot"}, {"v": REDACTED}]}]},
        ),
        (
            {
                "manifest": {"schema": {"columns": [{"name": "user"}, {"name": "token"}]}},
                "result": {"data": [["a", SECRET]]},
            },
            {"result": {"data": [["a", REDACTED]]}},
        ),
        (
            {"cells": [{"value": "Password"}, {"value": SECRET}]},
            {"cells": [{"value": "Password"}, {"value": REDACTED}]},
        ),
        (
            {"rows": [[{"text": "Name"}, {"text": "Secret"}], [{"text": "crm"}, {"text": SECRET}]]},
            {"rows": [[{"text": "Name"}, {"text": "Secret"}], [{"text": "crm"}, {"text": REDACTED}]]},
        ),
        ({"args": ["curl", "-u", f"bot:{SECRET}"]}, {"args": ["curl", "-u", f"bot:{REDACTED}"]}),
        ({"args": ["mysql", "-u", "bot", f"-p{SECRET}"]}, {"args": ["mysql", "-u", "bot", f"-p{REDACTED}"]}),
        ({"argv": ["-u", "bot", "-p", SECRET]}, {"argv": ["-u", "bot", "-p", REDACTED]}),
        ({"argv": ["-u", "bot", "-p", "5432"]}, {}),
        ({"argv": ["-v", "-p", "proj-22"]}, {}),
        ({"params": [["user", "bot"], ["pass", "swordfish"]]}, {"params": [["user", "bot"], ["pass", REDACTED]]}),
    ],
)
def test_what_is_named_in_a_list_is_hidden(row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert redacted(row) == {**row, **expected}
    # One of a page's rows is read as if it were alone, and a second time nothing is found.
    others = [{"columns": ["a", "b"], "rows": [["c", "d"]], "args": ["run", "-v"]}]
    redactor = Redactor()
    assert redactor.rows([*others, row])[1] == {**row, **expected}
    again = redactor.rows([{**row, **expected}])
    assert again[0] == {**row, **expected}


@pytest.mark.parametrize(
    "row",
    [
        {"columns": ["user", "password_policy"], "rows": [["bot", "12 characters"]]},
        {"columns": ["user", "password"], "rows": [["bot", None]]},
        {"headers": ["Name", "Token count", "Cost"]},
        {"cells": [{"value": "API key"}, {"value": "active"}]},
        {"args": ["run", "--token-file", "/run/secrets/crm", "-v"]},
        {"vocabulary": ["password", "token", "API key"]},
        {"supported": ["token", "hmac-sha256"]},
        {"migrations": ["0001_create_tokens", "0002_add_password_hash", "0003_drop_secret"]},
        {"tokens": ["Hello", "world", "!"]},
        {"tokens": [{"text": "Hello", "start": 0, "end": 5}]},
        {"secrets": ["db_password", "API_TOKEN"]},
    ],
)
def test_what_a_list_only_mentions_stays(row: dict[str, Any]) -> None:
    assert redacted(row) is row
