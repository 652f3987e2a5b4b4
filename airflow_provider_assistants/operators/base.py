# SPDX-License-Identifier: Apache-2.0
"""What the operators of all listings share: their arguments, and how one runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperator, conf

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.links import DestinationLink, VendorConsoleLink
from airflow_provider_assistants.operators.static_arguments import CHECKS, DEFAULT_MAX_XCOM_BYTES
from airflow_provider_assistants.parse_time import Check, check_static

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperatorLink, Context

__all__ = ["BaseListingOperator"]


class BaseListingOperator(BaseOperator):
    """
    List one of a vendor's listings: complete, counted and free of duplicates, or the task fails.

    Without a destination the rows are the task's XCom, and the manifest is pushed under the key ``manifest``. With one,
    the rows are streamed there, page by page, and the manifest is the XCom. The destination is written atomically, and
    a rerun is safe: the same listing gives the same bytes.

    Its subclasses say which listing that is, and may add arguments. Those that all take are described where most people meet
    them, at :class:`.ListAssistantsOperator`.
    """

    template_fields: Sequence[str] = (
        "conn_id",
        "destination",
        "rows_per_file",
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
    #: Which of the vendor's listings.
    listing: str
    #: What each argument has to be.
    checks: ClassVar[Mapping[str, Check]] = CHECKS

    def __init__(
        self,
        *,
        conn_id: str,
        destination: str | None = None,
        rows_per_file: int | None = None,
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
        self.rows_per_file = rows_per_file
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
        self._lineage = TaskLineage()
        check_static(self, self.checks)

    def execute(self, context: Context) -> Any:
        """
        List the rows; return them, or the manifest of what was written.

        :raises AssistantsError: If the listing is not complete; for an invalid argument, connection or key the task fails
            without retries.
        """
        from airflow_provider_assistants.operators.run import ListingRun

        self.operator_extra_links = ()  # Airflow pushes one to XCom for each, also for one that leads nowhere
        self._lineage = TaskLineage()
        with failing_at_once():
            return ListingRun(
                self, self._kill_switch, max_xcom_bytes=self.configured_xcom_limit(), lineage=self._lineage
            ).execute(context)

    def on_kill(self) -> None:
        """Stop at once when Airflow ends the task: no further request, and nothing is published."""
        self._kill_switch.kill()

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """Return what this run read and wrote, with columns, rows and bytes; called by Airflow's OpenLineage provider."""
        return self._lineage.as_openlineage()

    @staticmethod
    def configured_xcom_limit() -> int:
        """Return how many bytes of rows may go to XCom where the task does not say it."""
        limit: int = conf.getint("assistants", "max_xcom_bytes", fallback=DEFAULT_MAX_XCOM_BYTES)
        return limit
