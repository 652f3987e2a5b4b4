# SPDX-License-Identifier: Apache-2.0
"""
Writes known bytes to destinations through Airflow's object storage, each in a process of its own that may be killed.

``python -m tests.stores.upload`` reads a JSON document per line: ``uri``, ``mib`` and ``connection`` (the fields of Airflow's
connection to the store). For each it forks, prints the child's process id, and once the child has ended its exit status. Before
that a child that succeeds prints the SHA-256 of what it wrote, and the peak of what Python allocated meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import tracemalloc
from collections.abc import Iterator
from subprocess import PIPE, Popen
from typing import Any

from airflow_provider_assistants.operators.destination import open_destination

__all__ = ["MIB", "Uploader", "uploader"]

MIB = 1024 * 1024


class Uploader:
    """
    Starts uploads.

    :param process: The process that forks.
    """

    def __init__(self, process: Popen[str]) -> None:
        self._process = process

    def start(self, uri: str, mib: int, connection: dict[str, Any]) -> int:
        """Start an upload, and return the id of its process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"uri": uri, "mib": mib, "connection": connection}) + "\n")
        self._process.stdin.flush()
        return int(self._line()[0])

    def wait(self) -> tuple[int, list[str]]:
        """Return the status of the upload (of a signal: minus its number), and the words that it printed."""
        words: list[str] = []
        while (line := self._line())[0] != "status":
            words += line
        return int(line[1]), words

    def _line(self) -> list[str]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that forks has ended"
        return line.split() or [""]


@contextlib.contextmanager
def uploader() -> Iterator[Uploader]:
    """Start the process that forks: what it imports is imported once."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.stores.upload"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        try:
            yield Uploader(process)
        finally:
            process.kill()


def _upload(uri: str, mib: int, connection: dict[str, Any]) -> None:
    os.environ["AIRFLOW_CONN_LAKE"] = json.dumps(connection)
    content = random.Random(1).randbytes(MIB)
    destination = open_destination(uri, conn_id="lake")
    destination.prepare(overwrite=True)
    tracemalloc.start()
    with destination.write() as stream:
        for number in range(mib):
            stream.write(number.to_bytes(4, "big") + content[4:])
    print(stream.sha256, tracemalloc.get_traced_memory()[1], flush=True)


def _main() -> None:
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                sys.stdin.close()
                _upload(**json.loads(line))
                status = 0
            finally:
                os._exit(status)
        print(child, flush=True)
        print("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _main()
