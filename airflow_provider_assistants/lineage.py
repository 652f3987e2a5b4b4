# SPDX-License-Identifier: Apache-2.0
"""Lineage: what a task read and wrote, told to Airflow's collector, from which OpenLineage takes it."""

from __future__ import annotations

import logging
from typing import Any

from airflow_provider_assistants.storable import one_line, storable_text

__all__ = ["report_lineage"]

log = logging.getLogger(__name__)


def report_lineage(context: Any, *, source_url: str, uri: str) -> None:
    """
    Report that a vendor's listing was read and a file written.

    The file is there by now, so what Airflow does not take for an asset (a URI over 1,500 characters) is no failure.

    :param context: The hook or operator on whose behalf it happened.
    :param source_url: The listing's URL, without parameters.
    :param uri: The file.
    """
    from airflow.providers.common.compat.sdk import get_hook_lineage_collector

    collector = get_hook_lineage_collector()
    try:
        collector.add_input_asset(context=context, uri=storable_text(source_url))
        collector.add_output_asset(context=context, uri=storable_text(uri))
    except ValueError as error:
        log.warning("Lineage was not reported: %s", one_line(str(error)))
