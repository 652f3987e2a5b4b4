# SPDX-License-Identifier: Apache-2.0
"""
An event loop in a thread of its own, for synchronous callers.

A signal handler may raise in the caller at any instruction: Airflow's ``execution_timeout`` does, and so does ``on_kill``.
Wherever that is, the caller does not wait for ever, and no request outlives :meth:`.KillSwitch.kill`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from airflow_provider_assistants.cancellation import stop_when_killed

__all__ = ["BlockingLoop"]

Result = TypeVar("Result")

#: Seconds that closing waits for the thread; Airflow kills a task 5 s after SIGTERM.
CLOSING_SECONDS = 3.0


class _DaemonExecutor(concurrent.futures.ThreadPoolExecutor):
    """
    Runs each call in a daemon thread of its own, which is never joined.

    A lookup of a host name blocks its thread, and nothing can cancel it. The threads of Python's own executor are joined
    when the loop closes, and again when the process ends: a name server that never responds would block both.
    """

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        """Start the call, and return the future of its result."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = call(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="assistants-executor", daemon=True).start()
        return future


class BlockingLoop:
    """Runs coroutines in an event loop in a thread of its own; a context manager. The first call starts the thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonExecutor())
        self._thread = threading.Thread(target=self._serve, name="assistants-event-loop", daemon=True)
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._cleanups: list[Callable[[], Awaitable[Any]]] = []
        self._starting = False
        stop_when_killed(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        try:
            self.close()
        finally:
            self.close()  # something may have been raised within the first

    def call(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """
        Run a coroutine with the caller's context variables, and return its result.

        :param call: Makes the coroutine, in the loop's thread.
        """
        if not self._starting:
            self._starting = True
            self._thread.start()
        future: concurrent.futures.Future[Result] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(self._start_task, call, future)
        return future.result()

    def on_close(self, cleanup: Callable[[], Awaitable[Any]]) -> None:
        """Run a coroutine when the loop closes, after everything else has been cancelled."""
        self._cleanups.append(cleanup)

    def close(self) -> None:
        """Cancel all tasks, and end the thread."""
        if not self._starting:
            self._loop.close()
            return
        self.stop()
        # A thread whose start was interrupted cannot be joined; it stops by itself.
        with contextlib.suppress(RuntimeError):
            self._thread.join(CLOSING_SECONDS)

    def stop(self) -> None:
        """Cancel all tasks and let the thread end, without waiting; a signal handler may call it."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._stop.set)

    def _start_task(self, call: Callable[[], Awaitable[Result]], future: concurrent.futures.Future[Result]) -> None:
        async def run() -> None:
            try:
                result = await call()
            except asyncio.CancelledError:
                future.cancel()
                raise
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)
            else:
                future.set_result(result)

        task = self._loop.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        await self._stop.wait()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for cleanup in reversed(self._cleanups):
            with contextlib.suppress(Exception):
                await cleanup()
