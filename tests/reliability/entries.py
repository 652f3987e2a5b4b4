# SPDX-License-Identifier: Apache-2.0
"""The ways into the package, each run once: what came of it, as data or as the one typed error."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger, AssistantStatusTrigger

__all__ = ["ENTRIES", "Seen"]

#: Nothing may take longer: what does, hangs.
LIMIT = 30.0


class Seen:
    """
    What an entry has to do its work, and what it has seen.

    :param ids: The ids of all assistants, in the order of the listing.
    :param change: Changes an assistant, for who waits for that, and returns its id.
    """

    def __init__(self, conn_id: str, *, ids: list[str], folder: Path, begin: Callable[[], None]) -> None:
        self.conn_id = conn_id
        self.ids = ids
        self.file = folder / "out.jsonl"
        self.begin = begin
        self.heal: Callable[[], None] = lambda: None
        self.change: Callable[[], str] = lambda: ""


def id_of(row: dict[str, Any]) -> str:
    return str(row.get("assistant_id") or row["id"])


def check(seen: Seen, ids: list[str]) -> None:
    assert sorted(ids) == sorted(seen.ids), "neither more nor less than there is"


def check_storable(value: Any) -> None:
    """What goes into Airflow's database, by way of its own messages."""
    import msgspec

    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    assert "\\u00" not in text
    text.encode()
    msgspec.msgpack.encode(value)


def hook_sync(seen: Seen) -> None:
    seen.begin()
    check(seen, [id_of(row) for page in get_hook(seen.conn_id).iter_pages() for row in page.rows])


def hook_async(seen: Seen) -> None:
    seen.begin()

    async def read() -> list[str]:
        hook = get_hook(seen.conn_id)
        async with asyncio.timeout(LIMIT):
            return [id_of(row) async for page in hook.aiter_pages() for row in page.rows]

    check(seen, asyncio.run(read()))


def operator_xcom(seen: Seen) -> None:
    seen.begin()
    operator = ListAssistantsOperator(task_id="list", conn_id=seen.conn_id, max_xcom_bytes=10_000_000)
    rows = operator.execute({})  # type: ignore[arg-type]
    check_storable(rows)
    check(seen, [id_of(row) for row in rows])


def operator_storage(seen: Seen) -> None:
    seen.file.write_text("yesterday's\n")
    seen.begin()
    operator = ListAssistantsOperator(task_id="list", conn_id=seen.conn_id, destination=str(seen.file))
    try:
        manifest = operator.execute({})  # type: ignore[arg-type]
    except AssistantsError:
        assert seen.file.read_text() == "yesterday's\n", "what was there stays"
        raise
    finally:
        assert [path.name for path in seen.file.parent.iterdir()] == ["out.jsonl"], "nothing half done is left"
    lines = seen.file.read_text().splitlines()
    check(seen, [id_of(json.loads(line)) for line in lines])
    assert manifest["rows"] == len(lines)
    assert manifest["consistent"] is True


def sensor(seen: Seen) -> None:
    seen.begin()
    result = AssistantStatusSensor(
        task_id="wait",
        conn_id=seen.conn_id,
        assistant_id=seen.ids[0],
        until="changed",
        watch="updated_at",
        baseline="long ago",
        max_consecutive_failures=0,
        poke_interval=0.01,
        timeout=LIMIT,
        deferrable=False,
    ).execute({})  # type: ignore[arg-type]
    assert result is not None
    check_storable(result)
    assert list(result) == [seen.ids[0]]


def deferral_trigger(seen: Seen) -> None:
    seen.begin()
    trigger = AssistantStatusTrigger(
        conn_id=seen.conn_id,
        assistant_ids=[seen.ids[0]],
        until="changed",
        target_statuses=(),
        watch="updated_at",
        past={"baseline": {seen.ids[0]: "long ago"}, "known": [seen.ids[0]]},
        max_consecutive_failures=0,
        poll_interval=0.01,
        timeout=LIMIT,
    )

    async def wait() -> dict[str, Any]:
        async with asyncio.timeout(LIMIT + 10):
            (payload,) = [event.payload async for event in trigger.run()]
            return dict(payload)

    payload = asyncio.run(wait())
    check_storable(payload)
    if payload["error"]:
        raise AssistantsError.from_dict(payload["error"])
    assert payload["outcome"] == "reached"


def event_trigger(seen: Seen) -> None:
    """A watcher outlives whatever happens, and emits the change when all is well again."""
    trigger = AssistantStatusEventTrigger(conn_id=seen.conn_id, watch="updated_at", poll_interval=0.02)

    async def watch() -> None:
        async with asyncio.timeout(LIMIT):
            events = trigger.run()
            coming = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0.05)
            seen.begin()
            await asyncio.sleep(0.05)
            seen.heal()
            emitted, changed = None, ""
            while emitted != changed:
                # One without a successful poll sets its baseline first, so there is a change for it after that too.
                changed = seen.change()
                done, _ = await asyncio.wait({coming}, timeout=0.3)
                if done:
                    event = coming.result().payload
                    check_storable(event)
                    emitted, coming = event["assistant_id"], asyncio.ensure_future(anext(events))
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await events.aclose()  # type: ignore[attr-defined]

    asyncio.run(watch())


ENTRIES: dict[str, Callable[[Seen], None]] = {
    "hook": hook_sync,
    "async hook": hook_async,
    "operator to XCom": operator_xcom,
    "operator to storage": operator_storage,
    "sensor": sensor,
    "deferral trigger": deferral_trigger,
    "event trigger": event_trigger,
}


def within(limit: float, work: Callable[[], None]) -> BaseException | None:
    """Run some work in a thread, and return what it raised; a hang is a failure."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit)
    assert not thread.is_alive(), "it hangs"
    return raised[0] if raised else None
