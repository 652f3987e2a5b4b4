# SPDX-License-Identifier: Apache-2.0
"""Running the operator as its tests do, and reading back what it wrote."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import zstandard

from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.redaction import Redactor
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor


def run(**arguments: Any) -> Any:
    return ListAssistantsOperator(task_id="list", **{"conn_id": "burki_default", **arguments}).execute({})


def held(sandbox: Sandbox, vendor: str, level: str = "secrets") -> list[dict[str, Any]]:
    """What the server holds, redacted."""
    sensitive = get_vendor(vendor).sensitive
    redactor = Redactor(level, secret_paths=sensitive.secrets, personal_paths=sensitive.personal)
    return [redactor.row(row) for row in sandbox.rows(vendor)]


def read_back(path: Path) -> list[dict[str, Any]]:
    """Read a file as a user would; cells of tables become what JSON would hold."""
    data = path.read_bytes()
    suffixes = path.suffixes
    if suffixes[-1] == ".gz":
        data = gzip.decompress(data)
    elif suffixes[-1] == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    match suffixes[0]:
        case ".jsonl":
            return [json.loads(line) for line in data.decode().splitlines()]
        case ".json":
            rows: list[dict[str, Any]] = json.loads(data)
            return rows
        case ".csv":
            return list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        case _:
            return pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()


def as_table(row: dict[str, Any], kinds: dict[str, str], *, text: bool) -> dict[str, Any]:
    """What a table holds of a row: objects as JSON texts, and in CSV everything as text."""
    cells: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = row.get(name)
        if value is None:
            cells[name] = "" if text else None
        elif kind in ("object", "array", "any"):
            is_json = isinstance(value, str) and value.startswith(("[", "{"))
            cells[name] = value if is_json else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif kind in ("boolean", "flag"):
            cells[name] = ("true" if value else "false") if text else bool(value)
        elif kind in ("integer", "id"):
            cells[name] = str(value) if text else int(value)
        elif kind == "number":
            cells[name] = float(value)
        else:
            cells[name] = value
    return cells
