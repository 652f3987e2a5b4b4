# SPDX-License-Identifier: Apache-2.0
"""How to read a row of any vendor: its id, status, times and the one shape that all vendors share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING, dig

__all__ = ["COMMON_COLUMNS", "AssistantStatus", "RowReader", "StatusField", "parse_time"]

Row = dict[str, Any]

#: The columns of the shape that all vendors share, with their kinds.
COMMON_COLUMNS: Mapping[str, str] = {
    "vendor": "string",
    "account": "string",
    "id": "string",
    "name": "string",
    "status": "string",
    "direction": "string",
    "created_at": "timestamp",
    "updated_at": "timestamp",
    "deleted_at": "timestamp",
}

#: Numbers above this are milliseconds since 1970, below it seconds: 1e11 s is in the year 5138, 1e11 ms in 1973.
_MILLISECONDS_FROM = 1e11


class AssistantStatus(StrEnum):
    """What an assistant can be, over all vendors."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    #: Soft-deleted, or gone from a vendor that listed it before.
    DELETED = "deleted"
    #: There, at a vendor that has no status.
    PRESENT = "present"


def parse_time(value: Any, *, zone: tzinfo = UTC) -> datetime | None:
    """
    Read a time as vendors spell it, and return it in UTC; one without a zone is in ``zone``.

    Seen: ``2025-07-15T14:32:15.000000Z``, ``2024-01-15T10:30:00Z``, ``2025-08-04 14:30:00``, bare dates, and epochs in
    seconds or milliseconds. What cannot be read is None: times are never needed for identity.
    """
    try:
        if isinstance(value, str):
            text = value.strip()
            time = datetime.fromisoformat(text) if not _is_number(text) else _from_epoch(float(text))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            time = _from_epoch(value)
        elif isinstance(value, datetime):
            time = value
        else:
            return None
        return (time.replace(tzinfo=zone) if time.tzinfo is None else time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _is_number(text: str) -> bool:
    return len(text) > 8 and text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal()


def _from_epoch(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)


@dataclass(frozen=True, kw_only=True)
class StatusField:
    """
    Where a row holds its status and what its values mean.

    :param path: Dotted path of the field.
    :param values: The vendor's values, in lower case, and what they mean; ``true``/``false``/``1``/``0`` cover booleans.
    :param null: What null or a missing field means, where the vendor documents a default.
    :param is_closed: Whether the values are all that there are; where they are not, any word may be selected by.
    """

    path: str
    values: Mapping[str, AssistantStatus] = field(default_factory=dict)
    null: AssistantStatus | None = None
    is_closed: bool = True

    @classmethod
    def switch(cls, path: str, *, null: AssistantStatus | None = None) -> StatusField:
        """Return a field that is true for an active row and false for an inactive one."""
        active, inactive = AssistantStatus.ACTIVE, AssistantStatus.INACTIVE
        return cls(path=path, values={"true": active, "1": active, "false": inactive, "0": inactive}, null=null)

    @classmethod
    def words(cls, path: str) -> StatusField:
        """Return a field with the vendor's own words, of which there may be more than it documents."""
        return cls(path=path, is_closed=False)


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """
    Where a row holds what every vendor has in some form; all dotted paths.

    :param id: The field that identifies a row.
    :param other_ids: Further fields by which users may know the row, such as a UUID beside a number.
    :param status: None for a vendor without a status: its rows are ``present``.
    :param deleted_at: A time here means that the row is soft-deleted, whatever its status says.
    :param directions: The vendor's words for a call's direction, where they are not ``inbound`` and ``outbound``.
    :param zone: The time zone of times that have none.
    """

    id: str = "id"
    other_ids: tuple[str, ...] = ()
    name: str | None = "name"
    status: StatusField | None = None
    direction: str | None = None
    directions: Mapping[str, str] = field(default_factory=dict)
    created_at: str | None = "created_at"
    updated_at: str | None = "updated_at"
    deleted_at: str | None = None
    zone: tzinfo = UTC

    @property
    def columns(self) -> Mapping[str, str]:
        """The columns of the common record, with their kinds."""
        return COMMON_COLUMNS

    @property
    def id_column(self) -> str:
        """The column of the common record that holds the id."""
        return "id"

    @property
    def fields(self) -> frozenset[str]:
        """The fields that hold a row's ids, name, status and times."""
        status = self.status.path if self.status else None
        paths = (self.id, *self.other_ids, self.name, status, self.created_at, self.updated_at, self.deleted_at)
        return frozenset(name for path in paths if path for name in (path, path.partition(".")[0]))

    def row_id(self, row: Row) -> str | None:
        """Return the row's id as text, or None if it has none: numbers and strings of one value are one id."""
        return _id_text(dig(row, self.id))

    def all_ids(self, row: Row) -> tuple[str, ...]:
        """Return every id by which the row may be asked for, its own first."""
        texts = (_id_text(dig(row, path)) for path in (self.id, *self.other_ids))
        return tuple(text for text in texts if text is not None)

    def row_status(self, row: Row) -> str | None:
        """
        Return the row's status: an :class:`AssistantStatus`, or the vendor's own word where it is none of those.

        A vendor may invent a status any day; its word is passed on in lower case, so that it can be seen and counted,
        and it equals no documented status. None where a vendor with a status sent none and documents no default.
        """
        if self.deleted_at and dig(row, self.deleted_at) not in (None, MISSING, "", False):
            return AssistantStatus.DELETED
        if self.status is None:
            return AssistantStatus.PRESENT
        value = dig(row, self.status.path)
        if value is None or value is MISSING:
            return self.status.null
        text = str(value).strip().lower()
        return self.status.values.get(text, text)

    def reports(self) -> frozenset[AssistantStatus]:
        """Return the statuses that this vendor can report; ``deleted`` always, since a row can be gone."""
        own = {AssistantStatus.PRESENT} if self.status is None else set(self.status.values.values())
        return frozenset(own | {AssistantStatus.DELETED})

    def row_updated_at(self, row: Row) -> datetime | None:
        """Return the time of the row's last change in UTC, if it holds a readable one."""
        return self._time(row, self.updated_at)

    def row_name(self, row: Row) -> str | None:
        """Return the row's name."""
        return self._text(row, self.name)

    def common(self, row: Row, *, vendor: str, account: str | None) -> Row:
        """
        Return the row in the shape that all vendors share, with times as UTC datetimes.

        :param vendor: The vendor's name.
        :param account: What identifies the account among others of the vendor: the connection's id.
        """
        direction = self._text(row, self.direction)
        return {
            "vendor": vendor,
            "account": account,
            "id": self.row_id(row),
            "name": self.row_name(row),
            "status": self._plain(self.row_status(row)),
            "direction": self.directions.get(direction, direction) if direction else None,
            "created_at": self._time(row, self.created_at),
            "updated_at": self.row_updated_at(row),
            "deleted_at": self._time(row, self.deleted_at),
        }

    def _time(self, row: Row, path: str | None) -> datetime | None:
        return parse_time(dig(row, path), zone=self.zone) if path else None

    @staticmethod
    def _plain(status: str | None) -> str | None:
        return str(status) if status is not None else None

    @staticmethod
    def _text(row: Row, path: str | None) -> str | None:
        value = dig(row, path) if path else None
        return None if value is None or value is MISSING else str(value)


def _id_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None
