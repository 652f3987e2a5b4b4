# SPDX-License-Identifier: Apache-2.0
"""Two snapshots give their differences, whatever their formats and the order of their rows and keys."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.diff.comparison import Comparison
from airflow_provider_assistants.records.diff.equality import same
from airflow_provider_assistants.records.diff.fields import RowComparer
from airflow_provider_assistants.records.diff.snapshots import Expected
from airflow_provider_assistants.records.formats import Compression, Format
from tests.records.diff.changed_rows import applied, edited_row, random_row
from tests.records.diff.snapshot_files import WAYS, compared, read, snapshot
from tests.records.tables import KINDS, Row

JSONL = (Format.JSONL, Compression.NONE)
BEFORE: list[Row] = [
    {
        "id": number,
        "name": f"Desk {number}",
        "tries": number,
        "speed": 0.5,
        "record": number % 2 == 0,
        "fillers": 1,
        "created_at": "2026-01-01T00:00:00Z",
        "settings": {"model": "gpt", "limits": {"day": 3}, "note": None},
        "tags": ["a", "b"],
        "voice": {"id": 7},
        "more": {"kept": [1, None]},
    }
    for number in range(1, 8)
]
AFTER: list[Row] = [
    *BEFORE[:2],
    {**BEFORE[2], "name": "=Desk 3"},
    {**BEFORE[3], "settings": {"model": "gpt-5", "limits": {"day": 3}, "note": None}, "tags": ["a", "b", "c"]},
    {**BEFORE[4], "more": {"kept": [1]}, "record": True},
    *BEFORE[6:],
    {"id": 99, "name": "New"},
]
EXPECTED = {
    ("update", "3", "name", '"Desk 3"', '"=Desk 3"'),
    ("update", "4", "settings.model", "'gpt'", "'gpt-5'"),
    ("update", "4", "tags.2", "MISSING", "'c'"),
    ("update", "5", "more.kept.1", "None", "MISSING"),
    ("update", "5", "record", "False", "True"),
    ("insert", "99", "", "", ""),
    ("delete", "6", "", "", ""),
}


def lines(changes: Any) -> set[tuple[str, ...]]:
    found = set()
    for change in changes:
        if change.change_type == "update":
            found |= {
                ("update", change.assistant_id, each.path, repr(each.before), repr(each.after))
                for each in change.fields
            }
        else:
            found.add((change.change_type, change.assistant_id, "", "", ""))
    return {tuple(part.replace('"', "'") for part in line) for line in found}


def shuffled_keys(rows: list[Row]) -> list[Row]:
    rng = random.Random(5)
    return [dict(rng.sample(list(row.items()), len(row))) for row in rows]


@pytest.mark.parametrize("after_way", WAYS, ids=str)
@pytest.mark.parametrize("before_way", WAYS, ids=str)
def test_formats_change_nothing(tmp_path: Path, before_way: Any, after_way: Any) -> None:
    before = snapshot(tmp_path, BEFORE, before_way, name="before")
    changes, counts = compared(before, snapshot(tmp_path, shuffled_keys(AFTER), after_way, name="after"))
    assert lines(changes) == {tuple(part.replace('"', "'") for part in line) for line in EXPECTED}
    assert (counts.added, counts.removed, counts.changed, counts.unchanged) == (1, 1, 3, 3)
    assert (counts.rows_before, counts.rows_after, counts.fields) == (7, 7, 5)
    same_again, counts = compared(before, snapshot(tmp_path, shuffled_keys(BEFORE), after_way, name="after"))
    assert same_again == []
    assert counts.unchanged == 7


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    before = snapshot(tmp_path, BEFORE, name="before")
    for seed in range(10):
        rows = random.Random(seed).sample(AFTER, len(AFTER))
        changes, counts = compared(before, snapshot(tmp_path, rows, name="after"))
        assert lines(changes) == {tuple(part.replace('"', "'") for part in line) for line in EXPECTED}
        assert counts.unchanged == 3


def test_applying_the_diff_of_random_snapshots_to_one_gives_the_other(tmp_path: Path) -> None:
    rng = random.Random(11)
    for number in range(30):
        before = [random_row(rng) | {"id": each} for each in range(rng.randrange(25))]
        after = [edited_row(rng, row) | {"id": row["id"]} if rng.random() < 0.5 else row for row in before]
        after = [row for row in after if rng.random() > 0.1]
        after += [random_row(rng) | {"id": 100 + each} for each in range(rng.randrange(4))]
        rng.shuffle(after)
        before_file = snapshot(tmp_path, before, name="before")
        after_file = snapshot(tmp_path, after, WAYS[number % 4], name="after")
        changes, counts = compared(before_file, after_file)
        rows = {str(row["id"]): row for row in read(before_file)}
        for change in changes:
            if change.change_type == "delete":
                assert same(rows.pop(change.assistant_id), change.before)
            elif change.change_type == "insert":
                rows[change.assistant_id] = change.after or {}
            else:
                rows[change.assistant_id] = applied(rows[change.assistant_id], change.fields)
        assert same(rows, {str(row["id"]): row for row in after})
        assert counts.added + counts.changed + counts.unchanged == len(after)
        assert compared(after_file, after_file)[0] == []


def test_what_tables_cannot_express(tmp_path: Path) -> None:
    """A documented field that is absent is null in a table, so it is no change there; any other field is kept as it is."""
    sparse = [{"id": 1, "name": None, "more": None}]
    for way in ((Format.CSV, Compression.NONE), (Format.PARQUET, Compression.ZSTD)):
        table = snapshot(tmp_path, sparse, way, name="before")
        assert compared(table, snapshot(tmp_path, [{"id": 1, "more": None}], name="after"))[0] == []
        assert lines(compared(table, snapshot(tmp_path, [{"id": 1}], name="after"))[0]) == {
            ("update", "1", "more", "None", "MISSING")
        }
    jsonl = snapshot(tmp_path, sparse, name="before")
    assert lines(compared(jsonl, snapshot(tmp_path, [{"id": 1}], name="after"))[0]) == {
        ("update", "1", "name", "None", "MISSING"),
        ("update", "1", "more", "None", "MISSING"),
    }


def test_tables_of_selected_fields(tmp_path: Path) -> None:
    """They have no column for what does not fit, and one of texts for what no document knows."""
    rows = [{"id": 1, "tries": "seven", "settings.model": {"a": [1]}, "settings.on": True, "settings.size": 7}]
    kinds = {
        "id": "id",
        "tries": "integer",
        "settings.model": "plain",
        "settings.on": "plain",
        "settings.size": "plain",
    }
    before = snapshot(tmp_path, rows, name="before", kinds=kinds)
    for way in ((Format.CSV, Compression.NONE), (Format.PARQUET, Compression.ZSTD)):
        table = snapshot(tmp_path, rows, way, name="after", kinds=kinds, extra=False)
        assert compared(before, table, lossy=True)[0] == compared(table, before, lossy=True)[0] == []
        edited = snapshot(tmp_path, [{**rows[0], "settings.size": 8}], name="edited", kinds=kinds)
        assert lines(compared(table, edited, lossy=True)[0]) == {("update", "1", "settings.size", "'7'", "8")}


@pytest.mark.parametrize("side", ["before", "after"])
def test_an_id_that_comes_twice_or_not_at_all(tmp_path: Path, side: str) -> None:
    sides = dict.fromkeys(("before", "after"), snapshot(tmp_path, BEFORE, name="good"))
    for rows, words in (
        ([*AFTER, AFTER[0]], "two of its rows have the id '1'"),
        ([*AFTER, {"name": "x"}], "row 8 has no id"),
    ):
        with pytest.raises(DestinationError, match=words):
            compared(**{**sides, side: snapshot(tmp_path, rows, name="bad")})


def test_a_half_is_never_compared(tmp_path: Path) -> None:
    good = snapshot(tmp_path, BEFORE, name="good")
    for sides in (
        {"before": snapshot(tmp_path, BEFORE, name="x", expected=Expected(rows=8)), "after": good},
        {"before": good, "after": snapshot(tmp_path, BEFORE, name="x", expected=Expected(rows=8))},
    ):
        with pytest.raises(DestinationError, match="its manifest says 8 rows and has 7"):
            compared(**sides)


def test_what_is_reported_was_redacted(tmp_path: Path) -> None:
    """What differs in secrets alone is no change: two redacted snapshots would show none."""

    def redact(rows: Any) -> Any:
        return [{**row, "name": "***"} for row in rows]

    before, after = snapshot(tmp_path, BEFORE, name="before"), snapshot(tmp_path, AFTER, name="after")
    comparison = Comparison(
        before=before, after=after, row_id=lambda row: str(row["id"]), comparer=RowComparer(kinds=KINDS), redact=redact
    )
    changes = list(comparison.changes())
    assert {change.row["name"] for change in changes} == {"***"}
    assert {change.assistant_id for change in changes} == {"4", "5", "6", "99"}
    assert comparison.counts.unchanged == 4


def test_memory_is_an_id_and_a_hash_a_row(tmp_path: Path) -> None:
    import tracemalloc

    rows = [{"id": number, "name": "x" * 2_000} for number in range(3_000)]
    edited = [{**row, "name": "y" * 2_000} for row in rows]
    before, after = snapshot(tmp_path, rows, name="before"), snapshot(tmp_path, edited, name="after")
    comparison = Comparison(
        before=before, after=after, row_id=lambda row: str(row["id"]), comparer=RowComparer(), redact=lambda rows: rows
    )
    list(zip(range(10), comparison.changes(), strict=False))
    tracemalloc.start()
    assert sum(1 for _ in comparison.changes()) == 3_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024, "the rows take 12 MiB"
