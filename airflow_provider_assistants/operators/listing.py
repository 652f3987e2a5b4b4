# SPDX-License-Identifier: Apache-2.0
"""The operator that lists every assistant of an account into XCom or object storage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator, conf

from airflow_provider_assistants import __version__
from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.links import DestinationLink, VendorConsoleLink, push_links
from airflow_provider_assistants.operators.static_arguments import CHECKS
from airflow_provider_assistants.parse_time import check_static

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperatorLink, Context

    from airflow_provider_assistants.client.completeness import ListingReport
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.operators.request import ListingRequest
    from airflow_provider_assistants.records.export import BoundedRows, RowPipeline
    from airflow_provider_assistants.records.manifest import Manifest
    from airflow_provider_assistants.records.store import Destination
    from airflow_provider_assistants.records.writers import RowWriter

__all__ = ["ListAssistantsOperator"]

#: Under the 64 KiB that Airflow advises for its state store, and that a MySQL metadata database holds in a blob.
DEFAULT_MAX_XCOM_BYTES = 48 * 1024


class ListAssistantsOperator(BaseOperator):
    """
    List every assistant of an account: complete, counted and free of duplicates, or the task fails.

    Without a destination the rows are the task's XCom, and the manifest is pushed under the key ``manifest``. With one,
    the rows are streamed there, page by page, and the manifest is the XCom. The destination is written atomically, and
    a rerun is safe: the same listing gives the same bytes. Secrets in the rows are replaced by ``***`` by default.

    All parameters are templated.

    .. seealso:: How-to: :ref:`howto/operator:ListAssistantsOperator`

    :param conn_id: The connection to the account; its type names the vendor. Map over it for several accounts.
    :param destination: Where to write: a path, or a URI of any store that Airflow's object storage knows.
    :param object_storage_conn_id: The connection to that store.
    :param format: ``jsonl``, ``json``, ``csv`` or ``parquet``; by the destination's suffix if None.
    :param compression: ``none``, ``gzip`` or ``zstd``; by the suffix if None.
    :param record: ``vendor`` writes the row as the vendor sent it, ``common`` the one shape that all vendors share.
    :param fields: Only these fields, by dotted path, such as ``llm_settings.model``.
    :param where: Only assistants of this status, of these, or with these values of fields (a mapping).
    :param changed_since: Only assistants changed at or after this time; one without ``updated_at`` is kept.
    :param filters: The vendor's own query parameters, such as Burki's ``active_only``.
    :param page_size: Assistants per page; the connection's, or the vendor's best size, if None.
    :param concurrency: Pages in flight at most; the connection's if None.
    :param redact: ``secrets``, ``personal`` (also e-mail addresses, telephone numbers, names, prompts) or ``none``.
    :param on_drift: ``fail`` if the listing kept changing while it was read, or ``warn`` and mark the manifest.
    :param overwrite: Whether an existing object may be replaced.
    :param csv_formulas: ``escape`` puts a ``'`` before CSV cells that a spreadsheet would run, ``keep`` does not.
    :param max_xcom_bytes: How many bytes of rows may go to XCom; ``[assistants] max_xcom_bytes`` if None.
    """

    template_fields: Sequence[str] = (
        "conn_id",
        "destination",
        "object_storage_conn_id",
        "format",
        "compression",
        "record",
        "fields",
        "where",
        "changed_since",
        "filters",
        "page_size",
        "concurrency",
        "redact",
        "on_drift",
        "overwrite",
        "csv_formulas",
        "max_xcom_bytes",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"filters": "json", "where": "json", "fields": "json"}
    operator_extra_links: Collection[BaseOperatorLink] = (VendorConsoleLink(), DestinationLink())
    ui_color = "#e8f0fe"

    def __init__(
        self,
        *,
        conn_id: str,
        destination: str | None = None,
        object_storage_conn_id: str | None = None,
        format: str | None = None,
        compression: str | None = None,
        record: str = "vendor",
        fields: Sequence[str] | None = None,
        where: str | Sequence[str] | Mapping[str, Any] | None = None,
        changed_since: datetime | str | None = None,
        filters: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        concurrency: int | None = None,
        redact: str = "secrets",
        on_drift: str = "fail",
        overwrite: bool = True,
        csv_formulas: str = "escape",
        max_xcom_bytes: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.destination = destination
        self.object_storage_conn_id = object_storage_conn_id
        self.format = format
        self.compression = compression
        self.record = record
        self.fields = fields
        self.where = where
        self.changed_since = changed_since
        self.filters = filters
        self.page_size = page_size
        self.concurrency = concurrency
        self.redact = redact
        self.on_drift = on_drift
        self.overwrite = overwrite
        self.csv_formulas = csv_formulas
        self.max_xcom_bytes = max_xcom_bytes
        self._kill_switch = KillSwitch()
        check_static(self, CHECKS)

    def execute(self, context: Context) -> Any:
        """
        List the assistants; return the rows, or the manifest of what was written.

        :raises AssistantsError: As each case demands; for a wrong argument, connection or key the task fails without retries.
        """
        with failing_at_once():
            return self._list(context)

    def _list(self, context: Context) -> Any:
        from airflow_provider_assistants.operators.request import read_request

        self.operator_extra_links = ()  # Airflow pushes one to XCom for each, also for one that leads nowhere
        hook = get_hook(self.conn_id)
        limit = conf.getint("assistants", "max_xcom_bytes", fallback=DEFAULT_MAX_XCOM_BYTES)
        arguments = {name: getattr(self, name) for name in self.template_fields}
        request = read_request(arguments, vendor=hook.vendor, conn_id=hook.conn_id, max_xcom_bytes=limit)
        hook.get_account()
        push_links(context, hook)
        if request.redact == "none":
            self.log.warning("redact='none': keys of other people that the rows hold will be written as they are.")
        if request.destination is None:
            with self._kill_switch.interruptible():
                rows, manifest = self._to_xcom(hook, request)
            self._attach(context, manifest)
            if context.get("ti"):
                context["ti"].xcom_push(key="manifest", value=manifest.as_dict())
            return rows
        with self._kill_switch.interruptible():
            destination, manifest = self._to_destination(hook, request)
        push_links(context, hook, destination=destination.uri if destination.has_console else None)
        self._attach(context, manifest)
        return manifest.as_dict()

    def on_kill(self) -> None:
        """Stop at once when Airflow ends the task: no further request, and nothing is published."""
        self._kill_switch.kill()

    def _to_xcom(self, hook: AssistantsHook, request: ListingRequest) -> tuple[list[dict[str, Any]], Manifest]:
        from airflow_provider_assistants.client.completeness import ListingReport
        from airflow_provider_assistants.records.export import BoundedRows

        report, pipeline = ListingReport(), _pipeline(hook, request)
        writer: BoundedRows = BoundedRows(
            limit=request.max_xcom_bytes, expected=lambda: pipeline.expected(report.total_reported)
        )
        finish = self._export(hook, request, writer, report, pipeline)
        return writer.rows, finish(writer.size, None)

    def _to_destination(self, hook: AssistantsHook, request: ListingRequest) -> tuple[Destination, Manifest]:
        from airflow_provider_assistants.client.completeness import ListingReport
        from airflow_provider_assistants.lineage import report_lineage
        from airflow_provider_assistants.operators.destination import open_destination, runs_elsewhere
        from airflow_provider_assistants.records.columns import Table
        from airflow_provider_assistants.records.export import columns_of
        from airflow_provider_assistants.records.writers import open_writer

        destination = open_destination(str(request.destination), conn_id=self.object_storage_conn_id)
        if runs_elsewhere(str(request.destination), self.executor):
            self.log.warning(
                "%s is a path on this worker's machine. Tasks on other machines find it there only if all of them share"
                " that volume; write to object storage otherwise.",
                destination.uri,
            )
        destination.prepare(overwrite=request.overwrite)
        columns, extra = columns_of(_documented(hook, request.record), request.fields)
        with destination.write() as stream:
            writer = open_writer(
                stream,  # type: ignore[arg-type]
                format=request.format,
                compression=request.compression,
                table=Table(columns, extra=extra and request.record == "vendor"),
                csv_formulas=request.csv_formulas,
            )
            finish = self._export(hook, request, writer, ListingReport(), _pipeline(hook, request), uri=destination.uri)
            self._kill_switch.check()
        manifest = finish(stream.size, stream.sha256)
        report_lineage(self, source_url=hook.get_account().base_url + hook.vendor.assistants.path, uri=destination.uri)
        return destination, manifest

    def _export(
        self,
        hook: AssistantsHook,
        request: ListingRequest,
        writer: RowWriter,
        report: ListingReport,
        pipeline: RowPipeline,
        *,
        uri: str | None = None,
    ) -> Callable[[int, str | None], Manifest]:
        """
        Read all pages into the writer, and log how it goes.

        Return what makes the manifest, of the size and hash of what was written, once that can be seen.
        """
        from airflow_provider_assistants.operators.gc_tuning import relaxed_gc
        from airflow_provider_assistants.operators.progress import Progress
        from airflow_provider_assistants.records.manifest import Manifest

        started = datetime.now(UTC)
        progress = Progress(self.log, hook=hook, uri=uri, filters=request.options.filters)
        pages = hook.iter_pages(
            filters=request.options.filters,
            page_size=request.options.page_size,
            concurrency=request.options.concurrency,
            on_drift=request.options.on_drift,
            report=report,
        )
        with relaxed_gc(), closing(pages):
            for page in pages:
                writer.write(pipeline.records(page.rows))
                progress.tell(report)
        _check_presence(hook, request, pipeline)
        writer.close()

        def finish(size: int, sha256: str | None) -> Manifest:
            manifest = Manifest(
                vendor=hook.vendor.name,
                conn_id=hook.conn_id,
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
                duplicates=report.duplicates,
                total_reported=report.total_reported,
                passes=report.passes,
                consistent=report.consistent,
                statuses=pipeline.redacted_words(pipeline.statuses),
                unknown_fields=pipeline.redacted_words(pipeline.drift.unknown_fields),
                mismatched_fields=pipeline.drift.mismatched_fields,
                redacted_fields=pipeline.redactor.counts,
                started_at=started,
                finished_at=datetime.now(UTC),
                provider_version=__version__,
            )
            progress.finish(manifest, report)
            return manifest

        return finish

    def _attach(self, context: Context, manifest: Manifest) -> None:
        """Attach the manifest to the events of the outlets."""
        events = context.get("outlet_events")
        if events is None:
            return
        for outlet in self.outlets:
            if hasattr(outlet, "uri") and hasattr(outlet, "extra"):
                events[outlet].extra = manifest.as_dict()


def _documented(hook: AssistantsHook, record: str) -> dict[str, str]:
    from airflow_provider_assistants.vendors.base import COMMON_COLUMNS
    from airflow_provider_assistants.vendors.models.base import columns

    return dict(COMMON_COLUMNS if record == "common" else columns(hook.vendor.assistants.load_model()))


def _check_presence(hook: AssistantsHook, request: ListingRequest, pipeline: RowPipeline) -> None:
    """Refuse what was selected by a field that no assistant has and no document knows, before it replaces anything."""
    from airflow_provider_assistants.exceptions import ConfigurationError

    known = {**_documented(hook, "vendor"), **(_documented(hook, "common") if request.record == "common" else {})}
    problems = pipeline.presence.problems(known)
    if problems:
        raise ConfigurationError(
            f"Nothing was written: {'; '.join(problems)}",
            vendor=hook.vendor.title,
            conn_id=hook.conn_id,
            advice="Correct fields and where; if the vendor has left a field out, take it out of them",
        )


def _pipeline(hook: AssistantsHook, request: ListingRequest) -> RowPipeline:
    from functools import partial

    from airflow_provider_assistants.records.drift import DriftCounter
    from airflow_provider_assistants.records.export import RowPipeline
    from airflow_provider_assistants.records.filtering import FieldPresence, RowFilter
    from airflow_provider_assistants.redaction.redactor import Redactor
    from airflow_provider_assistants.vendors.models.base import JSON_TYPES

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
