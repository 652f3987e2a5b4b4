# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the machine's own package, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

__all__ = ["Postgres", "postgres_binaries"]


def postgres_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, of the newest version that is installed; None if there is none."""

    def version(path: Path) -> tuple[int, ...]:
        return tuple(map(int, re.findall(r"\d+", path.parent.parent.name)))

    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Postgres:
    """
    A server on a free port of 127.0.0.1; a context manager.

    It keeps nothing safe from a power failure, and starts in a second. PostgreSQL refuses to run as root: there it runs as
    the user ``postgres``, or ``nobody``.
    """

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = _unprivileged() if os.geteuid() == 0 else None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="assistants-postgres-"))
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "airflow", "-E", "UTF8", "--no-sync")
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._folder,
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._folder / "log"), "start")
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def create_database(self, name: str) -> str:
        """Make an empty database, and return its URL as SQLAlchemy reads it."""
        connection = self.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        return f"postgresql+psycopg2://airflow@127.0.0.1:{self.port}/{name}"

    def connect(self, database: str) -> Any:
        """Connect to a database."""
        import psycopg2

        return psycopg2.connect(host="127.0.0.1", port=self.port, user="airflow", dbname=database)

    def _run(self, command: str, *arguments: str) -> None:
        user: dict[str, Any] = {}
        if self._user:
            user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self._folder)}
        # pg_ctl's server inherits what it writes to: a pipe would never end.
        output = self._folder / f"{command}.out"
        with output.open("wb") as stream:
            done = subprocess.run(
                [self._binaries / command, *arguments],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                timeout=120,
                check=False,
                **user,
            )
        assert done.returncode == 0, output.read_text(errors="replace")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("PostgreSQL cannot run as root, and there is no other user here")
