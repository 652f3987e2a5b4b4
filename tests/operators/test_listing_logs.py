# SPDX-License-Identifier: Apache-2.0
"""The lines of a listing in the task's log, and what must not be in them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_assistants.exceptions import (
    AssistantsError,
)
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import run


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was logged: the lines of Airflow write to its output, or to Python's logging, as they please."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text + "".join(capfd.readouterr())


def test_redact_none_is_written_as_it_is_and_warned_of(sandbox: Sandbox, log: Callable[[], str]) -> None:
    sandbox.set_size("burki", 2)
    assert run(redact="none") == sandbox.rows("burki")
    assert "redact='none'" in log()


@pytest.mark.parametrize("fault", [None, "503", "truncated", "401", "html"])
def test_no_secret_in_any_log(sandbox: Sandbox, tmp_path: Path, log: Callable[[], str], fault: str | None) -> None:
    if fault:
        sandbox.fail("autocalls", fault, times=1)
    operator = ListAssistantsOperator(
        task_id="list", conn_id="autocalls_default", destination=str(tmp_path / "x.jsonl")
    )
    raised = ""
    try:
        operator.execute({})
    except AssistantsError as error:
        raised = str(error) + repr(vars(error))
    assert bool(raised) == (fault in ("401", "html"))
    assert "sandbox-secret" not in raised + log()
    assert "sandbox-secret" not in json.dumps([str(getattr(operator, name)) for name in operator.template_fields])


def test_the_log_says_where_it_begins_and_how_it_ended(sandbox: Sandbox, log: Callable[[], str]) -> None:
    run(filters={"include_stats": False}, fields=["id"])
    text = log()
    begin = text.index(
        f"Listing Burki assistants of 'burki_default' from {sandbox.base_url('burki')} to XCom, with include_stats"
    )
    assert begin < text.index("Listed Burki assistants of 'burki_default': 12 rows (")
    assert "HTTP Request" not in text


def test_progress_is_logged_every_few_seconds(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    from airflow_provider_assistants.client.completeness import ListingReport
    from airflow_provider_assistants.hooks.burki import BurkiHook
    from airflow_provider_assistants.operators.progress import Progress

    now = [0.0]
    with caplog.at_level(logging.INFO):
        progress = Progress(logging.getLogger("x"), hook=BurkiHook(), uri="u", filters={}, clock=lambda: now[0])
        for second in range(1, 21):
            now[0] = second
            progress.update(
                ListingReport(pages=second, pages_expected=40, rows=second * 100, total_reported=4_000, passes=1)
            )
    lines = [record.getMessage() for record in caplog.records][1:]
    assert lines == [
        "5 of 40 pages, 500 rows, 100 rows/s, about 35 s left",
        "10 of 40 pages, 1,000 rows, 100 rows/s, about 30 s left",
        "15 of 40 pages, 1,500 rows, 100 rows/s, about 25 s left",
        "20 of 40 pages, 2,000 rows, 100 rows/s, about 20 s left",
    ]
