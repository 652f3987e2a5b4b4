# SPDX-License-Identifier: Apache-2.0
"""How a sensor looks: in the task's own process, through the connection's hook."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from airflow_provider_assistants.exceptions import AuthenticationError, ConfigurationError, PermissionDeniedError
from airflow_provider_assistants.hooks.lookup import get_hook

if TYPE_CHECKING:
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.watching.conditions import Conditions
    from airflow_provider_assistants.watching.snapshots import Observation, Snapshot

__all__ = ["SensorPoller"]

log = logging.getLogger(__name__)

#: The last poll of a sensor begins when its timeout is over, and ends so many seconds later at the latest.
LAST_POLL_SECONDS = 10.0


class SensorPoller:
    """
    Looks for the assistants of a sensor.

    :param hook: Of the sensor's connection; read anew when its key is not accepted any more.
    """

    def __init__(self, hook: AssistantsHook, conditions: Conditions) -> None:
        self.hook = hook
        self._conditions = conditions

    def look(self, known: Set[str], *, deadline: float) -> Snapshot:
        """
        Poll once.

        :param known: The assistants that have been seen before.
        :param deadline: When the sensor's time is over, in seconds since 1970; a poll that begins after it, which is the
            last one, gets ten seconds.
        :raises AssistantsError: If the look failed, or was not done in time.
        """
        left = deadline - time.time()
        ends = time.monotonic() + (left if left > 0 else LAST_POLL_SECONDS)
        try:
            snapshot = self._look(known, ends)
        except (AuthenticationError, PermissionDeniedError):
            fresh = get_hook(self.hook.conn_id)
            if fresh.get_account().api_key == self.hook.get_account().api_key:
                raise
            log.info("The key is not accepted any more, and the connection has another one now")
            self.hook = fresh
            snapshot = self._look(known, ends)
        self._check_watch(snapshot)
        return snapshot

    def _look(self, known: Set[str], ends: float) -> Snapshot:
        from airflow_provider_assistants.client.deadline import time_limit
        from airflow_provider_assistants.watching.looking import Wanted, look

        hook, conditions = self.hook, self._conditions
        wanted = Wanted(ids=frozenset(conditions.assistant_ids), watches=frozenset({conditions.watch}))

        async def doubts(seen: Mapping[str, Observation]) -> Set[str]:
            return known - seen.keys()

        async def look_once() -> Snapshot:
            limit = time_limit(
                ends - time.monotonic(),
                what="The sensor's timeout ended before the response was complete",
                advice="Raise the sensor's timeout, or see why the vendor is slow",
                vendor=hook.vendor.title,
                conn_id=hook.conn_id,
            )
            async with limit, hook.aclient() as client:
                return await look(client, wanted, doubts=doubts, secrets=hook.get_account().secrets)

        return hook.run_async(look_once)

    def _check_watch(self, snapshot: Snapshot) -> None:
        """Refuse a field that no assistant has and no document names: it would be waited for in vain."""
        from airflow_provider_assistants.vendors.models.base import columns
        from airflow_provider_assistants.watching.snapshots import BUILT_IN_WATCHES

        watch, seen = self._conditions.watch, snapshot.seen.values()
        if watch in BUILT_IN_WATCHES or not seen or any(watch in each.fields for each in seen):
            return
        documented = columns(self.hook.vendor.assistants.load_model())
        if watch.split(".")[0] not in documented:
            raise ConfigurationError(
                f"There is no field {watch!r} to watch",
                vendor=self.hook.vendor.title,
                conn_id=self.hook.conn_id,
                advice=f"Documented are {', '.join(documented)}",
            )
