# SPDX-License-Identifier: Apache-2.0
"""Links on a task's page: the vendor's console, and what the task wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from airflow.providers.common.compat.sdk import BaseOperatorLink, XCom

from airflow_provider_assistants.storable import storable

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import BaseOperator, Context

    from airflow_provider_assistants.hooks.base import AssistantsHook

__all__ = ["LINKS_KEY", "DestinationLink", "VendorConsoleLink", "leave_links", "page_of_uri"]

#: Under which key of XCom a task leaves its links: they are read where there is no connection.
LINKS_KEY = "assistants_links"


class _LeftLink(BaseOperatorLink):
    left_as: ClassVar[str]

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        """Give the link that the task left; nothing if it did not come so far."""
        links = XCom.get_value(key=LINKS_KEY, ti_key=ti_key) or {}
        return str(links.get(self.left_as) or "")


class VendorConsoleLink(_LeftLink):
    """Where people look after the assistants."""

    name = "Vendor console"
    left_as = "console"


class DestinationLink(_LeftLink):
    """What the task wrote, in the console of its store where that has one."""

    name = "Destination"
    left_as = "destination"


def leave_links(context: Context, hook: AssistantsHook, *, destination: str | None = None) -> None:
    """
    Leave the links of a task where they are looked for.

    :param destination: The URI that the task has written.
    """
    ti = context.get("ti")
    if ti:
        page = page_of_uri(destination) if destination else None
        ti.xcom_push(key=LINKS_KEY, value=storable({"console": hook.console_url, "destination": page}))


def page_of_uri(uri: str) -> str:
    """Give the web page on which an object can be seen; the URI itself where there is none."""
    parts = urlsplit(uri)
    bucket, key = parts.hostname or "", quote(parts.path.lstrip("/"))
    if parts.scheme in ("s3", "s3a"):
        return f"https://s3.console.aws.amazon.com/s3/object/{bucket}?prefix={key}"
    if parts.scheme in ("gs", "gcs"):
        return f"https://console.cloud.google.com/storage/browser/_details/{bucket}/{key}"
    return uri
