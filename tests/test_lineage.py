# SPDX-License-Identifier: Apache-2.0
"""Lineage, of destinations that Airflow does not take for an asset."""

from __future__ import annotations

import pytest

from airflow_provider_assistants.lineage import report_lineage

SOURCE = "https://api.example.com/assistants"


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> object:
    """Airflow's own collector, as it is where somebody reads lineage."""
    from airflow.providers.common.compat.sdk import HookLineageCollector

    collector = HookLineageCollector()
    monkeypatch.setattr("airflow.providers.common.compat.sdk.get_hook_lineage_collector", lambda: collector)
    return collector


@pytest.mark.parametrize(
    ("uri", "reported"),
    [
        ("s3://lake/dt=2026-11-21/x.jsonl", "s3://lake/dt=2026-11-21/x.jsonl"),
        ("file:///lake/\0x.jsonl", r"file:///lake/\x00x.jsonl"),
        ("s3://lake/" + "x" * 2_000, None),
    ],
)
def test_a_written_file_is_no_failure(
    collected: object, uri: str, reported: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    report_lineage(object(), source_url=SOURCE, uri=uri)
    outputs = [each.asset.uri for each in collected.collected_assets.outputs]  # type: ignore[attr-defined]
    assert outputs == ([reported] if reported else [])
    assert ("Lineage was not reported" in caplog.text) == (reported is None)
