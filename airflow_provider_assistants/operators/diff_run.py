# SPDX-License-Identifier: Apache-2.0
"""The work of ``DiffAssistantsOperator``: find the snapshots, compare them, and write what changed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any, cast

from pydantic_core import to_json

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.exceptions import DestinationError, counted
from airflow_provider_assistants.lineage import LineageDataset, TaskLineage, report_lineage
from airflow_provider_assistants.links import push_links
from airflow_provider_assistants.operators.destination import (
    console_page,
    open_destination,
    open_source,
    runs_elsewhere,
)
from airflow_provider_assistants.operators.diff_request import DiffRequest, read_diff_request
from airflow_provider_assistants.operators.gc_tuning import relaxed_gc
from airflow_provider_assistants.operators.snapshot_layout import Layout, Side, read_layout
from airflow_provider_assistants.operators.snapshot_opening import is_there, open_snapshot
from airflow_provider_assistants.operators.snapshot_reference import SnapshotReference
from airflow_provider_assistants.records.columns import EXTRA, Row
from airflow_provider_assistants.records.diff.change_rows import ChangeRows, change_table
from airflow_provider_assistants.records.diff.comparison import Comparison, Counts
from airflow_provider_assistants.records.diff.fields import RowComparer, is_ignored_by
from airflow_provider_assistants.records.diff.predecessor import find_before, is_pattern
from airflow_provider_assistants.records.diff.report import Report
from airflow_provider_assistants.records.diff.snapshots import Snapshot
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.manifest import most_frequent
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.source import Source
from airflow_provider_assistants.records.writers import RowWriter, open_writer
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.storable import storable
from airflow_provider_assistants.vendors.rows import parse_time

__all__ = ["run_diff"]

#: Rows are handed to the writer in such portions.
_PORTION = 200
#: So many paths are counted one by one; lists of hundreds of items have many.
_MAX_PATHS = 10_000


def run_diff(
    operator: Any,
    arguments: Mapping[str, Any],
    context: Any,
    *,
    kill_switch: KillSwitch,
    max_xcom_bytes: int,
    lineage: TaskLineage,
) -> tuple[dict[str, Any], list[Row]]:
    """
    Compare, write and report.

    :param operator: Logs, and stands for the task in lineage.
    :param arguments: The operator's rendered arguments by name.
    :param context: The task's context.
    :param kill_switch: Ends the task when Airflow does.
    :param max_xcom_bytes: What holds where the operator says nothing.
    :param lineage: Gets what was read and written.
    :return: The summary, and the changes for XCom.
    """
    request = read_diff_request(arguments, max_xcom_bytes=max_xcom_bytes)
    if request.redact == "none":
        operator.log.warning(
            "redact='none': what the snapshots hold of other people's keys is written and pushed as it is."
        )
    with kill_switch.interruptible():
        run = _Run(operator.log, request, executor=operator.executor, lineage=lineage)
        summary = run.compare(kill_switch)
    for uri in (summary["report"], summary["uri"]):
        for source in (summary["before"], summary["after"]):
            if uri and source:
                report_lineage(operator, source_url=source, uri=uri)
    push_links(context, None, page=_page(run.destination), report=_page(run.report))
    return storable(summary), run.kept.rows


class _Run:
    """One comparison."""

    def __init__(self, log: Any, request: DiffRequest, *, executor: str | None, lineage: TaskLineage) -> None:
        self._log = log
        self._lineage = lineage
        self._request = request
        self._executor = executor
        self.destination = self._prepare(request.destination)
        self.report = self._prepare(request.report)
        self.kept = _KeptChanges(request.max_xcom_bytes)
        self._paths: Counter[str] = Counter()
        self._changes = 0

    def compare(self, kill_switch: KillSwitch) -> dict[str, Any]:
        """Compare and publish; return the summary."""
        started = time.monotonic()
        after, before = self._find()
        sides = [
            Side(manifest=ref.manifest, names=snapshot.field_names()) for ref, snapshot in (after, before) if snapshot
        ]
        layout = read_layout(sides[1] if len(sides) > 1 else None, sides[0])
        self._log_caveats(after[0], before[0] if before[1] else None)
        later = replace(after[1], kinds=layout.kinds)
        earlier = replace(before[1], kinds=layout.kinds) if before[1] else None
        counts = Counts()
        for read in filter(None, (earlier, later)):
            self._lineage.read(LineageDataset(uri=read.source.uri, columns=layout.kinds))
        page = Report()
        with ExitStack() as files, relaxed_gc():
            # Both are complete before the first is published, and the rows are published last.
            writer = None
            if self.destination is not None:
                stream = files.enter_context(self.destination.write())
                writer = open_writer(
                    cast("Any", stream), format=self._format, compression=self._compression, table=change_table()
                )
            html = files.enter_context(self.report.write()) if self.report is not None else None
            if earlier is None:
                counts.unchanged = counts.rows_after = sum(1 for _ in later.rows())
            else:
                self._write(self._comparison(earlier, later, layout, sides, counts), layout, writer, page)
            if writer is not None:
                writer.close()
            if html is not None:
                notes = [] if earlier is not None else [f"{counted(counts.rows_after, 'assistant')} in it."]
                html.write(
                    page.html(
                        counts, before=earlier.source.uri if earlier else None, after=later.source.uri, notes=notes
                    )
                )
            kill_switch.check()
        for each, rows in ((earlier, counts.rows_before), (later, counts.rows_after)):
            if each is not None:
                self._lineage.read(LineageDataset(uri=each.source.uri, columns=layout.kinds, rows=rows))
        if self.destination is not None:
            columns = {each.name: each.kind for each in change_table().columns}
            self._lineage.wrote(
                LineageDataset(uri=self.destination.uri, columns=columns, rows=self._changes, bytes=stream.size)
            )
        if self.report is not None and html is not None:
            self._lineage.wrote(LineageDataset(uri=self.report.uri, bytes=html.size))
        self._log_result(counts, earlier, later, time.monotonic() - started)
        return self._summary(counts, layout, earlier, later)

    def _prepare(self, uri: str | None) -> Destination | None:
        if uri is None:
            return None
        destination = open_destination(uri, conn_id=self._request.object_storage_conn_id)
        if runs_elsewhere(uri, self._executor):
            self._log.warning(
                "%s is a path on this worker's machine. Tasks on other machines find it there only if all of them share"
                " that volume; write to object storage otherwise.",
                destination.uri,
            )
        destination.prepare(overwrite=True)
        return destination

    @property
    def _format(self) -> Format:
        return self._request.format

    @property
    def _compression(self) -> Compression:
        return self._request.compression

    def _find(self) -> tuple[tuple[SnapshotReference, Snapshot], tuple[SnapshotReference, Snapshot | None]]:
        """Return both snapshots; the earlier one may be missing if the request lets it."""
        after = self._request.after
        later = open_source(after.uri, conn_id=self._request.object_storage_conn_id)
        before = self._request.before
        earlier = self._find_before(before, later) if before else None
        if earlier is None:
            missing = f"there is no earlier snapshot{f' ({before.uri})' if before else ''}"
            if self._request.on_missing_before == "fail":
                raise DestinationError(
                    f"Nothing to compare {later.uri} with: {missing}",
                    advice="Set on_missing_before='baseline' if that is as it should be, as for the first night",
                )
            self._log.info("%s: this one is the baseline.", missing.capitalize())
        found = open_snapshot(before, earlier) if before and earlier else (after, None)
        return open_snapshot(after, later), found

    def _find_before(self, before: SnapshotReference, later: Source) -> Source | None:
        found: Source | None = open_source(before.uri, conn_id=self._request.object_storage_conn_id)
        if not before.manifest and is_pattern(before.uri):
            found = find_before(cast("Source", found), later.path, exists=partial(is_there, before))
            if found is not None:
                self._log.info("The snapshot before %s is %s.", later.uri, found.uri)
            return found
        return found if found is not None and is_there(before, found) else None

    def _comparison(
        self, before: Snapshot, after: Snapshot, layout: Layout, sides: Sequence[Side], counts: Counts
    ) -> Comparison:
        tables = [side for side, snapshot in zip(sides, (after, before), strict=True) if snapshot.is_table]
        redactor = Redactor(self._request.redact, secret_paths=layout.secrets, personal_paths=layout.personal)
        return Comparison(
            before=before,
            after=after,
            row_id=layout.reader.row_id,
            comparer=RowComparer(
                kinds=layout.kinds,
                is_ignored=is_ignored_by([*layout.volatile, *self._request.ignore]),
                read_time=parse_time,
                nullable=bool(tables),
                lossy=any(EXTRA not in side.names for side in tables),
            ),
            redact=redactor.rows,
            counts=counts,
        )

    def _write(self, comparison: Comparison, layout: Layout, writer: RowWriter | None, page: Report) -> None:
        made = ChangeRows(
            vendor=layout.vendor,
            account=layout.account,
            name_of=layout.reader.row_name,
            is_common=layout.is_common,
            as_table=self._format in (Format.CSV, Format.PARQUET),
        )
        for_xcom = ChangeRows(
            vendor=layout.vendor, account=layout.account, name_of=layout.reader.row_name, is_common=layout.is_common
        )
        portion: list[Row] = []
        for change in comparison.changes():
            vendor, account = made.place(change)
            page.add(change, vendor=vendor, account=account, name=made.name(change))
            self._count(change.fields)
            self._changes += len(change.fields) or 1
            if not self.kept.truncated:
                self.kept.add(for_xcom.rows(change))
            if writer is not None:
                portion += made.rows(change)
                if len(portion) >= _PORTION:
                    writer.write(portion)
                    portion = []
        if writer is not None and portion:
            writer.write(portion)

    def _count(self, fields: Sequence[Any]) -> None:
        for each in fields:
            known = each.path in self._paths or len(self._paths) < _MAX_PATHS
            self._paths[each.path if known else "…"] += 1

    def _log_caveats(self, after: SnapshotReference, before: SnapshotReference | None) -> None:
        bare = [name for name, ref in (("before", before), ("after", after)) if ref is not None and not ref.manifest]
        if bare and before is not None:
            self._log.info(
                "%s %s without a manifest: whether the file is whole, and whether both snapshots were made of one account in"
                " the same way (redact, record, fields), was not checked beyond what the rows show.",
                " and ".join(bare),
                "is a URI" if len(bare) == 1 else "are URIs",
            )
        for name, ref in (("before", before), ("after", after)):
            if ref is not None and ref.manifest.get("consistent") is False:
                self._log.warning("The listing of %s may not be whole: its manifest says consistent=false.", name)

    def _log_result(self, counts: Counts, before: Snapshot | None, after: Snapshot, seconds: float) -> None:
        self._log.info(
            "Compared %s (%s) with %s (%s) in %.1f s: %s added, %s removed, %s changed (%s), %s unchanged",
            before.source.uri if before else "nothing",
            counted(counts.rows_before, "row"),
            after.source.uri,
            counted(counts.rows_after, "row"),
            seconds,
            f"{counts.added:,}",
            f"{counts.removed:,}",
            f"{counts.changed:,}",
            counted(counts.fields, "field"),
            f"{counts.unchanged:,}",
        )
        if self.kept.truncated:
            self._log.info(
                "XCom holds %s of %s; a destination holds all of them.",
                f"{len(self.kept.rows):,}",
                counted(self._changes, "change"),
            )

    def _summary(self, counts: Counts, layout: Layout, before: Snapshot | None, after: Snapshot) -> dict[str, Any]:
        return {
            "added": counts.added,
            "removed": counts.removed,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "fields": most_frequent(self._paths),
            "before": before.source.uri if before else None,
            "after": after.source.uri,
            "uri": self.destination.uri if self.destination else None,
            "report": self.report.uri if self.report else None,
            "vendor": layout.vendor,
            "account": layout.account,
            "changes": self._changes,
            "truncated": self.kept.truncated,
            "baseline": before is None,
        }


class _KeptChanges:
    """
    The first changes, in a form that Airflow can store, up to so many bytes of JSON.

    :param limit: The bytes that are allowed.
    """

    def __init__(self, limit: int) -> None:
        self.rows: list[Row] = []
        self.truncated = False
        self._left = limit - 2

    def add(self, rows: Any) -> None:
        """Keep rows, until one does not fit."""
        for row in rows:
            kept = storable(row)
            self._left -= len(to_json(kept)) + 1
            if self._left < 0:
                self.truncated = True
                return
            self.rows.append(kept)


def _page(destination: Destination | None) -> str | None:
    """Return the web page of what was written, if its store has a console."""
    return console_page(destination.uri) if destination is not None and destination.has_console else None
