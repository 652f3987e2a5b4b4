# SPDX-License-Identifier: Apache-2.0
"""The work of each command, loaded once one runs; errors that are not ours are redacted here."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from airflow_provider_assistants.cli.changes import compare
from airflow_provider_assistants.cli.checking import check_connections
from airflow_provider_assistants.cli.connections import all_connections, use_metadata_database
from airflow_provider_assistants.cli.listing import CommandListing, listing_arguments
from airflow_provider_assistants.cli.printing import open_printer, print_mapping
from airflow_provider_assistants.cli.progress_bar import progress_bar
from airflow_provider_assistants.cli.session import FOUND, OK
from airflow_provider_assistants.cli.terminal import OutputError, Terminal
from airflow_provider_assistants.exceptions import AssistantsError, ConfigurationError
from airflow_provider_assistants.redaction import Redactor

__all__ = ["Work"]

#: What a person at a terminal can do, where an error speaks to the author of a Dag.
_ADVICE = {
    "Correct the task's arguments": "Correct the options",
    "Set on_missing_before='baseline' if that is as it should be, as for the first night": "Check the path",
    "Check that the task that writes it has succeeded": "Check the path",
    "Set overwrite=True, or put the run's date into the name": "Leave out --no-overwrite, or choose another name",
}


class Work:
    """
    The commands.

    :param arguments: The parsed options.
    :param terminal: Where to write.
    """

    def __init__(self, arguments: Namespace, terminal: Terminal) -> None:
        self._arguments = arguments
        self._terminal = terminal
        self._output = arguments.output or "table"

    def run(self, name: str) -> int:
        """
        Run a command by its name, and return its exit code.

        :raises AssistantsError: Whatever goes wrong, with a message that is safe to print.
        """
        commands = {"check": self._check, "list": self._list, "get": self._get, "diff": self._diff}
        try:
            use_metadata_database()
            return commands[name]()
        except AssistantsError as error:
            error.advice = _ADVICE.get(error.advice or "", error.advice)
            raise
        except (OutputError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - a command ends with a sentence, never with a traceback
            what = Redactor("secrets").text(str(error))
            raise AssistantsError(f"Unexpected {type(error).__name__}: {what}", advice="Please report it") from None

    def _check(self) -> int:
        conn_ids, problem = list(self._arguments.conn_id), None
        if self._arguments.all:
            found, problem = all_connections()
            conn_ids += found
        if problem:
            self._terminal.say(f"Warning: {problem}.")
        if not conn_ids:
            raise ConfigurationError(
                "There is no connection to check",
                advice="Name some, or add connections whose type is a vendor"
                if self._arguments.all
                else "Name some, or use --all",
            )
        results = check_connections(conn_ids)
        if self._output in ("json", "yaml"):
            self._print([asdict(result) for result in results])
        else:
            paint = self._terminal.paint
            for result in results:
                mark = paint("ok  ", "green") if result.ok else paint("FAIL", "red")
                self._terminal.print(f"{mark}  {result.conn_id}  {result.message}")
        return OK if all(result.ok for result in results) else FOUND

    def _list(self) -> int:
        saves = self._arguments.to is not None
        arguments = listing_arguments(self._arguments, is_table=not saves and self._output in ("table", "plain"))
        if not saves:  # a file is warned of by the operator's own run
            self._warn_of_secrets()
        with progress_bar(self._terminal, self._arguments.conn_id, always=saves) as update:
            listing = CommandListing(arguments, update=update)
            if saves:
                manifest = listing.save()
                sentence = listing.sentence(manifest)
            else:
                columns = arguments["fields"]
                names = columns.split(",") if isinstance(columns, str) else columns
                sentence = listing.print(open_printer(self._terminal, self._output, columns=names))
        if saves and self._arguments.output:
            print_mapping(self._terminal, manifest, self._output)
        self._terminal.flush()
        if saves or self._terminal.messages_are_seen:
            self._terminal.say(sentence)
        return OK

    def _get(self) -> int:
        self._warn_of_secrets()
        listing = CommandListing(listing_arguments(self._arguments))
        print_mapping(self._terminal, listing.get(self._arguments.assistant_id), self._output)
        return OK

    def _warn_of_secrets(self) -> None:
        if self._arguments.redact == "none":
            self._terminal.say("Warning: --redact none: other people's keys are printed as they are.")

    def _diff(self) -> int:
        return FOUND if compare(self._arguments, self._terminal) else OK

    def _print(self, rows: list[dict[str, Any]]) -> None:
        printer = open_printer(self._terminal, self._output)
        printer.write(rows)
        printer.close()
