# SPDX-License-Identifier: Apache-2.0
"""
What can be said of a task's arguments when its Dag is parsed.

Only values that are there already are looked at: a template, an XComArg and what a mapping brings are known when the task
runs, and checked then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from airflow_provider_assistants.exceptions import ConfigurationError

__all__ = ["check_static", "is_blank", "is_static", "word_problem"]

_TEMPLATE_SIGNS = ("{{", "{%", "{#")
#: Values without parts, which no template can be in.
_PLAIN = (bool, int, float, date, timedelta, UUID, bytes)

Check = Callable[[str, Any], Iterable[str]]


def is_static(value: Any) -> bool:
    """Whether a value is what the task will have: no template is in it, and nothing of it comes from elsewhere."""
    if isinstance(value, str):
        return not any(sign in value for sign in _TEMPLATE_SIGNS)
    if isinstance(value, Mapping):
        return all(is_static(key) and is_static(each) for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_static, value))
    return value is None or isinstance(value, _PLAIN)


def is_blank(value: Any) -> bool:
    """Whether a value is a text of nothing, as a template gives that finds nothing."""
    return isinstance(value, str) and not value.strip()


def word_problem(name: str, value: Any, words: Iterable[str]) -> list[str]:
    """Return in words that a value is none of those allowed; nothing if it is one."""
    known = list(words)
    if isinstance(value, str) and value in known:
        return []
    return [f"{name} must be one of {', '.join(map(repr, known))} and is {value!r}"]


def check_static(operator: Any, checks: Mapping[str, Check]) -> None:
    """
    Check those arguments of an operator that are known when its Dag is parsed.

    :param operator: At the end of its constructor.
    :param checks: What says in words what is wrong with an argument, by the argument's name.
    :raises ConfigurationError: If any cannot be right; the message lists all that cannot.
    """
    if getattr(operator, "_BaseOperator__from_mapped", False):
        return  # made while the task runs, where the values are checked anyway
    dag = operator.get_dag()
    if dag is not None and getattr(dag, "jinja_environment_kwargs", None):
        return  # its templates may look otherwise
    problems: list[str] = []
    for name, check in checks.items():
        value = getattr(operator, name)
        if is_static(value):
            problems += check(name, value)
    if problems:
        conn_id = operator.conn_id
        raise ConfigurationError(
            "; ".join(problems),
            conn_id=conn_id if isinstance(conn_id, str) else None,
            advice=f"Correct the arguments of the task {operator.task_id!r}",
        )
