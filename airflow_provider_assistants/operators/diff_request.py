# SPDX-License-Identifier: Apache-2.0
"""What a task was asked to compare, read from its rendered arguments; one error reports every problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.operators.diff_arguments import CHECKS
from airflow_provider_assistants.operators.snapshot_reference import SnapshotReference
from airflow_provider_assistants.parse_time import as_text, is_blank, shown
from airflow_provider_assistants.records.formats import Compression, Format, check_available, resolve_format

__all__ = ["DiffRequest", "read_diff_request"]


@dataclass(frozen=True, kw_only=True)
class DiffRequest:
    """The checked arguments of a task; see the operator for what each is."""

    before: SnapshotReference | None
    after: SnapshotReference
    destination: str | None
    format: Format
    compression: Compression
    report: str | None
    object_storage_conn_id: str | None
    ignore: Sequence[str]
    on_missing_before: str
    max_xcom_bytes: int
    redact: str


def read_diff_request(arguments: Mapping[str, Any], *, max_xcom_bytes: int) -> DiffRequest:
    """
    Check the rendered arguments of a task.

    :param arguments: The operator's arguments by name.
    :param max_xcom_bytes: What holds where the operator says nothing.
    :raises ConfigurationError: If anything is wrong; the message lists all of it.
    """
    problems = [problem for name, check in CHECKS.items() for problem in check(name, arguments[name])]
    references: dict[str, SnapshotReference | None] = {}
    for name in ("before", "after"):
        try:
            references[name] = SnapshotReference.read(arguments[name])
        except ValueError as error:
            problems.append(f"{name} {error}")
    after = references.get("after")
    if "after" in references and after is None:
        problems.append("after names no snapshot; the task that lists has to succeed, with a destination")
    destination, report = _text(arguments["destination"]), _text(arguments["report"])
    format, compression = Format.JSON, Compression.NONE
    if destination:
        try:
            format, compression = resolve_format(destination)
            check_available(format, compression)
        except AssistantsError as error:
            problems.append(str(error).rstrip("."))
    files = [reference.uri for reference in references.values() if reference]
    for name, uri in (("destination", destination), ("report", report)):
        if uri and uri in files:
            problems.append(f"{name} would replace another file of this task")
        files += [uri] if uri else []
    ignore = _names(arguments["ignore"])
    if ignore is None:
        problems.append(f"ignore must be a list of dotted paths, got {shown(arguments['ignore'])}")
    limit = _limit(arguments["max_xcom_bytes"], max_xcom_bytes)
    if limit is None:
        problems.append(f"max_xcom_bytes must be an integer >= 1, got {shown(arguments['max_xcom_bytes'])}")
    if problems or after is None or ignore is None or limit is None:
        raise ConfigurationError("; ".join(problems), advice="Correct the task's arguments")
    return DiffRequest(
        before=references["before"],
        after=after,
        destination=destination,
        format=format,
        compression=compression,
        report=report,
        object_storage_conn_id=_text(arguments["object_storage_conn_id"]),
        ignore=ignore,
        on_missing_before=arguments["on_missing_before"],
        max_xcom_bytes=limit,
        redact=arguments["redact"],
    )


def _text(value: Any) -> str | None:
    return None if value is None or is_blank(value) else as_text(value).strip()


def _names(value: Any) -> list[str] | None:
    if value is None or is_blank(value):
        return []
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset) or not all(isinstance(name, str) for name in names):
        return None
    found = [name.strip() for name in names]
    return found if all(found) else None


def _limit(value: Any, default: int) -> int | None:
    if value is None or is_blank(value):
        return default
    text = as_text(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 18 or int(text) < 1:
        return None
    return int(text)
