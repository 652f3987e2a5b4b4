# SPDX-License-Identifier: Apache-2.0
"""A progress bar on standard error, for a person who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from airflow_provider_assistants.cli.terminal import Terminal
from airflow_provider_assistants.client.completeness import ListingReport

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(terminal: Terminal, conn_id: str, *, always: bool) -> Iterator[Callable[[ListingReport], None]]:
    """
    Show a bar, and return what moves it; it disappears in the end.

    :param always: Also where standard output is the terminal, since nothing is printed there meanwhile.
    """
    if not terminal.messages_are_seen or (terminal.is_terminal and not always):
        yield lambda report: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=terminal.err), transient=True) as progress:
        task = progress.add_task(conn_id, total=None)
        yield lambda report: progress.update(task, completed=report.rows, total=report.total_reported)
