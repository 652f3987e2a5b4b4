# SPDX-License-Identifier: Apache-2.0
"""
End a task when Airflow asks for it.

On SIGTERM (a task was marked failed or succeeded, or cleared, or its node is drained) Airflow's task runner calls
``on_kill()`` in its signal handler, and then lets the task go on: it is killed five seconds later. So ``on_kill()`` raises,
which ends ``execute()`` where it is, as ``execution_timeout`` does.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol
from weakref import WeakKeyDictionary

__all__ = ["KillSwitch", "Stoppable", "TaskKilled", "stop_when_killed"]


class TaskKilled(BaseException):
    """
    Raised in a task that Airflow ends. Not an ``Exception``, so that no handler takes it for an error of its own work.

    Airflow retries the task if it has retries left and nobody has decided on its state: that is a drained node.
    """


class Stoppable(Protocol):
    """Work on behalf of a thread that can be stopped without waiting."""

    def stop(self) -> None:
        """Stop."""


#: Work in progress, by the identifier of the thread it is done for.
_working: WeakKeyDictionary[Stoppable, int] = WeakKeyDictionary()


def stop_when_killed(work: Stoppable) -> None:
    """Have :meth:`KillSwitch.kill` stop this work of the current thread, wherever the thread itself is then."""
    _working[work] = threading.get_ident()


class KillSwitch:
    """
    Interrupts a task from its ``on_kill()``.

    Only requests to the vendor, waits and writes can be interrupted: to raise amid a request to Airflow's supervisor would
    leave its response unread.
    """

    def __init__(self) -> None:
        self._killed = False
        self._thread: int | None = None
        self._interruptible = False

    @contextmanager
    def interruptible(self) -> Generator[None]:
        """
        Let :meth:`kill` raise within this block.

        :raises TaskKilled: If the task was killed before, or is killed meanwhile.
        """
        self.check()
        self._thread = threading.get_ident()
        try:
            try:
                self._interruptible = True
                yield
            finally:
                self._interruptible = False
        finally:
            self._interruptible = False  # a timeout may have been raised within the first
        self.check()

    def kill(self) -> None:
        """
        End the task: at once if the caller is a signal handler over an interruptible block, else with the next one.

        Airflow calls ``on_kill()`` after an ``execution_timeout`` too, when there is only to stop what may be left.

        :raises TaskKilled: In the first case, once.
        """
        already, self._killed = self._killed, True
        for work, thread in list(_working.items()):
            if thread == self._thread:
                work.stop()
        if not already and self._interruptible and self._thread == threading.get_ident():
            self.check()

    def check(self) -> None:
        """
        Raise if the task was killed; for the last moment before something is published.

        :raises TaskKilled: If so.
        """
        if self._killed:
            raise TaskKilled("Airflow has ended this task (SIGTERM); it makes no more requests and publishes nothing")
