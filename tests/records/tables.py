# SPDX-License-Identifier: Apache-2.0
"""What the tests of formats share: writing rows to bytes, and reading them back as a user of the file would."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet
from hypothesis import strategies as st

from airflow_provider_assistants.records.columns import EXTRA, Column, Table
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.records.writers import open_writer

Row = dict[str, Any]

#: One column of each kind that a vendor's document can give.
KINDS = {
    "id": "id",
    "name": "string",
    "tries": "integer",
    "speed": "number",
    "record": "boolean",
    "fillers": "flag",
    "created_at": "time",
    "settings": "object",
    "tags": "array",
    "voice": "any",
}

_texts = (
    st.text(max_size=12)
    | st.sampled_from(["", " ", "7", "007", "-5", "1e3", "+49 30 1", "=1+1", "'=x", "- a", "true"])
    | st.sampled_from(
        ["[]", ' {"a": 1}\n', '[{"name":"crm","tries":1e400}]', "[NaN]", '{"a":', "[1] and more", '"[]"', "null"]
    )
)
_numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
_json = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
#: Any rows at all: documented fields with any value, missing fields, unknown fields.
any_rows = st.lists(st.dictionaries(st.sampled_from(list(KINDS)) | st.text(max_size=6), _json, max_size=12), max_size=6)


def columns(kinds: Mapping[str, str] = KINDS) -> list[Column]:
    return [Column(name, kind) for name, kind in kinds.items()]


def written(
    rows: Sequence[Row],
    format: Format,
    compression: Compression = Compression.NONE,
    *,
    kinds: Mapping[str, str] = KINDS,
    extra: bool = True,
    page: int = 2,
    **options: Any,
) -> bytes:
    """Write rows page by page and return the file."""
    stream = io.BytesIO()
    table = Table(columns(kinds), extra=extra)
    writer = open_writer(stream, format=format, compression=compression, table=table, **options)
    for start in range(0, len(rows), page):
        writer.write(rows[start : start + page])
    writer.close()
    return stream.getvalue()


def rows_of(cells: Sequence[Row], kinds: Mapping[str, str] = KINDS) -> list[Row]:
    """Decode JSON columns and lay ``_extra`` over each row: how a user has the vendor's rows back."""
    rows = []
    for line in cells:
        extra = json.loads(line.get(EXTRA) or "{}")
        known = {name: value for name, value in line.items() if name != EXTRA}
        for name, value in known.items():
            if kinds[name] in ("object", "array", "any") and value is not None:
                known[name] = json.loads(value)
        rows.append({**known, **extra})
    return rows


def with_nulls(rows: Sequence[Row], kinds: Mapping[str, str] = KINDS) -> list[Row]:
    """What has to come back: the rows, with null for each documented field that was missing."""
    return [{**dict.fromkeys(kinds), **row} for row in rows]


def parquet_cells(data: bytes) -> list[Row]:
    return pyarrow.parquet.read_table(pyarrow.BufferReader(data)).to_pylist()


def csv_cells(data: bytes, kinds: Mapping[str, str] = KINDS, *, escaped: bool = True) -> list[Row]:
    """Read a CSV file as texts, with null and the empty text distinguished, then as what each column holds."""
    names = data.decode().split("\r\n", 1)[0].split(",")
    table = pyarrow.csv.read_csv(
        pyarrow.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pyarrow.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    readers = {"integer": int, "number": float, "boolean": "true".__eq__, "flag": "true".__eq__}
    rows = []
    for line in table.to_pylist():
        row = {}
        for name, text in line.items():
            if text is None:
                row[name] = None
                continue
            plain = re.sub(r"(?s)\A'('*[=+\-@\t\r\n＝＋－＠])", r"\1", text) if escaped else text
            row[name] = readers.get(kinds.get(name, ""), str)(plain)
        rows.append(row)
    return rows
