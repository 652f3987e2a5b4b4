# SPDX-License-Identifier: Apache-2.0
"""What a sensor waits for, read from its arguments and held against what the vendor can tell; all problems at once."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from airflow_provider_assistants.exceptions import ConfigurationError, quoted
from airflow_provider_assistants.storable import storable, storable_name
from airflow_provider_assistants.vendors.base import AssistantStatus, Vendor
from airflow_provider_assistants.vendors.rows import parse_time
from airflow_provider_assistants.watching.snapshots import BUILT_IN_WATCHES, Watched

__all__ = ["Conditions", "read_baseline", "read_conditions", "read_ids", "read_statuses", "read_watch"]

Until = Literal["status", "changed"]

_UNTIL = ("status", "changed")
_REQUIRE = ("all", "any")
_ON_MISSING = ("wait", "fail")


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """
    What is waited for; plain values, so that they travel.

    :param assistant_ids: As texts, in the order given, each once.
    :param until: ``status`` waits for a status, ``changed`` for a change.
    :param target_statuses: The statuses that will do; empty for any, which only a change can be.
    :param failure_statuses: The statuses that end the waiting in failure.
    :param require: Whether ``all`` assistants have to get there, or ``any`` one.
    :param watch: What a change is a change of.
    :param on_missing: What to do about an id that was never seen.
    """

    assistant_ids: tuple[str, ...]
    until: Until = "status"
    target_statuses: tuple[str, ...] = (AssistantStatus.ACTIVE.value,)
    failure_statuses: tuple[str, ...] = ()
    require: Literal["all", "any"] = "all"
    watch: str = "status"
    on_missing: Literal["wait", "fail"] = "wait"

    def as_dict(self) -> dict[str, Any]:
        """Return them as primitives, for a trigger's row."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Conditions:
        """Read what :meth:`as_dict` gave."""
        read: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in given.items()}
        return cls(**read)

    @property
    def needs_memory(self) -> bool:
        """Whether the decision depends on what was seen before: a change does, and so does being gone."""
        return self.until == "changed" or AssistantStatus.DELETED in (*self.target_statuses, *self.failure_statuses)

    def described(self) -> str:
        """Say in words what is waited for."""
        ids = ", ".join(self.assistant_ids[:3]) + (", …" if len(self.assistant_ids) > 3 else "")
        whom = ids
        if len(self.assistant_ids) > 1:
            whom = f"{'all' if self.require == 'all' else 'any'} of {len(self.assistant_ids)} assistants ({ids})"
        targets = " or ".join(self.target_statuses)
        if self.until == "status":
            return f"{whom} to be {targets}"
        what = "change" if self.watch == "status" else f"change in {self.watch}"
        return f"{whom} to {what}{f' and be {targets}' if targets else ''}"


def read_conditions(
    *,
    vendor: Vendor,
    conn_id: str,
    assistant_id: Any,
    until: Any,
    target_statuses: Any,
    failure_statuses: Any,
    require: Any,
    watch: Any,
    on_missing: Any,
) -> Conditions:
    """
    Check the rendered arguments of a sensor.

    :param target_statuses: None for what is usually waited for: for a status, that it is active; for a change, any.
    :raises ConfigurationError: If anything is wrong; the message tells all of it.
    """
    from airflow_provider_assistants.client.ids import id_type_problem

    problems: list[str] = []
    ids = read_ids(assistant_id, problems, name="assistant_id")
    if ids is None or not ids:
        problems.append("assistant_id names no assistant")
    problems += filter(None, (id_type_problem(vendor, each) for each in ids or ()))
    for name, value, words in (
        ("until", until, _UNTIL),
        ("require", require, _REQUIRE),
        ("on_missing", on_missing, _ON_MISSING),
    ):
        if value not in words:
            problems.append(f"{name} must be one of {', '.join(map(repr, words))} and is {value!r}")
    if target_statuses is None and until == "status":
        target_statuses = AssistantStatus.ACTIVE
    targets = read_statuses(target_statuses, vendor, problems, name="target_statuses")
    failures = read_statuses(failure_statuses, vendor, problems, name="failure_statuses")
    if until == "status" and not targets and not problems:
        problems.append("target_statuses names no status to wait for")
    if both := sorted({*targets} & {*failures}):
        problems.append(f"{', '.join(map(repr, both))} is both in target_statuses and in failure_statuses")
    read_watch(watch, problems)
    if until == "status" and watch != "status":
        problems.append(f"watch={watch!r} tells changes, so it needs until='changed'")
    if problems:
        raise ConfigurationError(
            "; ".join(problems), vendor=vendor.title, conn_id=conn_id, advice="Correct the sensor's arguments"
        )
    return Conditions(
        assistant_ids=ids or (),
        until=until,
        target_statuses=targets,
        failure_statuses=failures,
        require=require,
        watch=watch,
        on_missing=on_missing,
    )


def read_ids(value: Any, problems: list[str], *, name: str) -> tuple[str, ...] | None:
    """
    Read one id or many: numbers, texts, UUIDs, or what a template made of them; None for None.

    A text that is a JSON list is read as one, since that is what a template gives.
    """
    if value is None:
        return None
    several = _listed(value)
    ids = []
    for each in several:
        text = each.strip() if isinstance(each, str) else str(each)
        if isinstance(each, bool) or not isinstance(each, int | str | uuid.UUID) or not text or len(text) > 200:
            problems.append(f"{name} holds {quoted(str(each), limit=60)} ({type(each).__name__}), which is no id")
        else:
            ids.append(storable_name(text))
    return tuple(dict.fromkeys(ids))


def read_statuses(value: Any, vendor: Vendor, problems: list[str], *, name: str) -> tuple[str, ...]:
    """Read statuses, and tell those that this vendor cannot report: waiting for one would never end."""
    if value is None:
        return ()
    if isinstance(value, str) and not value.strip():
        problems.append(f"{name} is empty; leave it out if nothing is meant")
        return ()
    reports = sorted(str(each) for each in vendor.assistants.reader.reports())
    statuses = []
    for each in _listed(value):
        text = str(each).strip().lower()
        if text in reports:
            statuses.append(text)
            continue
        problem = f"{name} has {text!r}, which {vendor.title} cannot report; it reports {', '.join(reports)}"
        if vendor.assistants.reader.status is None:
            problem += ". It has no status, so wait with until='changed' and watch='updated_at' or another field"
        problems.append(problem)
    return tuple(sorted(set(statuses)))


def read_watch(value: Any, problems: list[str]) -> None:
    """Check that something can be watched by this name."""
    if not isinstance(value, str) or not value.strip() or not all(value.split(".")):
        problems.append(
            f"watch must be {' or '.join(map(repr, BUILT_IN_WATCHES))} or the dotted path of a field, and is {value!r}"
        )


def read_baseline(value: Any, ids: tuple[str, ...], *, watch: str) -> dict[str, Watched] | None:
    """
    Read what to compare with: one value for all assistants, or a mapping by id.

    Times and statuses are brought into the form in which they are observed.

    :raises ConfigurationError: If it is neither, or the mapping leaves one out.
    """
    if value is None:
        return None
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, Mapping):
        by_id = {str(key): each for key, each in value.items()}
        if left_out := [each for each in ids if each not in by_id]:
            raise ConfigurationError(
                f"baseline says nothing of {', '.join(left_out[:5])}", advice="Name every assistant, or give one value"
            )
        value = {each: by_id[each] for each in ids}
    else:
        value = dict.fromkeys(ids, value)
    for each in value.values():
        if each is not None and not isinstance(each, str | int | float | bool):
            raise ConfigurationError(
                f"baseline must be a plain value or a mapping of ids to such, and holds {type(each).__name__}",
                advice="Give the status, the time or the value that the assistant had",
            )
    return {each: _as_observed(before, watch) for each, before in value.items()}


def _as_observed(value: Watched, watch: str) -> Watched:
    if watch == "updated_at" and (time := parse_time(value)):
        return time.isoformat()
    kept: Watched = storable(value)
    return kept.strip().lower() if watch == "status" and isinstance(kept, str) else kept


def _listed(value: Any) -> Iterable[Any]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                listed = json.loads(text.replace("'", '"'))
            except ValueError:
                return [part.strip(" '\"") for part in text.strip("[]").split(",") if part.strip(" '\"")]
            return listed if isinstance(listed, list) else [value]
        return [text] if text else []
    if isinstance(value, Mapping | bytes) or not isinstance(value, Iterable):
        return [value]
    return sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
