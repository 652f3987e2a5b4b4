# SPDX-License-Identifier: Apache-2.0
"""ListCallsOperator against the sandbox: ranges, zones, what settles late, what is personal, and what cannot be proven."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_assistants.exceptions import ConfigurationError, ListingDriftError
from airflow_provider_assistants.operators.calls import ListCallsOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.base import COMMON_CALL_COLUMNS
from tests.conftest import VENDORS
from tests.fuzzing import cases

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def run(vendor: str, since: Any, until: Any, **arguments: Any) -> Any:
    scan = {"allow_full_scan": True} if vendor == "puretalk" else {}
    given = {"conn_id": f"{vendor}_default", "since": since, "until": until, **scan, **arguments}
    return ListCallsOperator(task_id="calls", **given).execute({})


def ids(vendor: str, rows: list[dict[str, Any]]) -> list[str]:
    reader = get_vendor(vendor).listing("calls").reader
    return [str(reader.row_id(row)) for row in rows]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("vendor", VENDORS)
def test_days_hold_each_call_once(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    sandbox.set_options(calls=500, calls_days=3)
    found: list[str] = []
    for day in range(-1, 5):
        path = tmp_path / f"{day}.jsonl"
        manifest = run(vendor, FIRST + day * DAY, FIRST + (day + 1) * DAY, destination=str(path))
        found += ids(vendor, lines(path))
        assert manifest["rows"] == len(lines(path))
        assert manifest["consistent"] is True
        assert (manifest["listing"], manifest["since"]) == ("calls", (FIRST + day * DAY).isoformat())
    assert sorted(found) == sorted(ids(vendor, sandbox.rows(vendor, listing="calls")))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_at_the_end_of_a_range_is_of_the_next_one(sandbox: Sandbox, vendor: str) -> None:
    sandbox.set_options(calls=0)
    for seconds in (-1, 0, 1):
        sandbox.add_call(vendor, FIRST + timedelta(seconds=seconds))
    before = run(vendor, FIRST - DAY, FIRST, redact="none")
    after = run(vendor, FIRST, FIRST + DAY, redact="none")
    assert (len(before), len(after)) == (1, 2)


ZONES = ("UTC", "America/Sao_Paulo", "Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu")
#: Around these switches of daylight saving, midnight and the switch of a year.
MOMENTS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
]


@cases(6)
@given(data=st.data())
@pytest.mark.parametrize("vendor", VENDORS)
def test_ranges_hold_exactly_what_the_server_holds(sandbox: Sandbox, vendor: str, data: st.DataObject) -> None:
    """Any calls, any zone of the vendor's days, any split of the time: each call is in one range, in that of its own time."""
    zone = data.draw(st.sampled_from(ZONES))
    around = data.draw(st.sampled_from(MOMENTS))
    near = st.integers(-50 * 3600, 50 * 3600)
    starts = data.draw(st.lists(near | st.integers(-26, 26).map(lambda hours: hours * 3600), max_size=12))
    cuts = sorted({-60 * 3600, 60 * 3600, *data.draw(st.lists(near, max_size=4))})
    sandbox.reset()
    sandbox.set_options(calls=0, zone=zone)
    for seconds in starts:
        sandbox.add_call(vendor, around + timedelta(seconds=seconds))
    found: list[str] = []
    for since, until in itertools.pairwise(cuts):
        window = around + timedelta(seconds=since), around + timedelta(seconds=until)
        rows = run(vendor, *window, redact="none", timezone=zone, max_xcom_bytes=10**7)
        again = run(vendor, *window, redact="none", timezone=zone, max_xcom_bytes=10**7)
        assert rows == again
        found += ids(vendor, rows)
    assert sorted(found) == sorted(ids(vendor, sandbox.rows(vendor, listing="calls")))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_rerun_gives_the_same_bytes_once_calls_have_settled(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    sandbox.set_options(calls=60, calls_days=1)
    sums, opened = [], []
    for now in ("2026-03-02T00:01:00Z", "2026-03-02T12:00:00Z", "2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z"):
        sandbox.set_options(calls_now=now)
        manifest = run(vendor, FIRST, FIRST + DAY, destination=str(tmp_path / "day.jsonl"))
        assert manifest["rows"] == 60
        sums.append(manifest["sha256"])
        opened.append(manifest["open_calls"])
    assert len({*sums[:3]}) == 3
    assert sums[2] == sums[3]
    assert opened[0] > 0
    assert opened[1:] == [0, 0, 0]


@pytest.mark.parametrize("vendor", VENDORS)
def test_calls_that_come_in_meanwhile_are_of_a_later_range(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    """Each request finds more calls: the vendor's count never stands still, and the range is whole all the same."""
    sandbox.set_options(calls=2_000, calls_days=4, calls_now="2026-03-02T00:30:00Z", calls_step=120, page_cap=50)
    manifest = run(vendor, FIRST, FIRST + DAY, destination=str(tmp_path / "day.jsonl"))
    wanted = [
        row
        for row in sandbox.rows(vendor, listing="calls")
        if FIRST <= get_vendor(vendor).listing("calls").reader.row_started_at(row) < FIRST + DAY  # type: ignore[attr-defined]
    ]
    assert sorted(ids(vendor, lines(tmp_path / "day.jsonl"))) == sorted(ids(vendor, wanted))
    assert manifest["consistent"] is True
    agreed = any("two passes" in each for each in manifest["unproven"])
    assert agreed is (vendor != "burki"), "Burki's range ends where the task's does, and stands still"


def test_a_range_in_which_a_call_is_missing_fails(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_options(calls=300, calls_days=1)
    sandbox.fail("burki", "missing_row", times=None)
    with pytest.raises(ListingDriftError):
        run("burki", FIRST, FIRST + DAY, destination=str(tmp_path / "day.jsonl"), page_size=50)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_common_record(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    path = tmp_path / "calls.parquet"
    run(vendor, FIRST, FIRST + 14 * DAY, destination=str(path), record="common", redact="none")
    table = pyarrow.parquet.read_table(path)
    assert table.schema.names == list(COMMON_CALL_COLUMNS)
    assert str(table.schema.field("started_at").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("cost").type) == "double"
    rows = table.to_pylist()
    assert [row["call_id"] for row in rows] == ids(vendor, sandbox.rows(vendor, listing="calls"))
    assert {row["vendor"] for row in rows} == {vendor}
    chosen = run(vendor, FIRST, FIRST + DAY, record="common", fields=["call_id", "status"])
    assert all(list(row) == ["call_id", "status"] for row in chosen)


@pytest.mark.parametrize("vendor", ["autocalls", "otonistark", "intellixent"])
def test_the_family_is_asked_of_which_assistant_a_call_is(sandbox: Sandbox, vendor: str) -> None:
    assistants = sandbox.rows(vendor)
    for assistant in assistants[:2]:
        sandbox.update(vendor, assistant["id"], name="Twins")
    names = {str(assistant["id"]): assistant["name"] for assistant in sandbox.rows(vendor)}
    arguments = {"record": "common", "redact": "none", "max_xcom_bytes": 10**7}
    plain = run(vendor, FIRST, FIRST + 14 * DAY, **arguments)
    assert {row["assistant_id"] for row in plain} == {None}
    sandbox.clear_requests()
    rows = run(vendor, FIRST, FIRST + 14 * DAY, resolve_assistants=True, **arguments)
    assert [row["call_id"] for row in rows] == [row["call_id"] for row in plain]
    assert [names[row["assistant_id"]] for row in rows] == [row["assistant_name"] for row in rows]
    assert len({row["assistant_id"] for row in rows if row["assistant_name"] == "Twins"}) == 2
    asked = {request["query"].get("assistant_id") for request in sandbox.requests(vendor)} - {None}
    assert asked == {*names}
    raw = run(vendor, FIRST, FIRST + 14 * DAY, resolve_assistants=True, max_xcom_bytes=10**7)
    assert [str(row["assistant_id"]) for row in raw] == [row["assistant_id"] for row in rows]


def test_calls_of_an_assistant_that_is_gone_stay_without_one(sandbox: Sandbox, tmp_path: Path) -> None:
    gone = sandbox.rows("autocalls")[0]
    of_it = [row for row in sandbox.rows("autocalls", listing="calls") if row["assistant_name"] == gone["name"]]
    sandbox.delete("autocalls", gone["id"])
    path = tmp_path / "calls.jsonl"
    manifest = run("autocalls", FIRST, FIRST + 14 * DAY, resolve_assistants=True, destination=str(path))
    assert manifest["unresolved_calls"] == len(of_it) > 0
    assert manifest["rows"] == 40


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("record", ["vendor", "common"])
def test_nothing_personal_is_written_unless_asked_for(
    sandbox: Sandbox, tmp_path: Path, vendor: str, record: str
) -> None:
    sandbox.set_options(calls=150)
    planted = sandbox.planted(vendor, listing="calls")
    assert planted.secrets
    assert planted.personal
    texts = {}
    for level in ("personal", "secrets"):
        path = tmp_path / f"{level}.jsonl"
        manifest = run(vendor, FIRST, FIRST + 14 * DAY, destination=str(path), redact=level, record=record)
        texts[level] = path.read_text() + json.dumps(manifest)
    assert [each for each in planted.secrets if each in texts["secrets"] + texts["personal"]] == []
    assert [each for each in planted.personal if each in texts["personal"]] == []
    assert [each for each in planted.personal if each in texts["secrets"]]
    if vendor != "burki":
        assert "https://recordings.example.com/7.mp3?***" in texts["personal"]


def test_personal_is_the_default(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run("burki", FIRST, FIRST + DAY, destination=str(tmp_path / "x.jsonl"))["redact"] == "personal"


def test_calls_without_a_time_are_counted_and_not_hidden(sandbox: Sandbox, tmp_path: Path) -> None:
    first = sandbox.rows("puretalk", listing="calls")[-1]
    sandbox.change_call("puretalk", first["call_id"], start_time=None)
    manifest = run("puretalk", FIRST, FIRST + 14 * DAY, destination=str(tmp_path / "x.jsonl"))
    assert (manifest["rows"], manifest["undated_calls"]) == (39, 1)


def test_what_cannot_be_proven_is_said(sandbox: Sandbox, tmp_path: Path) -> None:
    said = {
        vendor: run(vendor, FIRST, FIRST + DAY, destination=str(tmp_path / f"{vendor}.jsonl"))["unproven"]
        for vendor in VENDORS
    }
    assert said["autocalls"] == said["intellixent"]
    assert "created_at" in said["autocalls"][0]
    assert "started_at" in said["burki"][0]
    assert "every call of the account was read" in said["puretalk"][0]
    tomorrow = datetime.now(UTC) + DAY
    open_end = run("burki", FIRST, tomorrow, destination=str(tmp_path / "open.jsonl"))["unproven"]
    assert "not over when it was read" in open_end[-1]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"),
    ],
)
def test_a_range_without_an_end(sandbox: Sandbox, vendor: str, since: str, until: str) -> None:
    """As people write it: neither the vendor's zones nor UTC may lead past the last moment that Python has."""
    sandbox.set_options(calls=20)
    assert len(run(vendor, since, until)) == len(sandbox.rows(vendor, listing="calls")) == 20


def test_the_vendor_is_asked_for_little_more_than_the_range(sandbox: Sandbox) -> None:
    run("autocalls", FIRST, FIRST + DAY)
    run("burki", FIRST, FIRST + DAY)
    (days,) = {(each["query"]["date_from"], each["query"]["date_to"]) for each in sandbox.requests("autocalls")}
    assert days == ("2026-02-28", "2026-03-03")
    (times,) = {(each["query"]["date_from"], each["query"]["date_to"]) for each in sandbox.requests("burki")}
    assert times == ("2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"until": FIRST}, "CronDataIntervalTimetable.*CronPartitionTimetable"),
        ({"until": FIRST - DAY}, "since must be before until"),
        ({"since": "2026-03-01"}, "since must be a time with a time zone.*without one"),
        ({"since": "None"}, "since must be a time with a time zone.*a run without a data interval"),
        ({"since": "NoneT00:00:00+00:00"}, "got nothing: a run without a data interval, or without a partition"),
        ({"until": ""}, "until must be a time with a time zone.*got nothing"),
        pytest.param({"until": 10**5000}, "until must be a time with a time zone.*many digits", id="digits"),
        ({"until": "tomorrow"}, "until must be a time with a time zone"),
        ({"timezone": "Mars"}, "timezone must be the name of a time zone such as Europe/Berlin, got 'Mars'"),
        ({"filters": {"date_from": "2026-01-01"}}, "filters must not have date_from, which since and until make"),
        ({"filters": {"odd": 1}}, "listing of calls has no filter 'odd'"),
        ({"record": "common", "fields": "id"}, "The common record has no id"),
        ({"resolve_assistants": "perhaps"}, "resolve_assistants must be true or false"),
        ({"where": {"nobody": 1}}, "no call has 'nobody'"),
    ],
)
def test_what_is_wrong_is_said(sandbox: Sandbox, arguments: dict[str, Any], message: str) -> None:
    given = {"since": FIRST, "until": FIRST + DAY, **arguments}
    with pytest.raises(Exception, match=message) as caught:
        run("autocalls", **given)
    assert isinstance(caught.value.__cause__ or caught.value, Exception)


def test_puretalk_has_to_be_read_whole(sandbox: Sandbox) -> None:
    with pytest.raises(Exception, match=r"no filter by time.*set allow_full_scan=True"):
        run("puretalk", FIRST, FIRST + DAY, allow_full_scan=False)
    assert sandbox.requests("puretalk") == []


def test_arguments_that_are_known_are_checked_while_the_dag_is_parsed() -> None:
    with pytest.raises(ConfigurationError, match="since must be a time with a time zone"):
        ListCallsOperator(task_id="x", conn_id="c", since="yesterday", until="{{ data_interval_end }}")
    ListCallsOperator(task_id="x", conn_id="c", since="{{ data_interval_start }}", until="{{ data_interval_end }}")


def test_selections_and_statuses(sandbox: Sandbox) -> None:
    every = run("burki", FIRST, FIRST + 14 * DAY, fields=["id", "status"])
    failed = run("burki", FIRST, FIRST + 14 * DAY, fields=["id", "status"], where="failed")
    assert failed == [row for row in every if row["status"] == "failed"]
    asked = run("burki", FIRST, FIRST + 14 * DAY, fields=["id", "status"], filters={"status": "failed"})
    assert asked == failed


@pytest.mark.parametrize("vendor", ["autocalls", "burki", "puretalk"])
def test_a_range_in_parts(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    """The parts make the file, and a later reading of the same range replaces them, also if it has fewer calls."""
    folder, window = tmp_path / "parts", (FIRST, FIRST + 14 * DAY)
    run(vendor, *window, destination=str(tmp_path / "whole.jsonl"))
    contents = []
    for _ in range(2):
        manifest = run(vendor, *window, destination=str(folder), format="jsonl", rows_per_file=16)
        parts = sorted(folder.glob("part-*"))
        contents.append([path.read_bytes() for path in parts])
        assert [len(lines(path)) for path in parts] == [16, 16, 8]
    assert contents[0] == contents[1]
    assert b"".join(contents[0]) == (tmp_path / "whole.jsonl").read_bytes()
    beside = json.loads((folder / "_manifest.json").read_text())
    assert (beside["rows"], beside["parts"], beside["listing"]) == (40, 3, "calls")
    assert (beside["since"], beside["until"]) == (manifest["since"], manifest["until"])
    for call_id in ids(vendor, sandbox.rows(vendor, listing="calls"))[:30]:
        sandbox.delete_call(vendor, call_id)
    run(vendor, *window, destination=str(folder), format="jsonl", rows_per_file=16)
    assert [len(lines(path)) for path in folder.glob("part-*")] == [10]
