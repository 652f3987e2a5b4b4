# SPDX-License-Identifier: Apache-2.0
"""Who may import whom, and what may be loaded when Airflow parses a Dag."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "airflow_provider_assistants"
PACKAGE = "airflow_provider_assistants"

#: What each part may import of this package, itself aside; exceptions and the leaf modules are open to all.
ALLOWED = {
    "vendors": set(),
    "redaction": set(),
    "client": {"redaction", "vendors"},
    "records": {"redaction"},
    "sandbox": set(),
    "hooks": {"client", "redaction", "vendors"},
    "watching": {"client", "redaction", "vendors"},
    "triggers": {"watching", "hooks", "client", "vendors"},
    "sensors": {"triggers", "watching", "hooks", "client", "vendors", "links", "final_errors"},
    "operators": {"records", "redaction", "hooks", "client", "vendors", "links", "lineage", "final_errors"},
}
#: These can be used without Airflow.
WITHOUT_AIRFLOW = {"vendors", "redaction", "client", "records", "watching", "sandbox"}
#: What Airflow itself loads with a module of that kind.
AIRFLOWS_OWN = {"triggers.status": "airflow.triggers.base"}
LEAVES = {"", "cancellation", "exceptions", "dotted_path", "event_loop", "parse_time", "storable"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} if node.module != PACKAGE else {f"{PACKAGE}.{a.name}" for a in node.names}
    return found


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_imports_run_downwards(part: str) -> None:
    wrong = []
    for path in (ROOT / part).rglob("*.py"):
        for name in imports(path):
            if name.startswith(PACKAGE):
                layer = name.removeprefix(PACKAGE).removeprefix(".").split(".")[0]
                if layer not in ALLOWED[part] | LEAVES | {part, "__version__"}:
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
            elif name.split(".")[0] == "airflow" and part in WITHOUT_AIRFLOW:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("module", ["operators.listing", "sensors.status", "triggers.status", "hooks.burki", "links"])
def test_parsing_a_dag_loads_none_of_the_engine(module: str) -> None:
    """Airflow loads httpx and pydantic itself, so what is looked for is our own code that stands on them."""
    script = (
        f"import airflow.sdk, {AIRFLOWS_OWN.get(module, 'sys')}, sys; before = set(sys.modules); import {PACKAGE}.{module};"
        "heavy = ('httpx', 'pydantic', 'pydantic_core', 'pyarrow', 'zstandard', 'fsspec', 'anyio');"
        f"ours = ('{PACKAGE}.client.', '{PACKAGE}.vendors.models', '{PACKAGE}.records.', '{PACKAGE}.redaction.');"
        "print([m for m in set(sys.modules) - before if m.split('.')[0] in heavy or m.startswith(ours)])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_no_file_is_too_long() -> None:
    assert [path.name for path in ROOT.rglob("*.py") if len(path.read_text().splitlines()) > 400] == []
