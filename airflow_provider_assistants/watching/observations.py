# SPDX-License-Identifier: Apache-2.0
"""
The result of a poll as data: the state of each assistant, small, without secrets and storable.

An observation is compared with what an earlier one left in a state store, and goes into events and XComs. So it gets the
form that Airflow can store when it is made, and no later step can make two equal ones differ.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["BUILT_IN_WATCHES", "Observation", "PollScope", "Snapshot", "Watched"]

#: Type of a watched value in a payload: larger and secret values are replaced by a fingerprint.
Watched = str | int | float | bool | None

#: What can be watched at every vendor; anything else is a dotted path into the row.
BUILT_IN_WATCHES = ("status", "updated_at")


@dataclass(frozen=True, slots=True)
class Observation:
    """
    State of one assistant at one poll.

    :param status: As :meth:`~.RowReader.row_status` returns it.
    :param updated_at: In UTC and ISO form; the vendor's own text if that is no time.
    :param fields: Further watched values, by path; without the paths that the row does not have.
    """

    status: str | None
    name: str | None
    updated_at: str | None
    fields: Mapping[str, Watched] = field(default_factory=dict)

    def value(self, watch: str) -> Watched:
        """Return the watched value: the status, ``updated_at`` or a field."""
        if watch == "status":
            return self.status
        if watch == "updated_at":
            return self.updated_at
        return self.fields.get(watch)


@dataclass(frozen=True, kw_only=True, slots=True)
class PollScope:
    """
    What a poll covers.

    :param ids: Assistants that are requested by these ids.
    :param everything: Whether all assistants of the account are read, too.
    :param watches: What is watched of them.
    """

    ids: frozenset[str] = frozenset()
    everything: bool = False
    watches: frozenset[str] = frozenset()

    def covers(self, ids: frozenset[str] | None, watch: str) -> bool:
        """Whether a poll shows all of `ids`, or all assistants if None, and what is watched of them."""
        has_watch = watch in BUILT_IN_WATCHES or watch in self.watches
        return has_watch and (self.everything if ids is None else ids <= self.ids)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    State of all assistants in a scope at one poll.

    :param observations: By requested id, and by the vendor's own id if everything was read. A requested id that is not in
        it does not exist.
    :param scope: What the poll covered.
    :param observed_at: Time of the poll, in UTC.
    :param derived: Cache of what was computed from this snapshot, shared by all subscribers.
    """

    observations: Mapping[str, Observation]
    scope: PollScope
    observed_at: datetime
    derived: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def has_watch(self, watch: str) -> bool:
        """Whether any assistant has what is watched; computed once for all subscribers."""
        if watch in BUILT_IN_WATCHES:
            return True
        key = ("has_watch", watch)
        if key not in self.derived:
            self.derived[key] = any(watch in each.fields for each in self.observations.values())
        return bool(self.derived[key])
