# SPDX-License-Identifier: Apache-2.0
"""
One watcher's view of an account: what it knows, what it has to emit, and when that is assumed to be stored.

Airflow has an event only once the triggerer has handed it on, a second or so after the trigger has given it. So a change
is written into the store before it is told, as pending, and once more some time after. A triggerer that dies in between
leaves it pending, and the next one tells it again, with the same ``event_id``: never not at all, and never forgotten
because it was undone meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.vendors.base import AssistantStatus
from airflow_provider_assistants.watching.health import HealthReport, PollHealth, health_key
from airflow_provider_assistants.watching.snapshots import Observation, Snapshot
from airflow_provider_assistants.watching.state_store import StateStore, call_store, store_name
from airflow_provider_assistants.watching.tracker import ChangeEvent, ChangeTracker, KnownState, now_text

__all__ = ["ChangeOutbox"]

log = logging.getLogger(__name__)

#: Seconds from emitting a change until it is assumed to be stored: Airflow takes one or two. That is a timer and no proof.
#: Airflow 3.3's ack mode (``create_shared_stream_producer``) would be one, but it acknowledges a poll only once every watcher
#: and deferred sensor of the stream is done with it, fails those that take five minutes, and is not there on 3.1 and 3.2.
ACK_DELAY = 10.0
#: So many assistants that are gone are remembered besides one for each that is there.
MAX_GONE = 1_000
#: Seconds between the tries to read the store.
LOAD_PAUSES = (1.0, 5.0, 15.0, 30.0, 60.0)


class ChangeOutbox:
    """
    Watches an account.

    :param ids: Which assistants; None for all.
    :param statuses: Only changes after which an assistant has one of these are told; empty for all.
    :param watch_name: Tells watchers apart that are otherwise alike.
    :param store: Airflow's asset state store, where there is one.
    :param clock: Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        conn_id: str,
        ids: Iterable[str] | None,
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
        self._loaded: KnownState | None = None
        self._tracker: ChangeTracker | None = None
        # When the pending change of an assistant was told; infinity for one that is about to be.
        self._told_at: dict[str, float] = {}
        self._last: Snapshot | None = None
        self._in_step = False
        self._behind = False
        self._store = self._report = None
        if store is not None:
            identity: dict[str, Any] = {"conn_id": conn_id, "ids": ids, "watch": watch, "watch_name": watch_name}
            self._name, key = store_name(**identity), health_key(**identity)
            self._store = StateStore(store, name=self._name)
            self._report = HealthReport(lambda value: call_store(store, "set", key, value), clock=clock)

    async def load(self) -> None:
        """
        Read what is known from before, if there is a store.

        A store that fails is tried again: to learn anew would be to forget what changed meanwhile.
        """
        for pause in LOAD_PAUSES:
            if self._store is None:
                return
            try:
                found = await self._store.load()
            except ValueError as error:
                self._do_without_store(str(error))
            except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
                log.warning("What is known cannot be read from the state store yet: %s", one_line(str(error)))
                await asyncio.sleep(pause)
            else:
                if found:
                    self._began_at, self._loaded = found
                return
        self._do_without_store("it cannot be read")

    def doubts(self, seen: Mapping[str, Observation]) -> set[str]:
        """Return the assistants that were there before and are not among those seen."""
        known = self._tracker.all_known() if self._tracker else self._loaded.known if self._loaded else {}
        return {each for each in known.keys() - seen.keys() if known[each].value != AssistantStatus.DELETED}

    async def take(self, snapshot: Snapshot, vendor: str, *, since_last: Iterable[str] | None) -> list[ChangeEvent]:
        """
        Take a snapshot in, and give what has to be told of it; the first one ever teaches and tells nothing.

        :param since_last: What is not as in the snapshot before this one; None if there was none.
        """
        tracker, again = self._tracker, []
        if tracker is None:
            tracker = self._tracker = self._track(vendor, self._loaded)
            pending = self._loaded.pending if self._loaded else []
            again = [tracker.event(each) for each in pending]
            self._told_at |= dict.fromkeys(pending, math.inf)
        if not tracker.has_learned:
            async with one_at_a_time():
                tracker.learn(snapshot)
            self._in_step = True
            shared = snapshot.derived if self._ids is None else None
            await self._write("save_all", tracker.known, began_at=self._began_at, shared=shared, watch=self._watch)
            return []
        self._last = snapshot
        changed, self._in_step = since_last if self._in_step else None, True
        return again + await self._tell(tracker, changed)

    def missed(self) -> None:
        """Take note that a snapshot was not looked at."""
        self._in_step = False

    def told(self) -> None:
        """Take note that all there was to tell has been told."""
        now = self._clock()
        self._told_at = {each: min(told_at, now) for each, told_at in self._told_at.items()}

    def rest(self) -> float | None:
        """Return the seconds until there is something to do; None if there is nothing."""
        due = [self._report.rest()] if self._report else []
        if self._told_at:
            due.append(max(0.0, min(self._told_at.values()) + ACK_DELAY - self._clock()))
        return min((each for each in due if each is not None), default=None)

    async def report_health(self, health: PollHealth) -> None:
        """Write how the polls go to the store, where a person finds it; one that fails costs only that."""
        if self._report is None:
            return
        tracker = self._tracker
        more = {
            "connection": self._conn_id,
            "watching": f"{self._watch} of {'all' if self._ids is None else len(list(self._ids))} assistants",
            "assistants": tracker.there if tracker else None,
            "assistants_gone": tracker.gone if tracker else None,
            "state_is_kept_under": self._name,
        }
        try:
            await self._report.write(health, more)
        except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
            log.info("The watcher's health cannot be written to the state store: %s", one_line(str(error)))

    async def settle(self) -> list[ChangeEvent]:
        """Take what was told long enough ago for arrived, and give what has to be told of the same assistants since."""
        long_ago = self._clock() - ACK_DELAY
        arrived = {each for each, told_at in self._told_at.items() if told_at <= long_ago}
        if not arrived or self._tracker is None:
            return []
        for each in arrived:
            del self._told_at[each]
        async with one_at_a_time():
            self._tracker.settle(arrived)
        await self._write("save", self._tracker.known, arrived)
        if not self._told_at and self._tracker.gone > max(MAX_GONE, self._tracker.there):
            # Those that are forgotten may come back, and count their changes from nothing: so the watching begins anew.
            self._began_at = now_text()
            async with one_at_a_time():
                known = self._tracker.all_known().items()
                there = {each: entry for each, entry in known if entry.value != AssistantStatus.DELETED}
                self._tracker = self._track(self._tracker.vendor, KnownState(there))
            await self._write("save_all", there, began_at=self._began_at)
        return await self._tell(self._tracker, arrived)

    async def _tell(self, tracker: ChangeTracker, changed: Iterable[str] | None) -> list[ChangeEvent]:
        """Take the last snapshot for known, and give what has to be told of it."""
        if self._last is None:
            return []
        async with one_at_a_time():
            found = tracker.take(self._last, changed)
        if found:
            await self._write("save", tracker.known, found)
        to_tell = [each for each in found if tracker.known[each].pending]
        self._told_at |= dict.fromkeys(to_tell, math.inf)
        return [tracker.event(each) for each in to_tell]

    def _track(self, vendor: str, learned: KnownState | None) -> ChangeTracker:
        return ChangeTracker(
            vendor=vendor,
            conn_id=self._conn_id,
            ids=self._ids,
            statuses=self._statuses,
            watch=self._watch,
            began_at=self._began_at,
            learned=learned,
        )

    async def _write(self, how: str, *arguments: Any, **options: Any) -> None:
        """Write into the store; one that fails costs what is known after a restart, and not the watching."""
        if self._store is None:
            return
        if self._behind:
            assert self._tracker is not None  # noqa: S101 - for the type checker; only what is tracked is written
            how, arguments, options = "save_all", (self._tracker.known,), {"began_at": self._began_at}
        try:
            await getattr(self._store, how)(*arguments, **options)
            self._behind = False
        except ValueError as error:
            self._do_without_store(str(error))
        except Exception as error:  # noqa: BLE001 - whatever Airflow raises; the watching goes on
            self._behind = True
            log.warning("The state store failed, and is written again with the next change: %s", one_line(str(error)))

    def _do_without_store(self, reason: str) -> None:
        log.warning(
            "The state store cannot be used (%s), so changes while no triggerer runs are not told. If several assets have "
            "watchers that are alike, give each a watch_name of its own.",
            reason,
        )
        self._store = self._report = None
