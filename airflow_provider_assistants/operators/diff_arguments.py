# SPDX-License-Identifier: Apache-2.0
"""
What each argument of a diff's task has to be.

Used when a Dag is parsed, for values that are known then, and again for rendered values when the task runs. Imports nothing
of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_assistants.parse_time import Check, is_blank, shown, word_problem

__all__ = ["CHECKS"]

_WORDS: Mapping[str, Sequence[str]] = {
    "on_missing_before": ("baseline", "fail"),
    "on_no_change": ("success", "skip"),
    "redact": ("secrets", "personal", "none"),
}


def _word(name: str, value: Any) -> list[str]:
    return word_problem(name, value, _WORDS[name])


def _not_blank(name: str, value: Any) -> list[str]:
    if isinstance(value, int | float | list | tuple | set | frozenset | Mapping):
        return [f"{name} must be a path or a URI, got {shown(value)}"]
    return [f"{name} is empty; leave it out (None) if nothing is meant"] if is_blank(value) else []


#: What returns in words what is wrong with an argument, by its name.
CHECKS: Mapping[str, Check] = {**dict.fromkeys(_WORDS, _word), "destination": _not_blank, "report": _not_blank}
