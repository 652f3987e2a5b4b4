# SPDX-License-Identifier: Apache-2.0
"""A StatsD server that keeps what it receives, and Airflow's own stats sending to it."""

from __future__ import annotations

import contextlib
import importlib
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Received:
    """One datagram: ``name,tag=value,…:number|type``."""

    name: str
    number: float
    type: str
    tags: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> Received:
        key, _, rest = text.rpartition(":")
        number, _, type = rest.partition("|")
        name, *tags = key.split(",")
        return cls(name, float(number), type, dict(tag.split("=", 1) for tag in tags))


class StatsdServer:
    """
    A socket that StatsD clients send to; a context manager. On loopback, what was sent is there at once.

    A thread empties it all the time, since the system drops what does not fit.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._kept: list[Received] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.environment = {
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(self._socket.getsockname()[1]),
            "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def received(self, name: str | None = None) -> list[Received]:
        """Return what has come so far of this provider: all, or one metric."""
        self._drain()
        return [each for each in list(self._kept) if name in (None, each.name.removeprefix("airflow."))]

    def total(self, name: str) -> float:
        """Return the sum of a counter."""
        return sum(each.number for each in self.received(name))

    def _listen(self) -> None:
        while not self._closing.is_set():
            if select.select([self._socket], [], [], 0.1)[0]:
                self._drain()

    def _drain(self) -> None:
        with self._lock, contextlib.suppress(BlockingIOError):
            while True:
                text = self._socket.recv(65_536, socket.MSG_DONTWAIT).decode()
                if text.startswith("airflow.assistants."):
                    self._kept.append(Received.parse(text))


@contextlib.contextmanager
def airflows_stats() -> Iterator[None]:
    """Set up Airflow's stats in this process by its configuration, as Airflow does at the start of a process of its own."""
    try:
        copies: list[Any] = [
            (importlib.import_module(f"{home}.stats"), importlib.import_module(f"{home}.metrics.stats_utils"))
            for home in ("airflow.sdk.observability", "airflow.observability")
        ]
    except ImportError:
        yield from _one_that_sets_itself_up()
        return
    _initialize(copies)
    try:
        yield
    finally:
        base = "_shared.observability.metrics.base_stats_logger"
        for (stats, _), package in zip(copies, ("airflow.sdk", "airflow"), strict=True):
            nothing = importlib.import_module(f"{package}.{base}").NoStatsLogger
            stats.Stats.initialize(**_arguments(stats, nothing))


def _initialize(copies: list[Any]) -> None:
    for stats, utilities in copies:
        try:
            factory = utilities.get_stats_factory()
        except TypeError:  # Airflow 3.2.0
            factory = utilities.get_stats_factory(stats.Stats)
        stats.Stats.initialize(**_arguments(stats, factory))


def _arguments(stats: Any, factory: Any) -> dict[str, Any]:
    legacy = {"export_legacy_names": True} if hasattr(stats, "incr") else {}
    return {"factory": factory, **legacy}


def _one_that_sets_itself_up() -> Iterator[None]:
    """Airflow 3.1 reads its configuration when the module is imported."""
    from airflow.metrics import statsd_logger
    from airflow.stats import Stats

    kept = type(Stats).factory
    type(Stats).factory, Stats.instance = statsd_logger.get_statsd_logger, None
    try:
        yield
    finally:
        type(Stats).factory, Stats.instance = kept, None
