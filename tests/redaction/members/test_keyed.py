# SPDX-License-Identifier: Apache-2.0
"""Tables and forms whose columns have ids: what lies under the id of a column that is called after a secret."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_assistants.redaction.redactor import REDACTED
from tests.redaction.test_rows import redacted

FIELDS = [{"id": "c1", "name": "User"}, {"id": "c2", "name": "Password"}]
QUESTIONS = [{"id": "q1", "title": "What is your wifi password?"}, {"id": "q2", "title": "Your floor?"}]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"fields": FIELDS, "rows": [{"c1": "bob", "c2": "Zx81kq"}]}, {"rows": [{"c1": "bob", "c2": REDACTED}]}),
        (
            {"fields": FIELDS, "rows": [{"cells": [{"columnId": "c2", "value": "Zx81kq", "width": 120}]}]},
            {"rows": [{"cells": [{"columnId": "c2", "value": REDACTED, "width": 120}]}]},
        ),
        (
            {"columns": [{"title": "API key", "dataIndex": "k"}], "dataSource": [{"k": "Zx81kq"}]},
            {"dataSource": [{"k": REDACTED}]},
        ),
        (
            {"questions": QUESTIONS, "answers": {"q1": "Zx81kq", "q2": "B-12"}},
            {"answers": {"q1": REDACTED, "q2": "B-12"}},
        ),
        (
            {"questions": QUESTIONS, "answers": [{"question_id": "q1", "text": "Zx81kq"}]},
            {"answers": [{"question_id": "q1", "text": REDACTED}]},
        ),
        (
            {
                "definition": {"columns": [{"id": 7, "title": "Door code"}]},
                "rows": [{"cells": [{"columnId": 7, "value": "Zx81kq"}]}],
            },
            {"rows": [{"cells": [{"columnId": 7, "value": REDACTED}]}]},
        ),
        (
            {"legend": {"p": "password", "u": "user"}, "data": [{"u": "ann", "p": "Zx81kq"}]},
            {"data": [{"u": "ann", "p": REDACTED}]},
        ),
        ({"fields": FIELDS, "rows": [{"c1": "Zx81kq"}, {"c2": "{{password}}"}, {"c2": None}]}, {}),
        ({"fields": [{"id": "c2", "name": "Password policy"}], "rows": [{"c2": "min-8"}]}, {}),
        ({"fields": FIELDS, "widths": {"c1": 120, "c2": 80}}, {}),
    ],
)
def test_the_values_of_a_column_lie_under_its_id(table: dict[str, Any], expected: dict[str, Any]) -> None:
    assert redacted(table) == {**table, **expected}


@pytest.mark.parametrize("cell", [lambda text: {"text": text}, lambda text: {"VarCharValue": text}, str])
def test_rows_that_hold_their_cells_in_a_list(cell: Any) -> None:
    def table(secret: str) -> dict[str, Any]:
        rows = [("User", "Password"), ("bob", secret)]
        return {"rows": [{"id": at, "cells": [*map(cell, row)]} for at, row in enumerate(rows)]}

    assert redacted(table("swordfish")) == table(REDACTED)
