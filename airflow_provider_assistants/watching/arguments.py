# SPDX-License-Identifier: Apache-2.0
"""Read a sensor's rendered arguments, and check them against what its vendor can report; all problems in one error."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from airflow_provider_assistants.client.ids import id_type_problem
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.parse_time import as_text, shown
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.vendors.base import AssistantStatus, Vendor
from airflow_provider_assistants.vendors.rows import parse_time
from airflow_provider_assistants.watching.conditions import (
    ON_MISSING,
    REQUIRE,
    UNTIL,
    Conditions,
    listed,
    read_ids,
    read_watch,
)
from airflow_provider_assistants.watching.observations import Watched

__all__ = ["read_baseline", "read_conditions", "read_statuses"]


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
    Return the conditions that a sensor's rendered arguments state.

    :param target_statuses: None for the default: ``active`` with ``until="status"``, any with ``until="changed"``.
    :raises ConfigurationError: If anything is wrong; the message lists all of it.
    """
    problems: list[str] = []
    ids = read_ids(assistant_id, problems, name="assistant_id")
    if ids is None or not ids:
        problems.append("assistant_id names no assistant")
    problems += filter(None, (id_type_problem(vendor, each) for each in ids or ()))
    for name, value, words in (
        ("until", until, UNTIL),
        ("require", require, REQUIRE),
        ("on_missing", on_missing, ON_MISSING),
    ):
        if value not in words:
            problems.append(f"{name} must be one of {', '.join(map(repr, words))}, got {shown(value)}")
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
        problems.append(f"watch={watch!r} waits for a change, so it needs until='changed'")
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


def read_statuses(value: Any, vendor: Vendor, problems: list[str], *, name: str) -> tuple[str, ...]:
    """Return the statuses; one that this vendor cannot report is a problem, since a wait for it would never end."""
    if value is None:
        return ()
    if isinstance(value, str) and not value.strip():
        problems.append(f"{name} is empty; leave it out if nothing is meant")
        return ()
    reports = sorted(str(each) for each in vendor.assistants.reader.reports())
    statuses = []
    for each in listed(value):
        text = str(each).strip().lower()
        if text in reports:
            statuses.append(text)
            continue
        problem = f"{name} has {text!r}, which {vendor.title} cannot report; it reports {', '.join(reports)}"
        if vendor.assistants.reader.status is None:
            problem += ". It has no status, so wait with until='changed' and watch='updated_at' or another field"
        problems.append(problem)
    return tuple(sorted(set(statuses)))


def read_baseline(value: Any, ids: tuple[str, ...], *, watch: str) -> dict[str, Watched] | None:
    """
    Return the value to compare each assistant with; None if `value` is None.

    Times and statuses get the form in which they are observed.

    :param value: One value for all assistants, or a mapping by id.
    :raises ConfigurationError: If it is neither, or the mapping leaves an assistant out.
    """
    if value is None:
        return None
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, Mapping):
        by_id = {as_text(key): each for key, each in value.items()}
        if left_out := [each for each in ids if each not in by_id]:
            raise ConfigurationError(
                f"baseline has no value for {', '.join(left_out[:5])}",
                advice="Name every assistant, or pass one value for all",
            )
        value = {each: by_id[each] for each in ids}
    else:
        value = dict.fromkeys(ids, value)
    for each in value.values():
        if each is not None and not isinstance(each, str | int | float | bool):
            raise ConfigurationError(
                f"baseline must be a plain value or a mapping of ids to plain values, got {type(each).__name__}",
                advice="Pass the status, the time or the value that the assistant had",
            )
    return {each: _as_observed(before, watch) for each, before in value.items()}


def _as_observed(value: Watched, watch: str) -> Watched:
    if watch == "updated_at" and (time := parse_time(value)):
        return time.isoformat()
    kept: Watched = storable(value)
    return kept.strip().lower() if watch == "status" and isinstance(kept, str) else kept
