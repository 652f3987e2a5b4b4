# SPDX-License-Identifier: Apache-2.0
"""The commands as both command lines have them, and what it costs to declare them."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from airflow_provider_assistants.cli import commands
from airflow_provider_assistants.cli.arguments import COMMANDS
from airflow_provider_assistants.cli.definition import get_assistants_cli_commands
from airflow_provider_assistants.cli.main import main
from airflow_provider_assistants.get_provider_info import get_provider_info

NAMES = ["check", "list", "get", "diff"]


def loaded_by(statement: str, *, after: str = "sys") -> set[str]:
    """The modules that a statement loads besides what others have loaded by then."""
    script = f"import sys, {after}; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_info_names_a_function_that_returns_one_group() -> None:
    assert get_provider_info()["cli"] == ["airflow_provider_assistants.cli.definition.get_assistants_cli_commands"]
    [group] = get_assistants_cli_commands()
    assert group.name == "assistants"
    assert [each.name for each in group.subcommands] == NAMES


def test_every_command_has_its_function() -> None:
    assert {command.function for command in COMMANDS} == {*commands.__all__}


def test_the_info_loads_nothing_of_the_commands() -> None:
    loaded = loaded_by("from airflow_provider_assistants.get_provider_info import get_provider_info as g; g()")
    assert {name for name in loaded if name.startswith("airflow_provider_assistants.cli")} == set()
    assert {name.partition(".")[0] for name in loaded} & {"airflow", "rich", "yaml", "argcomplete", "argparse"} == set()


def test_the_commands_of_airflow_load_the_options_and_nothing_else() -> None:
    package = "airflow_provider_assistants"
    loaded = loaded_by(
        f"from {package}.cli.definition import get_assistants_cli_commands as g; g()", after="airflow.cli.cli_config"
    )
    ours = {name for name in loaded if name.startswith(package)}
    assert ours - {package} == {f"{package}.cli", f"{package}.cli.arguments", f"{package}.cli.definition"}
    assert {name.partition(".")[0] for name in loaded - ours} <= sys.stdlib_module_names


def test_help_and_completion_of_the_program_load_no_airflow() -> None:
    loaded = loaded_by("from airflow_provider_assistants.cli import main")
    assert {name.partition(".")[0] for name in loaded} & {"airflow", "httpx", "pydantic", "rich", "yaml"} == set()


def test_both_command_lines_have_the_same_options() -> None:
    parser = argparse.ArgumentParser()
    [group] = get_assistants_cli_commands()
    for ours, theirs in zip(COMMANDS, group.subcommands, strict=True):
        subparser = argparse.ArgumentParser()
        for arg in theirs.args:
            arg.add_to_parser(subparser)
        flags = {flag for action in subparser._actions for flag in action.option_strings} - {"-h", "--help"}
        assert flags == {flag for option in ours.options for flag in option.flags if flag.startswith("-")}
    assert parser


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example_for_the_program_at_hand(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    shown = capsys.readouterr().out
    assert f"airflow-assistants {name} " in shown.partition("examples:")[2]
    assert "Exit code:" in shown
    [group] = get_assistants_cli_commands()
    [epilog] = [each.epilog for each in group.subcommands if each.name == name]
    assert f"airflow assistants {name} " in epilog


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list"], "airflow-assistants list: the following arguments are required: CONN. See"),
        (["list", "x", "-o", "xml"], "invalid choice: 'xml'"),
        (["list", "x", "--filter", "active_only"], "expected NAME=VALUE, got 'active_only'"),
        (["list", "x", "--where", "=1"], "expected a status or FIELD=VALUE, got '=1'"),
        (["diff", "x"], "required: AFTER"),
        ([], "required: COMMAND"),
    ],
)
def test_a_wrong_option_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
