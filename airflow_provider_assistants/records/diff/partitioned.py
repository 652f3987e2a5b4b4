# SPDX-License-Identifier: Apache-2.0
"""
Snapshots in parts: a folder that ``ListAssistantsOperator`` wrote with ``rows_per_file``, read by its ``_manifest.json``.

The manifest lies beside the parts, so size and checksum of each are checked, also where only the folder is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from airflow_provider_assistants.records.columns import Row
from airflow_provider_assistants.records.diff.snapshots import Expected, Snapshot
from airflow_provider_assistants.records.store.part_names import MANIFEST, is_ours
from airflow_provider_assistants.records.store.source import Source

__all__ = ["PartitionedSnapshot", "manifest_of", "read_manifest"]


@dataclass(frozen=True, kw_only=True)
class PartitionedSnapshot(Snapshot):
    """
    A snapshot in parts.

    :param source: The folder.
    :param files: The parts as the manifest lists them.
    """

    files: Sequence[Mapping[str, Any]] = ()

    def field_names(self) -> list[str]:
        """Return the names of the columns, or of the first row's fields; empty if there is no row."""
        return next((names for part in self._parts() if (names := part.field_names())), [])

    def rows(self) -> Iterator[tuple[bytes, Row | None]]:
        """Return the rows of one part after another; see :meth:`.Snapshot.rows`."""
        for part in self._parts():
            yield from part.rows()

    def _parts(self) -> Iterator[Snapshot]:
        for each in self.files:
            yield Snapshot(
                source=_inside(self.source, each["name"]),
                format=self.format,
                compression=self.compression,
                expected=Expected(rows=each["rows"], size=each["bytes"], sha256=each["sha256"]),
                kinds=self.kinds,
            )


def manifest_of(folder: Source) -> Source:
    """Return the manifest in a folder; it need not exist."""
    return _inside(folder, MANIFEST)


def read_manifest(folder: Source, expected: Expected) -> dict[str, Any]:
    """
    Return the manifest of a folder of parts.

    :param expected: What the task that wrote the folder said of it, if that is known.
    :raises DestinationError: If there is none, it is no manifest of parts, or the folder was replaced since.
    """
    source = manifest_of(folder)
    with source.open() as file:
        text = file.read()
    try:
        found = from_json(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not _lists_parts(found.get("files")):
        raise source.error("it is no manifest of a partitioned listing", "Name a folder that rows_per_file has written")
    if (expected.rows, expected.size, expected.sha256) not in (
        (None, None, None),
        (found.get("rows"), found.get("bytes"), found.get("sha256")),
    ):
        raise folder.error(
            "it was replaced after its manifest was made",
            "Name the folder that belongs to the manifest, or compare in the run that has written it",
        )
    return found


def _lists_parts(files: Any) -> bool:
    return (
        isinstance(files, list)
        and bool(files)
        and all(
            isinstance(each, dict)
            and isinstance(each.get("name"), str)
            and is_ours(each["name"])
            and isinstance(each.get("rows"), int)
            and isinstance(each.get("bytes"), int)
            and isinstance(each.get("sha256"), str)
            for each in files
        )
    )


def _inside(folder: Source, name: str) -> Source:
    return folder.at(f"{folder.path}/{name}", f"{folder.uri}/{name}")
