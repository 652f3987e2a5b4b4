# SPDX-License-Identifier: Apache-2.0
"""A Redis server of the machine's own package, which keeps nothing."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import Self

from tests.end_to_end.running_airflow import LONG, free_port

__all__ = ["Redis", "redis_binary"]


def redis_binary() -> str | None:
    """The path of ``redis-server``; None if it is not installed."""
    return shutil.which("redis-server")


class Redis:
    """A server on a free port of 127.0.0.1; a context manager."""

    def __init__(self, binary: str) -> None:
        self._binary = binary
        self.port = free_port()

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        options = {"bind": "127.0.0.1", "port": str(self.port), "save": "", "appendonly": "no"}
        command = [self._binary, *(word for name, value in options.items() for word in (f"--{name}", value))]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + LONG
        while not self._is_up():
            assert self._process.poll() is None, "redis-server has ended by itself"
            assert time.monotonic() < deadline, "redis-server does not start"
            time.sleep(0.05)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.kill()
        self._process.wait(timeout=30)

    def _is_up(self) -> bool:
        from redis import Redis as Client
        from redis import exceptions

        try:
            return bool(Client(port=self.port).ping())
        except exceptions.ConnectionError:
            return False
