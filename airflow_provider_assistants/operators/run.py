# SPDX-License-Identifier: Apache-2.0
"""One run of an operator that lists something: from its rendered arguments to the rows and the manifest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants import __version__
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.lineage import LineageDataset, TaskLineage, report_lineage
from airflow_provider_assistants.links import push_links
from airflow_provider_assistants.metrics import measured_listing
from airflow_provider_assistants.operators.destination import (
    console_page,
    open_destination,
    open_folder,
    runs_elsewhere,
)
from airflow_provider_assistants.operators.gc_tuning import relaxed_gc
from airflow_provider_assistants.operators.progress import Progress
from airflow_provider_assistants.operators.request import read_request
from airflow_provider_assistants.operators.row_source import RowSource
from airflow_provider_assistants.records.columns import Table
from airflow_provider_assistants.records.export import BoundedRows, columns_of
from airflow_provider_assistants.records.formats import part_suffix
from airflow_provider_assistants.records.manifest import Manifest, manifest_file
from airflow_provider_assistants.records.partitioned import PartitionedRows
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.folder import Folder
from airflow_provider_assistants.records.store.place import Place
from airflow_provider_assistants.records.writers import RowWriter, open_writer

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_assistants.cancellation import KillSwitch
    from airflow_provider_assistants.operators.base import BaseListingOperator

__all__ = ["ListingRun"]


class ListingRun:
    """
    One execution of an operator that lists something.

    The arguments and the connection are validated here, before the first request.

    :param operator: Its arguments are rendered by now.
    :param kill_switch: Ends the run when Airflow ends the task.
    :param max_xcom_bytes: The limit for rows in XCom where the operator has none of its own.
    :param lineage: Gets what was read and written.
    :raises ConfigurationError: If an argument or the connection is invalid.
    """

    def __init__(
        self, operator: BaseListingOperator, kill_switch: KillSwitch, *, max_xcom_bytes: int, lineage: TaskLineage
    ) -> None:
        self._operator = operator
        self._lineage = lineage
        self._kill_switch = kill_switch
        self._hook = get_hook(operator.conn_id)
        self._request = read_request(
            {name: getattr(operator, name) for name in operator.checks},
            checks=operator.checks,
            vendor=self._hook.vendor,
            listing=operator.listing,
            conn_id=self._hook.conn_id,
            max_xcom_bytes=max_xcom_bytes,
        )
        self._account = self._hook.get_account()
        self._report = ListingReport()
        self._source = RowSource(self._hook, self._request)
        self._pipeline = self._source.pipeline
        self._partition_key: str | None = None

    def execute(self, context: Context) -> Any:
        """
        Read the listing; return the rows, or the manifest of the file that was written.

        :raises AssistantsError: If it is not complete; nothing was published then.
        """
        push_links(context, self._hook)
        self._partition_key = getattr(context.get("dag_run"), "partition_key", None)
        if self._request.redact == "none":
            self._operator.log.warning("redact='none': other people's keys in the rows are written as they are.")
        listing = LineageDataset(
            uri=self._account.base_url + self._source.listing.path, columns=self._source.documented("vendor")
        )
        self._lineage.read(listing)
        with measured_listing(
            vendor=self._hook.vendor.name,
            conn_id=self._hook.conn_id,
            traffic=self._hook.traffic,
            pages=lambda: self._report.pages,
            listing=self._operator.listing,
        ) as outcome:
            result, manifest = self._list(context)
            outcome.rows, outcome.bytes = manifest.rows, manifest.bytes
        self._lineage.read(replace(listing, rows=self._report.rows))
        if manifest.uri is not None:
            self._lineage.wrote(
                LineageDataset(
                    uri=manifest.uri,
                    columns={each.name: each.kind for each in self._make_table().columns},
                    rows=manifest.rows,
                    bytes=manifest.bytes,
                )
            )
        return result

    def _list(self, context: Context) -> tuple[Any, Manifest]:
        """Return what the task returns, and the manifest."""
        if self._request.destination is None:
            with self._kill_switch.interruptible():
                rows, manifest = self._to_xcom()
            self._attach(context, manifest)
            if context.get("ti"):
                context["ti"].xcom_push(key="manifest", value=manifest.as_dict())
            return rows, manifest
        is_folder = self._request.rows_per_file is not None
        with self._kill_switch.interruptible():
            write = self._to_folder if is_folder else self._to_file
            place, manifest = write(self._request.destination)
        source_url = self._account.base_url + self._source.listing.path
        report_lineage(self._operator, source_url=source_url, uri=place.uri)
        page = console_page(place.uri, is_folder=is_folder) if place.has_console else None
        push_links(context, self._hook, page=page)
        self._attach(context, manifest)
        return manifest.as_dict(), manifest

    def _to_xcom(self) -> tuple[list[dict[str, Any]], Manifest]:
        writer: BoundedRows = BoundedRows(
            limit=self._request.max_xcom_bytes,
            expected=lambda: self._pipeline.expected(self._report.total_reported),
        )
        progress = self._export(writer, uri=None)
        manifest = self._make_manifest(progress, uri=None, size=writer.size, sha256=None)
        progress.finish(manifest, self._report)
        return writer.rows, manifest

    def _to_file(self, uri: str) -> tuple[Place, Manifest]:
        destination = open_destination(uri, conn_id=self._operator.object_storage_conn_id)
        self._prepare(destination)
        with destination.write() as stream:
            progress = self._export(self._make_writer(self._make_table())(stream), uri=destination.uri)
            self._kill_switch.check()
        manifest = self._make_manifest(progress, uri=destination.uri, size=stream.size, sha256=stream.sha256)
        progress.finish(manifest, self._report)
        return destination, manifest

    def _to_folder(self, uri: str) -> tuple[Place, Manifest]:
        request, table = self._request, self._make_table()
        folder = open_folder(uri, conn_id=self._operator.object_storage_conn_id)
        self._prepare(folder)
        with folder.write(part_suffix(request.format, request.compression)) as parts:
            spool = parts.spool
            rows = PartitionedRows(
                spool, rows_per_file=request.rows_per_file or 1, table=table, open_writer=self._make_writer(table)
            )
            progress = self._export(rows, uri=folder.uri)
            self._kill_switch.check()
            made: list[Manifest] = []

            def manifest() -> bytes:
                made.append(
                    self._make_manifest(
                        progress, uri=folder.uri, size=spool.size, sha256=spool.sha256, parts=len(spool.files)
                    )
                )
                return manifest_file(made[-1], spool.files)

            parts.commit(manifest)
        progress.finish(made[-1], self._report)
        return folder, made[-1]

    def _prepare(self, place: Destination | Folder) -> None:
        """Check the destination, before the first request."""
        if runs_elsewhere(place.uri, self._operator.executor):
            self._operator.log.warning(
                "%s is a path on this worker's machine. Tasks on other machines find it there only if all of them share"
                " that volume; write to object storage otherwise.",
                place.uri,
            )
        place.prepare(overwrite=self._request.overwrite)

    def _make_table(self) -> Table:
        """Return the columns of CSV and Parquet."""
        request = self._request
        table_columns, extra = columns_of(self._source.documented(request.record), request.fields)
        return Table(table_columns, extra=extra and request.record == "vendor")

    def _make_writer(self, table: Table) -> Callable[[Any], RowWriter]:
        """Return what opens a writer of the requested format on a stream."""
        request = self._request
        return partial(
            open_writer,
            format=request.format,
            compression=request.compression,
            table=table,
            csv_formulas=request.csv_formulas,
        )

    def _export(self, writer: RowWriter, *, uri: str | None) -> Progress:
        """Read all pages into the writer, and close it."""
        options = self._request.options
        progress = Progress(
            self._operator.log, hook=self._hook, noun=self._source.noun, uri=uri, filters=options.filters
        )
        pages = self._source.pages(self._report)
        with relaxed_gc(), closing(pages):
            for page in pages:
                writer.write(self._pipeline.records(page.rows))
                progress.update(self._report)
        self._source.check_presence()
        writer.close()
        self._source.warn()
        return progress

    def _make_manifest(
        self, progress: Progress, *, uri: str | None, size: int, sha256: str | None, parts: int | None = None
    ) -> Manifest:
        """Return the manifest of what was written."""
        request, report, pipeline = self._request, self._report, self._pipeline
        return Manifest(
            vendor=self._hook.vendor.name,
            conn_id=self._hook.conn_id,
            uri=uri,
            format=str(request.format),
            compression=None if request.compression == "none" else str(request.compression),
            record=request.record,
            fields=request.fields,
            redact=request.redact,
            rows=pipeline.written,
            pages=report.pages,
            bytes=size,
            sha256=sha256,
            rows_per_file=request.rows_per_file,
            parts=parts,
            duplicates=report.duplicates,
            total_reported=report.total_reported,
            passes=report.passes,
            consistent=report.consistent,
            statuses=pipeline.redacted_words(pipeline.statuses),
            unknown_fields=pipeline.redacted_words(pipeline.drift.unknown_fields),
            mismatched_fields=pipeline.drift.mismatched_fields,
            redacted_fields=pipeline.redactor.counts,
            started_at=progress.started_at,
            finished_at=datetime.now(UTC),
            provider_version=__version__,
            more=self._source.summary(report, partition_key=self._partition_key),
        )

    def _attach(self, context: Context, manifest: Manifest) -> None:
        """Attach the manifest to the asset events of the task's outlets."""
        events = context.get("outlet_events")
        if events is None:
            return
        for outlet in self._operator.outlets:
            if hasattr(outlet, "uri") and hasattr(outlet, "extra"):
                events[outlet].extra = manifest.as_dict()
