# SPDX-License-Identifier: Apache-2.0
"""How a sensor looks: in the task's own process, through the connection's hook."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from airflow_provider_assistants.exceptions import AuthenticationError, ConfigurationError
from airflow_provider_assistants.hooks.lookup import assistants_hook

if TYPE_CHECKING:
    from airflow_provider_assistants.hooks.base import AssistantsHook
    from airflow_provider_assistants.watching.conditions import Conditions
    from airflow_provider_assistants.watching.observation import Observation, Snapshot

__all__ = ["SensorEye"]

log = logging.getLogger(__name__)


class SensorEye:
    """
    Looks for the assistants of a sensor.

    :param hook: Of the sensor's connection; read anew when its key is not accepted any more.
    """

    def __init__(self, hook: AssistantsHook, conditions: Conditions) -> None:
        self.hook = hook
        self._conditions = conditions

    def look(self, known: Set[str]) -> Snapshot:
        """
        Look once.

        :param known: The assistants that have been seen before.
        :raises AssistantsError: If the look failed.
        """
        try:
            snapshot = self._look(known)
        except AuthenticationError:
            fresh = assistants_hook(self.hook.conn_id)
            if fresh.account().api_key == self.hook.account().api_key:
                raise
            log.info("The key is not accepted any more, and the connection has another one now")
            self.hook = fresh
            snapshot = self._look(known)
        self._check_watch(snapshot)
        return snapshot

    def _look(self, known: Set[str]) -> Snapshot:
        from airflow_provider_assistants.watching.looking import Wanted, look

        hook, conditions = self.hook, self._conditions
        wanted = Wanted(ids=frozenset(conditions.assistant_ids), watches=frozenset({conditions.watch}))

        async def doubts(seen: Mapping[str, Observation]) -> Set[str]:
            return known - seen.keys()

        async def look_once() -> Snapshot:
            async with hook.aclient() as client:
                return await look(client, wanted, doubts=doubts, secrets=hook.account().secrets)

        return hook.run_async(look_once)

    def _check_watch(self, snapshot: Snapshot) -> None:
        """Refuse a field that no assistant has and no document names: it would be waited for in vain."""
        from airflow_provider_assistants.vendors.models.base import columns
        from airflow_provider_assistants.watching.observation import BUILT_IN_WATCHES

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
