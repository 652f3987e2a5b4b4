# SPDX-License-Identifier: Apache-2.0
"""One run of the operator that lists assistants: from its rendered arguments to the rows and the manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants import __version__
from airflow_provider_assistants.client.completeness import ListingReport
from airflow_provider_assistants.exceptions import ConfigurationError
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
from airflow_provider_assistants.operators.request import ListingRequest, read_request
from airflow_provider_assistants.operators.static_arguments import CHECKS
from airflow_provider_assistants.records.columns import Table
from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.records.export import BoundedRows, RowPipeline, columns_of
from airflow_provider_assistants.records.filtering import FieldPresence, RowFilter
from airflow_provider_assistants.records.formats import part_suffix
from airflow_provider_assistants.records.manifest import Manifest, manifest_file
from airflow_provider_assistants.records.partitioned import PartitionedRows
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.folder import Folder
from airflow_provider_assistants.records.store.place import Place
from airflow_provider_assistants.records.writers import RowWriter, open_writer
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.vendors.base import COMMON_COLUMNS
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, columns

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_assistants.cancellation import KillSwitch
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.operators.listing import ListAssistantsOperator

__all__ = ["ListingRun"]


class ListingRun:
    """
    One execution of a :class:`~.listing.ListAssistantsOperator`.

    The arguments and the connection are validated here, before the first request.

    :param operator: Its arguments are rendered by now.
    :param kill_switch: Ends the run when Airflow ends the task.
    :param max_xcom_bytes: The limit for rows in XCom where the operator has none of its own.
    :param lineage: Gets what was read and written.
    :raises ConfigurationError: If an argument or the connection is invalid.
    """

    def __init__(
        self, operator: ListAssistantsOperator, kill_switch: KillSwitch, *, max_xcom_bytes: int, lineage: TaskLineage
    ) -> None:
        self._operator = operator
        self._lineage = lineage
        self._kill_switch = kill_switch
        self._hook = get_hook(operator.conn_id)
        self._request = read_request(
            {name: getattr(operator, name) for name in CHECKS},
            vendor=self._hook.vendor,
            conn_id=self._hook.conn_id,
            max_xcom_bytes=max_xcom_bytes,
        )
        self._account = self._hook.get_account()
        self._report = ListingReport()
        self._pipeline = _make_pipeline(self._hook, self._request)

    def execute(self, context: Context) -> Any:
        """
        Read the listing; return the rows, or the manifest of the file that was written.

        :raises AssistantsError: If it is not complete; nothing was published then.
        """
        push_links(context, self._hook)
        if self._request.redact == "none":
            self._operator.log.warning("redact='none': other people's keys in the rows are written as they are.")
        listing = LineageDataset(
            uri=self._account.base_url + self._hook.vendor.assistants.path, columns=_documented(self._hook, "vendor")
        )
        self._lineage.read(listing)
        with measured_listing(
            vendor=self._hook.vendor.name,
            conn_id=self._hook.conn_id,
            traffic=self._hook.traffic,
            pages=lambda: self._report.pages,
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
        source_url = self._account.base_url + self._hook.vendor.assistants.path
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
        table_columns, extra = columns_of(_documented(self._hook, request.record), request.fields)
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
        progress = Progress(self._operator.log, hook=self._hook, uri=uri, filters=options.filters)
        pages = self._hook.read_pages(options, report=self._report)
        with relaxed_gc(), closing(pages):
            for page in pages:
                writer.write(self._pipeline.records(page.rows))
                progress.update(self._report)
        _check_presence(self._hook, self._request, self._pipeline)
        writer.close()
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
        )

    def _attach(self, context: Context, manifest: Manifest) -> None:
        """Attach the manifest to the asset events of the task's outlets."""
        events = context.get("outlet_events")
        if events is None:
            return
        for outlet in self._operator.outlets:
            if hasattr(outlet, "uri") and hasattr(outlet, "extra"):
                events[outlet].extra = manifest.as_dict()


def _documented(hook: AssistantsHook, record: str) -> dict[str, str]:
    """Return the documented fields of a record, each with its kind."""
    return dict(COMMON_COLUMNS if record == "common" else columns(hook.vendor.assistants.load_model()))


def _check_presence(hook: AssistantsHook, request: ListingRequest, pipeline: RowPipeline) -> None:
    """
    Refuse a selection by a field that no assistant has and no document knows, before it replaces anything.

    :raises ConfigurationError: If there is such a field in ``fields`` or ``where``.
    """
    known = {**_documented(hook, "vendor"), **(_documented(hook, "common") if request.record == "common" else {})}
    problems = pipeline.presence.problems(known)
    if problems:
        raise ConfigurationError(
            f"Nothing was written: {'; '.join(problems)}",
            vendor=hook.vendor.title,
            conn_id=hook.conn_id,
            advice="Correct fields and where; if the vendor has left a field out, take it out of them",
        )


def _make_pipeline(hook: AssistantsHook, request: ListingRequest) -> RowPipeline:
    """Return what each page's rows pass on their way to the writer: filter, drift counter, shape, redaction."""
    vendor, reader = hook.vendor, hook.vendor.assistants.reader
    is_common = request.record == "common"
    shape = partial(reader.common, vendor=vendor.name, account=hook.conn_id) if is_common else None
    shaped = _documented(hook, "common") if is_common else {}
    documented = _documented(hook, "vendor")
    filtered = {*request.where} - {"status"} if isinstance(request.where, Mapping) else set()
    named = filtered | ({*request.fields} if request.fields and not is_common else set())
    return RowPipeline(
        rows=RowFilter(
            where=request.where,
            changed_since=request.changed_since,
            read_status=reader.row_status,
            read_updated_at=reader.row_updated_at,
            shape=shape,
            shaped=shaped,
        ),
        drift=DriftCounter(documented, JSON_TYPES),
        presence=FieldPresence(named - documented.keys() - shaped.keys()),
        read_status=reader.row_status,
        redactor=Redactor(
            request.redact,
            known_secrets=hook.get_account().secrets,
            secret_paths=vendor.sensitive.secrets,
            personal_paths=vendor.sensitive.personal,
        ),
        shape=shape,
        fields=request.fields,
    )
