# SPDX-License-Identifier: Apache-2.0
"""The cycle collector is as it was once a listing has ended, however it ended."""

from __future__ import annotations

import gc

import pytest

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.operators.gc_tuning import relaxed_gc
from airflow_provider_assistants.operators.progress import Progress
from airflow_provider_assistants.sandbox import Sandbox
from tests.operators.running import run


def test_the_collector_runs_seldom_only_while_rows_pass(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before, meanwhile = gc.get_threshold(), []
    update = Progress.update
    monkeypatch.setattr(
        Progress, "update", lambda self, report: (meanwhile.append(gc.get_threshold()), update(self, report))
    )
    assert run()
    assert meanwhile
    assert all(threshold[0] > before[0] for threshold in meanwhile)
    assert gc.get_threshold() == before
    sandbox.fail("burki", "403", times=None)
    with pytest.raises(AssistantsError):
        run()
    assert gc.get_threshold() == before


def test_a_collector_that_is_off_stays_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with relaxed_gc():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
