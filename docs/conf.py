# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds these pages; the tables that code knows best are written by it, into ``_generated``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Airflow reads this when it is first imported, and would make a home for itself.
os.environ.setdefault("AIRFLOW_HOME", tempfile.mkdtemp(prefix="assistants-docs-"))

from airflow_provider_assistants import __version__
from airflow_provider_assistants.hooks.connection_form import FIELDS
from airflow_provider_assistants.sandbox.control import describe_commands
from airflow_provider_assistants.sandbox.faults import FAULTS
from airflow_provider_assistants.vendors import all_vendors

project = "airflow-provider-assistants"
author = "the airflow-provider-assistants developers"
release = version = __version__
extensions = ["sphinx.ext.autodoc"]
html_theme = "furo"
html_title = f"{project} {release}"
exclude_patterns = ["_build", "_generated"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
add_module_names = False

GENERATED = Path(__file__).parent / "_generated"


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a list-table."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in [headings, *rows]:
        lines += [f"   {'* ' if n == 0 else '  '}- {cell}" for n, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def write_tables() -> None:
    """Write the tables."""
    GENERATED.mkdir(exist_ok=True)
    extras = [[f"``{name}``", each.type, each.description] for name, each in FIELDS.items()]
    (GENERATED / "extras.rst").write_text(table(["Extra", "Type", "What it does"], extras))
    vendors = [
        [
            each.title,
            f"``{each.name}``",
            f"``{each.base_url}``",
            each.key_hint,
            ", ".join(sorted(each.assistants.reader.reports())),
        ]
        for each in all_vendors().values()
    ]
    headings = ["Vendor", "Connection type", "Base URL", "The key", "Statuses"]
    (GENERATED / "vendors.rst").write_text(table(headings, vendors))
    commands = [
        [f"``{name}``" if name else "(none)", f"``{parameters}``" if parameters else "", about.replace("`", "``")]
        for name, parameters, about in describe_commands()
    ]
    (GENERATED / "commands.rst").write_text(table(["Command", "Parameters", "What it does"], commands))
    (GENERATED / "faults.rst").write_text(", ".join(f"``{name}``" for name in sorted(FAULTS)) + "\n")


write_tables()
