# SPDX-License-Identifier: Apache-2.0
"""
Write down what a version of this package leaves in Airflow's database while sensors and watchers wait.

A script that is run with the package of an earlier commit on the path: :mod:`tests.upgrades.record` does. It imports nothing
else of this repository.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httpx
from airflow.providers.common.compat.sdk import TaskDeferred

from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger

BURKI, PURETALK = "burki_default", "puretalk_default"
#: Assistants of the sandbox that :meth:`World.begin` makes.
IDS = ["9001", "9002"]
#: The sensors that wait, by what they wait for.
WAITS: dict[str, dict[str, Any]] = {
    "status": {"assistant_id": IDS},
    "any": {"assistant_id": IDS, "require": "any", "failure_statuses": ["deleted"]},
    "changed": {"assistant_id": IDS[0], "until": "changed", "watch": "name"},
    "backoff": {"assistant_id": IDS[0], "exponential_backoff": True, "max_wait": 600, "silent_fail": True},
    "time": {"conn_id": PURETALK, "assistant_id": "agent-1", "until": "changed", "watch": "updated_at"},
}
#: What a trigger emits last, by how the wait ends.
ENDS: dict[str, dict[str, Any]] = {
    "reached": {"assistant_id": IDS[0]},
    "failed": {"assistant_id": IDS[0], "failure_statuses": ["deleted"]},
    "timed out": {"assistant_id": IDS[0], "timeout": 1.0},
    "error": {"assistant_id": IDS[0]},
}
#: What is watched.
WATCHERS: dict[str, dict[str, Any]] = {
    "status": {"conn_id": BURKI},
    "name": {"conn_id": BURKI, "assistant_ids": IDS, "watch": "name", "watch_name": "mine"},
    "statuses": {"conn_id": BURKI, "statuses": ["active", "deleted"]},
    "time": {"conn_id": PURETALK, "watch": "updated_at"},
}


class Store(dict[str, Any]):
    """Stands for the state stores of Airflow, of tasks and of assets."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))

    def delete(self, key: str) -> None:
        self.pop(key, None)


class World:
    """The sandbox, from outside."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, command: str, **given: Any) -> Any:
        response = httpx.post(f"{self._url}/_sandbox/{command}", json=given)
        response.raise_for_status()
        return response.json()

    def begin(self) -> None:
        """All as new, and the assistants that are waited for inactive."""
        self("reset")
        for each in IDS:
            self("insert", vendor="burki", fields={"id": int(each), "name": "Ada"})
            self("status", vendor="burki", id=each, status="inactive")
        self("insert", vendor="puretalk", fields={"assistant_id": "agent-1", "agent_name": "Ada"})


def defer(**given: Any) -> TaskDeferred:
    sensor = AssistantStatusSensor(
        **{"task_id": "wait", "conn_id": BURKI, "deferrable": True, "poke_interval": 0.2, "timeout": 1e9, **given}
    )
    try:
        sensor.execute({})
    except TaskDeferred as deferred:
        return deferred
    raise AssertionError("it ended at once")


def deferrals(world: World) -> dict[str, Any]:
    """What is kept of each deferral: the trigger, and how the task goes on."""
    found = {}
    for name, given in WAITS.items():
        world.begin()
        deferred = defer(**given)
        classpath, kwargs = deferred.trigger.serialize()
        found[name] = {
            "sensor": given,
            "classpath": classpath,
            "kwargs": kwargs,
            "method_name": deferred.method_name,
            "next_kwargs": deferred.kwargs,
        }
    return found


def events(world: World) -> dict[str, Any]:
    """The last event of a trigger: a triggerer of the earlier version may have stored it just before the upgrade."""
    found = {}
    for end, given in ENDS.items():
        world.begin()
        trigger = defer(**given).trigger
        if end == "reached":
            world("status", vendor="burki", id=IDS[0], status="active")
        elif end == "failed":
            world("delete", vendor="burki", id=IDS[0])
        elif end == "error":
            world("fail", vendor="burki", name="401", times=None)

        async def run(trigger: Any = trigger) -> Any:
            return [event.payload async for event in trigger.run()]

        (found[end],) = asyncio.run(run())
    return found


def reschedules(world: World) -> dict[str, Any]:
    """What a rescheduled sensor keeps in the task's state store."""
    found = {}
    for name, given in WAITS.items():
        world.begin()
        store = Store()
        sensor = AssistantStatusSensor(
            **{"task_id": "wait", "conn_id": BURKI, "mode": "reschedule", "deferrable": False, "timeout": 1e9, **given}
        )
        try:
            sensor.execute({"task_state_store": store})
        except Exception as error:
            # Its module is another one on Airflow 3.1.
            if type(error).__name__ != "AirflowRescheduleException":
                raise
        found[name] = dict(store)
    return found


def watchers(world: World) -> dict[str, Any]:
    """The trigger and the asset's state store of each watcher: one change was emitted, and is not acknowledged yet."""
    found = {}
    for name, given in WATCHERS.items():
        world.begin()
        trigger = AssistantStatusEventTrigger(poll_interval=0.2, **given)
        classpath, kwargs = trigger.serialize()
        store = Store()
        trigger.asset_state_store = store  # type: ignore[assignment]

        async def run(trigger: Any = trigger, store: Store = store) -> Any:
            events = trigger.run()
            first = asyncio.ensure_future(anext(events))
            while not any(key.count(".") == 1 for key in store):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            world("update", vendor="burki", id=IDS[0], fields={"name": "Grace"})
            world("status", vendor="burki", id=IDS[0], status="active")
            world("update", vendor="puretalk", id="agent-1", fields={"agent_name": "Grace"})
            payload = (await first).payload
            await events.aclose()
            return payload

        event = asyncio.run(run())
        found[name] = {
            "watcher": given,
            "classpath": classpath,
            "kwargs": kwargs,
            "event": event,
            "store": {key: value for key, value in store.items() if not key.startswith("assistants.health")},
        }
    return found


def main(url: str, target: str) -> None:
    """Write all into a file."""
    world = World(url)
    parts = (deferrals, events, reschedules, watchers)
    with open(target, "w") as file:
        json.dump({part.__name__: part(world) for part in parts}, file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
