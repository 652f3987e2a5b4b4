# SPDX-License-Identifier: Apache-2.0
"""
From pages of rows to a file or a list: each row is filtered, watched, counted, shaped, redacted and written, once.

This is the operator's core without Airflow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from airflow_provider_assistants.exceptions import XComTooLargeError
from airflow_provider_assistants.records.columns import Column, select
from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.records.filtering import FieldPresence, RowFilter
from airflow_provider_assistants.records.writers import RowWriter
from airflow_provider_assistants.redaction.redactor import Redactor
from airflow_provider_assistants.storable import storable

__all__ = ["BoundedRows", "RowPipeline", "columns_of"]

Row = dict[str, Any]


@dataclass(kw_only=True)
class RowPipeline:
    """
    What happens to a row between the vendor and the writer.

    :param rows: Tells which rows are wanted.
    :param drift: Counts unknown fields and unexpected types.
    :param read_status: Reads a row's status.
    :param shape: Gives the record to write for a row; the row itself if None.
    :param redactor: Takes out what is sensitive.
    :param fields: The fields to keep, by dotted path; all if None.
    :param presence: Looks for the fields that were named and no document knows.
    """

    rows: RowFilter
    drift: DriftCounter
    read_status: Callable[[Row], str | None]
    redactor: Redactor
    shape: Callable[[Row], Row] | None = None
    fields: Sequence[str] | None = None
    presence: FieldPresence = field(default_factory=lambda: FieldPresence(()))
    statuses: Counter[str] = field(default_factory=Counter)
    read: int = 0
    written: int = 0

    def records(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the records to write for the rows of a page."""
        self.drift.count(rows)
        self.presence.observe(rows)
        wanted = rows if self.rows.wants_all else [row for row in rows if self.rows.wants(row)]
        self.statuses.update([str(status) if status else "unknown" for status in map(self.read_status, wanted)])
        shaped = list(map(self.shape, wanted)) if self.shape else wanted
        records = self.redactor.rows(shaped)
        if self.fields:
            records = [select(record, self.fields) for record in records]
        self.read += len(rows)
        self.written += len(records)
        return records

    def redacted_words(self, counts: Mapping[str, int]) -> Counter[str]:
        """Return counts by a word of the vendor's with secrets taken out of the words, before anything cuts them."""
        safe: Counter[str] = Counter()
        for word, count in counts.items():
            safe[self.redactor.text(word)] += count
        return safe

    def expected(self, total: int | None) -> int | None:
        """Return how many records a listing of ``total`` rows is likely to make, by the part of those so far that were wanted."""
        return round(total * self.written / self.read) if total is not None and self.read else total


def columns_of(documented: dict[str, str], fields: Sequence[str] | None) -> tuple[list[Column], bool]:
    """
    Give the columns of a table, and whether there is one for what fits no other.

    :param documented: The documented fields with their kinds.
    :param fields: The chosen fields; all that are documented if None.
    """
    if fields is None:
        return [Column(name, kind) for name, kind in documented.items()], True
    return [Column(name, documented.get(name, "plain")) for name in fields], False


class BoundedRows(RowWriter):
    """
    Collects records for XCom, in a form that Airflow can store, up to so many bytes of JSON.

    :param limit: The bytes that are allowed.
    :param expected: Gives how many rows are to come in all, where that is known.
    """

    def __init__(self, *, limit: int, expected: Callable[[], int | None]) -> None:
        self.rows: list[Row] = []
        self.size = 2
        self._limit = limit
        self._expected = expected

    def write(self, rows: Sequence[Row]) -> None:
        """
        Add rows.

        :raises XComTooLargeError: If they are more than is allowed.
        """
        for row in rows:
            kept = storable(row)
            self.size += len(to_json(kept)) + 1
            self.rows.append(kept)
            if self.size > self._limit:
                raise self._too_large()

    def close(self) -> None:
        """Nothing is left to do."""

    def _too_large(self) -> XComTooLargeError:
        rows, expected = len(self.rows), self._expected()
        needed = max(self.size, int(self.size / rows * expected)) if expected else self.size
        estimate = f"; all {expected:,} need about {needed:,}" if expected and expected > rows else ""
        first = "The first row takes" if rows == 1 else f"The first {rows:,} rows take"
        return XComTooLargeError(
            f"{first} {self.size:,} bytes{estimate}, and XCom may hold {self._limit:,} bytes of rows",
            size=needed,
            limit=self._limit,
            advice=(
                "Set destination to write them to object storage, choose fields, "
                "or raise max_xcom_bytes (of the operator, or in section [assistants] of Airflow's configuration)"
            ),
        )
