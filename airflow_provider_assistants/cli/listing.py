# SPDX-License-Identifier: Apache-2.0
"""``list`` and ``get``: the pipeline of the operator, with standard output or a file at its end."""

from __future__ import annotations

import logging
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.cli.paths import absolute, relative
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.exceptions import counted
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.operators.progress import Progress
from airflow_provider_assistants.operators.run import ListingRun
from airflow_provider_assistants.operators.static_arguments import CHECKS
from airflow_provider_assistants.records.columns import Row
from airflow_provider_assistants.records.writers import RowWriter

if TYPE_CHECKING:
    from airflow_provider_assistants.operators.base import BaseListingOperator

__all__ = ["TABLE_FIELDS", "CommandListing", "listing_arguments"]

log = logging.getLogger(__name__)

#: What a table shows of each assistant unless told otherwise, of the common record.
TABLE_FIELDS = ("id", "name", "status", "direction", "updated_at")


def listing_arguments(arguments: Namespace, *, is_table: bool = False) -> dict[str, Any]:
    """
    Return the arguments of the operator that the options of a command stand for.

    :param is_table: The rows become a table, which shows some common fields unless told otherwise.
    """
    given = vars(arguments)
    record, fields = given["record"], given["fields"]
    if is_table and fields is None:
        record, fields = record or "common", TABLE_FIELDS if record != "vendor" else None
    found = {
        "conn_id": given["conn_id"],
        "destination": absolute(given.get("to")),
        "object_storage_conn_id": given.get("object_storage_conn_id"),
        "format": given.get("format"),
        "compression": given.get("compression"),
        "rows_per_file": given.get("rows_per_file"),
        "record": record or "vendor",
        "fields": fields,
        "where": _where(given.get("where")),
        "changed_since": given.get("changed_since"),
        "filters": dict(given.get("filter") or ()) or None,
        "redact": given["redact"],
        "on_drift": given.get("on_drift"),
        "overwrite": not given.get("no_overwrite"),
    }
    return dict.fromkeys(CHECKS) | found


def _where(conditions: Sequence[tuple[str, str]] | None) -> dict[str, list[str]] | None:
    """Return the values that each field may have."""
    wanted: dict[str, list[str]] = {}
    for name, value in conditions or ():
        wanted.setdefault(name, []).append(value)
    return wanted or None


class CommandListing(ListingRun):
    """
    A listing that a command asked for.

    :param arguments: The operator's arguments by name.
    :param update: Called after each page with how far the listing is.
    """

    def __init__(
        self, arguments: Mapping[str, Any], *, update: Callable[[ListingReport], None] = lambda report: None
    ) -> None:
        caller = SimpleNamespace(
            **arguments, checks=CHECKS, listing="assistants", log=log, executor="LocalExecutor", outlets=()
        )
        super().__init__(cast("BaseListingOperator", caller), KillSwitch(), max_xcom_bytes=1, lineage=TaskLineage())
        self._update = update
        self._started = time.monotonic()

    def print(self, writer: RowWriter) -> str:
        """List all assistants into a printer; return a sentence about it."""
        progress = self._export(writer, uri="standard output")
        manifest = self._make_manifest(progress, uri=None, size=0, sha256=None)
        progress.finish(manifest, self._report)
        return self.sentence(manifest.as_dict())

    def save(self) -> dict[str, Any]:
        """List all assistants into the file; return its manifest."""
        manifest: dict[str, Any] = self.execute({})
        return manifest

    def get(self, assistant_id: str) -> Row:
        """
        Return one assistant as the pipeline makes it.

        :raises AssistantNotFoundError: If the vendor has none with this id.
        :raises ConfigurationError: If a field was asked for that it does not have.
        """

        async def read() -> Row:
            async with self._hook.aclient() as client:
                return await client.get(assistant_id)

        [record] = self._pipeline.records([self._hook.run_async(read)])
        self._source.check_presence()
        return record

    def sentence(self, manifest: Mapping[str, Any]) -> str:
        """Return what was listed, in words."""
        statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(manifest["statuses"].items()))
        where = f" to {relative(manifest['uri'])}, {counted(manifest['bytes'], 'byte')}" if manifest["uri"] else ""
        seconds = time.monotonic() - self._started
        return (
            f"{counted(manifest['rows'], 'assistant')}{f' ({statuses})' if statuses else ''} of {manifest['conn_id']}{where},"
            f" in {seconds:.1f} s"
        )

    def _export(self, writer: RowWriter, *, uri: str | None) -> Progress:
        return super()._export(_Watched(writer, lambda: self._update(self._report)), uri=uri)


class _Watched:
    """
    Reports after each page.

    :param writer: Writes the rows.
    :param update: Is called then.
    """

    def __init__(self, writer: RowWriter, update: Callable[[], None]) -> None:
        self._writer = writer
        self._update = update
        self.close = writer.close

    def write(self, rows: Sequence[Row]) -> None:
        """Write the rows of a page."""
        self._writer.write(rows)
        self._update()
