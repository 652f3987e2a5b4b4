# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds these pages; the tables that code knows best are written by it, into ``_generated``."""

from __future__ import annotations

import atexit
import contextlib
import inspect
import io
import os
import re
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import Any

# Airflow reads this when it is first imported, and would make a home for itself.
if "AIRFLOW_HOME" not in os.environ:
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="assistants-docs-")
    atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)

from airflow_provider_assistants import __version__
from airflow_provider_assistants.get_provider_info import get_provider_info
from airflow_provider_assistants.hooks.connection_form import FIELDS
from airflow_provider_assistants.metrics import METRICS
from airflow_provider_assistants.operators.base import BaseListingOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox.__main__ import main as sandbox
from airflow_provider_assistants.sandbox.control import describe_commands
from airflow_provider_assistants.sandbox.faults import FAULTS
from airflow_provider_assistants.vendors import all_vendors

project = "airflow-provider-assistants"
copyright = author = "the airflow-provider-assistants developers"
release = version = __version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.intersphinx"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
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


def configuration() -> str:
    """Return the options of the provider's configuration, as Airflow has them, as a table."""
    options = get_provider_info()["config"]["assistants"]["options"]
    rows = [
        [f"``{name}``", each["type"], f"``{each['default']}``", f"``{each['example']}``", each["description"]]
        for name, each in options.items()
    ]
    return table(["Option", "Type", "Default", "Example", "Effect"], rows)


def as_rst(text: str) -> str:
    """Return a text whose code is between single backticks as reStructuredText."""
    return text.replace("`", "``")


def to_rst(markdown: str) -> str:
    """Return headings, lists, code and links of a small Markdown file as reStructuredText, without its title."""
    lines: list[str] = []
    for line in markdown.splitlines()[1:]:
        heading = re.fullmatch(r"(##+) (.+)", line)
        text = re.sub(r"\[([^]]+)\]\(([^)]+)\)", r"`\1 <\2>`__", re.sub(r"`([^`]+)`", r"``\1``", line))
        lines += [heading[2], "-~^"[len(heading[1]) - 2] * len(heading[2])] if heading else [text]
    return "\n".join(lines) + "\n"


def sandbox_help() -> str:
    """Return what ``assistants-sandbox --help`` prints."""
    os.environ["COLUMNS"] = "84"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        sandbox(["--help"])
    return printed.getvalue()


def write_tables() -> None:
    """Write the tables."""
    GENERATED.mkdir(exist_ok=True)
    (GENERATED / "configuration.rst").write_text(configuration())
    changes = (Path(__file__).parent.parent / "CHANGELOG.md").read_text()
    (GENERATED / "changelog.rst").write_text(to_rst(changes))
    metrics = [
        [
            f"``{each.name}``",
            each.type,
            each.unit,
            ", ".join(f"``{tag}``" for tag in each.tags),
            as_rst(each.description),
        ]
        for each in METRICS
    ]
    (GENERATED / "metrics.rst").write_text(table(["Metric", "Type", "Unit", "Tags", "What it says"], metrics))
    limits = sorted({each.assistants.page_size_limit for each in all_vendors().values()})
    by_vendor = " or ".join(f"{limit:,}" for limit in limits)
    extras = [
        [f"``{name}``", each.type, each.description.replace("{maximum:,}", by_vendor)] for name, each in FIELDS.items()
    ]
    (GENERATED / "extras.rst").write_text(table(["Extra", "Type", "What it does"], extras))
    vendors = [
        [
            each.title,
            f"``{each.name}``",
            f"``{each.base_url}``",
            each.key_help,
            ", ".join(sorted(each.assistants.reader.reports())),
        ]
        for each in all_vendors().values()
    ]
    headings = ["Vendor", "Connection type", "Base URL", "The key", "Statuses"]
    (GENERATED / "vendors.rst").write_text(table(headings, vendors))
    listings = [
        [
            each.title,
            f"``{name}``",
            f"``{spec.method} {spec.path}``",
            ", ".join(f"``{one.name}``" for one in spec.filters),
            f"`document <{spec.docs_url}>`__",
        ]
        for each in all_vendors().values()
        for name, spec in each.listings.items()
    ]
    headings = ["Vendor", "Listing", "Request", "Filters", "Source"]
    (GENERATED / "listings.rst").write_text(table(headings, listings))
    commands = [
        [f"``{name}``" if name else "(none)", f"``{parameters}``" if parameters else "", as_rst(about)]
        for name, parameters, about in describe_commands()
    ]
    (GENERATED / "commands.rst").write_text(table(["Command", "Parameters", "What it does"], commands))
    (GENERATED / "sandbox_help.txt").write_text(sandbox_help())
    (GENERATED / "faults.rst").write_text(", ".join(f"``{name}``" for name in sorted(FAULTS)) + "\n")


#: Where the names are documented that these pages refer to: by project its root, then name, kind and address. A whole inventory
#: would have to be downloaded at each build.
ELSEWHERE: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "airflow": (
        "https://airflow.apache.org/docs/apache-airflow/stable/",
        [
            ("authoring-and-scheduling/deferring", "std:doc", "authoring-and-scheduling/deferring.html"),
            ("authoring-and-scheduling/event-scheduling", "std:doc", "authoring-and-scheduling/event-scheduling.html"),
            ("configurations-ref", "std:doc", "configurations-ref.html"),
        ],
    ),
    "task-sdk": (
        "https://airflow.apache.org/docs/task-sdk/stable/",
        [
            ("airflow.sdk.bases.hook.BaseHook", "py:class", "api.html#airflow.sdk.BaseHook"),
            ("airflow.sdk.bases.operator.BaseOperator", "py:class", "api.html#airflow.sdk.BaseOperator"),
            ("airflow.sdk.bases.sensor.BaseSensorOperator", "py:class", "api.html#airflow.sdk.BaseSensorOperator"),
        ],
    ),
    "python": (
        "https://docs.python.org/3/",
        [("Exception", "py:exception", "library/exceptions.html#Exception")],
    ),
}


def write_inventory(project: str, names: list[tuple[str, str, str]]) -> str:
    """Write the names of another project as Sphinx reads them, and return the file."""
    head = f"# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
    head += "# The remainder of this file is compressed using zlib.\n"
    body = "".join(f"{name} {kind} 1 {address} -\n" for name, kind, address in names)
    path = GENERATED / f"{project}.inv"
    path.write_bytes(head.encode() + zlib.compress(body.encode()))
    return str(path)


def add_inherited_parameters(*event: Any) -> None:
    """Describe each parameter of a listing's operator on its page, also those that :class:`.ListAssistantsOperator` describes."""
    _, what, _, subject, _, lines = event
    if what != "class" or not issubclass(subject, BaseListingOperator) or subject is BaseListingOperator:
        return
    own = {line.split(":")[1] for line in lines if line.startswith(":param ")}
    for parameter in re.split(r"^(?=:param )", inspect.getdoc(ListAssistantsOperator) or "", flags=re.MULTILINE)[1:]:
        _, name, _ = parameter.split(":", 2)
        if name not in own and name.split()[1] in subject.template_fields:
            lines += parameter.splitlines()
    lines.append("")


def setup(app: Any) -> None:
    """Connect what this page adds to Sphinx."""
    app.connect("autodoc-process-docstring", add_inherited_parameters)


write_tables()
intersphinx_mapping = {project: (root, write_inventory(project, names)) for project, (root, names) in ELSEWHERE.items()}
