# SPDX-License-Identifier: Apache-2.0
"""The conditions of a wait, and the arguments that sensors and triggers read alike."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from airflow_provider_assistants.exceptions import quoted
from airflow_provider_assistants.parse_time import as_text, shown
from airflow_provider_assistants.storable import storable_name
from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.observations import BUILT_IN_WATCHES

__all__ = ["ON_MISSING", "REQUIRE", "UNTIL", "Conditions", "listed", "read_ids", "read_watch"]

#: The words that these arguments take.
UNTIL = ("status", "changed")
REQUIRE = ("all", "any")
ON_MISSING = ("wait", "fail")


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """
    What to wait for; primitive values, so that they can be serialized.

    :param assistant_ids: As texts, in the order given, each once.
    :param until: ``status`` waits for a status, ``changed`` for a change from the baseline.
    :param target_statuses: Statuses to wait for; empty for any, which only a change can be.
    :param failure_statuses: Statuses that end the wait with a failure.
    :param require: Whether ``all`` assistants have to get there, or ``any`` one.
    :param watch: What a change is a change of.
    :param on_missing: For an id that was never observed: ``wait`` for it or ``fail``.
    """

    assistant_ids: tuple[str, ...]
    until: Literal["status", "changed"] = "status"
    target_statuses: tuple[str, ...] = (AssistantStatus.ACTIVE.value,)
    failure_statuses: tuple[str, ...] = ()
    require: Literal["all", "any"] = "all"
    watch: str = "status"
    on_missing: Literal["wait", "fail"] = "wait"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON has them, which are the trigger's keyword arguments."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Conditions:
        """Read what :meth:`as_dict` returned."""
        read: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in fields.items()}
        return cls(**read)

    @property
    def needs_past(self) -> bool:
        """Whether the decision depends on earlier polls: a change does, and so does being deleted."""
        return self.until == "changed" or AssistantStatus.DELETED in (*self.target_statuses, *self.failure_statuses)

    def described(self) -> str:
        """Return in words what is waited for."""
        ids = ", ".join(self.assistant_ids[:3]) + (", …" if len(self.assistant_ids) > 3 else "")
        whom = ids
        if len(self.assistant_ids) > 1:
            whom = f"{'all' if self.require == 'all' else 'any'} of {len(self.assistant_ids)} assistants ({ids})"
        targets = " or ".join(self.target_statuses)
        if self.until == "status":
            return f"{whom} to be {targets}"
        what = "change" if self.watch == "status" else f"change in {self.watch}"
        return f"{whom} to {what}{f' and be {targets}' if targets else ''}"


def read_ids(value: Any, problems: list[str], *, name: str) -> tuple[str, ...] | None:
    """
    Return one id or many as texts, each once; None for None.

    :param value: Integers, strings or UUIDs, one or several. A string with a JSON list is read as one, since that is what
        a template renders to.
    :param problems: Receives in words what cannot be an id at any vendor.
    :param name: Of the argument, for the problems.
    """
    if value is None:
        return None
    ids = []
    for each in listed(value):
        text = each.strip() if isinstance(each, str) else as_text(each)
        is_long = len(text) > 200 or (isinstance(each, int) and not text.removeprefix("-").isdecimal())
        if isinstance(each, bool) or not isinstance(each, int | str | uuid.UUID) or not text or is_long:
            problems.append(f"{name} holds {quoted(as_text(each), limit=60)} ({type(each).__name__}), which is no id")
        else:
            ids.append(storable_name(text))
    return tuple(dict.fromkeys(ids))


def read_watch(value: Any, problems: list[str]) -> None:
    """Check that `value` names something that can be watched; if not, add it to `problems`."""
    if not isinstance(value, str) or not value.strip() or not all(value.split(".")):
        problems.append(
            f"watch must be {', '.join(map(repr, BUILT_IN_WATCHES))} or the dotted path of a field, got {shown(value)}"
        )


def listed(value: Any) -> Iterable[Any]:
    """Return the items of a list, a set or a string with a JSON list; anything else is the one item."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                items = json.loads(text.replace("'", '"'))
            except ValueError:
                return [part.strip(" '\"") for part in text.strip("[]").split(",") if part.strip(" '\"")]
            return items if isinstance(items, list) else [value]
        return [text] if text else []
    if isinstance(value, Mapping | bytes) or not isinstance(value, Iterable):
        return [value]
    return sorted(value, key=as_text) if isinstance(value, set | frozenset) else list(value)
