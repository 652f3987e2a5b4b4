# SPDX-License-Identifier: Apache-2.0
"""
A watcher's transactional outbox: a change is saved as pending, emitted, and acknowledged some time later.

Airflow stores an event a second or so after the trigger has yielded it. A triggerer that dies before leaves the change
pending, and the next one emits it again with the same ``event_id``: at-least-once delivery, even if the change was undone
meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.watching.health import HealthReport, PollHealth, health_key
from airflow_provider_assistants.watching.observations import Observation, Snapshot
from airflow_provider_assistants.watching.state_store import StateStore, call_store, store_name
from airflow_provider_assistants.watching.tracker import Baseline, ChangeEvent, ChangeTracker, now_text

__all__ = ["ChangeOutbox"]

log = logging.getLogger(__name__)

#: Seconds from emitting a change until it is assumed to be stored: Airflow takes one or two. That is a timer and no proof.
#: Airflow 3.3's ack mode (``create_shared_stream_producer``) would be one, but it acknowledges a poll only once every watcher
#: and deferred sensor of the stream is done with it, fails those that take five minutes, and is not there on 3.1 and 3.2.
ACK_DELAY = 10.0
#: How many deleted assistants are remembered, unless there are more existing ones.
MAX_GONE = 1_000
#: Seconds between the tries to read the store.
LOAD_PAUSES = (1.0, 5.0, 15.0, 30.0, 60.0)


class ChangeOutbox:
    """
    Finds the changes of an account, and delivers each at least once.

    :param ids: The watched assistants; None for all.
    :param statuses: Emit only changes after which an assistant has one of these statuses; empty for all.
    :param watch_name: Distinguishes watchers that are otherwise alike.
    :param store: Airflow's asset state store; None where there is none.
    :param clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        *,
        conn_id: str,
        ids: Collection[str] | None,
        statuses: Iterable[str],
        watch: str,
        watch_name: str | None = None,
        store: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._conn_id = conn_id
        self._ids = ids
        self._statuses = statuses
        self._watch = watch
        self._clock = clock
        self._began_at = now_text()
        self._loaded: Baseline | None = None
        self._tracker: ChangeTracker | None = None
        # When the pending change of each assistant was emitted; infinity for one that is about to be.
        self._emitted_at: dict[str, float] = {}
        self._last: Snapshot | None = None
        # Whether the state is that of the last snapshot, so that only what changed since can differ.
        self._is_current = False
        # Whether a write has failed, so that the store lacks more than the next change.
        self._store_is_stale = False
        #: What of the watcher's arguments is not there, in words; part of its health.
        self.warnings: list[str] = []
        self._store = self._report = None
        if store is not None:
            identity: dict[str, Any] = {"conn_id": conn_id, "ids": ids, "watch": watch, "watch_name": watch_name}
            self._name, key = store_name(**identity), health_key(**identity)
            self._store = StateStore(store, name=self._name)
            self._report = HealthReport(lambda value: call_store(store, "set", key, value), clock=clock)

    async def load(self) -> None:
        """
        Load the state of an earlier triggerer, if there is a store.

        A store that fails is tried again: a new baseline would lose the changes since.
        """
        for pause in LOAD_PAUSES:
            if self._store is None:
                return
            try:
                found = await self._store.load()
            except ValueError as error:
                self._drop_store(str(error))
            except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
                log.warning("The watcher's state cannot be read from the state store yet: %s", one_line(str(error)))
                await asyncio.sleep(pause)
            else:
                if found:
                    self._began_at, self._loaded = found
                return
        self._drop_store("it cannot be read")

    def unseen(self, observations: Mapping[str, Observation]) -> set[str]:
        """Return the assistants that existed before and are not among these."""
        states = self._tracker.all_states() if self._tracker else self._loaded.states if self._loaded else {}
        return {each for each in states.keys() - observations.keys() if not states[each].is_gone}

    async def process(self, snapshot: Snapshot, vendor: str, *, changed: Iterable[str] | None) -> list[ChangeEvent]:
        """
        Save the changes in a snapshot as pending, and return their events; the first snapshot ever sets the baseline.

        :param changed: The assistants that differ from the snapshot before this one; None if that is not known.
        """
        tracker, again = self._tracker, []
        if tracker is None:
            tracker = self._tracker = self._track(vendor, self._loaded)
            pending = self._loaded.pending if self._loaded else []
            again = [tracker.event(each) for each in pending]
            self._emitted_at |= dict.fromkeys(pending, math.inf)
        if not tracker.has_baseline:
            async with one_at_a_time():
                tracker.set_baseline(snapshot)
            self._is_current = True
            shared = snapshot.derived if self._ids is None else None
            await self._write("save_all", tracker.states, began_at=self._began_at, shared=shared, watch=self._watch)
            return []
        self._last = snapshot
        candidates, self._is_current = changed if self._is_current else None, True
        return again + await self._find(tracker, candidates)

    def skip(self) -> None:
        """Take note that a snapshot was not processed: the next one is compared as a whole."""
        self._is_current = False

    def mark_emitted(self) -> None:
        """Take note that all events so far have been emitted."""
        now = self._clock()
        self._emitted_at = {each: min(emitted_at, now) for each, emitted_at in self._emitted_at.items()}

    def next_timeout(self) -> float | None:
        """Return the seconds until there is something to acknowledge or to write; None if there is nothing."""
        due = [self._report.next_timeout()] if self._report else []
        if self._emitted_at:
            due.append(max(0.0, min(self._emitted_at.values()) + ACK_DELAY - self._clock()))
        return min((each for each in due if each is not None), default=None)

    async def acknowledge(self) -> list[ChangeEvent]:
        """Acknowledge what was emitted long enough ago, and return the events of later changes of the same assistants."""
        long_ago = self._clock() - ACK_DELAY
        delivered = {each for each, emitted_at in self._emitted_at.items() if emitted_at <= long_ago}
        if not delivered or self._tracker is None:
            return []
        for each in delivered:
            del self._emitted_at[each]
        async with one_at_a_time():
            self._tracker.acknowledge(delivered)
        await self._write("save", self._tracker.states, delivered)
        if not self._emitted_at and self._tracker.gone > max(MAX_GONE, self._tracker.existing):
            # What is forgotten may come back and count its changes from 0: a new start keeps its event ids different.
            self._began_at = now_text()
            async with one_at_a_time():
                existing = {each: state for each, state in self._tracker.all_states().items() if not state.is_gone}
                self._tracker = self._track(self._tracker.vendor, Baseline(existing))
            await self._write("save_all", existing, began_at=self._began_at)
        return await self._find(self._tracker, delivered)

    async def report_health(self, health: PollHealth) -> None:
        """Write the health of the polls to the store, where a person finds it; a failure costs no more than that."""
        if self._report is None:
            return
        tracker = self._tracker
        more = {
            "connection": self._conn_id,
            "watching": f"{self._watch} of {'all' if self._ids is None else len(self._ids)} assistants",
            "assistants": tracker.existing if tracker else None,
            "assistants_gone": tracker.gone if tracker else None,
            "warnings": self.warnings,
            "state_is_kept_under": self._name,
        }
        try:
            await self._report.write(health, more)
        except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
            log.info("The watcher's health cannot be written to the state store: %s", one_line(str(error)))

    async def _find(self, tracker: ChangeTracker, candidates: Iterable[str] | None) -> list[ChangeEvent]:
        """Save the changes in the last snapshot, and return the events to emit."""
        if self._last is None:
            return []
        async with one_at_a_time():
            found = tracker.update(self._last, candidates)
        if found:
            await self._write("save", tracker.states, found)
        to_emit = [each for each in found if tracker.states[each].pending]
        self._emitted_at |= dict.fromkeys(to_emit, math.inf)
        return [tracker.event(each) for each in to_emit]

    def _track(self, vendor: str, baseline: Baseline | None) -> ChangeTracker:
        return ChangeTracker(
            vendor=vendor,
            conn_id=self._conn_id,
            ids=self._ids,
            statuses=self._statuses,
            watch=self._watch,
            began_at=self._began_at,
            baseline=baseline,
        )

    async def _write(self, method: str, *arguments: Any, **options: Any) -> None:
        """Write to the store; a failure costs the state after a restart, and not the watching."""
        if self._store is None:
            return
        if self._store_is_stale:
            assert self._tracker is not None  # noqa: S101 - for the type checker; only what is tracked is written
            method, arguments, options = "save_all", (self._tracker.states,), {"began_at": self._began_at}
        try:
            await getattr(self._store, method)(*arguments, **options)
            self._store_is_stale = False
        except ValueError as error:
            self._drop_store(str(error))
        except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
            self._store_is_stale = True
            log.warning(
                "The state store failed; the next change writes the whole state again: %s", one_line(str(error))
            )

    def _drop_store(self, reason: str) -> None:
        log.warning(
            "The state store cannot be used (%s), so changes while no triggerer runs are not emitted. If several assets have "
            "watchers that are alike, give each a watch_name of its own.",
            reason,
        )
        self._store = self._report = None
