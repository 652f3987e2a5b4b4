# SPDX-License-Identifier: Apache-2.0
"""
The commands and their options, as data, of which both command lines are made.

Loaded by every ``airflow`` command of everybody who has this package installed, so it imports nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["COMMANDS", "GROUP", "SUMMARY", "Command", "Option"]

GROUP = "assistants"
SUMMARY = "Check connections, list and get assistants, and compare snapshots"


@dataclass(frozen=True, kw_only=True)
class Option:
    """
    An option or a positional argument.

    :param flags: Its names.
    :param settings: What ``add_argument`` takes besides.
    """

    flags: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """
    A command.

    :param name: Its name.
    :param function: The function in :mod:`.commands`.
    :param help: What it does, in one line.
    :param description: The same with what one has to know.
    :param examples: Lines to type; ``{prog}`` stands for the program.
    :param options: Its options.
    """

    name: str
    function: str
    help: str
    description: str
    examples: Sequence[str]
    options: Sequence[Option]

    def epilog(self, prog: str) -> str:
        """Return the examples as the help of a program shows them."""
        return "\n".join(["examples:", *(f"  {line.format(prog=prog)}" for line in self.examples)])


def _option(*flags: str, **settings: Any) -> Option:
    return Option(flags=flags, settings=settings)


def _pair(example: str) -> Callable[[str], tuple[str, str]]:
    def read(text: str) -> tuple[str, str]:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise argparse.ArgumentTypeError(f"expected {example}, got {text!r}")
        return name.strip(), value

    return read


def _condition(text: str) -> tuple[str, str]:
    """Return the field and the value of a condition; a word alone is a status."""
    if "=" not in text and text.strip():
        return "status", text.strip()
    return _pair("a status or FIELD=VALUE")(text)


def _output(*forms: str, about: str = "how to print") -> Option:
    return _option(
        "-o",
        "--output",
        choices=forms,
        metavar=f"({', '.join(forms)})",
        help=f"{about}: {', '.join(forms)} (default: table)",
    )


_VERBOSE = _option("-v", "--verbose", action="store_true", help="print what a task would log, to stderr")
_CONN = _option("conn_id", metavar="CONN", help="the Airflow connection to the account")
_FIELDS = _option("--fields", metavar="A,B.C", help="only these fields, by dotted path")
_RECORD = _option(
    "--record",
    choices=("vendor", "common"),
    help="the vendor's own rows, or one shape for all vendors (default: vendor; common for a table without --fields)",
)
_REDACT = _option(
    "--redact",
    choices=("secrets", "personal", "none"),
    default="secrets",
    help="what becomes ***: secrets, personal data too, or nothing (default: secrets)",
)
_STORE = _option("--object-storage-conn-id", metavar="CONN", help="the connection to the store of the files")

COMMANDS: Sequence[Command] = (
    Command(
        name="check",
        function="check",
        help="Check that connections work",
        description=(
            "Make one cheap authenticated request with each connection, and print a sentence about it.\n"
            "Exit code: 0 if all work, 1 if any does not, 2 if nothing could be checked."
        ),
        examples=("{prog} check burki_default autocalls_default", "{prog} check --all -o json"),
        options=(
            _option("conn_id", nargs="*", metavar="CONN", help="the Airflow connections to the accounts"),
            _option(
                "--all",
                action="store_true",
                help="all connections to assistants in the environment and in Airflow's metadata database",
            ),
            _output("table", "json", "yaml", "plain"),
            _VERBOSE,
        ),
    ),
    Command(
        name="list",
        function="list_",
        help="List the assistants of an account",
        description=(
            "List every assistant of an account: complete, counted and free of duplicates, or an error.\n"
            "Rows are printed while they are read, so memory does not grow with the account; a JSON array is closed only\n"
            "when the listing is complete. With --to they go to a file, which appears when it is complete.\n"
            "Exit code: 0, or 2 for an error."
        ),
        examples=(
            "{prog} list burki_default",
            "{prog} list burki_default --where active --fields id,name,llm_settings.model",
            "{prog} list burki_default -o json | jq '.[].name'",
            "{prog} list burki_default --to s3://lake/burki.parquet --object-storage-conn-id aws_default",
        ),
        options=(
            _CONN,
            _option(
                "--where",
                action="append",
                type=_condition,
                metavar="STATUS|FIELD=VALUE",
                help="only assistants with this status, or this value of a field; again for another value or field",
            ),
            _FIELDS,
            _option(
                "--filter",
                action="append",
                type=_pair("NAME=VALUE"),
                metavar="NAME=VALUE",
                help="the vendor's own query parameter; again for another",
            ),
            _option("--changed-since", metavar="TIME", help="only assistants changed at or after this time (ISO 8601)"),
            _RECORD,
            _REDACT,
            _output("table", "json", "yaml", "plain", about="how to print, or with --to how to print the manifest"),
            _option("--to", metavar="URI", help="write a file instead: a path, or a URI of a store that Airflow knows"),
            _option(
                "--format",
                choices=("jsonl", "json", "csv", "parquet"),
                help="the format of that file (default: by its suffix)",
            ),
            _option(
                "--compression",
                choices=("none", "gzip", "zstd"),
                help="the compression of that file (default: by its suffix)",
            ),
            _option(
                "--rows-per-file",
                metavar="N",
                help="write parts of so many rows below the URI, a folder, and _manifest.json last",
            ),
            _STORE,
            _option("--no-overwrite", action="store_true", help="do not replace an existing file"),
            _option("--on-drift", choices=("fail", "warn"), help="if the listing kept changing (default: fail)"),
            _VERBOSE,
        ),
    ),
    Command(
        name="get",
        function="get",
        help="Get one assistant by its id",
        description="Get one assistant by its id, with secrets redacted.\nExit code: 0, or 2 for an error.",
        examples=("{prog} get burki_default 42", "{prog} get burki_default 42 -o json | jq .llm_settings"),
        options=(
            _CONN,
            _option("assistant_id", metavar="ID", help="the vendor's id of the assistant"),
            _FIELDS,
            _option(
                "--record",
                choices=("vendor", "common"),
                default="vendor",
                help="the vendor's own row, or one shape for all vendors (default: vendor)",
            ),
            _REDACT,
            _output("table", "json", "yaml", "plain"),
            _VERBOSE,
        ),
    ),
    Command(
        name="diff",
        function="diff",
        help="Compare two snapshots",
        description=(
            "Compare two files that list --to or ListAssistantsOperator wrote, in any of its formats.\n"
            "+ is an assistant or a field that came, - one that went, ~ one that changed.\n"
            "Exit code: 0 if nothing changed, 1 if something did, 2 for an error."
        ),
        examples=(
            "{prog} diff 2026-11-20/burki.jsonl 2026-11-21/burki.parquet",
            "{prog} diff '/lake/*/burki.jsonl' /lake/2026-11-21/burki.jsonl --report changes.html",
            "{prog} diff before.jsonl after.jsonl -o json | jq '.changes[].path'",
        ),
        options=(
            _option(
                "before",
                metavar="BEFORE",
                help="the earlier snapshot: a path, a URI or a manifest; with a *, the newest that is older than AFTER",
            ),
            _option("after", metavar="AFTER", help="the later snapshot: a path, a URI or a manifest"),
            _option("--report", metavar="FILE", help="write a report for people too: one HTML file, or a URI"),
            _option(
                "--ignore",
                action="append",
                metavar="PATH",
                help="changes at this dotted path do not count; again for another",
            ),
            _REDACT,
            _output("table", "json"),
            _STORE,
            _VERBOSE,
        ),
    ),
)
