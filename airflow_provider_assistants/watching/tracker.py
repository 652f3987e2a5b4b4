# SPDX-License-Identifier: Apache-2.0
"""
From snapshots to change events: the last state of each assistant, how it differs now, and an event per change.

A change is part of the state as soon as it is found, and pending until its event is assumed to be stored. A pending event can
be emitted again with the same ``event_id``, which is a hash of the start of the watching, the assistant, its number of earlier
changes, and the values before and after.
"""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypedDict

from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.observations import Observation, Snapshot, Watched

__all__ = ["Baseline", "ChangeEvent", "ChangeTracker", "PendingChange", "TrackedState", "now_text"]

_MAX_NAME_CHARS = 80


class PendingChange(NamedTuple):
    """Extra data needed to emit an assistant's last change again."""

    previous: Watched
    observed_at: str
    updated_at: str | None


class TrackedState(NamedTuple):
    """
    Last state of an assistant.

    :param value: The watched value; ``deleted`` for an assistant that is gone.
    :param changes: How many changes it has had.
    :param pending: Of the last change, until it is acknowledged.
    """

    value: Watched
    name: str | None
    changes: int = 0
    pending: PendingChange | None = None

    def as_list(self) -> list[Any]:
        """Return the fields as JSON has them."""
        return list(self[:3]) if self.pending is None else [*self[:3], list(self.pending)]

    @classmethod
    def from_list(cls, fields: list[Any]) -> TrackedState:
        """Read what :meth:`as_list` returned."""
        value, name, changes, *rest = fields
        return cls(value, name, changes, PendingChange(*rest[0]) if rest else None)

    @property
    def is_gone(self) -> bool:
        """Whether the assistant is deleted."""
        return self.value == AssistantStatus.DELETED


class Baseline:
    """
    Immutable state loaded from one snapshot or store; shared between watchers.

    :param states: Last state of each assistant.
    """

    __slots__ = ("gone", "pending", "states")

    def __init__(self, states: dict[str, TrackedState]) -> None:
        self.states = states
        #: How many of them are deleted.
        self.gone = sum(state.is_gone for state in states.values())
        #: Those whose last change is pending.
        self.pending = sorted((each for each, state in states.items() if state.pending), key=_by_number)

    def differing(self, snapshot: Snapshot, watch: str) -> Set[str]:
        """Return the assistants whose state in a snapshot is another one; computed once for all who share this."""
        key = (watch, self)
        if key not in snapshot.derived:
            observed, states = snapshot.observations, self.states
            snapshot.derived[key] = {
                *(
                    each
                    for each, now in observed.items()
                    if each not in states or states[each].value != now.value(watch)
                ),
                *(each for each in states.keys() - observed.keys() if not states[each].is_gone),
            }
        return snapshot.derived[key]  # type: ignore[no-any-return]


class ChangeEvent(TypedDict):
    """
    The payload of an asset event: one change of one assistant.

    :param event_id: The same whenever this change is emitted; different for any other. Deduplicate on it.
    :param previous: The watched value before; None for a new assistant.
    :param current: The watched value now; ``deleted`` for an assistant that is gone.
    :param observed_at: Time of the poll that found the change, in UTC.
    :param updated_at: When the vendor says that the assistant was last changed.
    """

    event_id: str
    vendor: str
    conn_id: str
    assistant_id: str
    name: str | None
    previous: Watched
    current: Watched
    observed_at: str
    updated_at: str | None


class ChangeTracker:
    """
    Tracks the state of each watched assistant, and finds changes in snapshots.

    :param ids: The watched assistants, by the ids that were requested; None for all.
    :param statuses: Emit only changes after which an assistant has one of these statuses; empty for all.
    :param watch: What a change is a change of.
    :param began_at: Start of the watching; part of every ``event_id``.
    :param baseline: The state to start from; None to take it from the first snapshot.
    """

    def __init__(
        self,
        *,
        vendor: str,
        conn_id: str,
        ids: Iterable[str] | None,
        statuses: Iterable[str],
        watch: str,
        began_at: str,
        baseline: Baseline | None = None,
    ) -> None:
        self.vendor = vendor
        self._conn_id = conn_id
        self._ids = None if ids is None else tuple(ids)
        self._statuses = frozenset(statuses)
        self._watch = watch
        self._began_at = began_at
        self._baseline: Baseline | None = None
        # Later changes lie over the baseline, which others share.
        self._states: ChainMap[str, TrackedState] | None = None
        #: How many tracked assistants are deleted, and how many exist.
        self.gone = self.existing = 0
        if baseline is not None:
            self._rebase(baseline)

    @property
    def states(self) -> Mapping[str, TrackedState]:
        """The current state of each assistant."""
        return {} if self._states is None else self._states

    def all_states(self) -> Mapping[str, TrackedState]:
        """Return the current states as one dictionary, which is faster to iterate over."""
        changed, baseline = self._states.maps if self._states is not None else ({}, {})
        return {**baseline, **changed} if changed else baseline

    @property
    def has_baseline(self) -> bool:
        """Whether there is a state that a snapshot can be compared with."""
        return self._states is not None

    def set_baseline(self, snapshot: Snapshot) -> None:
        """Take a first snapshot as the baseline; nothing in it is a change."""
        observed = snapshot.observations
        if self._ids is not None:
            wanted = {each: observed[each] for each in self._ids if each in observed}
            self._rebase(Baseline(_as_states(wanted, self._watch)))
            return
        if self._watch not in snapshot.derived:
            snapshot.derived[self._watch] = Baseline(_as_states(observed, self._watch))
        self._rebase(snapshot.derived[self._watch])

    def update(self, snapshot: Snapshot, candidates: Iterable[str] | None = None) -> list[str]:
        """
        Find the changes in a snapshot and make them part of the state; return the changed assistants, ordered by id.

        An assistant whose last change is pending is skipped until that is acknowledged, since only one can be pending.

        :param candidates: Only these can have changed; any can if None.
        """
        assert self._states is not None  # noqa: S101 - for the type checker; only what has a baseline is compared
        assert self._baseline is not None  # noqa: S101 - likewise
        if self._ids is not None:
            compared: Set[str] = {*self._ids} if candidates is None else {*candidates} & {*self._ids}
        elif candidates is None:
            compared = {*self._baseline.differing(snapshot, self._watch), *self._states.maps[0]}
        else:
            compared = {*candidates}
        found = []
        for each in compared:
            before = self._states.get(each)
            if before is not None and before.pending:
                continue
            state = self._changed(before, snapshot.observations.get(each), snapshot.observed_at)
            if state is not None:
                self._states[each] = state
                found.append(each)
                self._count(before, -1)
                self._count(state, 1)
        return sorted(found, key=_by_number)

    def event(self, assistant_id: str) -> ChangeEvent:
        """Return the event of an assistant's pending change."""
        state = self.states[assistant_id]
        assert state.pending is not None  # noqa: S101 - for the type checker; only what is pending is emitted
        return ChangeEvent(
            event_id=self._event_id(assistant_id, state),
            vendor=self.vendor,
            conn_id=self._conn_id,
            assistant_id=assistant_id,
            name=state.name,
            previous=state.pending.previous,
            current=state.value,
            observed_at=state.pending.observed_at,
            updated_at=state.pending.updated_at,
        )

    def acknowledge(self, assistant_ids: Iterable[str]) -> None:
        """Mark the changes of these assistants as delivered."""
        assert self._states is not None  # noqa: S101 - for the type checker; only what has a state was emitted
        for each in assistant_ids:
            self._states[each] = self._states[each]._replace(pending=None)

    def _rebase(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._states = ChainMap({}, baseline.states)
        self.gone, self.existing = baseline.gone, len(baseline.states) - baseline.gone

    def _count(self, state: TrackedState | None, by: int) -> None:
        if state is None:
            return
        if state.is_gone:
            self.gone += by
        else:
            self.existing += by

    def _changed(
        self, before: TrackedState | None, observation: Observation | None, observed_at: datetime
    ) -> TrackedState | None:
        """Return the new state of an assistant; None if it has not changed."""
        status: str
        current: Watched
        if observation is None:
            if before is None or before.is_gone:
                return None
            status = current = AssistantStatus.DELETED.value
            name, updated_at = before.name, None
        else:
            status, current = observation.status or "", observation.value(self._watch)
            name, updated_at = _short(observation.name), observation.updated_at
            if before is not None and before.value == current:
                return None
        pending = None
        if not self._statuses or status in self._statuses:
            time = observed_at.astimezone(UTC).isoformat(timespec="milliseconds")
            pending = PendingChange(before.value if before else None, time, updated_at)
        return TrackedState(current, name, (before.changes if before else 0) + 1, pending)

    def _event_id(self, assistant_id: str, state: TrackedState) -> str:
        previous = state.pending.previous if state.pending else None
        identity = [self._watch, self._began_at, assistant_id, state.changes, previous, state.value]
        return hashlib.sha256(json.dumps([self.vendor, self._conn_id, *identity]).encode()).hexdigest()[:32]


def now_text() -> str:
    """Return the time, as the state store keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _as_states(observations: Mapping[str, Observation], watch: str) -> dict[str, TrackedState]:
    return {each: TrackedState(seen.value(watch), _short(seen.name)) for each, seen in observations.items()}


def _short(name: str | None) -> str | None:
    return name if name is None or len(name) <= _MAX_NAME_CHARS else name[: _MAX_NAME_CHARS - 1] + "…"


def _by_number(assistant_id: str) -> tuple[int, str]:
    return (len(assistant_id), assistant_id) if assistant_id.isdecimal() else (1_000, assistant_id)
