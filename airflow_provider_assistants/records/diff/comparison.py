# SPDX-License-Identifier: Apache-2.0
"""
Two snapshots, assistant by assistant: what came, what went, and which fields changed.

Each snapshot is read once. The rows of the earlier one are laid into a temporary file, and of each only its id, its place and
a hash of 16 bytes stay in memory. The rows of the later one are compared as they come: rows of equal bytes at once, others
field by field, with the earlier row read back from its place. So memory grows by an id and some 50 bytes a row, however
long the rows are and however many of them changed.

Rows that changed are redacted, and compared again as they are then: what is reported was redacted, whatever the snapshots hold.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Literal

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.columns import Row
from airflow_provider_assistants.records.diff.fields import FieldChange, RowComparer
from airflow_provider_assistants.records.diff.snapshots import Snapshot
from airflow_provider_assistants.records.store.source import spool, spooling_errors

__all__ = ["AssistantChange", "Comparison", "Counts"]

_DIGEST = 16
#: So many changed rows, or so many bytes of them, are redacted at once.
_BATCH_ROWS, _BATCH_BYTES = 100, 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class AssistantChange:
    """
    An assistant that came, went or changed.

    :param change_type: ``insert``, ``delete`` or ``update``.
    :param assistant_id: The vendor's id of it, as a text.
    :param before: Its earlier row, redacted; None if it came.
    :param after: Its later row, redacted; None if it went.
    :param fields: What changed in an update.
    """

    change_type: Literal["insert", "delete", "update"]
    assistant_id: str
    before: Row | None = None
    after: Row | None = None
    fields: Sequence[FieldChange] = ()

    @property
    def row(self) -> Row:
        """The later row, or the earlier one of an assistant that went."""
        return self.after or self.before or {}


@dataclass
class Counts:
    """How many assistants came, went, changed and did not, and how many fields changed."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    unchanged: int = 0
    fields: int = 0
    rows_before: int = 0
    rows_after: int = 0


@dataclass(kw_only=True)
class Comparison:
    """
    Compares two snapshots.

    :param before: The earlier one.
    :param after: The later one.
    :param row_id: Returns the vendor's id of a row as a text; None if it has none.
    :param comparer: Compares two rows.
    :param redact: Redacts rows.
    """

    before: Snapshot
    after: Snapshot
    row_id: Callable[[Row], str | None]
    comparer: RowComparer
    redact: Callable[[Sequence[Row]], Sequence[Row]]
    counts: Counts = field(default_factory=Counts)

    def changes(self) -> Iterator[AssistantChange]:
        """
        Return the changes: what changed and came in the order of the later snapshot, then what went in that of the earlier.

        :raises DestinationError: If a snapshot cannot be read, ends early or is not what its manifest says; an id is missing
            or comes twice.
        """
        with spool() as file:
            index = _Index(file)
            for text, row in self.before.rows():
                each = self._id(self.before, row or self.before.decode(text), len(index))
                if each in index.places:
                    raise _twice(self.before, each)
                index.add(each, text)
            index.complete()
            self.counts.rows_before = len(index)
            yield from self._redacted(self._candidates(index))

    def _id(self, snapshot: Snapshot, row: Row, rows_before: int) -> str:
        each = self.row_id(row)
        if each is None:
            raise snapshot.source.error(
                f"row {rows_before + 1:,} has no id, and rows are matched by it",
                "Select the vendor's id too where the snapshot is made with fields",
            )
        return each

    def _candidates(self, index: _Index) -> Iterator[tuple[str, Row | None, Row | None]]:
        """Return an id with the rows of both sides where these may differ."""
        counts, met, new = self.counts, bytearray(len(index)), set[str]()
        following = 0
        for text, decoded in self.after.rows():
            # Most rows have not changed, and stand where they stood: they need not even be decoded.
            if following < len(met) and not met[following] and index.holds(following, text):
                met[following] = 1
                following += 1
                counts.rows_after += 1
                counts.unchanged += 1
                continue
            row = decoded or self.after.decode(text)
            each = self._id(self.after, row, counts.rows_after)
            counts.rows_after += 1
            place = index.places.get(each)
            if each in new or (place is not None and met[place]):
                raise _twice(self.after, each)
            if place is None:
                new.add(each)
                yield each, None, row
                continue
            met[place] = 1
            following = place + 1
            if not index.holds(place, text):
                before = self.before.decode(index.text(place))
                if self.comparer.changes(before, row):
                    yield each, before, row
                    continue
            counts.unchanged += 1
        if met.count(0):
            for each, place in index.places.items():
                if not met[place]:
                    yield each, self.before.decode(index.text(place)), None

    def _redacted(self, candidates: Iterator[tuple[str, Row | None, Row | None]]) -> Iterator[AssistantChange]:
        batch: list[tuple[str, Row | None, Row | None]] = []
        size = 0
        for each in candidates:
            batch.append(each)
            size += sum(_rough_size(row) for row in each[1:])
            if len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
                yield from self._finished(batch)
                batch, size = [], 0
        yield from self._finished(batch)

    def _finished(self, batch: Sequence[tuple[str, Row | None, Row | None]]) -> Iterator[AssistantChange]:
        clean = iter(self.redact([row for _, *rows in batch for row in rows if row is not None]))
        for each, before, after in batch:
            before = next(clean) if before is not None else None  # noqa: PLW2901
            after = next(clean) if after is not None else None  # noqa: PLW2901
            if before is None:
                self.counts.added += 1
                yield AssistantChange(change_type="insert", assistant_id=each, after=after)
            elif after is None:
                self.counts.removed += 1
                yield AssistantChange(change_type="delete", assistant_id=each, before=before)
            elif fields := self.comparer.changes(before, after):
                self.counts.changed += 1
                self.counts.fields += len(fields)
                yield AssistantChange(
                    change_type="update", assistant_id=each, before=before, after=after, fields=fields
                )
            else:
                self.counts.unchanged += 1


def _rough_size(row: Row | None) -> int:
    return sum(len(value) if isinstance(value, str) else 64 for value in row.values()) if row else 0


def _twice(snapshot: Snapshot, each: str) -> DestinationError:
    return snapshot.source.error(
        f"two of its rows have the id {each[:100]!r}", "A listing has each id once: write it again"
    )


class _Index:
    """
    The rows of a snapshot by id: in memory their places and hashes, in a file their JSON.

    :param file: Where the JSON goes.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.places: dict[str, int] = {}
        self._file = file
        self._ends = array("Q", [0])
        self._hashes = bytearray()

    def __len__(self) -> int:
        return len(self.places)

    def add(self, each: str, text: bytes) -> None:
        """Add a row."""
        self.places[each] = len(self.places)
        with spooling_errors():
            self._file.write(text)
        self._ends.append(self._ends[-1] + len(text))
        self._hashes += _hash(text)

    def complete(self) -> None:
        """Let the rows be read."""
        with spooling_errors():
            self._file.flush()

    def holds(self, place: int, text: bytes) -> bool:
        """Whether the row at a place has this very JSON."""
        start = place * _DIGEST
        return self._hashes[start : start + _DIGEST] == _hash(text)

    def text(self, place: int) -> bytes:
        """Return the JSON of the row at a place."""
        start, end = self._ends[place], self._ends[place + 1]
        return os.pread(self._file.fileno(), end - start, start)


def _hash(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_DIGEST).digest()
