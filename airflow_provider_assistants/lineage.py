# SPDX-License-Identifier: Apache-2.0
"""
Lineage: what a task read and wrote.

It is reported to Airflow's collector, for whatever reads that, and kept by the operator for OpenLineage, whose events say more:
columns, rows and bytes. OpenLineage does not read the collector of a task whose operator reports for itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow.providers.common.compat import sdk

from airflow_provider_assistants.storable import one_line, storable_text

__all__ = ["LineageDataset", "TaskLineage", "report_lineage"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LineageDataset:
    """
    A listing of a vendor, or a file.

    :param uri: Its URL without query parameters, or its URI.
    :param columns: The types of its columns, or of the fields of its rows, by name; empty if they are not known.
    :param rows: Rows read or written; None if that is not known.
    :param bytes: Bytes written; None if that is not known.
    """

    uri: str
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    bytes: int | None = None


@dataclass
class TaskLineage:
    """What one run of a task has read and written so far, each by its URI."""

    inputs: dict[str, LineageDataset] = field(default_factory=dict)
    outputs: dict[str, LineageDataset] = field(default_factory=dict)

    def read(self, dataset: LineageDataset) -> None:
        """Record an input; what is known later of the same one replaces what was known before."""
        self.inputs[dataset.uri] = dataset

    def wrote(self, dataset: LineageDataset) -> None:
        """Record an output that is visible."""
        self.outputs[dataset.uri] = dataset

    def as_openlineage(self) -> Any:
        """Return what Airflow's OpenLineage provider takes from an operator; only that provider asks for it."""
        from airflow_provider_assistants.openlineage_facets import operator_lineage

        return operator_lineage(self)


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
