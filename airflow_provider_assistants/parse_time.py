# SPDX-License-Identifier: Apache-2.0
"""
Validation of a task's arguments while its Dag is parsed.

Only values that are known by then are validated: a template, an XComArg and what a mapping brings are known when the task
runs, and validated then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from airflow_provider_assistants.exceptions import ConfigurationError

__all__ = ["Check", "as_text", "check_static", "is_blank", "is_static", "shown", "word_problem"]

_TEMPLATE_SIGNS = ("{{", "{%", "{#")
#: Types of values without parts, which cannot hold a template.
_PLAIN = (bool, int, float, date, timedelta, UUID, bytes)

_MANY_DIGITS = "an integer of many digits"

#: Returns in words what is wrong with an argument, of its name and value; nothing if it is valid.
Check = Callable[[str, Any], Iterable[str]]


def is_static(value: Any) -> bool:
    """Whether a value is final: it holds no template, and nothing of it comes from another task or a mapping."""
    if isinstance(value, str):
        return not any(sign in value for sign in _TEMPLATE_SIGNS)
    if isinstance(value, Mapping):
        return all(is_static(key) and is_static(each) for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_static, value))
    return value is None or isinstance(value, _PLAIN)


def is_blank(value: Any) -> bool:
    """Whether a value is an empty text, or only white space, as a template renders that finds nothing."""
    return isinstance(value, str) and not value.strip()


def shown(value: Any) -> str:
    """Return a value as a message shows it; Python refuses to write out integers of thousands of digits."""
    if isinstance(value, int):
        return repr(value) if -(10**18) < value < 10**18 else _MANY_DIGITS
    try:
        return repr(value)
    except ValueError:
        return f"{type(value).__name__} with {_MANY_DIGITS}"


def as_text(value: Any) -> str:
    """Return ``str(value)``; for an integer of more digits than Python writes out, that it is one."""
    try:
        return str(value)
    except ValueError:
        return _MANY_DIGITS


def word_problem(name: str, value: Any, words: Iterable[str]) -> list[str]:
    """Return in words that a value is none of those allowed; nothing if it is one."""
    known = list(words)
    if isinstance(value, str) and value in known:
        return []
    return [f"{name} must be one of {', '.join(map(repr, known))}, got {shown(value)}"]


def check_static(operator: Any, checks: Mapping[str, Check]) -> None:
    """
    Validate the arguments of an operator that are known while its Dag is parsed.

    :param operator: At the end of its constructor.
    :param checks: By the name of the argument.
    :raises ConfigurationError: If any is invalid; the message lists all that are.
    """
    if getattr(operator, "_BaseOperator__from_mapped", False):
        return  # made while the task runs, where the values are validated anyway
    dag = operator.get_dag()
    if dag is not None and getattr(dag, "jinja_environment_kwargs", None):
        return  # its templates may have other delimiters
    problems: list[str] = []
    for name, check in checks.items():
        value = getattr(operator, name)
        if is_static(value):
            problems += check(name, value)
    if problems:
        conn_id = getattr(operator, "conn_id", None)
        raise ConfigurationError(
            "; ".join(problems),
            conn_id=conn_id if isinstance(conn_id, str) else None,
            advice=f"Correct the arguments of the task {operator.task_id!r}",
        )
