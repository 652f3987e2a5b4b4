# SPDX-License-Identifier: Apache-2.0
"""Both declarations of the connection form, and that they agree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.get_provider_info import get_provider_info
from airflow_provider_assistants.hooks.burki import BurkiHook
from airflow_provider_assistants.hooks.connection_form import FIELDS
from airflow_provider_assistants.operators.static_arguments import DEFAULT_MAX_XCOM_BYTES

NAMES = ["timeout", "max_retries", "concurrency", "page_size", "max_requests_per_minute", "verify", "proxy"]


def declared(vendor: str) -> dict[str, Any]:
    [found] = [each for each in get_provider_info()["connection-types"] if each["connection-type"] == vendor]
    return found


def test_the_declared_form() -> None:
    form = declared("burki")
    assert list(form["conn-fields"]) == NAMES
    assert form["conn-fields"]["timeout"] == {
        "label": "Timeout (seconds)",
        "description": "How long to wait for a connection, and for each further part of a response. 30 if empty.",
        "schema": {"type": ["number", "null"], "minimum": 0.1, "maximum": 600},
    }
    assert form["ui-field-behaviour"] == {
        "hidden-fields": ["schema", "login"],
        "relabeling": {"password": "API key", "host": "Base URL"},
        "placeholders": {"host": "https://api.burki.dev", "port": "443", "password": "burki_live_abc123…"},
    }


def test_every_field_may_be_empty() -> None:
    for vendor in ("autocalls", "puretalk"):
        for field in declared(vendor)["conn-fields"].values():
            assert "null" in field["schema"]["type"]


class Field:
    def __init__(self, label: str, *, widget: Any, validators: list[Any], description: str) -> None:
        self.label, self.description, self.validators = label, description, validators


@pytest.fixture
def form_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form libraries of Airflow 3.1, as it mocks them itself where they are not installed."""
    modules = {
        "flask_appbuilder": {},
        "flask_appbuilder.fieldwidgets": {"BS3TextFieldWidget": object},
        "flask_babel": {"lazy_gettext": str},
        "wtforms": {
            "IntegerField": type("IntegerField", (Field,), {}),
            "StringField": type("StringField", (Field,), {}),
        },
        "wtforms.validators": {"Optional": object},
    }
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.usefixtures("form_libraries")
def test_the_form_of_airflow_3_1_has_the_same_fields() -> None:
    widgets = BurkiHook.get_connection_form_widgets()
    form = declared("burki")["conn-fields"]
    assert list(widgets) == list(form) == list(FIELDS)
    for name, widget in widgets.items():
        assert widget.label == form[name]["label"]
        assert widget.description == form[name]["description"]
        assert (type(widget).__name__ == "IntegerField") == ("integer" in form[name]["schema"]["type"])


def test_the_behaviour_of_airflow_3_1_is_the_same() -> None:
    declared_one = declared("burki")["ui-field-behaviour"]
    python = BurkiHook.get_ui_field_behaviour()
    assert python == {key.replace("-", "_"): value for key, value in declared_one.items()}


def test_airflows_page_gets_the_form() -> None:
    """In a process of its own: Airflow 3.1 makes the form once, from the hooks that it loads for it."""
    script = (
        "import json; from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService;"
        "print(json.dumps({meta.connection_type: [meta.hook_name, list(meta.extra_fields or {}),"
        " meta.standard_fields is not None] for meta in HookMetaService.hook_meta_data()}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    metas = json.loads(done.stdout.strip().splitlines()[-1])
    for vendor in ("autocalls", "otonistark", "intellixent", "burki", "puretalk"):
        assert metas[vendor][1:] == [NAMES, True]
    assert metas["otonistark"][0] == "OtoniStark"


def test_a_secret_extra_is_masked_by_airflow() -> None:
    try:
        from airflow._shared.secrets_masker import should_hide_value_for_key
    except ImportError:
        from airflow.sdk.execution_time.secrets_masker import should_hide_value_for_key
    assert should_hide_value_for_key("proxy")


def test_the_defaults_that_texts_name_are_those_that_hold() -> None:
    settings = ClientSettings()
    named = {
        name: match[1] for name, each in FIELDS.items() if (match := re.search(r"(\S+) if empty", each.description))
    }
    assert named["timeout"] == f"{settings.timeout:g}"
    assert named["max_retries"] == str(settings.retry.max_retries)
    assert named["concurrency"] == str(settings.concurrency)
    assert named["verify"] == str(settings.verify).lower()
    assert settings.page_size is settings.max_requests_per_minute is settings.proxy is None


def test_the_defaults_of_the_configuration_are_those_that_hold() -> None:
    settings = ClientSettings()
    options = get_provider_info()["config"]["assistants"]["options"]
    assert {name: int(each["default"]) for name, each in options.items()} == {
        "max_listing_rows": settings.max_listing_rows,
        "max_listing_seconds": settings.max_listing_seconds,
        "max_request_seconds": settings.max_request_seconds,
        "max_response_bytes": settings.max_response_bytes,
        "max_xcom_bytes": DEFAULT_MAX_XCOM_BYTES,
    }
