# SPDX-License-Identifier: Apache-2.0
# PYTHON_ARGCOMPLETE_OK
"""
``airflow-assistants``: the commands as a program of its own.

For Airflow 3.1, which takes no commands from providers, and for machines without Airflow's metadata database. Airflow and the
engine are loaded once a command runs, so help and completion are quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

import argcomplete

from airflow_provider_assistants import __version__
from airflow_provider_assistants.cli import commands
from airflow_provider_assistants.cli.arguments import COMMANDS, SUMMARY

__all__ = ["main"]

_PROG = "airflow-assistants"


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line, and where to read more."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command; exits with its code."""
    parser = _parser()
    argcomplete.autocomplete(parser)
    arguments = parser.parse_args(argv)
    getattr(commands, arguments.function)(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_PROG,
        description=f"{SUMMARY}. The same as airflow assistants, which Airflow has from 3.2 on.",
        epilog="Connections come from the environment (AIRFLOW_CONN_…), from Airflow's secrets backend, "
        "and from its metadata database if there is one.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        each = subparsers.add_parser(
            command.name,
            help=command.help,
            description=command.description,
            epilog=command.epilog(_PROG),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for option in command.options:
            each.add_argument(*option.flags, **option.settings)
        each.set_defaults(function=command.function)
    return parser
