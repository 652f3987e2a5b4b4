# SPDX-License-Identifier: Apache-2.0
"""Opens what a diff compares: a file, or a folder of parts with the manifest that lies in it."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.operators.snapshot_reference import SnapshotReference
from airflow_provider_assistants.records.diff.partitioned import PartitionedSnapshot, manifest_of, read_manifest
from airflow_provider_assistants.records.diff.snapshots import Expected, Snapshot
from airflow_provider_assistants.records.formats import check_available
from airflow_provider_assistants.records.store.source import Source

__all__ = ["is_there", "open_snapshot"]


def is_there(reference: SnapshotReference, source: Source) -> bool:
    """
    Whether there is a snapshot.

    :param reference: What was named.
    :param source: Where it would be; one of several places if a pattern was named.
    :raises DestinationError: If that cannot be known.
    """
    return (reference.may_be_folder and manifest_of(source).exists()) or source.exists()


def open_snapshot(reference: SnapshotReference, source: Source) -> tuple[SnapshotReference, Snapshot]:
    """
    Return a snapshot, and what is known of it: a folder of parts has its manifest with it.

    :raises ConfigurationError: If its format is not known.
    :raises DestinationError: If its manifest cannot be read, or is that of another run.
    """
    if reference.may_be_folder and (reference.manifest or manifest_of(source).exists()):
        known = reference.expected() if reference.manifest else Expected()
        manifest = read_manifest(source, known)
        found = replace(reference, manifest={**manifest, "files": None})
        return found, _partitioned(found, source, manifest)
    try:
        named = reference if reference.manifest else replace(reference, uri=source.uri)
        format, compression = named.format()
    except ConfigurationError as error:
        raise ConfigurationError(f"The format of the snapshot {source.uri} is not known", advice=error.advice) from None
    check_available(format, compression)
    return reference, Snapshot(source=source, format=format, compression=compression, expected=reference.expected())


def _partitioned(reference: SnapshotReference, source: Source, manifest: dict[str, object]) -> Snapshot:
    format, compression = reference.format()
    check_available(format, compression)
    return PartitionedSnapshot(
        source=source,
        format=format,
        compression=compression,
        files=manifest["files"],  # type: ignore[arg-type]
    )
