# SPDX-License-Identifier: Apache-2.0
"""What pyproject.toml declares: a lower bound on everything, and everything that is imported."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]

#: The distribution of an import that bears another name.
DISTRIBUTIONS = {
    "airflow": "apache-airflow",
    "openlineage": "apache-airflow-providers-openlineage",
    "pydantic_core": "pydantic",
    "yaml": "pyyaml",
}
FORMS_OF_AIRFLOW_3_1 = {"flask_appbuilder", "flask_babel", "wtforms"}
REQUIREMENTS = [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]


@pytest.mark.parametrize("line", REQUIREMENTS)
def test_every_dependency_has_a_lower_bound(line: str) -> None:
    """Without one, a resolver may take a release of 2021 that breaks Airflow."""
    assert any(each.operator == ">=" for each in Requirement(line).specifier)


def test_everything_that_is_imported_is_declared() -> None:
    declared = {Requirement(line).name for line in REQUIREMENTS}
    missing = set()
    for path in (ROOT / "airflow_provider_assistants").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                package = name.partition(".")[0]
                known = package in sys.stdlib_module_names or package in FORMS_OF_AIRFLOW_3_1
                if not known and package != "airflow_provider_assistants":
                    distribution = DISTRIBUTIONS.get(package, package)
                    if distribution not in declared:
                        missing.add(f"{package} in {path.name}")
    assert missing == set()
