# SPDX-License-Identifier: Apache-2.0
"""ListAssistantsOperator against the sandbox, as its users run it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import zstandard
from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_assistants import __version__
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    DestinationError,
    ListingDriftError,
    PaginationError,
    UnexpectedResponseError,
    VendorUnavailableError,
    XComTooLargeError,
)
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.records.redaction import Redactor
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.models.base import columns
from tests.conftest import VENDORS

MANIFEST_KEYS = [
    "vendor", "conn_id", "uri", "format", "compression", "rows", "pages", "bytes", "sha256", "duplicates", "total_reported",
    "passes", "consistent", "statuses", "unknown_fields", "mismatched_fields", "redacted_fields", "started_at", "finished_at",
    "provider_version",
]  # fmt: skip


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
            cells[name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif kind in ("boolean", "flag"):
            cells[name] = ("true" if value else "false") if text else bool(value)
        elif kind in ("integer", "id"):
            cells[name] = str(value) if text else int(value)
        elif kind == "number":
            cells[name] = float(value)
        else:
            cells[name] = value
    return cells


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 250])
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "parquet", "jsonl.gz", "json.zst", "csv.gz"])
def test_a_file_holds_what_the_server_holds(
    sandbox: Sandbox, tmp_path: Path, vendor: str, size: int, suffix: str
) -> None:
    sandbox.set_size(vendor, size)
    path = tmp_path / f"out.{suffix}"
    manifest = run(conn_id=f"{vendor}_default", destination=str(path))
    read, sent = read_back(path), held(sandbox, vendor)
    if suffix.startswith(("csv", "parquet")):
        kinds = dict(columns(get_vendor(vendor).assistants.load_model()))
        text = suffix.startswith("csv")
        expected = [as_table(row, kinds, text=text) for row in sent]
        numbers = [name for name, kind in kinds.items() if kind == "number"]
        for row in read:
            if text:
                row.update({name: float(row[name]) if row[name] else "" for name in numbers})
            row.pop("_extra")
        assert read == expected
    else:
        assert read == sent
    assert manifest["rows"] == manifest["total_reported"] == size
    assert manifest["consistent"] is True
    assert manifest["bytes"] == path.stat().st_size
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(manifest["statuses"].values()) == size
    assert [each.name for each in tmp_path.iterdir()] == [path.name], "something was left beside the file"


@pytest.mark.parametrize("vendor", VENDORS)
def test_ten_thousand(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    sandbox.set_size(vendor, 10_000)
    path = tmp_path / "out.jsonl"
    manifest = run(conn_id=f"{vendor}_default", destination=str(path), on_drift="fail")
    key = get_vendor(vendor).assistants.reader.id
    with path.open() as file:
        ids = [json.loads(line)[key] for line in file]
    assert ids == [row[key] for row in sandbox.rows(vendor)]
    assert manifest["rows"] == 10_000
    assert manifest["passes"] == 1
    hook = BaseHook.get_hook(f"{vendor}_default")
    assert [row[key] for page in hook.iter_pages() for row in page.rows] == ids
    for suffix in ("parquet", "csv", "json.gz"):
        path = tmp_path / f"out.{suffix}"
        run(conn_id=f"{vendor}_default", destination=str(path))
        assert [str(row[key]) for row in read_back(path)] == [str(each) for each in ids]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("size", [0, 1, 7])
def test_rows_through_xcom(sandbox: Sandbox, vendor: str, size: int) -> None:
    sandbox.set_size(vendor, size)
    rows = run(conn_id=f"{vendor}_default")
    assert rows == held(sandbox, vendor)
    assert json.loads(json.dumps(rows)) == rows


def test_the_manifest(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.set_size("burki", 150)
    sandbox.update("burki", 1_000_001, brand_new={"a": 1}, max_idle_messages="many")
    manifest = run(destination=f"file://{tmp_path}/x.csv.zst")
    assert list(manifest) == MANIFEST_KEYS
    assert json.loads(json.dumps(manifest)) == manifest
    expected = {
        "vendor": "burki", "conn_id": "burki_default", "uri": f"file://{tmp_path}/x.csv.zst", "format": "csv",
        "compression": "zstd", "rows": 150, "pages": 2, "duplicates": 0, "total_reported": 150, "passes": 1,
        "consistent": True, "unknown_fields": {"brand_new": 1}, "mismatched_fields": {"max_idle_messages": 1},
        "provider_version": __version__,
    }  # fmt: skip
    assert {key: manifest[key] for key in expected} == expected
    assert manifest["redacted_fields"]["llm_provider_config.api_key"] == 150
    assert set(manifest["statuses"]) == {"active", "inactive"}
    assert manifest["started_at"] <= manifest["finished_at"]
    assert manifest["started_at"].endswith("+00:00")


def test_the_same_listing_gives_the_same_bytes(sandbox: Sandbox, tmp_path: Path) -> None:
    for suffix in ("jsonl", "csv.gz", "parquet", "json.zst"):
        sums = {run(destination=str(tmp_path / f"{n}.{suffix}"), concurrency=n)["sha256"] for n in (1, 2, 8)}
        assert len(sums) == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_common_record(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    path = tmp_path / "common.parquet"
    run(conn_id=f"{vendor}_default", destination=str(path), record="common")
    table = pyarrow.parquet.read_table(path)
    assert table.schema.names == [
        "vendor", "account", "id", "name", "status", "direction", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip
    assert str(table.schema.field("updated_at").type) == "timestamp[us, tz=UTC]"
    reader = get_vendor(vendor).assistants.reader
    for row, sent in zip(table.to_pylist(), sandbox.rows(vendor), strict=True):
        assert (row["vendor"], row["account"]) == (vendor, f"{vendor}_default")
        assert str(row["id"]) == reader.row_id(sent)
        assert row["status"] == reader.row_status(sent)
        assert row["updated_at"] == reader.row_updated_at(sent)
    lines = run(conn_id=f"{vendor}_default", record="common")
    assert [line["status"] for line in lines] == table.column("status").to_pylist()


def test_chosen_fields(sandbox: Sandbox, tmp_path: Path) -> None:
    fields = ["id", "name", "llm_provider_config.model", "llm_provider_config.api_key", "no.such"]
    rows = run(fields=fields)
    assert all(list(row) == fields for row in rows)
    assert {row["llm_provider_config.model"] for row in rows} == {"gpt-4o-mini"}
    assert {row["llm_provider_config.api_key"] for row in rows} == {"***"}
    path = tmp_path / "x.parquet"
    run(fields="id, name", destination=str(path))
    assert pyarrow.parquet.read_schema(path).names == ["id", "name"]


def test_filters_of_ours_and_the_vendors(sandbox: Sandbox) -> None:
    active = [row["id"] for row in sandbox.rows("burki") if row["is_active"] is not False]
    every = [row["id"] for row in sandbox.rows("burki")]
    fields = ["id"]
    assert [row["id"] for row in run(where="active", fields=fields)] == active
    assert [row["id"] for row in run(filters={"active_only": True}, fields=fields)] == active
    assert [row["id"] for row in run(where={"status": ["inactive"]}, fields=fields)] == [
        each for each in every if each not in active
    ]
    sandbox.update("burki", every[3], updated_at="2030-01-01T00:00:00")
    sandbox.update("burki", every[5], updated_at=None)
    recent = run(changed_since="2029-12-31T23:59:59Z", fields=fields)
    assert [row["id"] for row in recent] == [every[3], every[5]]


@pytest.mark.parametrize(
    ("level", "gone"),
    [("secrets", ["sandbox-secret-"]), ("personal", ["sandbox-secret-", "sandbox-personal-", "+1555010"])],
)
@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_sensitive_is_written(
    sandbox: Sandbox, tmp_path: Path, vendor: str, level: str, gone: list[str]
) -> None:
    sandbox.set_size(vendor, 150)
    for suffix in ("jsonl", "csv"):
        path = tmp_path / f"x.{suffix}"
        manifest = run(conn_id=f"{vendor}_default", destination=str(path), redact=level)
        text = path.read_text()
        assert [mark for mark in gone if mark in text] == []
        assert sum(manifest["redacted_fields"].values()) > 0
        assert "sandbox-secret-" not in json.dumps(manifest)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was logged: the lines of Airflow write to its output, or to Python's logging, as they please."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text + "".join(capfd.readouterr())


def test_redact_none_is_written_as_it_is_and_warned_of(sandbox: Sandbox, log: Callable[[], str]) -> None:
    sandbox.set_size("burki", 2)
    assert run(redact="none") == sandbox.rows("burki")
    assert "redact='none'" in log()


@pytest.mark.parametrize("fault", [None, "503", "401", "truncated"])
def test_no_secret_in_any_log(sandbox: Sandbox, tmp_path: Path, log: Callable[[], str], fault: str | None) -> None:
    if fault:
        sandbox.fail("autocalls", fault, times=1)
    operator = ListAssistantsOperator(
        task_id="list", conn_id="autocalls_default", destination=str(tmp_path / "x.jsonl")
    )
    raised = ""
    try:
        operator.execute({})
    except AssistantsError as error:
        raised = str(error) + repr(vars(error))
    assert bool(raised) == (fault in ("401", "truncated"))
    assert "sandbox-secret" not in raised + log()
    assert "sandbox-secret" not in json.dumps([str(getattr(operator, name)) for name in operator.template_fields])


BROKEN: list[tuple[str, dict[str, Any], type[AssistantsError]]] = [
    ("401", {"after": 2}, AuthenticationError),
    ("html", {"after": 1}, UnexpectedResponseError),
    ("422", {}, UnexpectedResponseError),
    ("not_json", {"after": 2}, UnexpectedResponseError),
    ("truncated", {"after": 1}, UnexpectedResponseError),
    ("row_no_object", {"after": 2}, UnexpectedResponseError),
    ("same_page", {}, PaginationError),
    ("total_lies", {}, ListingDriftError),
]


@pytest.mark.parametrize("vendor", ["autocalls", "puretalk"])
@pytest.mark.parametrize("before", [None, "as it was"])
@pytest.mark.parametrize(("fault", "given", "kind"), BROKEN, ids=[each[0] for each in BROKEN])
def test_a_listing_that_fails_leaves_the_destination_alone(
    sandbox: Sandbox,
    tmp_path: Path,
    vendor: str,
    before: str | None,
    fault: str,
    given: dict[str, Any],
    kind: type[AssistantsError],
) -> None:
    sandbox.set_size(vendor, 400)
    sandbox.fail(vendor, fault, times=None, **given)
    path = tmp_path / "x.jsonl.gz"
    if before:
        path.write_text(before)
    with pytest.raises(kind):
        run(conn_id=f"{vendor}_default", destination=str(path))
    assert [each.name for each in tmp_path.iterdir()] == ([path.name] if before else [])
    if before:
        assert path.read_text() == before


def test_a_vendor_that_is_down_ends_within_its_retries(
    sandbox: Sandbox, tmp_path: Path, connect: Callable[..., str]
) -> None:
    sandbox.fail("burki", "500", times=None)
    conn_id = connect(**sandbox.connection("burki", max_retries=1))
    with pytest.raises(VendorUnavailableError, match="after 2 tries"):
        run(conn_id=conn_id, destination=str(tmp_path / "x.json"))
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_xcom(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 250)
    with pytest.raises(XComTooLargeError) as caught:
        run(conn_id="autocalls_default")
    message = str(caught.value)
    assert "all 250 need about" in message
    assert "49,152 bytes" in message
    assert "destination" in message
    assert "max_xcom_bytes" in message
    assert caught.value.limit == 49_152
    assert len(run(conn_id="autocalls_default", max_xcom_bytes=5_000_000)) == 250


def test_the_cap_of_the_configuration(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__ASSISTANTS__MAX_XCOM_BYTES", "2000")
    with pytest.raises(XComTooLargeError, match="2,000 bytes"):
        run()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"conn_id": "nowhere"}, ["There is no hook for the connection", "nowhere"]),
        ({"destination": "x.txt"}, ["The format of 'x.txt' is not known"]),
        ({"format": "csv"}, ["format and compression are for a destination"]),
        ({"record": "raw"}, ["record must be one of 'vendor', 'common' and is 'raw'"]),
        ({"redact": "all"}, ["redact is 'all' and must be one of 'none', 'secrets', 'personal'"]),
        ({"on_drift": "ignore"}, ["on_drift must be one of 'fail', 'warn'"]),
        ({"where": "present"}, ["Burki reports no status 'present'; it reports active, deleted, inactive"]),
        ({"where": 7}, ["where must be a status"]),
        ({"filters": {"status": "active"}}, ["no filter 'status'; it has active_only"]),
        ({"filters": ["active_only"]}, ["filters must be a mapping"]),
        ({"fields": []}, ["fields must be a list of field names"]),
        ({"fields": ["id", "id"]}, ["fields has a field twice"]),
        ({"record": "common", "fields": ["id", "uuid"]}, ["The common record has no uuid"]),
        ({"changed_since": "yesterday"}, ["changed_since must be a time such as"]),
        ({"page_size": 1001}, ["page_size must be a whole number from 1 to 1,000"]),
        ({"concurrency": "many"}, ["concurrency must be a whole number from 1 to 64"]),
        ({"overwrite": "perhaps"}, ["overwrite must be true or false"]),
        (
            {"record": "raw", "page_size": 0, "filters": {"x": 1}},
            ["record must be", "page_size must be", "no filter 'x'", "connection 'burki_default'"],
        ),
    ],
)
def test_arguments_that_cannot_be_meant(sandbox: Sandbox, arguments: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(**arguments)
    for part in said:
        assert part in str(caught.value)
    assert sandbox.requests() == [], "a request was made with arguments that cannot be meant"


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        ("{tmp}/", "it is a directory"),
        ("{tmp}", "directory"),
        ("zz://bucket/x.jsonl", "zz"),
        ("{tmp}/file/x.jsonl", "cannot be written"),
    ],
)
def test_destinations_that_cannot_be_written(sandbox: Sandbox, tmp_path: Path, destination: str, said: str) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises((DestinationError, ConfigurationError), match=said):
        run(destination=destination.format(tmp=tmp_path), format="jsonl")
    assert sandbox.requests() == []


@pytest.mark.parametrize(("formulas", "cell"), [("escape", "'=1+1"), ("keep", "=1+1")])
def test_a_cell_is_no_formula_unless_you_want_it(sandbox: Sandbox, tmp_path: Path, formulas: str, cell: str) -> None:
    sandbox.set_size("burki", 1)
    sandbox.update("burki", 1_000_001, name="=1+1")
    path = tmp_path / "x.csv"
    run(destination=str(path), csv_formulas=formulas)
    assert read_back(path)[0]["name"] == cell


def test_overwrite_false_keeps_what_is_there(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    run(destination=str(path), overwrite=False)
    before = path.read_bytes()
    with pytest.raises(DestinationError, match="it exists already"):
        run(destination=str(path), overwrite=False)
    assert path.read_bytes() == before


def test_arguments_may_come_as_texts_from_templates(sandbox: Sandbox, tmp_path: Path) -> None:
    manifest = run(
        destination=str(tmp_path / "x.jsonl"), page_size="5", concurrency="2", overwrite="false", max_xcom_bytes="10"
    )
    assert (manifest["rows"], manifest["pages"]) == (12, 3)


def test_the_log_tells_where_it_begins_and_how_it_ended(sandbox: Sandbox, log: Callable[[], str]) -> None:
    run(filters={"include_stats": False}, fields=["id"])
    said = log()
    begin = said.index(
        f"Listing Burki assistants of 'burki_default' from {sandbox.base_url('burki')} to XCom, with include_stats"
    )
    assert begin < said.index("Listed Burki assistants of 'burki_default': 12 rows (")
    assert "HTTP Request" not in said


def test_progress_is_told_every_few_seconds(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    from airflow_provider_assistants.client.completeness import ListingReport
    from airflow_provider_assistants.hooks.burki import BurkiHook
    from airflow_provider_assistants.operators.progress import Progress

    now = [0.0]
    with caplog.at_level(logging.INFO):
        progress = Progress(logging.getLogger("x"), hook=BurkiHook(), uri="u", filters={}, clock=lambda: now[0])
        for second in range(1, 21):
            now[0] = second
            progress.tell(
                ListingReport(pages=second, pages_expected=40, rows=second * 100, total_reported=4_000, passes=1)
            )
    lines = [record.getMessage() for record in caplog.records][1:]
    assert lines == [
        "5 of 40 pages, 500 rows, 100 rows/s, about 35 s left",
        "10 of 40 pages, 1,000 rows, 100 rows/s, about 30 s left",
        "15 of 40 pages, 1,500 rows, 100 rows/s, about 25 s left",
        "20 of 40 pages, 2,000 rows, 100 rows/s, about 20 s left",
    ]


@pytest.mark.parametrize(
    ("document", "vendor"),
    [
        ("autocalls", "autocalls"),
        ("otonistark", "otonistark"),
        ("intellixent", "intellixent"),
        ("burki", "burki"),
        ("burki_text_ids", "burki"),
        ("puretalk", "puretalk"),
    ],
)
def test_the_documents_examples_arrive(
    sandbox: Sandbox, tmp_path: Path, documents: dict[str, Any], document: str, vendor: str
) -> None:
    """Served as they are; their totals speak of more rows than they show, which is told and nothing is lost."""
    payload = documents[document]
    rows = payload if isinstance(payload, list) else payload.get("data") or payload["results"]
    page_two = (
        [] if isinstance(payload, list) else {**payload, "data": [], "results": [], "current_page": 2, "next": None}
    )
    sandbox.set_size(vendor, len(rows))
    if isinstance(payload, list):
        sandbox.fail(vendor, "body", times=None, body=payload, path="assistants")
        sandbox.fail(vendor, "body", times=None, body={"count": len(rows)}, path="count")
        arguments: dict[str, Any] = {"filters": {"my_assistants_only": True}, "page_size": 1}
        sandbox.heal()
        sandbox.fail(vendor, "body", times=1, body=payload, page=0)
        sandbox.fail(vendor, "body", times=None, body=page_two)
    else:
        arguments = {}
        sandbox.fail(vendor, "body", times=None, body=payload, page=1)
        for page in range(2, 12):
            sandbox.fail(vendor, "body", times=None, body={**page_two, "current_page": page}, page=page)
    for suffix in ("jsonl", "parquet", "csv"):
        path = tmp_path / f"x.{suffix}"
        if isinstance(payload, list):
            sandbox.heal()
            sandbox.fail(vendor, "body", times=1, body=payload)
            sandbox.fail(vendor, "body", times=None, body=[])
        manifest = run(conn_id=f"{vendor}_default", destination=str(path), redact="none", on_drift="warn", **arguments)
        assert manifest["rows"] == len(rows)
        assert manifest["unknown_fields"] == {}
        assert manifest["mismatched_fields"] == {}
    assert read_back(tmp_path / "x.jsonl") == rows
