# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from airflow_provider_assistants.records.drift import DriftCounter
from airflow_provider_assistants.sandbox.rows import MAKERS
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.models.autocalls import AutocallsAssistant
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, AssistantModel, ColumnKind, columns
from airflow_provider_assistants.vendors.models.burki import BurkiAssistant
from airflow_provider_assistants.vendors.models.puretalk import PuretalkAssistant
from airflow_provider_assistants.vendors.rows import parse_time

MODELS: dict[str, type[AssistantModel]] = {
    "autocalls": AutocallsAssistant,
    "otonistark": AutocallsAssistant,
    "intellixent": AutocallsAssistant,
    "burki": BurkiAssistant,
    "burki_text_ids": BurkiAssistant,
    "puretalk": PuretalkAssistant,
}
NOON = datetime(2025, 8, 4, 14, 30, tzinfo=UTC)

ODD_FOLDER = Path(__file__).parents[2] / "fixtures" / "documents" / "odd"
#: Shapes that deployments really send, and the fields of each that differ from what is documented.
ODD: dict[str, tuple[type[AssistantModel], set[str]]] = {
    "autocalls_outbound": (AutocallsAssistant, set()),
    "autocalls_newer": (
        AutocallsAssistant,
        {"record", "end_call_on_voicemail", "max_duration", "llm_temperature", "endpoint_sensitivity", "created_at"},
    ),
    "burki_newer": (BurkiAssistant, set()),
    "puretalk_single": (PuretalkAssistant, set()),
    "puretalk_older": (PuretalkAssistant, {"user", "voice", "voice_stability", "behavior"}),
}


def rows_of(document: Any) -> list[dict[str, Any]]:
    rows = document if isinstance(document, list) else document.get("data") or document["results"]
    return rows if isinstance(rows, list) else [rows]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_documents_examples_parse_as_they_are(name: str, documents: dict[str, Any]) -> None:
    for row in rows_of(documents[name]):
        assistant = MODELS[name].model_validate(row)
        dumped = assistant.model_dump(mode="json", exclude_unset=True)
        assert set(dumped) == set(row)
        assert assistant.model_extra == {}, "a documented field is not in the model"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_documents_examples_are_of_the_documented_types(name: str, documents: dict[str, Any]) -> None:
    drift = DriftCounter(columns(MODELS[name]), JSON_TYPES)
    for row in rows_of(documents[name]):
        drift.count([row])
    assert drift.unknown_fields == {}
    assert drift.mismatched_fields == {}


def test_every_odd_shape_has_its_line() -> None:
    assert {path.stem for path in ODD_FOLDER.glob("*.json")} == set(ODD)


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_shapes_parse_and_are_reported(name: str) -> None:
    model, odd = ODD[name]
    drift = DriftCounter(columns(model), JSON_TYPES)
    for row in rows_of(json.loads((ODD_FOLDER / f"{name}.json").read_text())):
        assert model.model_validate(row).model_extra == {}
        drift.count([row])
    assert drift.unknown_fields == {}
    assert set(drift.mismatched_fields) == odd


@pytest.mark.parametrize(("name", "model"), [("autocalls", AutocallsAssistant), ("puretalk", PuretalkAssistant)])
def test_columns_follow_the_document(name: str, model: type[AssistantModel], documents: dict[str, Any]) -> None:
    documented = list(rows_of(documents[name])[0])
    assert list(columns(model))[: len(documented)] == documented


@pytest.mark.parametrize("model", [AutocallsAssistant, BurkiAssistant, PuretalkAssistant])
def test_every_column_has_a_kind_of_the_table(model: type[AssistantModel]) -> None:
    kinds = columns(model)
    assert set(kinds) == set(model.model_fields)
    assert all(isinstance(kind, ColumnKind) and kind in JSON_TYPES for kind in kinds.values())


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("id", "id"),
        ("fillers", "flag"),
        ("record", "boolean"),
        ("max_duration", "integer"),
        ("endpoint_sensitivity", "number"),
        ("llm_temperature", "string"),
        ("created_at", "time"),
        ("variables", "object"),
        ("tools", "array"),
    ],
)
def test_kinds_are_the_documents(field: str, kind: str) -> None:
    assert columns(AutocallsAssistant)[field] == kind


@pytest.mark.parametrize(
    ("model", "field", "sent", "read"),
    [
        (AutocallsAssistant, "fillers", 1, True),
        (AutocallsAssistant, "fillers", "0", False),
        (AutocallsAssistant, "record", 1, True),
        (AutocallsAssistant, "record", "true", True),
        (AutocallsAssistant, "record", "maybe", "maybe"),
        (AutocallsAssistant, "variables", [], {}),
        (AutocallsAssistant, "variables", None, None),
        (AutocallsAssistant, "variables", "none", "none"),
        (AutocallsAssistant, "filler_config", {"enabled": True}, {"enabled": True}),
        (AutocallsAssistant, "max_duration", "900", 900),
        (AutocallsAssistant, "max_duration", "long", "long"),
        (AutocallsAssistant, "max_duration", True, True),
        (AutocallsAssistant, "max_duration", 7.5, 7.5),
        (AutocallsAssistant, "max_duration", "", ""),
        (AutocallsAssistant, "phone_number_id", "7", "7"),
        (AutocallsAssistant, "phone_number_id", False, False),
        (AutocallsAssistant, "endpoint_sensitivity", True, True),
        (AutocallsAssistant, "endpoint_sensitivity", "nan", "nan"),
        (AutocallsAssistant, "endpoint_sensitivity", "-Infinity", "-Infinity"),
        (AutocallsAssistant, "endpoint_sensitivity", 2, 2.0),
        (AutocallsAssistant, "endpoint_sensitivity", 2**53 + 1, 2**53 + 1),
        (AutocallsAssistant, "endpoint_sensitivity", 10**400, 10**400),
        (AutocallsAssistant, "endpoint_sensitivity", "1.8", 1.8),
        (AutocallsAssistant, "llm_temperature", "0.35", "0.35"),
        (AutocallsAssistant, "llm_temperature", 0.35, 0.35),
        (AutocallsAssistant, "mode", "dualplex", "dualplex"),
        (AutocallsAssistant, "knowledgebase_mode", "semantic", "semantic"),
        (AutocallsAssistant, "created_at", "2025-08-04T14:30:00.000000Z", NOON),
        (AutocallsAssistant, "created_at", "2025-08-04T14:30:00Z", NOON),
        (AutocallsAssistant, "created_at", "2025-08-04 14:30:00", NOON),
        (AutocallsAssistant, "created_at", int(NOON.timestamp()), NOON),
        (AutocallsAssistant, "created_at", "2025-08-04T10:30:00-04:00", NOON),
        (AutocallsAssistant, "created_at", "soon", "soon"),
        (AutocallsAssistant, "created_at", "12", "12"),
        (AutocallsAssistant, "deleted_at", "0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        (AutocallsAssistant, "voice_id", "abc", "abc"),
        (AutocallsAssistant, "brand_new", {"a": 1}, {"a": 1}),
        (BurkiAssistant, "is_active", None, None),
        (BurkiAssistant, "is_active", 0, False),
        (BurkiAssistant, "organization_id", "org_67890", "org_67890"),
        (BurkiAssistant, "interruption_settings", {"enabled": True}, {"enabled": True}),
        (BurkiAssistant, "created_at", "2025-08-04T14:30:00.000000", NOON),
        (PuretalkAssistant, "user", 123, 123),
        (PuretalkAssistant, "user", {"name": "Sam"}, {"name": "Sam"}),
        (PuretalkAssistant, "voice", 7, 7),
        (PuretalkAssistant, "voice", "7", "7"),
        (PuretalkAssistant, "voice", True, True),
        (PuretalkAssistant, "voice", None, None),
        (PuretalkAssistant, "tools", [{"a": 1}], [{"a": 1}]),
        (PuretalkAssistant, "behavior", "x", "x"),
    ],
)
def test_odd_values_are_read_or_kept(model: type[AssistantModel], field: str, sent: Any, read: Any) -> None:
    assistant = model.model_validate({"id": 1, "assistant_id": "a", field: sent})
    value = getattr(assistant, field)
    assert value == read
    assert type(value) is type(read)


@pytest.mark.parametrize("model", [AutocallsAssistant, BurkiAssistant, PuretalkAssistant])
@pytest.mark.parametrize("identity", [None, "", "  ", True])
def test_only_a_missing_identity_is_too_odd(model: type[AssistantModel], identity: Any) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({"id": identity, "assistant_id": identity})
    with pytest.raises(ValidationError):
        model.model_validate({"name": "x"})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["1", "0", "true", "nan", "inf", "12", "1.50", "1754317800", "2025-08-04 14:30:00", "-0", 1e300])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("model", [AutocallsAssistant, BurkiAssistant, PuretalkAssistant])
@given(data=st.data())
def test_any_row_with_an_identity_is_an_assistant(model: type[AssistantModel], data: st.DataObject) -> None:
    names = st.sampled_from(sorted(model.model_fields)) | st.text(min_size=1, max_size=8)
    row = data.draw(st.dictionaries(names, JSON, max_size=8)) | {"id": 1, "assistant_id": "a"}
    assistant = model.model_validate(row)
    dumped = json.loads(json.dumps(assistant.model_dump(mode="json")))
    for field, sent in row.items():
        assert_nothing_is_lost(columns(model).get(field), sent, dumped[field])
    assert set(dumped) == set(row) | set(model.model_fields)
    assert model.model_validate(dumped).model_dump() == assistant.model_dump()


def assert_nothing_is_lost(kind: ColumnKind | None, sent: Any, kept: Any) -> None:
    """What was sent is kept, as it came or as what it is read as: the same number, truth, time or empty object."""
    if type(sent) is type(kept) and sent == kept:
        return
    match kind:
        case ColumnKind.TIME:
            assert parse_time(sent) == parse_time(kept) is not None
        case ColumnKind.BOOLEAN | ColumnKind.FLAG:
            assert type(kept) is bool
            assert not isinstance(sent, bool)
            text = "10"[not kept] if isinstance(sent, int | float) else str(sent).lower()
            assert text in (("1", "true", "t", "yes", "y", "on") if kept else ("0", "false", "f", "no", "n", "off"))
            assert not isinstance(sent, int | float) or sent == kept
        case ColumnKind.INTEGER | ColumnKind.NUMBER | ColumnKind.ID:
            assert not isinstance(sent, bool)
            assert math.isfinite(kept)
            assert sent == kept if isinstance(sent, int) else float(sent) == kept
        case ColumnKind.OBJECT:
            # A key in an object's place is read as ids are: 7.0 is 7.
            assert (sent, kept) == ([], {}) or (type(sent) is float and type(kept) is int and sent == kept)
        case _:
            pytest.fail(f"{sent!r} became {kept!r}")


def test_what_json_cannot_say_is_said_as_a_text() -> None:
    """1e400 is JSON and no finite number of Python's: null would lose it."""
    row = {"id": 1, "endpoint_sensitivity": math.inf, "brand_new": -math.inf, "variables": {"a": math.inf}}
    assistant = AutocallsAssistant.model_validate(row)
    assert assistant.model_dump(exclude_unset=True) == row
    message = json.loads(assistant.model_dump_json(exclude_unset=True))
    assert message == {
        "id": 1,
        "endpoint_sensitivity": "Infinity",
        "brand_new": "-Infinity",
        "variables": {"a": "Infinity"},
    }


@pytest.mark.parametrize("vendor", all_vendors())
def test_the_sandbox_sends_what_is_documented(vendor: str) -> None:
    """Oddities of real deployments aside: numbers as texts, switches as 1 and 0, ids where objects are due."""
    model = all_vendors()[vendor].assistants.load_model()
    drift = DriftCounter(columns(model), JSON_TYPES)
    for index in range(200):
        _, row = MAKERS[vendor](vendor, 1, index, 1, 0)
        model.model_validate(row)
        drift.count([row])
    assert drift.unknown_fields == {}
    assert set(drift.mismatched_fields) <= {"max_duration", "is_webhook_active", "user", "voice"}
