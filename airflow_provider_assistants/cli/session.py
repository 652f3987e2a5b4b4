# SPDX-License-Identifier: Apache-2.0
"""
What surrounds a command: its streams, its signals, its log, and the exit code of whatever ends it.

Airflow and what it configures log to standard output and standard error, already while they are loaded. So both descriptors lead
nowhere while a command runs, and only the command has copies of the real ones.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import IO, BinaryIO

from airflow_provider_assistants.cli.terminal import OutputError, Terminal, say
from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.storable import one_line

__all__ = ["ERROR", "FOUND", "OK", "PROCESS_CONTEXT", "run"]

OK, FOUND, ERROR = 0, 1, 2
#: The variable by which Airflow knows a process that may read its metadata database.
PROCESS_CONTEXT = "_AIRFLOW_PROCESS_CONTEXT"

#: A second Ctrl-C within so many seconds does not disturb the clean-up after the first.
_PATIENCE = 5.0
_STDOUT, _STDERR = 1, 2
_PACKAGE = "airflow_provider_assistants"


class _Stopped(BaseException):
    """Raised by a signal that ends the process; not an ``Exception``, so that nobody takes it for an error."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(command: Callable[[Terminal], int], *, verbose: bool) -> int:
    """
    Run a command and return its exit code, whatever ends it.

    :param command: Does the work, and returns its exit code.
    :param verbose: Print the log of this package on standard error; without it only warnings.
    """
    try:
        with _stopping(), _kept_environment(), _kept_streams() as terminal, _logging(terminal, verbose=verbose):
            code = command(terminal)
            terminal.flush()
            return code
    except BaseException as error:  # noqa: BLE001 - a command ends with a code and a sentence, never with a traceback
        return _code_of(error)


def _code_of(error: BaseException) -> int:
    match error:
        case _Stopped():
            say(f"Stopped by {signal.Signals(error.number).name}; nothing was left behind.", sys.stderr)
            return 128 + error.number
        case KeyboardInterrupt():
            return 128 + signal.SIGINT
        case BrokenPipeError():  # as of any program that is piped into head
            return 128 + signal.SIGPIPE
        case AssistantsError() | OutputError():
            say(f"Error: {error}", sys.stderr)
        case _:
            # Its message may quote anything, a key as well.
            what = f"{type(error).__name__} while Airflow or the command was loaded"
            say(f"Error: {what}. Does airflow version work here?", sys.stderr)
    return ERROR


@contextmanager
def _kept_streams() -> Iterator[Terminal]:
    """Keep the standard streams for the command: whatever else is printed there goes nowhere."""
    if sys.stdout is None:  # Python found it closed; by now the descriptor may be any other file's
        raise OutputError("Standard output is closed.")
    with ExitStack() as stack:
        out = stack.enter_context(_kept(sys.stdout, _STDOUT))
        err = stack.enter_context(_kept(sys.stderr, _STDERR)) if sys.stderr is not None else None
        text = io.TextIOWrapper(err, errors="backslashreplace", write_through=True) if err is not None else None
        yield Terminal(out, text)


@contextmanager
def _kept(stream: IO[str], descriptor: int) -> Iterator[BinaryIO]:
    stream.flush()
    kept = os.fdopen(os.dup(descriptor), "wb")
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
        yield kept
    finally:
        with contextlib.suppress(ValueError):
            stream.flush()
        os.dup2(kept.fileno(), descriptor)
        with contextlib.suppress(OSError):  # it writes what is left, to whoever has gone
            kept.close()


@contextmanager
def _logging(terminal: Terminal, *, verbose: bool) -> Iterator[None]:
    """Print the log of this package on standard error, warnings at least."""
    ours = logging.getLogger(_PACKAGE)
    level, propagate, handlers = ours.level, ours.propagate, ours.handlers
    handler = logging.StreamHandler(terminal.err) if terminal.err else logging.NullHandler()
    handler.setFormatter(_Line())
    ours.handlers, ours.propagate = [handler], False
    ours.setLevel(logging.INFO if verbose else logging.WARNING)
    try:
        yield
    finally:
        ours.handlers, ours.propagate = handlers, propagate
        ours.setLevel(level)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        kind = f"{record.levelname.title()}: " if record.levelno >= logging.WARNING else ""
        return one_line(kind + record.getMessage())


@contextmanager
def _kept_environment() -> Iterator[None]:
    """Restore the variable that a command sets for Airflow."""
    before = os.environ.get(PROCESS_CONTEXT)
    try:
        yield
    finally:
        os.environ.pop(PROCESS_CONTEXT, None)
        if before is not None:
            os.environ[PROCESS_CONTEXT] = before


@contextmanager
def _stopping() -> Iterator[None]:
    """Let the signals that end a process end the command instead, so that it removes what it has begun."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    since: list[float] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not since:
            since.append(time.monotonic())
            raise _Stopped(number)
        if time.monotonic() - since[0] > _PATIENCE:
            os._exit(128 + number)

    held = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in held.items():
        if handler is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
