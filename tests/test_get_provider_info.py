# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import dataclasses
import importlib
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import airflow
import jsonschema
import pytest
from packaging.utils import canonicalize_name

from airflow_provider_assistants.get_provider_info import get_provider_info
from airflow_provider_assistants.vendors import all_vendors
from tests.conftest import VENDORS

AIRFLOW = Path(airflow.__path__[0])
AIRFLOW_READS_THE_FORM = not airflow.__version__.startswith("3.1.")


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((AIRFLOW / name).read_text())
    return loaded


def test_airflow_finds_the_info_by_its_entry_point() -> None:
    [point] = [
        each
        for each in entry_points(group="apache_airflow_provider")
        if each.value.startswith("airflow_provider_assistants.")
    ]
    assert point.load()() == get_provider_info()
    assert point.dist is not None
    # Airflow compares the two in every command, and stops where they differ.
    assert get_provider_info()["package-name"] == canonicalize_name(point.dist.name)


def test_the_info_is_valid_for_airflow() -> None:
    jsonschema.validate(get_provider_info(), schema("provider_info.schema.json"))


def test_connection_types_are_valid_for_the_strict_schema() -> None:
    """The schema of provider.yaml forbids unknown keys, so it finds what is only spelled wrong."""
    if not (AIRFLOW / "provider.yaml.schema.json").exists():
        pytest.xfail("this line of Airflow does not ship the strict schema")
    strict = schema("provider.yaml.schema.json")
    fragment = strict["properties"]["connection-types"]
    fragment["items"]["properties"].setdefault("hook-name", {"type": "string"})
    types = get_provider_info()["connection-types"]
    jsonschema.validate(types, {**fragment, "definitions": strict.get("definitions", {})})


def test_every_vendor_has_its_connection_type_and_its_hook() -> None:
    types = {each["connection-type"]: each for each in get_provider_info()["connection-types"]}
    assert set(types) == set(VENDORS) == set(all_vendors())
    for name, each in types.items():
        module, _, class_name = each["hook-class-name"].rpartition(".")
        hook = getattr(importlib.import_module(module), class_name)
        assert hook.conn_type == name
        assert hook.hook_name == each["hook-name"]
        assert hook.default_conn_name == f"{name}_default"


def test_a_title_is_no_part_of_a_class_name(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = dataclasses.replace(all_vendors()["burki"], title="Acme AI")
    monkeypatch.setattr("airflow_provider_assistants.get_provider_info.all_vendors", lambda: {"burki": vendor})
    info = get_provider_info()
    assert info["connection-types"][0]["hook-class-name"] == "airflow_provider_assistants.hooks.burki.BurkiHook"
    assert info["connection-types"][0]["hook-name"] == "Acme AI"


def test_everything_named_in_the_info_exists() -> None:
    info = get_provider_info()
    for kind in ("hooks", "operators", "sensors", "triggers"):
        for each in info.get(kind, []):
            for module in each["python-modules"]:
                importlib.import_module(module)
    for link in info["extra-links"]:
        module, _, class_name = link.rpartition(".")
        assert hasattr(importlib.import_module(module), class_name)


def test_reading_the_info_loads_nothing_heavy() -> None:
    script = (
        "import sys; from airflow_provider_assistants.get_provider_info import get_provider_info; get_provider_info();"
        "print([m for m in sys.modules if m.split('.')[0] in ('airflow', 'httpx', 'pydantic', 'pydantic_core', 'pyarrow')"
        " or m.startswith('airflow_provider_assistants.hooks.b')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("list",), "airflow-provider-assistants"),
        (("get", "airflow-provider-assistants"), "airflow-provider-assistants"),
        (("hooks",), "airflow_provider_assistants.hooks.puretalk.PuretalkHook"),
        # Airflow 3.1 asks the hooks, and needs a form library for that which is not installed with it.
        *([(("behaviours",), "burki")] if AIRFLOW_READS_THE_FORM else []),
    ],
)
def test_airflow_shows_the_provider(arguments: tuple[str, ...], shown: str, airflow_database: None) -> None:
    command = [Path(sys.executable).parent / "airflow", "providers", *arguments, "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert shown in done.stdout
    assert "airflow_provider_assistants" not in "\n".join(
        line for line in done.stderr.splitlines() if "Warning" in line or "Error" in line
    )


def test_every_configuration_option_that_the_docs_name_exists() -> None:
    options = get_provider_info()["config"]["assistants"]["options"]
    root = Path(__file__).parent.parent
    pages = "\n".join(page.read_text() for page in [root / "README.md", *sorted((root / "docs").glob("*.rst"))])
    named = set(re.findall(r"`{1,2}\[assistants\] (\w+)`{1,2}", pages))
    assert named
    assert named <= {*options}
