# SPDX-License-Identifier: Apache-2.0
"""
The telephone calls of one account: as many as wanted, computed when they are asked for.

A call's place in time follows from its number, so a year of a million calls takes no time to make and no memory to keep: what
is kept is what was inserted, changed or deleted. How far a call has come (going on, over, settled) follows from a clock.
"""

from __future__ import annotations

import bisect
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from airflow_provider_assistants.sandbox.apis import FAMILY
from airflow_provider_assistants.sandbox.fake_values import FakeValues
from airflow_provider_assistants.sandbox.options import Options
from airflow_provider_assistants.sandbox.phone_call_rows import burki_call, family_call, puretalk_call

__all__ = ["CALL_IDS", "CallLog", "PhoneCall"]

Row = dict[str, Any]

#: By which field each vendor knows a call.
CALL_IDS: Mapping[str, str] = {**dict.fromkeys(FAMILY, "id"), "burki": "id", "puretalk": "call_id"}

_MAKERS: Mapping[str, Callable[..., Row]] = {
    **dict.fromkeys(FAMILY, family_call),
    "burki": burki_call,
    "puretalk": puretalk_call,
}
_NUMBERED_FROM = 10_000_000
_LONGEST = 900
_SETTLING_HOURS = 36


@dataclass(frozen=True, kw_only=True)
class PhoneCall:
    """
    A call, as far as it has come.

    :param id: Its id at the vendor.
    :param index: Its number within the account.
    :param started: When it began.
    :param ended: When it ends.
    :param settled: When its costs, transcript and recording are there.
    :param stage: ``open`` while it goes on, ``ended`` until it is settled.
    :param assistant: The index of the assistant that had it.
    :param zone: In which zone the Autocalls family spells times that have none.
    """

    id: Any
    index: int
    started: datetime
    ended: datetime
    settled: datetime
    stage: Literal["open", "ended", "settled"]
    assistant: int
    zone: ZoneInfo


class CallLog:
    """
    The calls of an account, in the order in which they began.

    :param vendor: Of which vendor.
    :param number: The account's number, from 1.
    :param options: How the sandbox behaves; ``calls`` and what begins with ``calls_`` is about them.
    :param assistant: Returns the row of the assistant of an index, for its id and name.
    """

    def __init__(self, vendor: str, number: int, options: Options, assistant: Callable[[int], Row]) -> None:
        self.vendor = vendor
        self.number = number
        self._options = options
        self._assistant = assistant
        self._first = options.calls_from
        self._slot = timedelta(days=options.calls_days) / max(options.calls, 1)
        self._order: Sequence[int] = range(options.calls)
        self._made = options.calls
        self._inserted: dict[int, tuple[datetime, timedelta]] = {}
        self._changed: dict[int, Row] = {}
        self._requests = self._version = 0
        self._matching: tuple[Any, Sequence[int]] | None = None

    def tick(self) -> None:
        """Let time go on by what a request for calls takes."""
        self._requests += 1

    @property
    def now(self) -> datetime | None:
        """What the clock says; None if every call is over and settled."""
        now = self._options.calls_now
        return None if now is None else now + timedelta(seconds=self._options.calls_step) * self._requests

    def started(self, index: int) -> datetime:
        """Return when a call began."""
        if index in self._inserted:
            return self._inserted[index][0]
        within = (index * 2_654_435_761 + self._options.seed * 97) % 1_000 / 1_000
        started = self._first + self._slot * (index + within)
        return started.replace(microsecond=0) if self._slot >= timedelta(seconds=1) else started

    def between(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        inclusive: bool = False,
        assistant: int | None = None,
        wanted: Mapping[str, Any] | None = None,
        matches: Callable[[Row], bool] | None = None,
    ) -> Sequence[int]:
        """
        Return the calls that have begun, in a range of time, the oldest first.

        :param since: From this time on.
        :param until: Up to this time.
        :param inclusive: Whether a call that began at ``until`` is one of them.
        :param assistant: Only those of the assistant of this index.
        :param wanted: Only those with these values of fields; texts and numbers of one value are the same.
        :param matches: Only those whose row is so.
        """
        order, now = self._order, self.now
        first = bisect.bisect_left(order, since, key=self.started) if since else 0
        find = bisect.bisect_right if inclusive else bisect.bisect_left
        last = find(order, until, key=self.started) if until else len(order)
        if now is not None:
            last = min(last, bisect.bisect_right(order, now, key=self.started))
        part = order[first:last] if first < last else ()
        if since or until:
            part = self._dated(part)
        if assistant is not None:
            part = [index for index in part if self.assistant_of(index) == assistant]
        if not wanted and matches is None:
            return part
        key = (wanted, since, until, inclusive, assistant, now, len(part), self._version)
        if matches is not None or self._matching is None or self._matching[0] != key:
            fits = [index for index in part if self._has(self.row(index), wanted or {}, matches)]
            self._matching = (key, fits)
        return self._matching[1]

    @staticmethod
    def _has(row: Row, wanted: Mapping[str, Any], matches: Callable[[Row], bool] | None) -> bool:
        alike = all(str(row.get(name)) == str(value) for name, value in wanted.items())
        return alike and (matches is None or matches(row))

    def assistant_of(self, index: int) -> int:
        """Return the index of the assistant that had a call."""
        return ((index + self._options.seed) * 2_654_435_761 >> 12) % max(self._options.assistants, 1)

    def row(self, index: int) -> Row:
        """Return a call as its vendor shows it now."""
        return {**self._made_row(index), **self._changed.get(index, {})}

    def encoded(self, index: int) -> bytes:
        """Return a call as JSON."""
        return json.dumps(self.row(index), separators=(",", ":")).encode()

    def insert(self, started: datetime, *, seconds: float = 60, **fields: Any) -> Any:
        """Add a call that began at a time, and return its id."""
        index, self._made = self._made, self._made + 1
        self._inserted[index] = (started.astimezone(UTC), timedelta(seconds=seconds))
        self._order = list(self._order)
        bisect.insort(self._order, index, key=self.started)
        self._changed[index] = fields
        self._version += 1
        return self.row(index)[CALL_IDS[self.vendor]]

    def update(self, call_id: Any, **fields: Any) -> None:
        """Change fields of a call."""
        index = self._find(call_id)
        self._changed[index] = {**self._changed.get(index, {}), **fields}
        self._version += 1

    def delete(self, call_id: Any) -> None:
        """Remove a call."""
        index = self._find(call_id)
        self._order = [each for each in self._order if each != index]
        self._version += 1

    def _dated(self, part: Sequence[int]) -> Sequence[int]:
        """Leave out the calls whose row says no time: a filter by time does not find them."""
        undated = {
            index
            for index, fields in self._changed.items()
            if any(name in fields and fields[name] is None for name in ("started_at", "created_at"))
        }
        return [index for index in part if index not in undated] if undated else part

    def _find(self, call_id: Any) -> int:
        text, field = str(call_id), CALL_IDS[self.vendor]
        for index in self._order:
            if str(self._made_row(index)[field]) == text:
                return index
        raise ValueError(f"{self.vendor} has no call {call_id!r} in account {self.number}")

    def _made_row(self, index: int) -> Row:
        values = FakeValues(self.vendor, self.number, index, self._options.seed, kind="call-")
        call = self._call(index, values.random, values)
        return _MAKERS[self.vendor](values, call, self._assistant(call.assistant))

    def _call(self, index: int, rng: random.Random, values: FakeValues) -> PhoneCall:
        started = self.started(index)
        lasted = timedelta(seconds=rng.randrange(5, _LONGEST))
        if index in self._inserted:
            lasted = self._inserted[index][1]
        ended = started + lasted
        settled = ended + timedelta(hours=rng.random() * _SETTLING_HOURS)
        now = self.now
        stage: Literal["open", "ended", "settled"] = "settled"
        if now is not None and now < settled:
            stage = "open" if now < ended else "ended"
        row_id = values.uuid() if self.vendor == "puretalk" else self.number * _NUMBERED_FROM + index + 1
        return PhoneCall(
            id=row_id,
            index=index,
            started=started,
            ended=ended,
            settled=settled,
            stage=stage,
            assistant=self.assistant_of(index),
            zone=ZoneInfo(self._options.zone),
        )
