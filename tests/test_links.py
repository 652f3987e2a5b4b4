# SPDX-License-Identifier: Apache-2.0
"""A link leads to a page, or there is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_assistants.links import DestinationLink, VendorConsoleLink, push_links
from airflow_provider_assistants.operators.destination import console_page
from airflow_provider_assistants.operators.listing import ListAssistantsOperator


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        ("/lake/x.jsonl", None),
        ("file:///lake/x.jsonl", None),
        ("abfs://lake/x.jsonl", None),
        ("sftp://host/x.jsonl", None),
        ("s3://arn:aws:s3:us-east-1:123456789012:accesspoint/lake/x.jsonl", None),
        (
            "s3://lake/dt=1/a b?#.jsonl",
            "https://s3.console.aws.amazon.com/s3/object/lake?prefix=dt%3D1/a%20b%3F%23.jsonl",
        ),
        ("s3://my_conn@lake/x.jsonl", "https://s3.console.aws.amazon.com/s3/object/lake?prefix=x.jsonl"),
        ("gs://lake/x.jsonl", "https://console.cloud.google.com/storage/browser/_details/lake/x.jsonl"),
        ("https://host/x.jsonl", "https://host/x.jsonl"),
    ],
)
def test_the_page_of_a_destination(uri: str, page: str | None) -> None:
    assert console_page(uri) == page


@pytest.mark.parametrize("console", [None, "https://burki.dev", "ftp://burki.dev"])
@pytest.mark.parametrize("destination", [None, "/lake/x.jsonl", "s3://lake/x.jsonl"])
def test_a_link_that_leads_nowhere_is_not_pushed(console: str | None, destination: str | None) -> None:
    operator = ListAssistantsOperator(task_id="list", conn_id="burki_default")
    context: Any = {"task": operator}
    page = console_page(destination) if destination else None
    push_links(context, SimpleNamespace(console_url=console), page=page)  # type: ignore[arg-type]
    pushed = {link.name: link.get_link(operator, ti_key=None) for link in operator.operator_extra_links}
    assert all(url.startswith("https://") for url in pushed.values())
    assert ("Vendor console" in pushed) == (console == "https://burki.dev")
    assert ("Destination" in pushed) == (destination == "s3://lake/x.jsonl")
    declared = ListAssistantsOperator.operator_extra_links
    assert [type(link) for link in declared] == [VendorConsoleLink, DestinationLink]


@pytest.mark.parametrize("pushed", [None, "https://burki.dev"])
def test_a_task_that_resumes_after_a_deferral_keeps_the_link_that_it_pushed(
    monkeypatch: pytest.MonkeyPatch, pushed: str | None
) -> None:
    asked: list[str] = []
    stored = SimpleNamespace(get_value=lambda *, key, ti_key: asked.append(key) or pushed)
    monkeypatch.setattr("airflow_provider_assistants.links.XCom", stored)
    operator = ListAssistantsOperator(task_id="list", conn_id="burki_default")
    assert VendorConsoleLink().get_link(operator, ti_key=None) == (pushed or "")
    assert asked == ["_link_VendorConsoleLink"]
