# SPDX-License-Identifier: Apache-2.0
"""Links on a task's page: the vendor's console, and what the task wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from airflow.providers.common.compat.sdk import BaseOperatorLink, XCom

from airflow_provider_assistants.storable import storable

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperator, Context

    from airflow_provider_assistants.hooks.base import AssistantsHook

__all__ = ["DestinationLink", "VendorConsoleLink", "page_of_uri", "push_links"]

#: Under which name an operator keeps its links until its task ends.
_KEPT = "_assistants_links"


class _KeptLink(BaseOperatorLink):
    kept_as: ClassVar[str]

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """
        Return the link; empty if there is none.

        Airflow asks at the end of a task and pushes the result to XCom, from which its pages read it. A task that
        resumes after a deferral finds there what it pushed before.
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
    """Link to what the task wrote, in the console of its store; absent for a store without a console."""

    name = "Destination"
    kept_as = "destination"


def push_links(context: Context, hook: AssistantsHook, *, destination: str | None = None) -> None:
    """
    Keep the links of a task until it ends, and drop those that lead nowhere, so that none is pushed to XCom empty.

    :param destination: The URI that the task has written, if its store has a console.
    """
    operator = context.get("task")
    if operator is None:
        return
    page = page_of_uri(destination) if destination else None
    links = storable({"console": _web_page(hook.console_url), "destination": page})
    declared = getattr(type(operator), "operator_extra_links", ())
    setattr(operator, _KEPT, links)
    operator.operator_extra_links = tuple(
        link for link in declared if not isinstance(link, _KeptLink) or links[link.kept_as]
    )


def page_of_uri(uri: str) -> str | None:
    """Return the web page on which an object can be seen; None where there is none."""
    from airflow_provider_assistants.records.destination_uri import GOOGLE, S3, Location

    location = Location.parse(uri)
    key = quote(location.path.removeprefix(f"{location.bucket}/"))
    if location.protocol in S3 and not location.bucket.startswith("arn:"):
        return f"https://s3.console.aws.amazon.com/s3/object/{location.bucket}?prefix={key}"
    if location.protocol in GOOGLE:
        return f"https://console.cloud.google.com/storage/browser/_details/{location.bucket}/{key}"
    return _web_page(location.uri)


def _web_page(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
