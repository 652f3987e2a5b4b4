# SPDX-License-Identifier: Apache-2.0
"""
The functions behind the commands: each ends the process with the command's exit code.

0 is success, 1 is what ``check`` and ``diff`` found, 2 is an error, and 128 and the signal's number is an interruption.
"""

from __future__ import annotations

from argparse import Namespace
from typing import NoReturn

from airflow_provider_assistants.cli.session import run
from airflow_provider_assistants.cli.terminal import Terminal

__all__ = ["check", "diff", "get", "list_"]


def check(arguments: Namespace) -> NoReturn:
    """Check connections."""
    _run("check", arguments)


def list_(arguments: Namespace) -> NoReturn:
    """List the assistants of an account."""
    _run("list", arguments)


def get(arguments: Namespace) -> NoReturn:
    """Get one assistant."""
    _run("get", arguments)


def diff(arguments: Namespace) -> NoReturn:
    """Compare two snapshots."""
    _run("diff", arguments)


def _run(name: str, arguments: Namespace) -> NoReturn:
    def loaded(terminal: Terminal) -> int:
        # Airflow, which prints while it is loaded, is loaded once standard output is kept for data.
        from airflow_provider_assistants.cli.work import Work

        return Work(arguments, terminal).run(name)

    raise SystemExit(run(loaded, verbose=arguments.verbose))
