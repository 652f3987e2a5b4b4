# SPDX-License-Identifier: Apache-2.0
"""Arguments of a listing's task: what is wrong is found when the Dag is parsed, or before the first request."""

from __future__ import annotations

import importlib.util
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import airflow.sdk
import pytest
from airflow.sdk import DAG, XComArg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_assistants import exceptions, final_errors
from airflow_provider_assistants.exceptions import (
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    XComTooLargeError,
)
from airflow_provider_assistants.operators import static_arguments
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.records.filtering import RowFilter
from airflow_provider_assistants.records.formats import Compression, Format
from airflow_provider_assistants.redaction import Redaction
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.vendors import get_vendor
from tests.conftest import DAGS, HOME
from tests.operators.running import run

TEMPLATES = ("{{ params.x }}", "{% if 1 %}x{% endif %}", "{# x #}")

#: What no run can make right, by the operator's argument.
WRONG: list[tuple[str, Any]] = [
    ("conn_id", " "),
    ("destination", ""),
    ("object_storage_conn_id", ""),
    ("format", "xlsx"),
    ("format", ""),
    ("compression", "rar"),
    ("record", "raw"),
    ("fields", []),
    ("fields", 7),
    ("fields", ["id", ""]),
    ("where", 7),
    ("where", []),
    ("where", ""),
    ("changed_since", "yesterday"),
    ("filters", ["active_only"]),
    ("filters", "active_only"),
    ("page_size", "abc"),
    ("page_size", 0),
    ("page_size", 2.0),
    ("page_size", True),
    ("page_size", float("nan")),
    ("concurrency", 65),
    ("redact", "all"),
    ("redact", None),
    ("on_drift", "warm"),
    ("on_drift", None),
    ("overwrite", "perhaps"),
    ("csv_formulas", "run"),
    ("max_xcom_bytes", "much"),
]


def operator(**arguments: Any) -> ListAssistantsOperator:
    return ListAssistantsOperator(task_id="list", **{"conn_id": "burki_default", **arguments})


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_an_invalid_argument_fails_when_the_dag_is_parsed(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=name) as raised:
        operator(**{name: value})
    assert "'list'" in str(raised.value), "the task is named"


def test_all_invalid_arguments_are_in_one_error() -> None:
    with pytest.raises(ConfigurationError) as raised:
        operator(on_drift="warm", page_size="abc", redact="all", destination=" ")
    for name in ("on_drift", "page_size", "redact", "destination is empty"):
        assert name in str(raised.value)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", sorted({name for name, _ in WRONG}))
def test_templates_are_left_alone(name: str, template: str) -> None:
    operator(**{name: template})
    operator(**{name: {"x": [template]}})


def test_what_comes_from_elsewhere_is_left_alone() -> None:
    with DAG("d", params={"x": 1}) as dag:
        first = operator()
        for name in sorted({name for name, _ in WRONG}):
            ListAssistantsOperator(task_id=f"of_xcom_{name}", **{"conn_id": "x", name: XComArg(first)})
            ListAssistantsOperator(task_id=f"of_param_{name}", **{"conn_id": "x", name: dag.param("x")})
        ListAssistantsOperator.partial(task_id="mapped", conn_id="x").expand(on_drift=["warm"])
    task: Any = dag.get_task("mapped")
    assert task.unmap({"on_drift": "warm"}).on_drift == "warm"
    with DAG("other", jinja_environment_kwargs={"variable_start_string": "[["}):
        operator(on_drift="[[ params.x ]]")


def test_the_words_are_those_of_the_engine() -> None:
    assert set(static_arguments.FORMATS) == {*Format}
    assert set(static_arguments.COMPRESSIONS) == {*Compression}
    assert set(static_arguments.REDACTIONS) == {*Redaction}
    from airflow_provider_assistants.client import options

    assert static_arguments.ON_DRIFT == options.ON_DRIFT
    assert static_arguments.MAX_CONCURRENCY == options.MAX_CONCURRENCY
    assert set(static_arguments.CHECKS) == set(ListAssistantsOperator.template_fields)


@pytest.mark.parametrize(
    "arguments",
    [
        {"until": "gone"},
        {"until": None},
        {"require": "some"},
        {"on_missing": "skip"},
        {"target_statuses": ["activ"]},
        {"target_statuses": ""},
        {"failure_statuses": "broken"},
        {"failure_statuses": " "},
        {"watch": "a..b"},
        {"watch": ""},
        {"assistant_id": ""},
        {"conn_id": ""},
    ],
)
def test_a_sensors_arguments(arguments: dict[str, Any]) -> None:
    (name,) = arguments
    with pytest.raises(ConfigurationError, match=name):
        AssistantStatusSensor(task_id="wait", **{"conn_id": "x", "assistant_id": 1, **arguments})
    AssistantStatusSensor(task_id="wait", **{"conn_id": "x", "assistant_id": 1, name: "{{ params.x }}"})


@pytest.mark.parametrize("name", ListAssistantsOperator.template_fields)
@pytest.mark.parametrize("rendered", ["", "  ", "\n"])
def test_what_renders_to_nothing(sandbox: Sandbox, tmp_path: Path, name: str, rendered: str) -> None:
    """A destination that is empty is not XCom, a connection not the default one; a limit that is empty is none."""
    task = operator(**{"destination": str(tmp_path / "x.jsonl"), name: "{{ params.x }}"})
    setattr(task, name, rendered)
    if name in ("page_size", "concurrency", "max_xcom_bytes", "changed_since"):
        assert task.execute({})["rows"] == 12
        return
    with pytest.raises(ConfigurationError, match=f"{name} is empty"):
        task.execute({})
    assert sandbox.requests() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["target_statuses", "failure_statuses", "assistant_id", "until", "watch", "conn_id"])
def test_a_sensors_argument_that_renders_to_nothing(sandbox: Sandbox, name: str) -> None:
    task = AssistantStatusSensor(
        task_id="wait", **{"conn_id": "burki_default", "assistant_id": 1, "until": "changed", name: "{{ params.x }}"}
    )
    setattr(task, name, "")
    with pytest.raises(ConfigurationError):
        task.execute({})
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"where": {"modee": "pipeline"}}, "no assistant has 'modee'; did you mean 'mode'"),
        ({"fields": ["id", "nmae"]}, "no assistant has 'nmae'; did you mean 'name'"),
        ({"fields": ["id", "variables.zzz"]}, "no assistant has 'variables.zzz'"),
        ({"where": {"modee": "pipeline"}, "record": "common"}, "did you mean 'mode'"),
        ({"where": {"xyz": 1}, "fields": ["nmae"]}, "'nmae'.*'xyz'"),
        ({"where": {"status": "active", "modee": "x"}}, "'modee'"),
    ],
)
def test_a_misspelt_field_is_an_error_and_the_earlier_file_stays(
    sandbox: Sandbox, tmp_path: Path, arguments: dict[str, Any], expected: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("earlier\n")
    with pytest.raises(ConfigurationError, match=expected):
        run(conn_id="autocalls_default", destination=str(path), **arguments)
    with pytest.raises(ConfigurationError, match=expected):
        run(conn_id="autocalls_default", **arguments)
    assert path.read_text() == "earlier\n"
    assert [each.name for each in tmp_path.iterdir()] == ["x.jsonl"]
    sandbox.set_size("autocalls", 0)
    assert run(conn_id="autocalls_default", destination=str(path), **arguments)["rows"] == 0
    assert path.read_text() == ""


def test_a_field_that_no_document_knows_and_one_assistant_has(sandbox: Sandbox) -> None:
    sandbox.update("autocalls", sandbox.rows("autocalls")[7]["id"], brand_new=1, other=None)
    assert [row["brand_new"] for row in run(conn_id="autocalls_default", fields=["brand_new"])].count(1) == 1
    assert len(run(conn_id="autocalls_default", where={"brand_new": "1"}, fields=["id"])) == 1
    assert run(conn_id="autocalls_default", where={"other": "x"}) == []
    assert run(conn_id="autocalls_default", where={"phone_number_id": "never"}) == [], "a documented field may be null"


def test_a_misspelt_field_of_the_common_record_is_found_before_a_request(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="The common record has no udpated_at; did you mean 'updated_at'"):
        run(record="common", fields=["id", "udpated_at"])
    assert sandbox.requests() == []


def test_fields_of_the_common_record_select_rows(sandbox: Sandbox) -> None:
    """The vendor calls it ``type``; what is written calls it ``direction``."""
    rows = run(conn_id="autocalls_default", record="common", max_xcom_bytes=10**6)
    inbound = [row for row in rows if row["direction"] == "inbound"]
    assert 0 < len(inbound) < len(rows)
    assert run(conn_id="autocalls_default", record="common", where={"direction": "inbound"}) == inbound
    made = inbound[0]["created_at"]
    picked = run(conn_id="autocalls_default", record="common", where={"created_at": made, "vendor": "autocalls"})
    assert inbound[0] in picked


@pytest.mark.parametrize(
    ("value", "wanted", "matches"),
    [
        (1, 1.0, True),
        (1.0, 1, True),
        (0.7, 0.7, True),
        (0.7, "0.7", True),
        ("0.7", 0.7, True),
        (1, "1.0", True),
        (1, True, False),
        (True, 1, False),
        (True, True, True),
        (True, "True", True),
        (True, "1", False),
        ("true", True, True),
        ("True", "true", True),
        (None, None, True),
        (None, "null", True),
        (None, "", False),
        ("", "", True),
        (0, None, False),
        (0, False, False),
        ("007", 7, False),
        ("007", "7", False),
        ("+49170", 49170, False),
        ("1", "1.0", False),
        (10**17 + 1, 10**17, False),
        (10**17 + 1, str(10**17 + 1), True),
        ("Pipeline ", "pipeline", True),
        (["a"], "a", False),
        ("2026-01-02 00:00:00", datetime(2026, 1, 2, tzinfo=UTC), True),
        (3, [1, 2, 3.0], True),
        (float("nan"), float("nan"), False),
    ],
)
def test_the_rule_of_equality(value: Any, wanted: Any, matches: bool) -> None:
    reader = get_vendor("autocalls").assistants.reader
    rows = RowFilter(
        where={"x": wanted}, changed_since=None, read_status=reader.row_status, read_updated_at=reader.row_updated_at
    )
    assert rows.matches({"x": value}) is matches


JSON = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)


@given(value=JSON, other=JSON)
def test_equality_is_that_of_json_where_types_agree(value: Any, other: Any) -> None:
    reader = get_vendor("autocalls").assistants.reader

    def wants(row_value: Any, wanted: Any) -> bool:
        return RowFilter(
            where={"x": wanted},
            changed_since=None,
            read_status=reader.row_status,
            read_updated_at=reader.row_updated_at,
        ).matches({"x": row_value})

    assert wants(value, value)
    assert wants(value, other) == wants(other, value)
    if not isinstance(value, str) and not isinstance(other, str):
        same_kind = isinstance(value, bool) == isinstance(other, bool)
        assert wants(value, other) == (value == other and same_kind)


def test_the_estimate_counts_what_the_filter_lets_through(sandbox: Sandbox) -> None:
    sandbox.set_size("autocalls", 600)
    held = [row for row in sandbox.rows("autocalls") if row["status"] == "inactive"]
    with pytest.raises(XComTooLargeError) as raised:
        run(conn_id="autocalls_default", where="inactive", max_xcom_bytes=20_000)
    assert raised.value.size is not None
    needed = len(json.dumps(held))
    assert 0.5 * needed < raised.value.size < 2 * needed


def test_a_concurrency_above_the_connections_is_said(
    sandbox: Sandbox, connect: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    connect("mine", **sandbox.connection("burki", concurrency=2))
    with caplog.at_level("INFO"):
        run(conn_id="mine", concurrency=16, max_xcom_bytes=10**7)
    assert "concurrency=16 exceeds the 2 that connection 'mine' allows; using 2" in caplog.text


@pytest.mark.parametrize(
    "kind", [exceptions.ConfigurationError, exceptions.AuthenticationError, exceptions.PermissionDeniedError]
)
def test_an_error_that_ends_a_task_is_what_it_was(kind: Any) -> None:
    before = kind("What", vendor="Burki", conn_id="mine", request="GET /x", status=401, advice="Do")
    with pytest.raises(kind) as raised, final_errors.failing_at_once():
        raise before
    error = raised.value
    assert isinstance(error, final_errors.AirflowFailException)
    assert type(error).__name__ == kind.__name__
    assert str(error) == str(before)
    assert error.as_dict() == before.as_dict()
    assert str(pickle.loads(pickle.dumps(error))) == str(before)
    assert error.__cause__ is before


@pytest.mark.parametrize("kind", [exceptions.VendorUnavailableError, exceptions.StatusError, ValueError])
def test_other_errors_pass(kind: Any) -> None:
    with pytest.raises(kind) as raised, final_errors.failing_at_once():
        raise kind("x")
    assert type(raised.value) is kind


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    name=st.sampled_from([name for name in ListAssistantsOperator.template_fields if name != "destination"]),
    value=st.text(max_size=8) | st.integers() | st.floats(),
)
def test_whatever_a_template_renders_to_is_a_listing_or_a_clear_error(sandbox: Sandbox, name: str, value: Any) -> None:
    task = operator(destination=str(HOME / "lake" / "any.jsonl"))
    setattr(task, name, value)
    try:
        manifest = task.execute({})
    except exceptions.AssistantsError:
        return
    assert (manifest["rows"] if isinstance(manifest, dict) else len(manifest)) in (0, 12)


@pytest.mark.airflow
@pytest.mark.usefixtures("airflow_database")
def test_a_real_airflow_does_not_retry(sandbox: Sandbox, connect: Callable[..., str]) -> None:
    connect("wrong_key", **{**sandbox.connection("autocalls"), "password": "1|not-the-key"})
    sandbox.fail("puretalk", "403", times=None)
    sandbox.fail("autocalls", "not_json", times=None)
    (HOME / "lake").mkdir(exist_ok=True)
    spec = importlib.util.spec_from_file_location("assistants_no_retry", DAGS / "assistants_no_retry.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    dag_run = module.dag.test()
    ended = {(ti.task_id, ti.map_index): (str(ti.state), ti.try_number) for ti in dag_run.get_task_instances()}
    print(ended)
    for task in ("wrong_argument", "wrong_key", "not_allowed", "sensor_wrong_key"):
        assert ended[task, -1] == ("failed", 1), task
    assert ended["sensor_never_fail", -1][0] == "skipped"
    assert ended["mapped", 0] == ("success", 1)
    assert ended["mapped", 1] == ("failed", 1)
    assert ended["may_pass", -1] != ("failed", 1), "another error is tried again"
    if not hasattr(airflow.sdk, "RetryPolicy"):
        return  # dag.test() before Airflow 3.3 calls no callbacks
    for task, kind in (
        ("wrong_argument", ConfigurationError),
        ("wrong_key", AuthenticationError),
        ("not_allowed", PermissionDeniedError),
        ("sensor_wrong_key", AuthenticationError),
    ):
        seen = json.loads((HOME / "lake" / f"seen-{task}.json").read_text())
        assert seen["type"] == kind.__name__
        assert seen["conn_id"]
