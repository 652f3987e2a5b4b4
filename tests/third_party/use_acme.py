# SPDX-License-Identifier: Apache-2.0
"""Use Acme's package as a Dag does, through its connection alone, and print what came of it."""

from __future__ import annotations

import asyncio
import json
import sys

from airflow.providers.common.compat.sdk import BaseHook

from airflow_provider_assistants.hooks.lookup import aget_hook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger


async def first_change() -> dict:
    trigger = AssistantStatusEventTrigger(conn_id="acme_default", poll_interval=0.1)
    events = trigger.run()
    async with asyncio.timeout(200):
        event = await anext(events)
    await events.aclose()
    return event.payload


hook = BaseHook.get_hook("acme_default")
listing = ListAssistantsOperator(task_id="list", conn_id="acme_default", destination=sys.argv[1], record="common")
sensor = AssistantStatusSensor(task_id="wait", conn_id="acme_default", assistant_id="a1")
found = {
    "hook": f"{type(hook).__module__}.{type(hook).__name__}",
    "same hook": type(asyncio.run(aget_hook("acme_default"))) is type(hook),
    "test": hook.test_connection(),
    "models": [f"{type(one).__name__} {one.agent_id}" for one in hook.iter_assistants()],
    "rows": listing.execute({})["rows"],
    "seen": sensor.execute({})["a1"]["status"],
    "change": asyncio.run(first_change()),
}
print(json.dumps(found))
