# SPDX-License-Identifier: Apache-2.0
"""The manifest: a task's summary of the listing it wrote; small enough for XCom, and without rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

from airflow_provider_assistants.records.store.part_names import PartFile
from airflow_provider_assistants.storable import storable

__all__ = ["Manifest", "manifest_file", "most_frequent"]

#: Names of a map that are kept, the most frequent ones; ``…`` counts the others.
_MAX_NAMES = 100
#: Characters of a name that are kept: the vendor chooses the names of unknown fields, and their lengths.
_MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """
    Summary of a listing: what was read and written.

    :param vendor: The vendor's name.
    :param conn_id: The connection.
    :param uri: Where the rows are, as in the task's ``destination``: only a password and the values of a query are hidden;
        None for XCom.
    :param format: How they are written.
    :param compression: How they are compressed; None if not.
    :param record: ``vendor`` or ``common``: the shape of the rows.
    :param fields: The fields that were chosen, by dotted path; None for all.
    :param redact: What was redacted: ``secrets``, ``personal`` or ``none``. Two snapshots can be compared if ``record``,
        ``fields`` and ``redact`` are the same.
    :param rows: Rows written.
    :param pages: Responses read, over all passes.
    :param bytes: Size of what was written.
    :param sha256: Of what was written, in hexadecimal; of all parts one after another if there are parts; None for XCom.
    :param rows_per_file: Rows of a part at most; only of a listing in parts.
    :param parts: How many parts there are; likewise.
    :param duplicates: Rows that came more than once within a pass and were written once.
    :param total_reported: The vendor's own count after the last page, before any filter of ours.
    :param passes: How often the listing was read.
    :param consistent: Whether the last pass showed no sign of drift.
    :param statuses: Rows written, by status.
    :param unknown_fields: Fields that the vendor does not document, each with its number of rows.
    :param mismatched_fields: Fields with values of another type than documented, each with its number of rows.
    :param redacted_fields: Paths at which values were replaced, each with their number.
    :param started_at: When the task started to read, in UTC.
    :param finished_at: When everything was visible at the destination, in UTC.
    :param provider_version: The version of this package.
    :param more: Further keys, of a listing that is not of assistants.
    """

    vendor: str
    conn_id: str
    uri: str | None
    format: str
    compression: str | None
    record: str = "vendor"
    fields: Sequence[str] | None = None
    redact: str = "secrets"
    rows: int
    pages: int
    bytes: int
    sha256: str | None
    rows_per_file: int | None = None
    parts: int | None = None
    duplicates: int
    total_reported: int | None
    passes: int
    consistent: bool
    statuses: Mapping[str, int] = field(default_factory=dict)
    unknown_fields: Mapping[str, int] = field(default_factory=dict)
    mismatched_fields: Mapping[str, int] = field(default_factory=dict)
    redacted_fields: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime
    finished_at: datetime
    provider_version: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON holds it, in a form that Airflow can store: statuses and names are the vendor's."""
        plain: dict[str, Any] = storable(
            {
                each.name: _plain(getattr(self, each.name))
                for each in dataclasses.fields(self)
                if each.name != "more" and (self.parts is not None or each.name not in ("rows_per_file", "parts"))
            }
            | {name: _plain(value) for name, value in self.more.items()}
        )
        return plain


def manifest_file(manifest: Manifest, parts: Sequence[PartFile]) -> bytes:
    """Return the content of ``_manifest.json``: the manifest, and under ``files`` the parts in the order of the rows."""
    files = [dataclasses.asdict(part) for part in parts]
    return to_json({**manifest.as_dict(), "files": files}, indent=2) + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return most_frequent(value)
    return list(value) if isinstance(value, tuple) else value


def most_frequent(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by name as a manifest has them: of the most frequent names, and how many more there are."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    kept = {name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…": count for name, count in ranked[:_MAX_NAMES]}
    return {**kept, "…": len(ranked) - _MAX_NAMES} if len(ranked) > _MAX_NAMES else kept
