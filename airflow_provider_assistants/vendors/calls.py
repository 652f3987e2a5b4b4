# SPDX-License-Identifier: Apache-2.0
"""How telephone calls differ between vendors: how to ask for a range of time, and how to read a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING, dig
from airflow_provider_assistants.vendors.rows import RowReader

__all__ = ["COMMON_CALL_COLUMNS", "CallReader", "TimeRange"]

Row = dict[str, Any]

#: The status of a call that has not ended, at every vendor.
OPEN = "in-progress"

#: The columns of the shape that the calls of all vendors share, with their kinds.
COMMON_CALL_COLUMNS: Mapping[str, str] = {
    "vendor": "string",
    "account": "string",
    "call_id": "string",
    "assistant_id": "string",
    "assistant_name": "string",
    "direction": "string",
    "status": "string",
    "started_at": "timestamp",
    "ended_at": "timestamp",
    "duration_seconds": "number",
    "cost": "number",
    "currency": "string",
    "from_number": "string",
    "to_number": "string",
    "recording_url": "string",
}


@dataclass(frozen=True, kw_only=True)
class TimeRange:
    """
    How a listing can be asked for a range of time.

    :param start: The filter from when on; None where the vendor has no filter by time.
    :param end: The filter up to when.
    :param whole_days: Whether both take days, and not times.
    :param end_is_inclusive: Whether what happened at ``end`` (on that day) is part of the range; None where no document
        says it.
    :param unproven: What no document says, so that a result which depends on it cannot be proven, in sentences.
    """

    start: str | None = None
    end: str | None = None
    whole_days: bool = False
    end_is_inclusive: bool | None = None
    unproven: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallReader(RowReader):
    """
    Where a call holds what every vendor has in some form; all dotted paths.

    :param open: The vendor's words for a call that has not ended, in lower case.
    :param from_number: Who called.
    :param to_number: Who was called.
    :param own_number: The assistant's number, where a row names the two sides and not caller and called.
    :param client_number: The other side's number, likewise.
    """

    name: str | None = None
    open: tuple[str, ...] = ()
    assistant_id: str | None = "assistant_id"
    assistant_name: str | None = "assistant_name"
    started_at: str = "created_at"
    ended_at: str | None = None
    duration: str | None = None
    cost: str | None = None
    currency: str | None = None
    from_number: str | None = None
    to_number: str | None = None
    own_number: str | None = None
    client_number: str | None = None
    recording_url: str | None = None

    @property
    def columns(self) -> Mapping[str, str]:
        """The columns of the common record, with their kinds."""
        return COMMON_CALL_COLUMNS

    @property
    def id_column(self) -> str:
        """The column of the common record that holds the id."""
        return "call_id"

    def row_status(self, row: Row) -> str | None:
        """Return the call's status in lower case: ``in-progress`` at every vendor as long as it has not ended."""
        text = self._text(row, self.status.path if self.status else None)
        word = text.strip().lower() if text else None
        return OPEN if word in self.open else word

    def is_open(self, row: Row) -> bool:
        """Whether the call has not ended."""
        return self.row_status(row) == OPEN

    def row_started_at(self, row: Row) -> datetime | None:
        """Return when the call began, in UTC, if the row holds a readable time."""
        return self._time(row, self.started_at)

    def common(self, row: Row, *, vendor: str, account: str | None) -> Row:
        """Return the call in the shape that all vendors share; null for what the vendor does not have."""
        direction = self._text(row, self.direction)
        direction = self.directions.get(direction, direction) if direction else None
        from_number, to_number = self._numbers(row, direction)
        return {
            "vendor": vendor,
            "account": account,
            "call_id": self.row_id(row),
            "assistant_id": self._text(row, self.assistant_id),
            "assistant_name": self._text(row, self.assistant_name),
            "direction": direction,
            "status": self.row_status(row),
            "started_at": self.row_started_at(row),
            "ended_at": self._time(row, self.ended_at),
            "duration_seconds": self._number(row, self.duration),
            "cost": self._number(row, self.cost),
            "currency": self._text(row, self.currency),
            "from_number": from_number,
            "to_number": to_number,
            "recording_url": self._text(row, self.recording_url),
        }

    def _numbers(self, row: Row, direction: str | None) -> tuple[str | None, str | None]:
        """Return who called and who was called; neither where the row names two sides and no direction says which is which."""
        own, client = self._text(row, self.own_number), self._text(row, self.client_number)
        if direction == "inbound" and (own or client):
            return client, own
        if direction == "outbound" and (own or client):
            return own, client
        from_number, to_number = self._text(row, self.from_number), self._text(row, self.to_number)
        return (None if from_number == to_number else from_number), to_number

    @staticmethod
    def _number(row: Row, path: str | None) -> float | None:
        value = dig(row, path) if path else None
        if value is MISSING or isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        return number if abs(number) < float("inf") else None
