# SPDX-License-Identifier: Apache-2.0
"""The rows of a task: of which listing, cut to which range, and what each passes on its way to the writer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.client.completeness import ListingReport, Page
from airflow_provider_assistants.client.options import ListingOptions
from airflow_provider_assistants.exceptions import ConfigurationError, counted
from airflow_provider_assistants.operators.request import ListingRequest
from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.records.export import RowPipeline
from airflow_provider_assistants.records.filtering import FieldPresence, RowFilter
from airflow_provider_assistants.redaction import REDACTED, Redactor
from airflow_provider_assistants.vendors.base import CallReader
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, columns

if TYPE_CHECKING:
    from airflow_provider_assistants.hooks.base import AssistantsHook

__all__ = ["RowSource"]

log = logging.getLogger(__name__)

Row = dict[str, Any]

#: What a listing's rows are called, where that is not its name.
_NOUNS = {"phone_numbers": "telephone numbers"}


class RowSource:
    """
    Reads the rows that a task asked for.

    :param hook: The account.
    :param request: The validated arguments.
    """

    def __init__(self, hook: AssistantsHook, request: ListingRequest) -> None:
        self._hook = hook
        self._request = request
        self.listing = hook.vendor.listing(request.listing)
        self._window = request.window
        # Who filters by moments knows them; another zone would cut off what the vendor was not asked for.
        is_by_day = self.listing.time_range is not None and self.listing.time_range.whole_days
        self._zone = self._window.zone if self._window and is_by_day else UTC
        self._reader = replace(self.listing.reader, zone=self._zone)
        self._undated = self._unresolved = 0
        self._assistants: Mapping[str, str] = {}
        self.pipeline = self._make_pipeline()

    @property
    def noun(self) -> str:
        """What the rows are called."""
        return _NOUNS.get(self._request.listing, self._request.listing)

    def documented(self, record: str) -> dict[str, str]:
        """Return the documented fields of a record, each with its kind."""
        if record == "common":
            return dict(self._reader.columns)
        own: dict[str, str] = {**columns(self.listing.load_model())} if self.listing.model else {}
        if self._resolves:
            own["assistant_id"] = "id"
        return own

    def pages(self, report: ListingReport) -> Generator[Page]:
        """Read the listing, page by page; of calls, those of the range."""
        options = self._request.options
        window, reader = self._window, self._reader
        if window is None or not isinstance(reader, CallReader):
            yield from self._hook.read_pages(options, self._request.listing, report=report)
            return
        # Calls that begin while the listing is read are not yet due, whatever the range.
        due = min(window.until, datetime.now(UTC))
        options = replace(options, within=partial(_began_between, reader, window.since, due))
        if self._resolves:
            ask = partial(_assistants_of_calls, self._hook, self._request, options, reader)
            self._assistants = self._hook.run_async(ask)
        for page in self._hook.read_pages(options, self._request.listing, report=report):
            yield replace(page, rows=[self._with_assistant(row) for row in page.rows if self._is_wanted(reader, row)])

    def check_presence(self) -> None:
        """
        Refuse a selection by a field that no row has and no document knows, before it replaces anything.

        :raises ConfigurationError: If there is such a field in ``fields`` or ``where``.
        """
        is_common = self._request.record == "common"
        known = {**self.documented("vendor"), **(self.documented("common") if is_common else {})}
        problems = self.pipeline.presence.problems(known, noun=self.noun.removesuffix("s"))
        if problems:
            raise ConfigurationError(
                f"Nothing was written: {'; '.join(problems)}",
                vendor=self._hook.vendor.title,
                conn_id=self._hook.conn_id,
                advice="Correct fields and where; if the vendor has left a field out, take it out of them",
            )

    def summary(self, report: ListingReport, *, partition_key: str | None) -> dict[str, Any]:
        """
        Return what a manifest says of the listing beside what it says of every one of assistants.

        :param report: The outcome of the listing.
        :param partition_key: The key of the run's partition; None if it has none.
        """
        more: dict[str, Any] = {} if partition_key is None else {"partition_key": partition_key}
        if self._request.listing == "assistants":
            return more
        more["listing"] = self._request.listing
        if self._window is None or self.listing.time_range is None:
            return {**more, "unproven": self._uncounted(report)}
        return {
            **more,
            "since": self._window.since,
            "until": self._window.until,
            "timezone": str(self._zone),
            "open_calls": self.pipeline.statuses["in-progress"],
            "undated_calls": self._undated,
            **({"unresolved_calls": self._unresolved} if self._resolves else {}),
            "unproven": [*self.listing.time_range.unproven, *self._doubts(report)],
        }

    def warn(self) -> None:
        """Log what of the rows a person should know."""
        if self._undated:
            log.warning(
                "%s had no readable time of their beginning and are in no range; the manifest counts them as undated_calls",
                counted(self._undated, "call"),
            )
        if self._unresolved:
            log.warning(
                "%s are of no assistant that the vendor lists now, so that their assistant_id is null",
                counted(self._unresolved, "call"),
            )

    @property
    def _resolves(self) -> bool:
        """Whether the vendor has to be asked for the assistants of calls."""
        wanted = self._window is not None and self._window.resolve_assistants
        return wanted and self.listing.assistant_filter is not None

    def _doubts(self, report: ListingReport) -> list[str]:
        doubts = []
        if self._window is not None and self._window.until > self._reading_began(report):
            doubts.append("The range was not over when it was read: calls of it that began later are missing")
        if report.agreed:
            doubts.append(
                "Calls outside the range came or went while it was read, so that its number could not be compared with the "
                "vendor's count; two passes over the listing brought the same calls of the range"
            )
        return [*doubts, *self._uncounted(report)]

    @staticmethod
    def _uncounted(report: ListingReport) -> list[str]:
        if report.total_reported is not None:
            return []
        return ["The vendor reports no count of this listing: a row that it leaves out cannot be noticed"]

    @staticmethod
    def _reading_began(report: ListingReport) -> datetime:
        return report.started_at or datetime.now(UTC)

    def _is_wanted(self, reader: CallReader, row: Row) -> bool:
        began = reader.row_started_at(row)
        if began is None:
            self._undated += 1
        return began is not None and self._window is not None and self._window.holds(began)

    def _with_assistant(self, row: Row) -> Row:
        if not self._resolves:
            return row
        assistant = self._assistants.get(str(self._reader.row_id(row)))
        self._unresolved += assistant is None
        return {**row, "assistant_id": assistant}

    def _make_pipeline(self) -> RowPipeline:
        vendor, reader, request = self._hook.vendor, self._reader, self._request
        is_common = request.record == "common"
        shape = partial(reader.common, vendor=vendor.name, account=self._hook.conn_id) if is_common else None
        shaped = self.documented("common") if is_common else {}
        documented = self.documented("vendor")
        filtered = {*request.where} - {"status"} if isinstance(request.where, Mapping) else set()
        named = filtered | ({*request.fields} if request.fields and not is_common else set())
        general, own = vendor.sensitive, self.listing.sensitive
        common = ("from_number", "to_number") if is_common and isinstance(reader, CallReader) else ()
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
                known_secrets=self._hook.get_account().secrets,
                secret_paths=(*general.secrets, *own.secrets),
                personal_paths=(*general.personal, *own.personal, *common),
            ),
            shape=self._without_queries(shape),
            fields=request.fields,
        )

    def _without_queries(self, shape: Callable[[Row], Row] | None) -> Callable[[Row], Row] | None:
        """Return the shape whose links to recordings have no query, at the level ``personal``."""
        links = self.listing.sensitive.personal_links
        if self._request.redact != "personal" or not links:
            return shape
        names = ("recording_url",) if shape else links

        def clean(row: Row) -> Row:
            record = shape(row) if shape else row
            signed = {name: value for name in names if isinstance(value := record.get(name), str) and "?" in value}
            if not signed:
                return record
            return {**record, **{name: f"{value.partition('?')[0]}?{REDACTED}" for name, value in signed.items()}}

        return clean


def _began_between(reader: CallReader, since: datetime, until: datetime, row: Row) -> bool:
    began = reader.row_started_at(row)
    return began is not None and since <= began < until


async def _assistants_of_calls(
    hook: AssistantsHook, request: ListingRequest, options: ListingOptions, reader: CallReader
) -> dict[str, str]:
    """Return the id of the assistant of each call of the range, by the call's id: as many requests as there are assistants."""
    listing, own = hook.vendor.listing(request.listing), hook.vendor.assistants.reader
    fields = frozenset({reader.id, reader.started_at})
    found: dict[str, str] = {}
    async with hook.aclient() as client:
        async with aclosing(client.pages(fields=own.fields)) as pages:
            assistants = [own.row_id(row) async for page in pages for row in page.rows]
        for assistant in assistants:
            if assistant is None:
                continue
            filters = {**options.filters, str(listing.assistant_filter): assistant}
            asked = replace(options, filters=filters, fields=fields)
            async with aclosing(client.pages(request.listing, asked)) as pages:
                async for page in pages:
                    wanted = filter(options.within, page.rows)
                    found.update((str(reader.row_id(row)), assistant) for row in wanted)
    return found
