# SPDX-License-Identifier: Apache-2.0
"""The arguments of a sensor that can be checked when its Dag is parsed; loads nothing of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.parse_time import Check, is_blank, word_problem
from airflow_provider_assistants.vendors.rows import AssistantStatus

__all__ = ["CHECKS"]

UNTIL = ("status", "changed")
REQUIRE = ("all", "any")
ON_MISSING = ("wait", "fail")


def _words(*words: str) -> Check:
    return lambda name, value: word_problem(name, value, words)


def _filled(name: str, value: Any) -> list[str]:
    return [f"{name} is empty"] if value is None or is_blank(value) else []


def _statuses(name: str, value: Any) -> list[str]:
    """Find words that are no status at all; which of them a vendor can report is known with the connection."""
    if is_blank(value):
        return _filled(name, value)
    if isinstance(value, str) and value.lstrip().startswith("["):
        return []  # a list in JSON, read when the task runs
    several = value if isinstance(value, list | tuple | set | frozenset) else [] if value is None else [value]
    known = [str(status) for status in AssistantStatus]
    unknown = sorted(str(each) for each in several if str(each).strip().lower() not in known)
    return [f"{name} has {', '.join(map(repr, unknown))}; the statuses are {', '.join(known)}"] if unknown else []


def _watch(name: str, value: Any) -> list[str]:
    if isinstance(value, str) and value.strip() and all(value.split(".")):
        return []
    return [f"{name} must be 'status', 'updated_at' or the dotted path of a field, and is {value!r}"]


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
