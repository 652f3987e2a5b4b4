# SPDX-License-Identifier: Apache-2.0
"""
``airflow assistants``: the commands as Airflow 3.2 and later takes them from a provider.

Airflow imports this in every one of its commands, so it loads nothing of ours but the options.
"""

from __future__ import annotations

from typing import Any

from airflow.cli.cli_config import ActionCommand, Arg, CLICommand, GroupCommand, lazy_load_command

from airflow_provider_assistants.cli.arguments import COMMANDS, GROUP, SUMMARY, Command, Option

__all__ = ["get_assistants_cli_commands"]


def get_assistants_cli_commands() -> list[CLICommand]:
    """Return the one group of commands of this provider."""
    return [GroupCommand(name=GROUP, help=SUMMARY, subcommands=tuple(map(_action, COMMANDS)))]


def _action(command: Command) -> ActionCommand:
    return ActionCommand(
        name=command.name,
        help=command.help,
        description=command.description,
        epilog=command.epilog(f"airflow {GROUP}"),
        func=lazy_load_command(f"airflow_provider_assistants.cli.commands.{command.function}"),
        args=tuple(map(_arg, command.options)),
    )


def _arg(option: Option) -> Arg:
    make: Any = Arg  # which has no types
    arg: Arg = make(option.flags, **option.settings)
    return arg
