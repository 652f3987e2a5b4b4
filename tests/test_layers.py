# SPDX-License-Identifier: Apache-2.0
"""Who may import whom, and what may be loaded when Airflow parses a Dag."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
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
    "cli": {"operators", "records", "redaction", "hooks", "client", "vendors", "lineage"},
    "triggers": {"watching", "hooks", "client", "vendors", "metrics"},
    "sensors": {"triggers", "watching", "hooks", "client", "vendors", "links", "final_errors", "metrics"},
    "operators": {"records", "redaction", "hooks", "client", "vendors"}
    | {"links", "lineage", "final_errors", "metrics"},
}
#: What each part of redaction may import of it.
ALLOWED_IN_REDACTION = {
    "names": {"prefilter"},
    "values": {"names"},
    "url_parts": {"names", "values"},
    "tokens": {"values", "urls"},
    "logins": set(),
    "named_in_text": {"names", "values", "tokens"},
    "members": {"names", "values"},
}
#: These can be used without Airflow.
WITHOUT_AIRFLOW = {"vendors", "redaction", "client", "records", "watching", "sandbox"}
#: What Airflow itself loads with a module of that kind.
AIRFLOWS_OWN = {"triggers.status": "airflow.triggers.base"}
LEAVES = {"", "cancellation", "exceptions", "dotted_path", "event_loop", "parse_time", "storable", "traffic"}


#: Loaded only through an entry method, so what it needs is imported at the top.
ENGINE = {"vendors", "redaction", "client", "records", "watching"}

#: Third-party packages that a function may import: optional ones, and those of the form that only Airflow 3.1 has.
OPTIONAL = {"flask_appbuilder", "flask_babel", "pyarrow", "wtforms", "zstandard"}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix("__init__").rstrip("."): path
    for path in ROOT.rglob("*.py")
}


def names(node: ast.AST) -> Iterator[str]:
    """Return what an import statement may load: modules, and things in them."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text())) for name in names(node)}


def walk(tree: ast.AST, *, within: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Return the nodes that run, each with whether it is within a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node, within
        yield from walk(node, within=within or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def ours(node: ast.AST) -> set[str]:
    """Return the modules of this package that an import statement loads, without the package's name."""
    found = {name.removeprefix(PACKAGE).removeprefix(".") for name in names(node) if name.startswith(PACKAGE)}
    return found & MODULES.keys() - {""}


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


@pytest.mark.parametrize("part", sorted(ALLOWED_IN_REDACTION))
def test_parts_of_redaction_are_imported_downwards(part: str) -> None:
    loaded = {name for path in (ROOT / "redaction" / part).glob("*.py") for name in imports(path)}
    parts = {
        name.removeprefix(f"{PACKAGE}.redaction.").split(".")[0] for name in loaded if f"{PACKAGE}.redaction." in name
    }
    assert parts <= ALLOWED_IN_REDACTION[part] | {part}


def test_redaction_is_imported_by_its_public_names() -> None:
    rooms = {f"{PACKAGE}.{module}" for module in MODULES if module.startswith("redaction.")}
    inside = ROOT / "redaction"
    others = {path: imports(path) for path in ROOT.rglob("*.py") if inside not in path.parents}
    assert [path.name for path, found in others.items() if found & rooms] == []


@pytest.mark.parametrize(
    "module",
    [
        "operators.listing",
        "operators.calls",
        "operators.diff",
        "sensors.status",
        "triggers.status",
        "hooks.burki",
        "links",
    ],
)
def test_parsing_a_dag_loads_none_of_the_engine(module: str) -> None:
    """Airflow loads httpx and pydantic itself, so this searches for our own code that needs them."""
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


def test_an_entry_method_imports_one_module_of_the_engine_and_other_functions_none() -> None:
    borders: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        for node, within in walk(ast.parse(path.read_text())):
            if within and not module.startswith("sandbox"):
                borders.setdefault(module, set()).update(ours(node))
    assert {module: loaded for module, loaded in borders.items() if len(loaded) > 1} == {}
    assert {module for module, loaded in borders.items() if loaded and module.split(".")[0] in ENGINE} == set()


def test_a_function_imports_only_optional_packages() -> None:
    for module, path in MODULES.items():
        for node, within in walk(ast.parse(path.read_text())):
            if within and {*names(node)} and not ours(node) and not module.startswith("sandbox"):
                assert {name.split(".")[0] for name in {*names(node)}} <= OPTIONAL, f"{module}, line {node.lineno}"


def test_no_circle_of_imports() -> None:
    graph = {
        module: {name for node, _ in walk(ast.parse(path.read_text())) for name in ours(node)} - {module}
        for module, path in MODULES.items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError with the circle
