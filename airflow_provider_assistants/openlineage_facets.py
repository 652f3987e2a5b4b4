# SPDX-License-Identifier: Apache-2.0
"""
What a task read and wrote, as OpenLineage has it: datasets with their schema, rows and bytes.

Loaded only when Airflow's OpenLineage provider asks for it. An error needs no facet of ours: that provider adds its message to
the event of a failed task, which then names what was read and nothing that was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.common.compat.openlineage.facet import (
    InputDataset,
    OutputDataset,
    OutputStatisticsOutputDatasetFacet,
    SchemaDatasetFacet,
    SchemaDatasetFacetFields,
)
from airflow.providers.openlineage.extractors import OperatorLineage
from openlineage.client.generated.input_statistics_input_dataset import InputStatisticsInputDatasetFacet

from airflow_provider_assistants.storable import storable_text

if TYPE_CHECKING:
    from airflow_provider_assistants.lineage import LineageDataset, TaskLineage

__all__ = ["operator_lineage"]

#: Stores whose URI may name a connection before the bucket, as in ``s3://my_conn@bucket/key``.
_WITH_CONNECTION = frozenset({"s3", "s3a", "gs", "gcs"})
#: Schemes that OpenLineage knows by another name.
_ALSO_KNOWN_AS = {"s3a": "s3", "gcs": "gs"}


def operator_lineage(lineage: TaskLineage) -> OperatorLineage[Any, Any]:
    """Return what OpenLineage takes from an operator."""
    return OperatorLineage(
        inputs=[_input(each) for each in lineage.inputs.values()],
        outputs=[_output(each) for each in lineage.outputs.values()],
    )


def _input(dataset: LineageDataset) -> InputDataset:
    namespace, name = _name(dataset.uri)
    statistics: dict[str, Any] = {}
    if dataset.rows is not None:
        statistics = {"inputStatistics": InputStatisticsInputDatasetFacet(rowCount=dataset.rows)}
    return InputDataset(namespace=namespace, name=name, facets=_facets(dataset), inputFacets=statistics)


def _output(dataset: LineageDataset) -> OutputDataset:
    namespace, name = _name(dataset.uri)
    statistics = OutputStatisticsOutputDatasetFacet(rowCount=dataset.rows, size=dataset.bytes)
    return OutputDataset(
        namespace=namespace, name=name, facets=_facets(dataset), outputFacets={"outputStatistics": statistics}
    )


def _facets(dataset: LineageDataset) -> dict[str, Any]:
    if not dataset.columns:
        return {}
    fields = [SchemaDatasetFacetFields(name=storable_text(name), type=kind) for name, kind in dataset.columns.items()]
    return {"schema": SchemaDatasetFacet(fields=fields)}


def _name(uri: str) -> tuple[str, str]:
    """
    Return namespace and name of a dataset, by OpenLineage's naming convention.

    Of an object store the bucket and the key, of a file ``file`` and its path, of a vendor its origin and the path.
    """
    scheme, separator, rest = storable_text(uri).partition("://")
    if not separator:
        return "file", uri
    place, _, path = rest.partition("/")
    if scheme == "file":
        return (f"file://{place}" if place else "file"), f"/{path}"
    if scheme in ("http", "https"):
        return f"{scheme}://{place}", f"/{path}"
    if scheme in _WITH_CONNECTION:
        place = place.rpartition("@")[2]
    return f"{_ALSO_KNOWN_AS.get(scheme, scheme)}://{place}", path or "/"
