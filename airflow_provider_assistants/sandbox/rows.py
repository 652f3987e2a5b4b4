# SPDX-License-Identifier: Apache-2.0
"""The sandbox's assistants: every documented field, realistic oddities, and planted secrets; the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_assistants.sandbox.burki_rows import burki_row
from airflow_provider_assistants.sandbox.fake_values import PERSONAL, PHONE, SECRET, FakeValues
from airflow_provider_assistants.sandbox.family_rows import family_row
from airflow_provider_assistants.sandbox.puretalk_rows import puretalk_row

__all__ = ["ID_FIELDS", "MAKERS", "PERSONAL", "PHONE", "SECRET", "Planted", "lengthen", "planted_in", "updated_of"]

Row = dict[str, Any]

#: By which field each vendor knows an assistant.
ID_FIELDS: Mapping[str, str] = {
    "autocalls": "id",
    "otonistark": "id",
    "intellixent": "id",
    "burki": "id",
    "puretalk": "assistant_id",
}

#: Where each vendor keeps the prompt, the field that is made longer for longer rows.
_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "autocalls": ("system_prompt",),
    "otonistark": ("system_prompt",),
    "intellixent": ("system_prompt",),
    "burki": ("llm_settings", "system_prompt"),
    "puretalk": ("prompt",),
}
_FILLING = " Listen first."


def _numbered(make: Callable[..., Row]) -> Callable[..., tuple[Any, Row]]:
    def maker(vendor: str, account: int, index: int, seed: int, padding: int) -> tuple[Any, Row]:
        row_id = account * 1_000_000 + index + 1
        return row_id, lengthen(vendor, make(FakeValues(vendor, account, index, seed), row_id), padding)

    return maker


def _puretalk(vendor: str, account: int, index: int, seed: int, padding: int) -> tuple[Any, Row]:
    values = FakeValues(vendor, account, index, seed)
    row_id = values.uuid()
    return row_id, lengthen(vendor, puretalk_row(values, row_id), padding)


#: Makes the n-th assistant of an account: its id and its row.
MAKERS: Mapping[str, Callable[..., tuple[Any, Row]]] = {
    "autocalls": _numbered(family_row),
    "otonistark": _numbered(family_row),
    "intellixent": _numbered(family_row),
    "burki": _numbered(burki_row),
    "puretalk": _puretalk,
}


def lengthen(vendor: str, row: Row, characters: int) -> Row:
    """Make a row's prompt longer by so many characters, in place."""
    if characters > 0:
        *above, name = _PROMPTS[vendor]
        held = row
        for each in above:
            held = held[each]
        held[name] += (_FILLING * (characters // len(_FILLING) + 1))[:characters]
    return row


def updated_of(vendor: str, account: int, index: int, seed: int) -> datetime:
    """Return when an assistant was last changed, without making all of its row."""
    return FakeValues(vendor, account, index, seed).updated


@dataclass(frozen=True, kw_only=True)
class Planted:
    """
    What is planted in an account, for tests that search where it must not be.

    :param secrets: Each contains :data:`SECRET`.
    :param personal: Each contains :data:`PERSONAL`, or is a telephone number that begins with :data:`PHONE`.
    """

    secrets: list[str]
    personal: list[str]


def planted_in(texts: Iterable[str]) -> Planted:
    """Collect what is planted in texts, each once, in the order met."""
    secrets: dict[str, None] = {}
    personal: dict[str, None] = {}
    for text in texts:
        secrets.update(dict.fromkeys(re.findall(rf"{SECRET}[\w-]+", text)))
        personal.update(dict.fromkeys(re.findall(rf"{PERSONAL}[\w-]+|{re.escape(PHONE)}\d{{4}}", text)))
    return Planted(secrets=list(secrets), personal=list(personal))
