# SPDX-License-Identifier: Apache-2.0
"""Dags run by a real Airflow: the examples, mapping, XCom, templates, asset events and links."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import DAGS, HOME, VENDORS
from tests.postgres import Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow_database")]

EXAMPLES = sorted(path.stem for path in (Path(__file__).parent.parent / "example_dags").glob("*.py"))


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, DAGS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.dag


def run(name: str, **options: Any) -> Any:
    dag_run = load(name).test(**options)
    assert str(dag_run.state) == "success"
    return dag_run


def xcom(dag_run: Any, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        found = (
            session.query(XComModel)
            .filter_by(dag_id=dag_run.dag_id, run_id=dag_run.run_id, task_id=task_id, key=key, map_index=map_index)
            .one()
        )
        return XComModel.deserialize_value(found)


def states(dag_run: Any) -> list[tuple[str, str]]:
    return [(each.task_id, str(each.state)) for each in dag_run.get_task_instances()]


def xcom_keys(dag_run: Any, task_id: str) -> set[str]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.query(XComModel).filter_by(dag_id=dag_run.dag_id, run_id=dag_run.run_id, task_id=task_id)
        return {each.key for each in found}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_dag(name: str) -> None:
    dag = load(name)
    assert dag.dag_id == name
    assert dag.doc_md
    assert dag.tasks


def test_every_account_into_the_lake(sandbox: Sandbox) -> None:
    dag_run = run("assistants_nightly")
    manifests = json.loads((HOME / "lake" / "manifests.json").read_text())
    assert [manifest["vendor"] for manifest in manifests] == list(VENDORS) * 2
    assert {manifest["format"] for manifest in manifests} == {"parquet", "jsonl"}
    for manifest in manifests:
        assert manifest["rows"] == 12
        assert Path(manifest["uri"].removeprefix("file://")).stat().st_size == manifest["bytes"]
        assert manifest["conn_id"] in manifest["uri"]
    assert xcom(dag_run, "keep_manifests") == 60


def test_hundreds_of_accounts_found_while_the_dag_runs(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = {f"fleet_{number:03}": ("burki", "puretalk")[number % 2] for number in range(200)}
    for number, (conn_id, vendor) in enumerate(accounts.items()):
        connection = json.dumps(sandbox.connection(vendor, account=1 + number % 20))
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", connection)
    dag_run = run("assistants_fleet")
    [folder] = (HOME / "lake" / "fleet").iterdir()
    found = sorted(path.name.removesuffix(".jsonl.gz") for path in folder.iterdir())
    assert found == sorted([*accounts, *(f"{vendor}_default" for vendor in VENDORS)])
    tasks = [task_id for task_id, _ in states(dag_run)]
    assert {vendor: tasks.count(f"list_{vendor}") for vendor in VENDORS} == {
        "autocalls": 1,
        "otonistark": 1,
        "intellixent": 1,
        "burki": 3,
        "puretalk": 3,
    }, "101 accounts in batches of 50"
    assert xcom(dag_run, "check") == 12 * len(found)


@pytest.fixture
def changed_after_a_night(sandbox: Sandbox) -> Callable[[], None]:
    """A night, and what makes the next one different: one assistant less, and another name."""
    run("assistants_nightly")

    def change() -> None:
        first, second = (row["id"] for row in sandbox.rows("burki")[:2])
        sandbox.delete("burki", first)
        sandbox.update("burki", second, name="Renamed\0")
        run("assistants_nightly")

    return change


@pytest.mark.optional
def test_into_duckdb(changed_after_a_night: Callable[[], None]) -> None:
    duckdb = pytest.importorskip("duckdb")
    database = HOME / "lake" / "assistants.duckdb"
    database.unlink(missing_ok=True)

    def counts() -> dict[str, int]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return {
                vendor: connection.execute(
                    f"SELECT count(DISTINCT account), count(*) FROM assistants_{vendor}"
                ).fetchone()
                for vendor in VENDORS
            }

    for _ in range(2):  # again, with the same result
        loaded = xcom(run("assistants_to_duckdb"), "load")
        assert loaded == {f"{vendor}_default": 12 for vendor in VENDORS}
        assert counts() == dict.fromkeys(VENDORS, (1, 12))
    changed_after_a_night()
    run("assistants_to_duckdb")
    assert counts() == {**dict.fromkeys(VENDORS, (1, 12)), "burki": (1, 11)}


@pytest.mark.optional
@pytest.mark.postgres
def test_into_postgres(
    postgres: Postgres, changed_after_a_night: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("airflow.providers.postgres")
    postgres.create_database("warehouse")
    warehouse = {
        "conn_type": "postgres",
        "host": "127.0.0.1",
        "port": postgres.port,
        "login": "airflow",
        "schema": "warehouse",
    }
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(warehouse))

    def counts() -> dict[str, int]:
        connection = postgres.connect("warehouse")
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT vendor, count(*) FROM assistants GROUP BY vendor")
            found = dict(cursor.fetchall())
        connection.close()
        return found

    for _ in range(2):  # again, with the same result
        run("assistants_to_postgres")
        assert counts() == dict.fromkeys(VENDORS, 12)
    changed_after_a_night()
    run("assistants_to_postgres")
    assert counts() == {**dict.fromkeys(VENDORS, 12), "burki": 11}
    connection = postgres.connect("warehouse")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM assistants WHERE assistant ->> 'name' = 'Renamed'")
        assert cursor.fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("name", ["assistants_to_duckdb", "assistants_to_postgres"])
def test_the_events_of_the_asset_name_what_is_loaded(name: str) -> None:
    def event(conn_id: str, form: str, finished_at: str) -> Any:
        return SimpleNamespace(extra={"conn_id": conn_id, "format": form, "finished_at": finished_at})

    events = [
        event("a", "parquet", "2026-11-21T00:00:02+00:00"),
        event("a", "parquet", "2026-11-21T00:00:01+00:00"),
        event("b", "parquet", "2026-11-21T00:00:03+00:00"),
    ]
    found = load(name).get_task("find_manifests").python_callable(triggering_asset_events={"lake": events})
    assert [(each["conn_id"], each["finished_at"][-8:-6]) for each in found] == [("a", "02"), ("b", "03")]


def test_what_changed_since_the_night_before(sandbox: Sandbox) -> None:
    lake = HOME / "lake"
    shutil.rmtree(lake / "snapshots", ignore_errors=True)
    first = run("assistants_changes")
    [day] = [path.name for path in (lake / "snapshots").iterdir()]
    assert {state for task_id, state in states(first) if task_id == "account.changes"} == {"skipped"}
    assert "The first snapshot" in (lake / "changes" / day / "burki_default.html").read_text()

    (lake / "snapshots" / day).rename(lake / "snapshots" / "2026-01-31")
    each = sandbox.rows("burki")[2]["id"]
    sandbox.update("burki", each, name="Renamed")
    second = run("assistants_changes")
    skipped = [state for task_id, state in states(second) if task_id == "account.notify"]
    assert sorted(skipped) == ["skipped"] * 4 + ["success"], "only where something changed"
    index = VENDORS.index("burki")
    summary = xcom(second, "account.changes", map_index=index)
    assert summary["before"] == f"{lake}/snapshots/2026-01-31/burki_default.jsonl.gz"
    assert summary["fields"] == {"name": 1}
    assert (summary["account"], summary["unchanged"]) == ("burki_default", 11)
    [change] = xcom(second, "account.changes", "assistants_diff", map_index=index)
    assert (change["assistant_id"], change["path"], change["after"]) == (str(each), "name", "Renamed")
    assert xcom(second, "account.notify", map_index=index).startswith(
        "burki_default: 0 added, 0 removed, 1 changed; see "
    )
    assert "Renamed" in Path(summary["report"]).read_text()
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        [event] = (
            session.query(AssetEvent).filter_by(source_run_id=second.run_id, source_task_id="account.changes").all()
        )
        assert event.extra == summary


def test_the_calls_of_three_days(sandbox: Sandbox) -> None:
    shutil.rmtree(HOME / "lake" / "calls", ignore_errors=True)
    dag_run = run("assistants_calls", logical_date=datetime(2026, 3, 6, tzinfo=UTC))
    days = sorted((HOME / "lake" / "calls").iterdir())
    manifests = [
        xcom(dag_run, task_id, map_index=index)
        for task_id in ("calls", "calls_of_1_days_before", "calls_of_2_days_before")
        for index in range(len(VENDORS))
    ]
    assert [day.name for day in days] == sorted({manifest["since"][:10] for manifest in manifests})
    assert len(days) == 3
    for manifest in manifests:
        assert Path(manifest["uri"].removeprefix("file://")).stat().st_size == manifest["bytes"]
        assert (manifest["record"], manifest["redact"], manifest["listing"]) == ("common", "personal", "calls")
        assert manifest["until"][:10] > manifest["since"][:10]
    assert all(sum(each["rows"] for each in manifests if each["vendor"] == vendor) > 5 for vendor in VENDORS)


def test_a_run_without_a_data_interval_says_what_to_do(sandbox: Sandbox) -> None:
    from airflow.sdk import DAG

    from airflow_provider_assistants.operators.calls import ListCallsOperator

    with DAG("no_interval", schedule="@daily", start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        task = ListCallsOperator(
            task_id="calls",
            conn_id="burki_default",
            since="{{ data_interval_start }}",
            until="{{ data_interval_end }}",
        )
    moment = datetime(2026, 3, 6, tzinfo=UTC)
    task.render_template_fields({"data_interval_start": moment, "data_interval_end": moment})
    with pytest.raises(Exception, match=r"data intervals of zero length.*CronDataIntervalTimetable"):
        task.execute({})


@pytest.mark.parametrize("partition_key", ["2026-03-06", None])
def test_the_key_of_a_partition_is_in_the_event(sandbox: Sandbox, partition_key: str | None) -> None:
    from airflow.sdk import Asset

    from airflow_provider_assistants.operators.calls import ListCallsOperator

    asset, events = Asset("calls_of_a_day"), MagicMock()
    task = ListCallsOperator(
        task_id="calls",
        conn_id="burki_default",
        since="{{ dag_run.partition_key }}T00:00:00+00:00",
        until="{{ (macros.datetime.fromisoformat(dag_run.partition_key + 'T00:00:00+00:00')"
        " + macros.timedelta(days=1)).isoformat() }}",
        outlets=[asset],
    )
    macros = SimpleNamespace(datetime=datetime, timedelta=timedelta)
    shown = SimpleNamespace(partition_key=partition_key or "2026-03-06")
    task.render_template_fields({"dag_run": shown, "macros": macros})
    task.execute({"dag_run": SimpleNamespace(partition_key=partition_key), "outlet_events": events})
    assert events[asset].extra.get("partition_key") == partition_key
    assert events[asset].extra["since"] == "2026-03-06T00:00:00+00:00"
    assert events[asset].extra["until"] == "2026-03-07T00:00:00+00:00"


def test_an_account_that_fails_fails_alone_and_fails_the_run(sandbox: Sandbox) -> None:
    sandbox.fail("burki", "401", times=None)
    dag_run = load("assistants_nightly").test()
    assert str(dag_run.state) == "failed"
    manifests = json.loads((HOME / "lake" / "manifests.json").read_text())
    assert [manifest["vendor"] for manifest in manifests] == [name for name in VENDORS if name != "burki"] * 2


def test_the_example_watches_what_the_sensor_accepts(sandbox: Sandbox, connect: Any) -> None:
    from airflow_provider_assistants.sensors.status import AssistantStatusSensor

    source = (DAGS / "assistants_edited.py").read_text()
    for watch in re.findall(r'watch="(\w+)"', source):
        each = sandbox.rows("puretalk")[0]["assistant_id"]
        AssistantStatusSensor(
            task_id="wait",
            conn_id="puretalk_default",
            assistant_id=each,
            until="changed",
            watch=watch,
            baseline="other",
        ).execute({})


def test_the_docs_of_the_examples_are_markdown() -> None:
    for name in EXAMPLES:
        assert "``" not in load(name).doc_md
        assert ":data:" not in load(name).doc_md


def test_rows_through_xcom_into_the_next_task(sandbox: Sandbox) -> None:
    dag_run = run("assistants_inactive")
    inactive = [row for row in sandbox.rows("burki") if row["is_active"] is False]
    lines = xcom(dag_run, "report")
    assert len(lines) == len(inactive) > 0
    assert all(str(row["id"]) in line for row, line in zip(inactive, lines, strict=True))
    manifest = xcom(dag_run, "list_inactive", "manifest")
    assert manifest["rows"] == len(inactive)
    assert manifest["total_reported"] == 12


def test_a_campaign_starts_once_its_assistant_is_live(sandbox: Sandbox) -> None:
    each = sandbox.rows("burki")[3]["id"]
    sandbox.set_status("burki", each, "active")
    dag_run = run("assistants_go_live", run_conf={"assistant_id": each})
    assert xcom(dag_run, "wait_until_live")[str(each)]["status"] == "active"
    assert xcom(dag_run, "start_campaign").startswith(f"Assistant {each} is active since 20")


def test_a_change_is_in_the_hands_of_the_task() -> None:
    payload = {"assistant_id": "7", "name": "Front desk", "previous": "active", "current": "inactive"}
    for name, task_id, result in (
        ("assistants_switched_off", "report", ["Front desk went from active to inactive"]),
        ("assistants_edited", "edits", [{"assistant_id": "7", "baseline": "inactive"}]),
    ):
        events = MagicMock()
        events.__getitem__.return_value = [SimpleNamespace(extra={"from_trigger": True, "payload": payload})]
        assert load(name).get_task(task_id).python_callable(triggering_asset_events=events) == result


def test_the_manifest_is_the_assets_event_and_the_links_lead_on(sandbox: Sandbox) -> None:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    dag_run = run("assistants_with_outlet")
    manifest = xcom(dag_run, "list")
    rows = [json.loads(line) for line in Path(manifest["uri"]).read_text().splitlines()]
    assert {row["is_active"] for row in rows} <= {True, None}
    assert "total_calls" in rows[0]
    with create_session() as session:
        event = session.query(AssetEvent).filter_by(source_run_id=dag_run.run_id).one()
        assert event.extra == manifest
    assert xcom(dag_run, "list", "_link_VendorConsoleLink") == sandbox.url
    assert xcom_keys(dag_run, "list") == {"return_value", "_link_VendorConsoleLink"}, "no page shows a local file"


def test_no_deprecated_path_and_no_secret_in_what_airflow_keeps(
    sandbox: Sandbox, recwarn: pytest.WarningsRecorder
) -> None:
    # Other tests store connections and remove them; SQLite keeps what was removed until it is compacted.
    with contextlib.closing(sqlite3.connect(HOME / "airflow.db", timeout=60)) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sandbox.fail("burki", "503", times=1)
    run("assistants_inactive")
    assert [str(each.message) for each in recwarn if "airflow_provider_assistants" in str(each.filename)] == []
    for path in HOME.rglob("*"):
        if path.is_file():
            assert not re.search(rb"sandbox-secret-", path.read_bytes()), path
