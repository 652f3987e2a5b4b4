# SPDX-License-Identifier: Apache-2.0
"""Extra links on a task's page: the vendor's console, and the object that the task wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import BaseOperatorLink, XCom

from airflow_provider_assistants.storable import storable

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperator, Context

    from airflow_provider_assistants.hooks.base import AssistantsHook

__all__ = ["DestinationLink", "ReportLink", "VendorConsoleLink", "push_links"]

#: The attribute in which an operator keeps its links until its task ends.
_KEPT = "_assistants_links"


class _KeptLink(BaseOperatorLink):
    kept_as: ClassVar[str]

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """
        Return the URL; empty if there is none.

        Airflow calls this at the end of a task and pushes the result to XCom, where its pages read it. A task that
        resumes after a deferral reads there what it pushed before.
        """
        kept = getattr(operator, _KEPT, None)
        if kept is not None:
            return kept.get(self.kept_as) or ""
        return XCom.get_value(key=self.xcom_key, ti_key=ti_key) or ""


class VendorConsoleLink(_KeptLink):
    """Link to the vendor's web console."""

    name = "Vendor console"
    kept_as = "console"


class DestinationLink(_KeptLink):
    """Link to the written object in the console of its store; absent for a store without a console."""

    name = "Destination"
    kept_as = "destination"


class ReportLink(_KeptLink):
    """Link to the written report in the console of its store; absent for a store without a console."""

    name = "Report"
    kept_as = "report"


def push_links(
    context: Context, hook: AssistantsHook | None, *, page: str | None = None, report: str | None = None
) -> None:
    """
    Keep the links of a task until it ends, and drop those without a URL, so that none is pushed to XCom empty.

    :param hook: The hook of the task's connection; None for a task without one.
    :param page: The web page of the object that the task has written; None if there is none.
    :param report: Likewise of the report.
    """
    operator = context.get("task")
    if operator is None:
        return
    pages = {"console": hook.console_url if hook else None, "destination": page, "report": report}
    links = storable({name: _web_page(url) for name, url in pages.items()})
    declared = getattr(type(operator), "operator_extra_links", ())
    setattr(operator, _KEPT, links)
    operator.operator_extra_links = tuple(
        link for link in declared if not isinstance(link, _KeptLink) or links[link.kept_as]
    )


def _web_page(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
