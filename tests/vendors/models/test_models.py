# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from airflow_provider_assistants.records.drift import FieldWatch
from airflow_provider_assistants.sandbox.rows import MAKERS
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.models.autocalls import AutocallsAssistant
from airflow_provider_assistants.vendors.models.base import JSON_TYPES, AssistantModel, columns
from airflow_provider_assistants.vendors.models.burki import BurkiAssistant
from airflow_provider_assistants.vendors.models.puretalk import PuretalkAssistant

MODELS: dict[str, type[AssistantModel]] = {
    "autocalls": AutocallsAssistant,
    "otonistark": AutocallsAssistant,
    "intellixent": AutocallsAssistant,
    "burki": BurkiAssistant,
    "burki_text_ids": BurkiAssistant,
    "puretalk": PuretalkAssistant,
}
NOON = datetime(2025, 8, 4, 14, 30, tzinfo=UTC)


def rows_of(document: Any) -> list[dict[str, Any]]:
    return document if isinstance(document, list) else document.get("data") or document["results"]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_documents_examples_parse_as_they_are(name: str, documents: dict[str, Any]) -> None:
    for row in rows_of(documents[name]):
        assistant = MODELS[name].model_validate(row)
        dumped = assistant.model_dump(mode="json", exclude_unset=True)
        assert set(dumped) == set(row)
        assert assistant.model_extra == {}, "a documented field is not in the model"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_documents_examples_are_of_the_documented_types(name: str, documents: dict[str, Any]) -> None:
    watch = FieldWatch(columns(MODELS[name]), JSON_TYPES)
    for row in rows_of(documents[name]):
        watch.look(row)
    assert watch.unknown_fields == {}
    assert watch.mismatched_fields == {}


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
        (AutocallsAssistant, "endpoint_sensitivity", "1.8", 1.8),
        (AutocallsAssistant, "llm_temperature", "0.35", "0.35"),
        (AutocallsAssistant, "llm_temperature", 0.35, 0.35),
        (AutocallsAssistant, "mode", "dualplex", "dualplex"),
        (AutocallsAssistant, "knowledgebase_mode", "semantic", "semantic"),
        (AutocallsAssistant, "created_at", "2025-08-04T14:30:00.000000Z", NOON),
        (AutocallsAssistant, "created_at", "2025-08-04T14:30:00Z", NOON),
        (AutocallsAssistant, "created_at", "2025-08-04 14:30:00", NOON),
        (AutocallsAssistant, "created_at", int(NOON.timestamp()), NOON),
        (AutocallsAssistant, "created_at", "soon", "soon"),
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
    assert set(assistant.model_dump(mode="json", exclude_unset=True)) == set(row)


@pytest.mark.parametrize("vendor", all_vendors())
def test_the_sandbox_sends_what_is_documented(vendor: str) -> None:
    """Oddities that FACTS of the vendors' deployments tell of aside: numbers as texts, and switches as 1 and 0."""
    model = all_vendors()[vendor].assistants.load_model()
    watch = FieldWatch(columns(model), JSON_TYPES)
    for index in range(200):
        _, row = MAKERS[vendor](vendor, 1, index, 1, 0)
        model.model_validate(row)
        watch.look(row)
    assert watch.unknown_fields == {}
    assert set(watch.mismatched_fields) <= {"max_duration", "is_webhook_active"}
