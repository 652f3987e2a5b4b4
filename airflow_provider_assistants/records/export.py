# SPDX-License-Identifier: Apache-2.0
"""
The row pipeline: each row is checked for drift, filtered, counted, shaped and redacted, once.

In memory at a time: the pages in flight (``concurrency``), the ids of all rows seen, and for Parquet one row group.
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
from airflow_provider_assistants.redaction import Redactor, columns_by_key
from airflow_provider_assistants.storable import storable

__all__ = ["BoundedRows", "RowPipeline", "columns_of"]

Row = dict[str, Any]


@dataclass(kw_only=True)
class RowPipeline:
    """
    The steps between the vendor's rows and the writer.

    :param rows: Selects rows.
    :param drift: Counts unknown fields and unexpected types.
    :param read_status: Reads a row's status.
    :param shape: Makes the record of a row; the row itself if None.
    :param redactor: Redacts the records.
    :param fields: The fields to keep, by dotted path; all if None.
    :param presence: Checks that undocumented fields which were named exist.
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
        columns = columns_by_key(rows)
        self.drift.count(rows, columns)
        self.presence.observe(rows)
        wanted = rows if self.rows.matches_all else [row for row in rows if self.rows.matches(row)]
        self.statuses.update([str(status) if status else "unknown" for status in map(self.read_status, wanted)])
        shaped = list(map(self.shape, wanted)) if self.shape else wanted
        records = self.redactor.rows(shaped, columns if shaped is rows else None)
        if self.fields:
            records = [select(record, self.fields) for record in records]
        self.read += len(rows)
        self.written += len(records)
        return records

    def redacted_words(self, counts: Mapping[str, int]) -> Counter[str]:
        """Return counts by the vendor's words, with the words redacted before anything shortens them."""
        safe: Counter[str] = Counter()
        for word, count in counts.items():
            safe[self.redactor.text(word)] += count
        return safe

    def expected(self, total: int | None) -> int | None:
        """Estimate how many records a listing of ``total`` rows makes, by the share of rows selected so far."""
        return round(total * self.written / self.read) if total is not None and self.read else total


def columns_of(documented: dict[str, str], fields: Sequence[str] | None) -> tuple[list[Column], bool]:
    """
    Return the columns of a table, and whether it has ``_extra``.

    :param documented: The documented fields with their kinds.
    :param fields: The chosen fields; all that are documented if None.
    """
    if fields is None:
        return [Column(name, kind) for name, kind in documented.items()], True
    return [Column(name, documented.get(name, "plain")) for name in fields], False


class BoundedRows(RowWriter):
    """
    Collects records for XCom, in a form that Airflow can store, up to a limit.

    :param limit: Bytes of JSON that are allowed.
    :param expected: Returns how many rows are expected in all; None if that is not known.
    """

    def __init__(self, *, limit: int, expected: Callable[[], int | None]) -> None:
        self.rows: list[Row] = []
        self.size = 2
        self._limit = limit
        self._expected = expected

    def write(self, rows: Sequence[Row]) -> None:
        """
        Add rows.

        :raises XComTooLargeError: If all rows so far exceed the limit.
        """
        for row in rows:
            kept = storable(row)
            self.size += len(to_json(kept)) + 1
            self.rows.append(kept)
            if self.size > self._limit:
                raise self._too_large()

    def close(self) -> None:
        """Do nothing; the rows are complete."""

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
