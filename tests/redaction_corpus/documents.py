# SPDX-License-Identifier: Apache-2.0
"""The rows of the five vendors' documents, in which only the fields for secrets may change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.vendors import all_vendors
from tests.redaction_corpus.cases import Case
from tests.redaction_corpus.measure import Figures

_FOLDER: Final = Path(__file__).parents[1] / "fixtures" / "documents"
#: The fields for secrets of all the documents.
_SECRET: Final = frozenset({"api_key", "account_sid", "auth_token", "calcom_api_key", "deepgram_api_key"})


def measure_documents() -> Figures:
    """Return the figures of the documents' fields, each redacted in its row with what the vendor declares."""
    figures = Figures(half="tuned", group="rows of the vendors' documents", is_secret=False)
    vendors = all_vendors()
    for path in sorted(_FOLDER.rglob("*.json")):
        vendor = vendors[path.stem.split("_")[0]]
        for row in _rows(json.loads(path.read_text(encoding="utf-8"))):
            clean = Redactor("secrets", secret_paths=vendor.sensitive.secrets).row(row)
            after = dict(_leaves(clean))
            for place, value in _leaves(row):
                if place[-1] in _SECRET:
                    continue
                case = Case(
                    group=figures.group,
                    half="tuned",
                    title=f"{path.stem}: {'.'.join(place)}",
                    planted={place[-1]: value},
                    sensitive=None,
                )
                figures.count(case, {place[-1]: after.get(place)})
    return figures


def _rows(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        document = document.get("data") or document.get("results")
    return document if isinstance(document, list) else [document]


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if value and isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, (*place, key))
    elif value and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*place, str(number)))
    else:
        yield place, value
