# SPDX-License-Identifier: Apache-2.0
"""A signal handler may raise in a synchronous caller at any instruction: nothing hangs, and nothing is left running."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowSensorTimeout

from airflow_provider_assistants import cancellation
from airflow_provider_assistants.cancellation import KillSwitch, TaskKilled
from airflow_provider_assistants.hooks import base, blocking, checking
from airflow_provider_assistants.hooks.burki import BurkiHook
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor

#: The files in whose every line the caller is interrupted. In Python's own files a line is no place for a signal: one never
#: comes between taking a lock and the block that releases it.
FILES = {blocking.__file__, base.__file__, cancellation.__file__}


class TimedOut(BaseException):
    """What Airflow's handler of SIGALRM raises."""


@contextmanager
def interrupting_at(line: int, handler: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Call a handler when the caller's thread comes to so many lines of those files; return whether it did."""
    left, done = line, False

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left, done
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line" and not done:
            left -= 1
            if left < 0:
                done = True
                handler()
        return trace

    sys.settrace(trace)
    try:
        yield lambda: done
    finally:
        sys.settrace(None)


def loops() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "assistants-event-loop" and each.is_alive()]


def count(hook: BurkiHook) -> object:
    return hook.count_assistants()


def list_all(hook: BurkiHook) -> object:
    return [row for page in hook.iter_pages(page_size=5) for row in page.rows]


def time_out() -> None:
    raise TimedOut


@pytest.mark.parametrize("work", [count, list_all])
@pytest.mark.parametrize("by", ["on_kill", "execution_timeout"])
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_whatever_instruction_is_interrupted(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, work: Callable[[BurkiHook], object], by: str
) -> None:
    """As Airflow's task runner does it: after a timeout it calls ``on_kill()`` as well."""
    hook = get_hook("burki_default")
    assert isinstance(hook, BurkiHook)
    expected = work(hook)
    line, interrupted = 0, True
    while interrupted:
        switch = KillSwitch()
        with interrupting_at(line, switch.kill if by == "on_kill" else time_out) as was_interrupted:
            try:
                with switch.interruptible():
                    assert work(hook) == expected
            except TaskKilled:
                assert by == "on_kill"
            except TimedOut:
                switch.kill()
            interrupted = was_interrupted()
        for thread in loops():
            thread.join(30)
        assert loops() == [], f"line {line}"
        line += 1
    gc.collect()
    assert line > 20
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_closing_cancels_what_runs_and_runs_what_was_left_to_do() -> None:
    ended = []

    async def wait() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("cancelled")

    async def clean_up() -> None:
        ended.append("cleaned up")

    def call() -> None:
        with pytest.raises(concurrent.futures.CancelledError):
            loop.call(wait)
        ended.append("raised")

    loop = blocking.BlockingLoop()
    loop.on_close(clean_up)
    caller = threading.Thread(target=call)
    caller.start()
    while not loop._tasks:
        pass
    loop.close()
    caller.join(30)
    assert sorted(ended) == ["cancelled", "cleaned up", "raised"]
    loop.close()


@pytest.fixture
def no_name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name server that does not respond before the test is over; nothing but the system's resolver can be had so."""
    over, lookup = threading.Event(), socket.getaddrinfo

    def never(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in ("vendor.example", b"vendor.example"):
            over.wait(120)
            raise socket.gaierror("the test is over")
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", never)
    # Nothing may count on not waiting for ever.
    monkeypatch.setattr(blocking, "CLOSING_SECONDS", 3600.0)
    yield
    over.set()


def ask_for_test(conn_id: str) -> object:
    return get_hook(conn_id).test_connection()


def poke(conn_id: str) -> object:
    sensor = AssistantStatusSensor(task_id="t", conn_id=conn_id, assistant_id="1", timeout=0.3, deferrable=False)
    try:
        return sensor.execute({})
    except AirflowSensorTimeout as error:
        return error


@pytest.mark.usefixtures("no_name_server")
@pytest.mark.parametrize("work", [ask_for_test, poke])
def test_a_lookup_that_never_ends_holds_nothing_beyond_its_time(
    connect: Callable[..., str], monkeypatch: pytest.MonkeyPatch, work: Callable[[str], object]
) -> None:
    monkeypatch.setattr(checking, "TEST_SECONDS", 0.3)
    conn_id = connect("mine", conn_type="burki", password="a-key-of-ours", host="https://vendor.example")
    results: list[object] = []
    caller = threading.Thread(target=lambda: results.append(work(conn_id)), daemon=True)
    caller.start()
    caller.join(60)
    assert not caller.is_alive(), "it waits for the lookup"
    assert "within 0.3 s" in str(results[0]) or "Timed out after 0.3 s" in str(results[0])
    assert loops() == []


def test_a_process_ends_while_a_lookup_does_not() -> None:
    code = """
import asyncio, socket, time
from airflow_provider_assistants.hooks.blocking import BlockingLoop
socket.getaddrinfo = lambda *args, **kwargs: time.sleep(3600)
async def look_up():
    await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo("vendor.example", 443), 0.1)
with BlockingLoop() as loop:
    try:
        loop.call(look_up)
    except TimeoutError:
        print("timed out")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("timed out\n", "", 0)
