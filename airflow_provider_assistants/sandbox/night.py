# SPDX-License-Identifier: Apache-2.0
"""What people do to their assistants between two nights: some come, some go, settings and prompts are edited."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_assistants.sandbox.account import Account
from airflow_provider_assistants.sandbox.apis import FAMILY
from airflow_provider_assistants.sandbox.rows import ID_FIELDS

__all__ = ["pass_night"]

Row = dict[str, Any]
Edit = Callable[[Row, random.Random], None]

#: What a prompt's editor replaces, where a prompt has it; else a sentence is added.
_REWORDED = (
    ("Ask one question at a time", "Ask at most two questions at a time"),
    ("Be brief, friendly and exact.", "Be brief and warm."),
    ("offer to call back", "offer to send a text message"),
    ("note what was agreed", "repeat what was agreed"),
)
_ADDED = (
    "Before you end, say when the office is open again.",
    "If the caller mentions a complaint, pass the call on at once.",
    "Speak the language that the caller speaks.",
)


def pass_night(account: Account, *, added: int, removed: int, edited: int, prompts: int) -> dict[str, list[Any]]:
    """
    Change an account as its people do in a day, and return the ids by what was done to them.

    The same account with the same seed changes in the same way; each further night in another one. No assistant is changed
    twice in a night. If the account has too few assistants, as many are changed as there are.

    :param account: The account.
    :param added: How many assistants come.
    :param removed: How many go.
    :param edited: Of how many a setting changes.
    :param prompts: Of how many the prompt changes.
    """
    account.nights += 1
    values = random.Random(f"{account.seed}/{account.vendor}/{account.number}/{account.nights}")  # noqa: S311 - not for cryptography
    there = list(account.listed())
    values.shuffle(there)
    field = ID_FIELDS[account.vendor]
    done: dict[str, list[Any]] = {"added": [], "removed": [], "edited": [], "prompts": []}
    settings = _SETTINGS[account.vendor]
    for index in _take(there, prompts):
        _edit(account, index, _edit_prompt, values)
        done["prompts"].append(account.row(index)[field])
    for index in _take(there, edited):
        _edit(account, index, values.choice(settings), values)
        done["edited"].append(account.row(index)[field])
    for index in _take(there, removed):
        done["removed"].append(account.row(index)[field])
        account.delete(index)
    done["added"] = [account.insert({"name": f"Pilot {account.nights}.{number}"}) for number in range(1, added + 1)]
    return done


def _take(there: list[int], count: int) -> list[int]:
    """Take the last so many off a list."""
    taken = there[len(there) - min(count, len(there)) :]
    del there[len(there) - len(taken) :]
    return taken


def _edit(account: Account, index: int, edit: Edit, values: random.Random) -> None:
    """Edit a copy of a row and store the fields that have changed."""
    before = account.row(index)
    after = copy.deepcopy(before)
    edit(after, values)
    account.update(index, {key: value for key, value in after.items() if key not in before or before[key] != value})


def _edit_prompt(row: Row, values: random.Random) -> None:
    """Change some words of the prompt, as somebody does who has listened to calls."""
    holder, key = (row["llm_settings"], "system_prompt") if "llm_settings" in row else (row, _prompt_field(row))
    prompt = holder[key]
    fitting = [(old, new) for old, new in _REWORDED if old in prompt]
    if fitting:
        old, new = values.choice(fitting)
        prompt = prompt.replace(old, new)
    else:
        prompt = f"{prompt} {values.choice(_ADDED)}"
    holder[key] = prompt


def _prompt_field(row: Row) -> str:
    return "prompt" if "prompt" in row else "system_prompt"


def _switch(row: Row, _: random.Random) -> None:
    row["status"] = "inactive" if row["status"] == "active" else "active"


def _switch_burki(row: Row, _: random.Random) -> None:
    row["is_active"] = not row["is_active"]


def _other(field: str, *choices: Any) -> Edit:
    """Return an edit that sets a field, which may be inside an object (``outer.inner``), to another of these values."""
    *outer, key = field.split(".")

    def edit(row: Row, values: random.Random) -> None:
        holder = row
        for name in outer:
            holder = holder[name]
        holder[key] = values.choice([choice for choice in choices if choice != holder.get(key)])

    return edit


_FAMILY_SETTINGS: tuple[Edit, ...] = (
    _switch,
    _other("max_duration", 300, 600, 1200),
    _other("voice_id", *range(1, 60)),
    _other("type", "inbound", "outbound"),
)
_SETTINGS: Mapping[str, tuple[Edit, ...]] = {
    **dict.fromkeys(FAMILY, _FAMILY_SETTINGS),
    "burki": (
        _switch_burki,
        _other("llm_settings.temperature", 0.2, 0.5, 0.8),
        _other("stt_settings.language", "en-US", "de-DE", "pt-BR"),
        _other("tts_settings.voice_id", "rachel", "adam", "bella"),
        _other("max_idle_messages", 2, 3, 5),
    ),
    "puretalk": (
        _other("model", "puretalk-plg", "gpt-3.5-turbo", "gpt-4o"),
        _other("who_speaks_first", "assistant", "user"),
        _other("voice_speed", 0.9, 1.0, 1.1),
    ),
}
