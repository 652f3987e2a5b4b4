# SPDX-License-Identifier: Apache-2.0
"""Lineage: report what a task read and wrote to Airflow's collector, where OpenLineage reads it."""

from __future__ import annotations

import logging
from typing import Any

from airflow.providers.common.compat import sdk

from airflow_provider_assistants.storable import one_line, storable_text

__all__ = ["report_lineage"]

log = logging.getLogger(__name__)


def report_lineage(context: Any, *, source_url: str, uri: str) -> None:
    """
    Report a vendor's listing as input, and the file that was written as output.

    The file exists by now, so a URI that Airflow refuses as an asset (over 1,500 characters) is logged, not raised.

    :param context: The hook or operator that did it.
    :param source_url: The listing's URL, without query parameters.
    :param uri: The file's URI.
    """
    collector = sdk.get_hook_lineage_collector()
    try:
        collector.add_input_asset(context=context, uri=storable_text(source_url))
        collector.add_output_asset(context=context, uri=storable_text(uri))
    except ValueError as error:
        log.warning("Lineage was not reported: %s", one_line(str(error)))
