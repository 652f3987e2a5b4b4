# SPDX-License-Identifier: Apache-2.0
"""
The one decision: wait on, reached or failed, from the observations of a poll and those of earlier polls.

For each assistant:

===================  =============================================================================================
it is                if
===================  =============================================================================================
failed               its status is one of ``failure_statuses``
missing              it was never observed and does not exist, and ``on_missing`` is ``fail``
hit                  ``until="status"``: its status is one of ``target_statuses``;
                     ``until="changed"``: the watched value differs from the baseline, and its status is one of
                     ``target_statuses`` if those are given
waiting              otherwise
===================  =============================================================================================

An assistant that was observed and does not exist any more has the status ``deleted``. For several assistants together:

===============  ==============================================  ==============================================
``require``      reached when                                    failed when
===============  ==============================================  ==============================================
``all``          all are hit                                     any failed or is missing
``any``          any is hit                                      all failed or are missing
===============  ==============================================  ==============================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.observations import Observation, Watched

__all__ = ["AssistantState", "Decision", "Outcome", "Past", "decide"]


class Outcome(StrEnum):
    """Outcome of a poll for a wait: the first four by this decision, the others by the waiter."""

    WAIT = "wait"
    REACHED = "reached"
    #: An assistant has a failure status.
    FAILED = "failed"
    #: An assistant does not exist, and is not waited for.
    MISSING = "missing"
    #: The poll failed, and the next one would: a refused key, a wrong connection, or too many failures in a row.
    ERROR = "error"
    TIMED_OUT = "timed_out"


class AssistantState(TypedDict, total=False):
    """
    Last state of one assistant, as it goes to XCom.

    ``value`` is set if something other than the status was watched, and ``previous`` is then its value before.
    """

    status: str | None
    previous: Watched
    value: Watched
    observed_at: str
    updated_at: str | None


@dataclass(frozen=True, kw_only=True)
class Past:
    """
    What earlier polls showed.

    :param baseline: The watched value at the first poll, by id; None for an assistant that did not exist.
    :param known: Ids of the assistants that were observed at some time.
    """

    baseline: Mapping[str, Watched]
    known: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """
    What to do, and why.

    :param outcome: What to do.
    :param reason: Why, in words for a log.
    :param statuses: Status of each assistant; None for one that was never observed.
    :param values: The watched value of each.
    """

    outcome: Outcome
    reason: str
    statuses: Mapping[str, str | None]
    values: Mapping[str, Watched]


def decide(conditions: Conditions, past: Past, observations: Mapping[str, Observation]) -> Decision:
    """
    Decide; a pure function.

    :param past: At the first poll, that poll itself.
    :param observations: The assistants that exist now, by id.
    """
    statuses: dict[str, str | None] = {}
    values: dict[str, Watched] = {}
    hits, failed, missing = [], [], []
    for each in conditions.assistant_ids:
        observation = observations.get(each)
        if observation is not None:
            statuses[each], values[each] = observation.status, observation.value(conditions.watch)
        else:
            statuses[each] = values[each] = AssistantStatus.DELETED.value if each in past.known else None
        status = statuses[each]
        if status in conditions.failure_statuses:
            failed.append(each)
        elif status is None and observation is None and conditions.on_missing == "fail":
            missing.append(each)
        elif _is_hit(conditions, status, values[each], past.baseline.get(each)):
            hits.append(each)
    lost = [*failed, *missing]
    enough = len(conditions.assistant_ids) if conditions.require == "all" else 1
    hopeless = bool(lost) if conditions.require == "all" else len(lost) == len(conditions.assistant_ids)
    if hopeless:
        outcome = Outcome.FAILED if failed else Outcome.MISSING
        reason = _summary(failed, statuses) if failed else f"{_names(missing)} {_be(missing)} not there"
    elif len(hits) >= enough:
        outcome, reason = Outcome.REACHED, _summary(hits, statuses)
        if conditions.until == "changed":
            reason = _summary(hits, values, before=past.baseline)
    else:
        outcome = Outcome.WAIT
        reason = _summary(list(conditions.assistant_ids), values if conditions.until == "changed" else statuses)
    return Decision(outcome=outcome, reason=reason, statuses=statuses, values=values)


def _is_hit(conditions: Conditions, status: str | None, value: Watched, baseline: Watched) -> bool:
    wanted = not conditions.target_statuses or status in conditions.target_statuses
    return wanted and (conditions.until == "status" or not _same(value, baseline))


def _same(one: Watched, other: Watched) -> bool:
    """Whether two values are equal: a baseline that went through a template is a text, whatever it was before."""
    if one is None or other is None:
        return one is other
    return one == other or _text(one) == _text(other)


def _text(value: Watched) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _summary(ids: list[str], values: Mapping[str, Watched], *, before: Mapping[str, Watched] | None = None) -> str:
    """Return in words the state of several assistants, or their changes: one by one if few, counted if many."""
    if len(ids) <= 3 and before is not None:
        return ", ".join(f"{each} went from {_word(before.get(each))} to {_word(values[each])}" for each in ids)
    if len(ids) <= 3:
        return ", ".join(f"{each} is {_word(values[each])}" for each in ids)
    counts: dict[str, int] = {}
    for each in ids:
        counts[_word(values[each])] = counts.get(_word(values[each]), 0) + 1
    return ", ".join(f"{count} are {word}" for word, count in sorted(counts.items(), key=lambda item: -item[1])[:5])


def _word(value: Watched) -> str:
    return "not there" if value is None else str(value)[:60]


def _names(ids: list[str]) -> str:
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _be(ids: list[str]) -> str:
    return "is" if len(ids) == 1 else "are"
