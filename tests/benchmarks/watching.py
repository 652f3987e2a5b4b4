# SPDX-License-Identifier: Apache-2.0
"""
Watching at scale: thousands of triggers in one event loop, as in a triggerer, without Airflow's scheduler.

The triggers share their polls through Airflow's own manager of shared streams. The account is a server in a process of
its own; CPU and memory are those of the process of the triggers alone. Each case runs in a process of its own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

__all__ = ["WATCHING", "run_watching"]

ROOT = Path(__file__).parent.parent.parent

#: What waits, how many of them, and on how many connections of 10,000 assistants each. Watchers that were restarted know
#: the account from before, each from a store of its own.
WATCHING = [
    *(
        (kind, count, connections)
        for kind in ("sensors", "watchers")
        for count in (1_000, 10_000)
        for connections in (1, 10)
    ),
    ("watchers", 1_000, 100),
    ("watchers, restarted", 1_000, 1),
]
ASSISTANTS = 10_000
#: Intervals in which the triggers start and learn, that are measured then, and that pass after a change.
STARTING, MEASURED, CHANGING = 1.5, 3.0, 1.5
#: Seconds in which a change is emitted and acknowledged.
SETTLED = 15.0


def run_watching(cases: list[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """Run cases and return a table."""
    table = []
    for kind, triggers, connections in cases:
        command = [sys.executable, "-m", "tests.benchmarks.watching", kind, str(triggers), str(connections)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{triggers} {kind} failed: {done.stderr[-2_000:]}")
        table.append(json.loads(done.stdout.strip().splitlines()[-1]))
        print(time.strftime("%H:%M:%S"), table[-1], file=sys.stderr, flush=True)
    return table


class _Lag:
    """
    How long the event loop keeps others waiting: a task that wants to run every two milliseconds.

    Python's cycle collector goes through all that Airflow has loaded, whatever has set it off; its time is reported apart.
    """

    def __init__(self) -> None:
        self._lags: list[tuple[float, float]] = []
        self._collecting = self._began = 0.0
        gc.callbacks.append(self._on_collection)

    def _on_collection(self, phase: str, info: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._began = now
        else:
            self._collecting += now - self._began

    async def watch(self) -> None:
        while True:
            due, collected = time.perf_counter() + 0.002, self._collecting
            await asyncio.sleep(0.002)
            lag = max(0.0, time.perf_counter() - due)
            self._lags.append((lag, max(0.0, lag - (self._collecting - collected))))

    def take(self) -> tuple[float, float, float]:
        """Return the longest, the 99th of a hundred, and the longest but for the collector, in ms, and begin anew."""
        lags, self._lags = sorted(self._lags), []
        own = max(each for _, each in lags)
        return lags[-1][0] * 1_000, lags[int(len(lags) * 0.99)][0] * 1_000, own * 1_000


async def _measure(kind: str, triggers: int, connections: int, server: str) -> dict[str, Any]:
    from airflow.triggers.shared_stream import SharedStreamManager
    from structlog import get_logger

    # An interval that leaves room for all polls, each of which takes some 300 ms of CPU, and for all to have started.
    interval = max(3.0, 0.5 * connections, triggers / 500)
    manager = SharedStreamManager(log=get_logger())
    learned: dict[str, str] = await _learned(interval) if kind == "watchers, restarted" else {}
    started = [_trigger(kind, number, f"bench_{number % connections}", interval) for number in range(triggers)]
    emitted = [0]

    async def run(number: int, trigger: Any) -> None:
        if learned:
            trigger.asset_state_store = _Store(learned)
        key = trigger.shared_stream_key()
        stream: AsyncIterator[Any] = manager.subscribe(trigger_id=number, trigger=trigger, key=key)
        async for _ in trigger.filter_shared_stream(stream):
            emitted[0] += 1

    lag = _Lag()
    tasks = [asyncio.create_task(lag.watch())]
    for number, trigger in enumerate(started):
        # As the triggerer does, which starts those that are new about every second and lets others run in between.
        tasks.append(asyncio.create_task(run(number, trigger)))
        if number % 50 == 49:
            await asyncio.sleep(0)
    await asyncio.sleep(STARTING * interval)
    starting = lag.take()
    before, cpu, start = _listings(server), time.process_time(), time.monotonic()
    await asyncio.sleep(MEASURED * interval)
    quiet = lag.take()
    intervals = (time.monotonic() - start) / interval
    cpu = (time.process_time() - cpu) / intervals
    polls = (_listings(server) - before) / intervals / connections
    _switch(server)
    await asyncio.sleep(max(CHANGING * interval, SETTLED))
    change = lag.take()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await manager.stop_all()
    return {
        "kind": kind,
        "triggers": triggers,
        "connections": connections,
        "interval": interval,
        "polls_per_interval": polls,
        "cpu_per_interval": cpu,
        "starting_max": starting[0],
        "quiet_max": quiet[0],
        "quiet_p99": quiet[1],
        "quiet_own": quiet[2],
        "change_max": change[0],
        "change_own": change[2],
        "emitted": emitted[0],
        "rss": _resident(),
    }


class _Store:
    """
    Airflow's asset state store, for one watcher.

    :param learned: What is in it to begin with, as text, by the end of the key; shared by all.
    """

    def __init__(self, learned: dict[str, str]) -> None:
        self._learned = learned
        self._written: dict[str, str] = {}
        #: Set once all is written: the value that says over how many the others are spread comes last.
        self.has_index = asyncio.Event()

    async def aget(self, key: str, default: Any = None) -> Any:
        await asyncio.sleep(0)
        text = self._written.get(_end(key)) or self._learned.get(_end(key))
        return default if text is None else json.loads(text)

    async def aset(self, key: str, value: Any) -> None:
        await asyncio.sleep(0)
        self._written[_end(key)] = json.dumps(value)
        if not _end(key):
            self.has_index.set()

    async def adelete(self, key: str) -> None:
        self._written.pop(_end(key), None)


def _end(key: str) -> str:
    """Return a key without what distinguishes watchers."""
    return ".".join(key.split(".")[2:])


async def _learned(interval: float) -> dict[str, str]:
    """Return what one watcher of the account has learned."""
    trigger = _trigger("watchers", 0, "bench_0", interval)
    trigger.asset_state_store = store = _Store({})
    watching = asyncio.ensure_future(anext(trigger.run()))
    await store.has_index.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return store._written


def _trigger(kind: str, number: int, conn_id: str, interval: float) -> Any:
    from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger, AssistantStatusTrigger

    if kind.startswith("watchers"):
        return AssistantStatusEventTrigger(conn_id=conn_id, poll_interval=interval, watch_name=str(number))
    return AssistantStatusTrigger(
        conn_id=conn_id,
        assistant_ids=[str(100_000_000 + number * 7 % ASSISTANTS)],
        target_statuses=["deleted"],
        poll_interval=interval,
    )


def _listings(server: str) -> float:
    with urllib.request.urlopen(f"{server}/figures") as response:
        return float(json.load(response)["requests"]) / (ASSISTANTS // 100)


def _switch(server: str) -> None:
    """Switch ten assistants of each account on or off."""
    with urllib.request.urlopen(f"{server}/switch"):
        pass


def _resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def main() -> None:
    """Run the case that the arguments name."""
    kind, triggers, connections = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    logging.disable(logging.WARNING)
    command = [sys.executable, "-m", "tests.benchmarks.server", "4000"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            server = f"http://127.0.0.1:{int(process.stdout.readline())}"
            host = f"{server}/{ASSISTANTS}-0-4000"
            for number in range(connections):
                connection = {"conn_type": "autocalls", "host": host, "password": f"key-of-account-{number}"}
                os.environ[f"AIRFLOW_CONN_BENCH_{number}"] = json.dumps(connection)
            print(json.dumps(asyncio.run(_measure(kind, triggers, connections, server))), flush=True)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
