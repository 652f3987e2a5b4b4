# SPDX-License-Identifier: Apache-2.0
"""The operator that compares snapshots: what it reads, writes, pushes, and refuses."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowSkipException

from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError, DestinationError
from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.operators.running import read_back

SUFFIXES = ["jsonl", "json", "csv", "parquet", "jsonl.gz", "json.zst", "csv.gz"]
COLUMNS = ["change_type", "vendor", "account", "assistant_id", "name", "path", "before", "after"]


class Instance:
    """A task instance that keeps what is pushed."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, *, key: str, value: Any) -> None:
        json.dumps(value)
        self.pushed[key] = value


def listed(path: Path | str, vendor: str = "burki", **arguments: Any) -> dict[str, Any]:
    operator = ListAssistantsOperator(task_id="list", conn_id=f"{vendor}_default", destination=str(path), **arguments)
    manifest: dict[str, Any] = operator.execute({})
    return manifest


def diff(before: Any, after: Any, context: Any = None, **arguments: Any) -> dict[str, Any]:
    return DiffAssistantsOperator(task_id="diff", before=before, after=after, **arguments).execute(context or {})


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def change_something(sandbox: Sandbox, vendor: str) -> tuple[str, str, str]:
    """Edit one assistant, delete one and add one; return their ids."""
    key = "assistant_id" if vendor == "puretalk" else "id"
    ids = [str(row[key]) for row in sandbox.rows(vendor)]
    sandbox.update(vendor, ids[2], name="Renamed", **({"total_calls": 12_345} if vendor == "burki" else {}))
    sandbox.delete(vendor, ids[4])
    return ids[2], ids[4], str(sandbox.insert(vendor, name="New one"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_edit_at_the_vendor_is_one_row_by_its_path(sandbox: Sandbox, tmp_path: Path, vendor: str) -> None:
    before = listed(tmp_path / "1.jsonl", vendor)
    edited, deleted, new = change_something(sandbox, vendor)
    after = listed(tmp_path / "2.jsonl", vendor)
    summary = diff(before, after, destination=f"{tmp_path}/changes.jsonl", report=f"{tmp_path}/report.html")
    assert summary == {
        "added": 1,
        "removed": 1,
        "changed": 1,
        "unchanged": 10,
        "fields": {"name": 1},
        "before": before["uri"],
        "after": after["uri"],
        "uri": f"{tmp_path}/changes.jsonl",
        "report": f"{tmp_path}/report.html",
        "vendor": vendor,
        "account": f"{vendor}_default",
        "changes": 3,
        "truncated": False,
        "baseline": False,
    }
    rows = read_back(tmp_path / "changes.jsonl")
    assert [list(row) for row in rows] == [COLUMNS] * 3
    assert {row["vendor"] for row in rows} == {vendor}
    assert {row["account"] for row in rows} == {f"{vendor}_default"}
    by_type = {row["change_type"]: row for row in rows}
    assert by_type["update"]["assistant_id"] == edited
    assert (by_type["update"]["path"], by_type["update"]["after"]) == ("name", "Renamed")
    assert by_type["insert"]["assistant_id"] == new
    assert by_type["insert"]["path"] == ""
    assert by_type["insert"]["before"] is None
    assert by_type["insert"]["after"]["name"] == "New one"
    assert by_type["delete"]["assistant_id"] == deleted
    assert by_type["delete"]["after"] is None
    assert "Renamed" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("record", ["vendor", "common"])
def test_formats_change_nothing(sandbox: Sandbox, tmp_path: Path, vendor: str, record: str) -> None:
    before = {suffix: listed(tmp_path / f"1.{suffix}", vendor, record=record) for suffix in SUFFIXES}
    change_something(sandbox, vendor)
    after = {suffix: listed(tmp_path / f"2.{suffix}", vendor, record=record) for suffix in SUFFIXES}
    for one in SUFFIXES:
        for other in SUFFIXES:
            assert diff(before[one], before[other])["changes"] == 0, (one, other)
            summary = diff(before[one], after[other])
            assert (summary["added"], summary["removed"], summary["fields"]) == (1, 1, {"name": 1}), (one, other)
    with_uris = diff(str(tmp_path / "1.csv"), str(tmp_path / "2.parquet"))
    assert with_uris["fields"] == {"name": 1}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_changes_in_every_format(sandbox: Sandbox, tmp_path: Path, suffix: str) -> None:
    before = [{"id": 1, "name": "a", "x": None, "n": 1}, {"id": 2, "name": "b"}]
    after = [{"id": 1, "name": "=b", "n": {"deep": [1]}}, {"id": 3, "name": "c"}]
    summary = diff(
        write(tmp_path / "1.jsonl", before), write(tmp_path / "2.jsonl", after), destination=f"{tmp_path}/o.{suffix}"
    )
    rows = read_back(tmp_path / f"o.{suffix}")
    assert summary["changes"] == len(rows) == 5
    if "json" in suffix:
        assert [{key: row.get(key, "absent") for key in ("path", "before", "after")} for row in rows] == [
            {"path": "name", "before": "a", "after": "=b"},
            {"path": "x", "before": None, "after": "absent"},
            {"path": "n", "before": 1, "after": {"deep": [1]}},
            {"path": "", "before": None, "after": after[1]},
            {"path": "", "before": before[1], "after": None},
        ]
    else:
        absent = None if suffix == "parquet" else ""
        assert [(row["path"], row["before"], row["after"]) for row in rows] == [
            ("name", '"a"', '"=b"'),
            ("x", "null", absent),
            ("n", "1", '{"deep":[1]}'),
            ("", absent, '{"id":3,"name":"c"}'),
            ("", '{"id":2,"name":"b"}', absent),
        ]
    first = (tmp_path / f"o.{suffix}").read_bytes()
    diff(str(tmp_path / "1.jsonl"), str(tmp_path / "2.jsonl"), destination=f"{tmp_path}/o.{suffix}")
    assert (tmp_path / f"o.{suffix}").read_bytes() == first, "a rerun gives the same bytes"


def test_selected_fields_across_formats(sandbox: Sandbox, tmp_path: Path) -> None:
    fields = ["id", "name", "llm_settings", "llm_settings.model", "is_active"]
    before = [listed(tmp_path / f"1.{suffix}", fields=fields) for suffix in SUFFIXES]
    edited = sandbox.rows("burki")[1]
    sandbox.update("burki", edited["id"], is_active=not edited["is_active"], llm_settings={"model": "other"})
    after = [listed(tmp_path / f"2.{suffix}", fields=fields) for suffix in SUFFIXES]
    for one in before:
        for other in after:
            summary = diff(one, other)
            assert summary["changed"] == 1
            assert {"is_active", "llm_settings.model"} <= summary["fields"].keys()
        for other in before:
            assert diff(one, other)["changes"] == 0


def test_the_vendors_own_counters_are_no_changes_unless_asked_for(sandbox: Sandbox, tmp_path: Path) -> None:
    before = listed(tmp_path / "1.jsonl")
    each = sandbox.rows("burki")[0]["id"]
    sandbox.update("burki", each, total_calls=99_999, success_rate=0.123, description="Other")
    after = listed(tmp_path / "2.jsonl")
    assert diff(before, after)["fields"] == {"description": 1}
    assert diff(before, after, ignore=["description"])["changes"] == 0
    assert diff(before, after, ignore="description, name")["unchanged"] == 12
    asked = diff(before, after, ignore=["!total_calls", "!updated_at"])["fields"]
    assert {"description", "total_calls"} <= asked.keys() <= {"description", "total_calls", "updated_at"}
    assert {"success_rate", "total_calls", "description"} <= diff(before, after, ignore=["!*"])["fields"].keys()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"vendor": "autocalls"}, "vendor is 'burki' before and 'autocalls' after; account is 'burki_default' before"),
        ({"redact": "none"}, "redact is 'secrets' before and 'none' after"),
        ({"record": "common"}, "record is 'vendor' before and 'common' after"),
        ({"fields": ["id", "name"]}, r"fields is all before and \['id', 'name'\] after"),
    ],
)
def test_what_cannot_be_compared(sandbox: Sandbox, tmp_path: Path, other: Any, words: str) -> None:
    before, after = listed(tmp_path / "1.jsonl"), listed(tmp_path / "2.jsonl", **other)
    with pytest.raises(ConfigurationError, match=f"cannot be compared: .*{words}"):
        diff(before, after, destination=f"{tmp_path}/o.jsonl")
    assert not (tmp_path / "o.jsonl").exists()
    if "redact" not in other and "fields" not in other:
        with pytest.raises(ConfigurationError, match="cannot be compared"):
            diff(before["uri"], after["uri"])


def test_a_vendor_that_is_not_installed_here(tmp_path: Path) -> None:
    rows = [{"id": 1, "name": "a", "system_prompt": "x", "language": "en"}]
    manifest = {"vendor": "acme", "conn_id": "acme_eu", "format": "jsonl"}
    one = {**manifest, "uri": write(tmp_path / "1.jsonl", rows)}
    other = {**manifest, "uri": write(tmp_path / "2.jsonl", [{**rows[0], "name": "b"}])}
    summary = diff(one, other, destination=f"{tmp_path}/o.jsonl")
    assert (summary["vendor"], summary["account"], summary["fields"]) == ("acme", "acme_eu", {"name": 1})
    assert read_back(tmp_path / "o.jsonl")[0]["vendor"] == "acme"


def test_another_account(sandbox: Sandbox, tmp_path: Path, connect: Callable[..., str]) -> None:
    before = listed(tmp_path / "1.jsonl")
    connect("burki_us", **sandbox.connection("burki"))
    operator = ListAssistantsOperator(task_id="x", conn_id="burki_us", destination=f"{tmp_path}/2.jsonl")
    with pytest.raises(ConfigurationError, match="account is 'burki_default' before and 'burki_us' after"):
        diff(before, operator.execute({}))


def test_a_snapshot_that_is_not_what_its_manifest_says(sandbox: Sandbox, tmp_path: Path) -> None:
    before, after = listed(tmp_path / "1.jsonl"), listed(tmp_path / "2.jsonl")
    write(tmp_path / "out.jsonl", [{"as": "it was"}])
    data = (tmp_path / "2.jsonl").read_bytes()
    for spoiled in (data[: len(data) // 2], data.replace(b"true", b"null", 1), b"".join(data.splitlines(True)[:-1])):
        (tmp_path / "2.jsonl").write_bytes(spoiled)
        for sides in ((before, after), (after, before)):
            with pytest.raises(DestinationError, match=r"2\.jsonl cannot be read"):
                diff(*sides, destination=f"{tmp_path}/out.jsonl", report=f"{tmp_path}/out.html")
    assert read_back(tmp_path / "out.jsonl") == [{"as": "it was"}]
    assert {path.name for path in tmp_path.iterdir()} == {"1.jsonl", "2.jsonl", "out.jsonl"}


def test_the_first_night(tmp_path: Path) -> None:
    after = write(tmp_path / "2026-11-21" / "x.jsonl", [{"id": 1}, {"id": 2}])
    for before in (None, "", "None", f"{tmp_path}/*/x.jsonl", f"{tmp_path}/2026-11-20/x.jsonl"):
        summary = diff(before, after, destination=f"{tmp_path}/o.jsonl", report=f"{tmp_path}/r.html")
        assert summary["baseline"] is True
        assert summary["before"] is None
        assert (summary["added"], summary["removed"], summary["changed"], summary["unchanged"]) == (0, 0, 0, 2)
        assert (tmp_path / "o.jsonl").read_text() == ""
        assert "The first snapshot" in (tmp_path / "r.html").read_text()
        with pytest.raises(DestinationError, match="there is no earlier snapshot"):
            diff(before, after, on_missing_before="fail")
        with pytest.raises(AirflowSkipException):
            diff(before, after, on_no_change="skip")


def test_the_night_before_also_after_one_that_was_missed(tmp_path: Path) -> None:
    for day, name in ((17, "a"), (18, "b"), (21, "c"), (22, "d")):
        write(tmp_path / f"2026-11-{day}" / "x.jsonl", [{"id": 1, "name": name}])
    pattern = f"{tmp_path}/*/x.jsonl"
    assert diff(pattern, f"{tmp_path}/2026-11-21/x.jsonl")["before"] == f"{tmp_path}/2026-11-18/x.jsonl"
    assert diff(pattern, {"uri": f"{tmp_path}/2026-11-22/x.jsonl"})["before"] == f"{tmp_path}/2026-11-21/x.jsonl"
    with pytest.raises(ConfigurationError, match=r"before is the pattern .*, and after is not in the place of its \*"):
        diff(pattern, "/elsewhere/2026-11-21/x.jsonl")


def test_no_change_skips_once_everything_is_written(tmp_path: Path) -> None:
    one, other = write(tmp_path / "1.jsonl", [{"id": 1}]), write(tmp_path / "2.jsonl", [{"id": 1.0}])
    write(tmp_path / "o.jsonl", [{"of": "an earlier run"}])
    instance = Instance()
    with pytest.raises(AirflowSkipException):
        diff(one, other, {"ti": instance}, on_no_change="skip", destination=f"{tmp_path}/o.jsonl")
    assert (tmp_path / "o.jsonl").read_text() == ""
    assert instance.pushed["return_value"]["unchanged"] == 1
    assert instance.pushed["assistants_diff"] == []
    assert diff(one, other)["changes"] == 0
    write(tmp_path / "2.jsonl", [{"id": 1, "x": 2}])
    assert diff(one, other, on_no_change="skip")["fields"] == {"x": 1}


def test_xcom_holds_what_fits_and_says_so(tmp_path: Path) -> None:
    rows = [{"id": number, "name": "\x00" + "x" * 1_000} for number in range(200)]
    one = write(tmp_path / "1.jsonl", rows)
    other = write(tmp_path / "2.jsonl", [{**row, "name": "y" * 1_000} for row in rows])
    instance = Instance()
    summary = diff(one, other, {"ti": instance})
    kept = instance.pushed["assistants_diff"]
    assert summary["truncated"] is True
    assert summary["changes"] == summary["changed"] == 200
    assert 10 < len(kept) < 25
    assert len(json.dumps(kept)) < 49_152
    assert kept[0]["before"].startswith("\\x00")
    whole = diff(one, other, {"ti": instance}, max_xcom_bytes=1_000_000)
    assert whole["truncated"] is False
    assert len(instance.pushed["assistants_diff"]) == 200
    assert len(json.dumps(summary)) < 1_000


def test_the_event_of_the_outlet_has_the_counts_and_no_text(sandbox: Sandbox, tmp_path: Path) -> None:
    from airflow.sdk import Asset

    outlet, event = Asset("changes"), SimpleNamespace(extra=None)
    events = {outlet.name: event}
    one = write(tmp_path / "1.jsonl", [{"id": 1, "prompt": "Say hello"}])
    other = write(tmp_path / "2.jsonl", [{"id": 1, "prompt": "Say goodbye"}])
    context = {"outlet_events": type("Events", (), {"__getitem__": lambda _, asset: events[asset.name]})()}
    summary = diff(one, other, context, outlets=[outlet])
    assert event.extra == summary
    assert summary["changed"] == 1
    assert "goodbye" not in json.dumps(event.extra)


def test_lineage_and_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, set[str]] = {"input": set(), "output": set()}
    collector = SimpleNamespace(
        add_input_asset=lambda **asset: seen["input"].add(asset["uri"]),
        add_output_asset=lambda **asset: seen["output"].add(asset["uri"]),
    )
    collectors = "airflow.providers.common.compat.sdk.get_hook_lineage_collector"
    monkeypatch.setattr(collectors, lambda: collector, raising=False)
    one, other = write(tmp_path / "1.jsonl", [{"id": 1}]), write(tmp_path / "2.jsonl", [{"id": 2}])
    operator = DiffAssistantsOperator(
        task_id="x", before=one, after=other, destination=f"{tmp_path}/o.csv", report=f"{tmp_path}/r.html"
    )
    assert [link.name for link in operator.operator_extra_links] == ["Report", "Destination"]
    operator.execute({"task": operator})  # type: ignore[typeddict-item]
    assert seen == {"input": {one, other}, "output": {f"{tmp_path}/o.csv", f"{tmp_path}/r.html"}}
    assert list(operator.operator_extra_links) == [], "no page shows a local file"


def test_manifests_that_a_template_has_made_texts_of(sandbox: Sandbox, tmp_path: Path) -> None:
    before, after = listed(tmp_path / "1.jsonl"), listed(tmp_path / "2.jsonl")
    for as_text in (str, json.dumps, lambda manifest: [manifest]):
        assert diff(as_text(before), as_text(after))["unchanged"] == 12


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"after": None}, "after names no snapshot"),
        ({"after": {"uri": None, "rows": 3}}, "after is a manifest without a uri"),
        ({"after": ["a", "b"]}, "after must be the URI or the manifest of one snapshot"),
        ({"after": "{nonsense"}, "after must be the URI or the manifest"),
        ({"before": 7}, "before must be the URI or the manifest"),
        ({"destination": "/lake/x.txt"}, r"format of '/lake/x\.txt' is not known"),
        ({"destination": "/lake/2.jsonl"}, "destination would replace another file"),
        ({"report": "/lake/1.jsonl"}, "report would replace another file"),
        ({"destination": "/lake/x.jsonl", "report": "/lake/x.jsonl"}, "report would replace another file"),
        ({"ignore": [1]}, "ignore must be a list of dotted paths"),
        ({"max_xcom_bytes": "many"}, "max_xcom_bytes must be an integer >= 1, got 'many'"),
        ({"after": "/lake/2.txt"}, r"The format of the snapshot /lake/2\.txt is not known"),
        ({"before": None, "after": "lake/2.jsonl"}, "it is a relative path"),
    ],
)
def test_arguments_that_cannot_be_right(arguments: Any, words: str) -> None:
    with pytest.raises(AssistantsError, match=words):
        diff(
            **{
                "before": None,
                "after": "/lake/2.jsonl",
                **({"before": "/lake/1.jsonl"} if "report" in arguments else {}),
                **arguments,
            }
        )


@pytest.mark.parametrize(
    "arguments",
    [{"on_no_change": "skp"}, {"on_missing_before": "x"}, {"redact": "all"}, {"destination": " "}, {"report": ""}],
)
def test_arguments_are_checked_when_the_dag_is_parsed(arguments: Any) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(arguments))):
        DiffAssistantsOperator(task_id="x", before="a", after="b", **arguments)


def test_what_is_missing_or_may_not_be_read(tmp_path: Path) -> None:
    good = write(tmp_path / "1.jsonl", [{"id": 1}])
    with pytest.raises(DestinationError, match=r"2\.jsonl cannot be read: there is no such file"):
        diff(good, f"{tmp_path}/2.jsonl")
    with pytest.raises(DestinationError, match="cannot be read: there is no connection 'nowhere'"):
        diff(None, "s3://nowhere@lake/x.jsonl")


def test_bare_uris_come_with_a_caveat_in_the_log(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    before, after = listed(tmp_path / "1.jsonl"), listed(tmp_path / "2.jsonl")

    def logged(*sides: Any) -> str:
        caplog.clear()
        capfd.readouterr()
        with caplog.at_level(logging.INFO):
            diff(*sides)
        return caplog.text + "".join(capfd.readouterr())

    assert "without a manifest" not in logged(before, after)
    assert "before is a URI without a manifest" in logged(before["uri"], after)
    assert "before and after are URIs without a manifest" in logged(before["uri"], after["uri"])
    assert "may not be whole" in logged({**before, "consistent": False}, after)
    assert "0 added, 0 removed, 0 changed (0 fields), 12 unchanged" in logged(before, after)


def test_all_arguments_are_templated() -> None:
    import inspect

    names = {*inspect.signature(DiffAssistantsOperator.__init__).parameters} - {"self", "kwargs"}
    assert names == {*DiffAssistantsOperator.template_fields}
    assert next(iter(DiffAssistantsOperator.template_fields)) == "after", "the others may use its manifest"
