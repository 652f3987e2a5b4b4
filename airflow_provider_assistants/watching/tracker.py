# SPDX-License-Identifier: Apache-2.0
"""
From snapshots to changes: what is known of each assistant, what is new about it, and an event for each change.

A change is known from the moment it is found, and pending until it is assumed to be stored. What is pending can be told
again, with the same ``event_id``: that is made of when the watching began, the assistant, how many of its changes came
before, and what changed into what.
"""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypedDict

from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.snapshots import Observation, Snapshot, Watched

__all__ = ["ChangeEvent", "ChangeTracker", "Known", "KnownState", "Pending", "now_text"]

_LONGEST_NAME = 80


class Pending(NamedTuple):
    """What it takes, besides what is known, to tell the last change of an assistant again."""

    previous: Watched
    observed_at: str
    updated_at: str | None


class Known(NamedTuple):
    """
    What is known of an assistant.

    :param value: What is watched; ``deleted`` for one that is gone.
    :param changes: How many changes of it there were.
    :param pending: Of the last one, as long as it may not have been told.
    """

    value: Watched
    name: str | None
    changes: int = 0
    pending: Pending | None = None

    def as_list(self) -> list[Any]:
        """Return it as JSON keeps it."""
        return list(self[:3]) if self.pending is None else [*self[:3], list(self.pending)]

    @classmethod
    def from_list(cls, given: list[Any]) -> Known:
        """Read what :meth:`as_list` gave."""
        value, name, changes, *rest = given
        return cls(value, name, changes, Pending(*rest[0]) if rest else None)


class KnownState:
    """
    What was learned at once, of a snapshot or out of a store, and is never changed: all who learned the same share it.

    :param known: What is known of each assistant.
    """

    __slots__ = ("gone", "known", "pending")

    def __init__(self, known: dict[str, Known]) -> None:
        self.known = known
        #: How many of them are gone.
        self.gone = sum(each.value == AssistantStatus.DELETED for each in known.values())
        #: Those whose last change may not have been told.
        self.pending = sorted((each for each, entry in known.items() if entry.pending), key=_by_number)

    def differing(self, snapshot: Snapshot, watch: str) -> Set[str]:
        """Return the assistants that are not in a snapshot as they are known; worked out once for all who share this."""
        key = (watch, self)
        if key not in snapshot.derived:
            seen, known = snapshot.seen, self.known
            snapshot.derived[key] = {
                *(each for each, now in seen.items() if each not in known or known[each].value != now.value(watch)),
                *(each for each in known.keys() - seen.keys() if known[each].value != AssistantStatus.DELETED),
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
    Knows what was last seen of each assistant that is watched.

    :param ids: Which are watched, by the ids they are asked for; None for all.
    :param statuses: Only changes after which an assistant has one of these statuses are told; empty for all.
    :param watch: What a change is a change of.
    :param began_at: When the watching began; tells the events of one watching from those of another.
    :param learned: What is known from before; None if the first snapshot has to teach it.
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
        learned: KnownState | None = None,
    ) -> None:
        self.vendor = vendor
        self._conn_id = conn_id
        self._ids = None if ids is None else tuple(ids)
        self._statuses = frozenset(statuses)
        self._watch = watch
        self._began_at = began_at
        # What changed since lies over what was learned.
        self._learned: KnownState | None = None
        self._known: ChainMap[str, Known] | None = None
        #: How many of those that are known are gone, and how many are there.
        self.gone = self.there = 0
        if learned is not None:
            self._stand_on(learned)

    @property
    def known(self) -> Mapping[str, Known]:
        """What is known now."""
        return {} if self._known is None else self._known

    def all_known(self) -> Mapping[str, Known]:
        """Return what is known now as something that one goes through faster."""
        changed, learned = self._known.maps if self._known is not None else ({}, {})
        return {**learned, **changed} if changed else learned

    @property
    def has_learned(self) -> bool:
        """Whether anything is known that a snapshot can be compared with."""
        return self._known is not None

    def learn(self, snapshot: Snapshot) -> None:
        """Take a first snapshot for what is known, and tell nothing of it."""
        if self._ids is not None:
            there = {each: snapshot.seen[each] for each in self._ids if each in snapshot.seen}
            self._stand_on(KnownState(_as_known(there, self._watch)))
            return
        if self._watch not in snapshot.derived:
            snapshot.derived[self._watch] = KnownState(_as_known(snapshot.seen, self._watch))
        self._stand_on(snapshot.derived[self._watch])

    def take(self, snapshot: Snapshot, changed: Iterable[str] | None = None) -> list[str]:
        """
        Find what is not as it is known, and take it for known; give the assistants in the order of their ids.

        One whose last change is pending is left alone until that is settled, since only one can be pending.

        :param changed: Only these can be different; any can if None.
        """
        assert self._known is not None  # noqa: S101 - for the type checker; only what is known is compared
        assert self._learned is not None  # noqa: S101 - likewise
        if self._ids is not None:
            candidates: Set[str] = {*self._ids} if changed is None else {*changed} & {*self._ids}
        elif changed is None:
            candidates = {*self._learned.differing(snapshot, self._watch), *self._known.maps[0]}
        else:
            candidates = {*changed}
        found = []
        for each in candidates:
            before = self._known.get(each)
            if before is not None and before.pending:
                continue
            known = self._take(before, snapshot.seen.get(each), snapshot.observed_at)
            if known is not None:
                self._known[each] = known
                found.append(each)
                self._count(before, -1)
                self._count(known, 1)
        return sorted(found, key=_by_number)

    def event(self, assistant_id: str) -> ChangeEvent:
        """Return the event of an assistant's pending change."""
        known = self.known[assistant_id]
        assert known.pending is not None  # noqa: S101 - for the type checker; only what is pending is told
        return ChangeEvent(
            event_id=self._event_id(assistant_id, known),
            vendor=self.vendor,
            conn_id=self._conn_id,
            assistant_id=assistant_id,
            name=known.name,
            previous=known.pending.previous,
            current=known.value,
            observed_at=known.pending.observed_at,
            updated_at=known.pending.updated_at,
        )

    def settle(self, assistant_ids: Iterable[str]) -> None:
        """Take the changes of these for told."""
        assert self._known is not None  # noqa: S101 - for the type checker; only what is known was told
        for each in assistant_ids:
            self._known[each] = self._known[each]._replace(pending=None)

    def _stand_on(self, learned: KnownState) -> None:
        self._learned = learned
        self._known = ChainMap({}, learned.known)
        self.gone, self.there = learned.gone, len(learned.known) - learned.gone

    def _count(self, known: Known | None, by: int) -> None:
        if known is not None:
            if known.value == AssistantStatus.DELETED:
                self.gone += by
            else:
                self.there += by

    def _take(self, before: Known | None, observation: Observation | None, observed_at: datetime) -> Known | None:
        current: Watched
        if observation is None:
            if before is None or before.value == AssistantStatus.DELETED:
                return None
            status, current, name, updated_at = (
                AssistantStatus.DELETED.value,
                AssistantStatus.DELETED.value,
                before.name,
                None,
            )
        else:
            status, current = observation.status or "", observation.value(self._watch)
            name, updated_at = _short(observation.name), observation.updated_at
            if before is not None and before.value == current:
                return None
        pending = None
        if not self._statuses or status in self._statuses:
            time = observed_at.astimezone(UTC).isoformat(timespec="milliseconds")
            pending = Pending(before.value if before else None, time, updated_at)
        return Known(current, name, (before.changes if before else 0) + 1, pending)

    def _event_id(self, assistant_id: str, known: Known) -> str:
        previous = known.pending.previous if known.pending else None
        counted = [self._watch, self._began_at, assistant_id, known.changes, previous, known.value]
        return hashlib.sha256(json.dumps([self.vendor, self._conn_id, *counted]).encode()).hexdigest()[:32]


def now_text() -> str:
    """Return the time, as watching keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _as_known(seen: Mapping[str, Observation], watch: str) -> dict[str, Known]:
    return {each: Known(observation.value(watch), _short(observation.name)) for each, observation in seen.items()}


def _short(name: str | None) -> str | None:
    return name if name is None or len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _by_number(assistant_id: str) -> tuple[int, str]:
    return (len(assistant_id), assistant_id) if assistant_id.isdecimal() else (1_000, assistant_id)
