# SPDX-License-Identifier: Apache-2.0
"""
Compares snapshots in processes that kill themselves at a chosen moment, or have a full disk; run by the crash tests.

Arguments: pairs of a folder with ``before.jsonl`` and ``after.jsonl``, and a moment. Each pair is a process of its own, forked
from this one, in which Airflow is imported once. Moments: ``spooled`` (the earlier snapshot was read), ``half`` (half of the rows
were written), ``rename:N`` (before the Nth file is published), ``never``, and ``full:BYTES``: no file may become larger.

What each has ended with is printed, a line each: its exit code, and its error.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from airflow_provider_assistants.operators import diff_run  # noqa: F401 - imported before the forks
from airflow_provider_assistants.operators.diff import DiffAssistantsOperator
from airflow_provider_assistants.records import writers
from airflow_provider_assistants.records.diff import comparison


def compare(folder: str, moment: str) -> None:
    renames = written = 0

    def at(name: str) -> None:
        if name == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_audit(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal renames
        if event == "os.rename" and str(arguments[0]).endswith(".part"):
            renames += 1
            at(f"rename:{renames}")

    complete, write = comparison._Index.complete, writers.JsonRows.write

    def spooled(self: Any) -> None:
        complete(self)
        at("spooled")

    def write_rows(self: Any, rows: Any) -> None:
        nonlocal written
        write(self, rows)
        written += len(rows)
        if written >= 500:
            at("half")

    comparison._Index.complete = spooled  # type: ignore[method-assign]
    writers.JsonRows.write = write_rows  # type: ignore[method-assign]
    sys.addaudithook(on_audit)
    tempfile.tempdir = folder
    operator = DiffAssistantsOperator(
        task_id="diff",
        before=f"{folder}/before.jsonl",
        after=f"{folder}/after.jsonl",
        destination=f"{folder}/changes.jsonl",
        report=f"{folder}/report.html",
    )
    if moment.startswith("full:"):
        size = int(moment.partition(":")[2])
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    operator.execute({})


def main(*pairs: str) -> None:
    for folder, moment in zip(pairs[::2], pairs[1::2], strict=True):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                compare(folder, moment)
                os._exit(0)
            except BaseException as error:
                os.write(write, f"{type(error).__name__}: {error}".encode())
                os._exit(1)
        os.close(write)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with open(read) as pipe:
            print(f"{Path(folder).name}\t{status}\t{pipe.read()}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
