# SPDX-License-Identifier: Apache-2.0
"""The operator that compares two snapshots of an account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import AirflowSkipException, BaseOperator, conf

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.links import DestinationLink, ReportLink
from airflow_provider_assistants.operators.diff_arguments import CHECKS
from airflow_provider_assistants.operators.static_arguments import DEFAULT_MAX_XCOM_BYTES
from airflow_provider_assistants.parse_time import check_static

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperatorLink, Context

__all__ = ["DiffAssistantsOperator"]


class DiffAssistantsOperator(BaseOperator):
    """
    Compare two snapshots of an account: which assistants came and went, and which fields changed.

    A snapshot is a file that ``ListAssistantsOperator`` wrote, in any of its formats; the two may have different ones. Rows are
    matched by the vendor's id. The summary is the task's XCom: ``added``, ``removed``, ``changed``, ``unchanged``, ``fields``
    (counts of changes by path), ``before``, ``after``, ``uri``, ``report``, and more. The changes are pushed under the key
    ``assistants_diff``, as many as fit.

    With a destination each change is a row: one for each changed field, by its dotted path, with the value before and after; an
    assistant that came or went is one row with its whole record. Files are written atomically, and the same snapshots give the
    same bytes.

    All parameters are templated; ``after`` is rendered first, so the others can use its manifest: ``{{ task.after.conn_id }}``.

    .. seealso:: How-to: :ref:`howto/operator:DiffAssistantsOperator`

    :param before: The earlier snapshot: a URI, or its manifest. A ``*`` in the URI, as in ``s3://lake/*/burki.parquet``,
        stands for the newest one that is older than ``after``.
    :param after: The later snapshot: a URI, or its manifest, which is the XCom of ``ListAssistantsOperator``.
    :param destination: Where to write the changes; the suffix names the format, as for ``ListAssistantsOperator``.
    :param report: Where to write a report for people: one HTML file.
    :param object_storage_conn_id: The connection to the store of all of these.
    :param ignore: Changes at these dotted paths, and below them, do not count. What the vendor counts up by itself, such as
        ``updated_at``, is ignored anyway; ``!updated_at`` takes that back.
    :param on_missing_before: ``baseline`` if there need be no earlier snapshot: nothing has changed then; or ``fail``.
    :param on_no_change: ``success``, or ``skip``: the task is skipped if nothing changed, and so is what notifies of changes.
    :param max_xcom_bytes: How many bytes of changes are pushed to XCom; ``[assistants] max_xcom_bytes`` if None.
    :param redact: What is redacted in all that is reported, whatever the snapshots hold: ``secrets``, ``personal`` or ``none``.
    """

    template_fields: Sequence[str] = (
        "after",
        "before",
        "destination",
        "report",
        "object_storage_conn_id",
        "ignore",
        "on_missing_before",
        "on_no_change",
        "max_xcom_bytes",
        "redact",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"before": "json", "after": "json", "ignore": "json"}
    operator_extra_links: Collection[BaseOperatorLink] = (ReportLink(), DestinationLink())
    ui_color = "#e8f0fe"

    def __init__(
        self,
        *,
        before: Any,
        after: Any,
        destination: str | None = None,
        report: str | None = None,
        object_storage_conn_id: str | None = None,
        ignore: Sequence[str] | str = (),
        on_missing_before: str = "baseline",
        on_no_change: str = "success",
        max_xcom_bytes: int | None = None,
        redact: str = "secrets",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.before = before
        self.after = after
        self.destination = destination
        self.report = report
        self.object_storage_conn_id = object_storage_conn_id
        self.ignore = ignore
        self.on_missing_before = on_missing_before
        self.on_no_change = on_no_change
        self.max_xcom_bytes = max_xcom_bytes
        self.redact = redact
        self._kill_switch = KillSwitch()
        self._lineage = TaskLineage()
        check_static(self, CHECKS)

    def execute(self, context: Context) -> dict[str, Any]:
        """
        Compare the snapshots; return the summary.

        :raises ConfigurationError: If an argument is wrong, or the snapshots cannot be compared; the task fails without retries.
        :raises DestinationError: If a snapshot cannot be read, ends early or is not what its manifest says, or a file cannot be
            written.
        :raises AirflowSkipException: If nothing changed and ``on_no_change`` says so, after everything was written.
        """
        with failing_at_once():
            summary = self._compare(context)
        if self.on_no_change == "skip" and not (summary["added"] or summary["removed"] or summary["changed"]):
            if context.get("ti"):
                context["ti"].xcom_push(key="return_value", value=summary)
            raise AirflowSkipException("Nothing has changed, and on_no_change is 'skip'")
        self._attach(context, summary)
        return summary

    def _compare(self, context: Context) -> dict[str, Any]:
        from airflow_provider_assistants.operators.diff_run import run_diff

        self.operator_extra_links = ()  # Airflow pushes one to XCom for each, also for one that leads nowhere
        limit = conf.getint("assistants", "max_xcom_bytes", fallback=DEFAULT_MAX_XCOM_BYTES)
        arguments = {name: getattr(self, name) for name in self.template_fields}
        self._lineage = TaskLineage()
        summary, changes = run_diff(
            self, arguments, context, kill_switch=self._kill_switch, max_xcom_bytes=limit, lineage=self._lineage
        )
        if context.get("ti"):
            context["ti"].xcom_push(key="assistants_diff", value=changes)
        return summary

    def on_kill(self) -> None:
        """Stop at once when Airflow ends the task: nothing is published."""
        self._kill_switch.kill()

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """Return what this run read and wrote, with columns, rows and bytes; called by Airflow's OpenLineage provider."""
        return self._lineage.as_openlineage()

    def _attach(self, context: Context, summary: dict[str, Any]) -> None:
        """Attach the summary to the events of the outlets."""
        events = context.get("outlet_events")
        if events is None:
            return
        for outlet in self.outlets:
            if hasattr(outlet, "uri") and hasattr(outlet, "extra"):
                events[outlet].extra = summary
