# SPDX-License-Identifier: Apache-2.0
"""Check those of a sensor's arguments that hold no template when its Dag is parsed; loads nothing of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.parse_time import Check, is_blank, word_problem
from airflow_provider_assistants.vendors.rows import AssistantStatus
from airflow_provider_assistants.watching.conditions import ON_MISSING, REQUIRE, UNTIL, read_watch

__all__ = ["CHECKS"]


def _words(*words: str) -> Check:
    return lambda name, value: word_problem(name, value, words)


def _filled(name: str, value: Any) -> list[str]:
    return [f"{name} is empty"] if value is None or is_blank(value) else []


def _statuses(name: str, value: Any) -> list[str]:
    """Return a problem if a word is no status at all; which of them the vendor reports is checked when the task runs."""
    if is_blank(value):
        return _filled(name, value)
    if isinstance(value, str) and value.lstrip().startswith("["):
        return []  # a list in JSON, read when the task runs
    several = value if isinstance(value, list | tuple | set | frozenset) else [] if value is None else [value]
    known = [str(status) for status in AssistantStatus]
    unknown = sorted(str(each) for each in several if str(each).strip().lower() not in known)
    return [f"{name} has {', '.join(map(repr, unknown))}; the statuses are {', '.join(known)}"] if unknown else []


def _watch(_: str, value: Any) -> list[str]:
    problems: list[str] = []
    read_watch(value, problems)
    return problems


CHECKS: Mapping[str, Check] = {
    "conn_id": _filled,
    "assistant_id": _filled,
    "until": _words(*UNTIL),
    "target_statuses": _statuses,
    "failure_statuses": _statuses,
    "require": _words(*REQUIRE),
    "watch": _watch,
    "on_missing": _words(*ON_MISSING),
}
