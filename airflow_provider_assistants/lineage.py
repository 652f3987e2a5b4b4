# SPDX-License-Identifier: Apache-2.0
"""Lineage: what a task read and wrote, told to Airflow's collector, from which OpenLineage takes it."""

from __future__ import annotations

from typing import Any

__all__ = ["report_lineage"]


def report_lineage(context: Any, *, source_url: str, uri: str) -> None:
    """
    Tell that a vendor's listing was read and a file written.

    :param context: The hook or operator on whose behalf it happened.
    :param source_url: The listing's URL, without parameters.
    :param uri: The file.
    """
    from airflow.providers.common.compat.sdk import get_hook_lineage_collector

    collector = get_hook_lineage_collector()
    collector.add_input_asset(context=context, uri=source_url)
    collector.add_output_asset(context=context, uri=uri)
