# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from pydantic_core import from_json

from airflow_provider_assistants.records.columns import EXTRA, Column, Table, select
from airflow_provider_assistants.records.formats import Format
from tests.records.tables import KINDS, any_rows, csv_cells, parquet_cells, rows_of, with_nulls, written


def same(left: Any, right: Any) -> bool:
    """Equal, and a boolean is no number; JSON itself does not distinguish 7 and 7.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def flags_as_booleans(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """1 and 0 in a field that is documented as a flag are true and false."""
    return [
        {**row, "fillers": bool(row["fillers"])} if type(row["fillers"]) is int and row["fillers"] in (0, 1) else row
        for row in rows
    ]


@given(rows=any_rows)
def test_any_rows_come_back_from_parquet(rows: list[dict[str, Any]]) -> None:
    read = rows_of(parquet_cells(written(rows, Format.PARQUET)))
    assert same(flags_as_booleans(read), flags_as_booleans(with_nulls(rows)))


@given(rows=any_rows)
def test_any_rows_come_back_from_csv(rows: list[dict[str, Any]]) -> None:
    # A row without a single value would still be a line of commas; the id's column may hold texts, as _extra shows.
    read = rows_of(csv_cells(written(rows, Format.CSV)))
    for row, wanted in zip(read, with_nulls(rows), strict=True):
        if type(wanted["id"]) is int and type(row["id"]) is str:
            row["id"] = int(row["id"])
    assert same(flags_as_booleans(read), flags_as_booleans(with_nulls(rows)))


@pytest.mark.parametrize(
    ("field", "value", "cell", "is_extra"),
    [
        ("tries", 7, 7, False),
        ("tries", "7", 7, True),
        ("tries", 7.0, 7, True),
        ("tries", True, None, True),
        ("tries", "many", None, True),
        ("tries", "1_000", None, True),
        ("tries", 2**63, None, True),
        ("id", "007", None, True),
        ("speed", 1, 1.0, False),
        ("speed", "1.10", 1.1, True),
        ("speed", 2**53 + 1, float(2**53), True),
        ("speed", "nan", None, True),
        ("record", 1, True, True),
        ("record", "false", False, True),
        ("record", 2, None, True),
        ("fillers", 0, False, False),
        ("fillers", True, True, False),
        ("name", 7, "7", True),
        ("name", True, None, True),
        ("name", {"first": "A"}, None, True),
        ("created_at", 1700000000, "1700000000", True),
        ("settings", [], "[]", False),
        ("settings", {"b": 1, "a": None}, '{"b":1,"a":null}', False),
        ("voice", "nova", '"nova"', False),
        ("voice", "7", '"7"', False),
        ("voice", '[{"name": "crm"}]', '[{"name": "crm"}]', True),
        ("settings", '{"a": 1}', '{"a": 1}', True),
        ("tags", "[NaN]", '"[NaN]"', False),
        ("tags", '["cut', '"[\\"cut"', False),
    ],
)
def test_a_value_is_read_where_it_can_be_and_kept_as_it_came(field: str, value: Any, cell: Any, is_extra: bool) -> None:
    table = Table([Column(field, KINDS[field])], extra=True)
    read, extra = table.cells({field: value})
    assert (read, type(read)) == (cell, type(cell))
    assert extra == (json.dumps({field: value}, separators=(",", ":")) if is_extra else None)


@given(rows=any_rows)
def test_each_cell_of_a_json_column_is_json_and_never_the_json_of_json(rows: list[dict[str, Any]]) -> None:
    for format, cells in ((Format.PARQUET, parquet_cells), (Format.CSV, csv_cells)):
        for line in cells(written(rows, format)):
            for name in ("settings", "tags", "voice"):
                value = None if line[name] is None else json.loads(line[name])
                if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
                    with pytest.raises(ValueError, match="column"):
                        from_json(value, allow_inf_nan=False)


def test_unknown_fields_are_extra_even_if_null_or_named_like_it() -> None:
    table = Table([Column("id", "id")], extra=True)
    assert table.cells({"id": 1, "new": None, EXTRA: "x"}) == [1, '{"new":null,"_extra":"x"}']


def test_ids_that_are_texts_here_are_a_column_of_texts() -> None:
    table = Table([Column("id", "id"), Column("user_id", "id")], extra=True)
    table.settle([])  # a page of which no row was wanted
    table.settle([{"id": "asst_1", "user_id": None}, {"id": "asst_2", "user_id": 3}])
    assert [column.kind for column in table.columns] == ["string", "id"]
    assert table.cells({"id": "asst_1", "user_id": 3}) == ["asst_1", 3, None]


def test_selected_fields_are_the_columns_in_their_order() -> None:
    row = {"id": 1, "name": "A", "llm_settings": {"model": "gpt", "voices": ["x", "y"]}}
    assert select(row, ["llm_settings.model", "llm_settings.voices.1", "missing", "id"]) == {
        "llm_settings.model": "gpt",
        "llm_settings.voices.1": "y",
        "missing": None,
        "id": 1,
    }
    table = Table([Column("llm_settings.model", "plain"), Column("tools", "plain")], extra=False)
    assert table.cells({"llm_settings.model": "gpt", "tools": [1]}) == ["gpt", "[1]"]
