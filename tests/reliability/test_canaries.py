# SPDX-License-Identifier: Apache-2.0
"""
Canaries in every place where a secret can be, through every entry, with everything logged that can be: none may sing.

What the vendors' responses hold besides is the sandbox's: it plants a secret in each field that a document names.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.hooks.lookup import get_hook
from airflow_provider_assistants.operators.listing import ListAssistantsOperator
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sensors.status import AssistantStatusSensor
from airflow_provider_assistants.triggers.status import AssistantStatusEventTrigger, AssistantStatusTrigger
from tests.conftest import VENDORS

CANARY = "canary7Kq9"
#: Look-alikes that no document names: camel case, dashes, header lists, URLs, JSON in a text, assignments in prose.
LOOK_ALIKES: dict[str, Any] = {
    "authToken": f"{CANARY}-authtoken-Zx81",
    "x-api-key": f"{CANARY}-xapikey-Zx82",
    "clientSecret": f"{CANARY}-clientsecret-Zx83",
    "integration": {
        "headers": [
            {"name": "Authorization", "value": f"Bearer {CANARY}-header-Zx84"},
            {"key": "X-Api-Key", "value": f"{CANARY}-headerkey-Zx85"},
        ],
        "callback": f"https://user:{CANARY}pw@host.example/path",
        "hook": f"https://host.example/path?token={CANARY}-query-Zx86&x=1",
        "config": json.dumps({"password": f"{CANARY}-json-Zx87"}),
        "deep": [{"credentials": {"private_key": f"{CANARY}-deep-Zx88"}}],
    },
    "notes": f"use api_key={CANARY}-prose-Zx89 for this",
}
FAILURES = ("none", "401", "503", "403", "login_page", "wrong_shape", "row_without_id", "echo", "reset_midway")


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=6) as sandbox:
        yield sandbox


@pytest.fixture
def all_logs(tmp_path: Path) -> Iterator[Path]:
    """Everything that anybody logs, down to the last detail of the wire."""
    path = tmp_path / "all.log"
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    names = [
        "",
        "httpx",
        "httpcore",
        "httpcore.http11",
        "httpcore.connection",
        "airflow_provider_assistants",
        "asyncio",
    ]
    before = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield path
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def outcome_of(work: Callable[[], Any]) -> str:
    """What a caller could see of some work: its result, or its exception with all that hangs on it."""
    try:
        return repr(work())
    except Exception as error:  # whatever comes is searched
        chain = "".join(traceback.TracebackException.from_exception(error).format())
        return f"{error!r} {error} {vars(error)} {chain}"


def everything(conn_id: str, each: str, folder: Path) -> Iterator[str]:
    """Whatever comes out of every entry."""
    hook = get_hook(conn_id)
    yield outcome_of(hook.get_account)
    yield outcome_of(hook.test_connection)
    yield outcome_of(lambda: hook.get_statuses([each]))
    for format in ("jsonl", "csv", "json.gz", "parquet"):
        operator = ListAssistantsOperator(task_id="a", conn_id=conn_id, destination=f"{folder}/out.{format}")
        yield outcome_of(lambda operator=operator: operator.execute({}))  # type: ignore[misc]
        yield repr({name: getattr(operator, name) for name in operator.template_fields})
    xcom = ListAssistantsOperator(task_id="b", conn_id=conn_id, max_xcom_bytes=1_000_000)
    yield outcome_of(lambda: xcom.execute({}))  # type: ignore[arg-type]
    for watch in ("status", "clientSecret", "integration.headers", "integration.hook"):
        given: dict[str, Any] = {"conn_id": conn_id, "watch": watch}
        sensor = AssistantStatusSensor(
            task_id="c",
            assistant_id=each,
            until="changed",
            baseline="x",
            max_consecutive_failures=0,
            timeout=5,
            deferrable=False,
            **given,
        )
        yield outcome_of(lambda sensor=sensor: sensor.execute({}))  # type: ignore[misc]
        deferral = AssistantStatusTrigger(
            assistant_ids=[each],
            until="changed",
            target_statuses=(),
            past={"baseline": {each: "x"}, "known": []},
            max_consecutive_failures=0,
            timeout=5,
            poll_interval=0.01,
            **given,
        )
        yield f"{deferral!r} {deferral.serialize()}"
        yield outcome_of(lambda deferral=deferral: asyncio.run(first(deferral)))  # type: ignore[misc]


async def first(trigger: Any) -> Any:
    async with asyncio.timeout(20):
        return [event.payload async for event in trigger.run()]


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_canary_sings(
    world: Sandbox,
    vendor: str,
    tmp_path: Path,
    all_logs: Path,
    connect: Callable[..., str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    world.reset()
    fields = world.connection(vendor, max_retries=0)
    each = next(str(row.get("assistant_id") or row["id"]) for row in world.rows(vendor) if not row.get("deleted_at"))
    world.update(vendor, each, **LOOK_ALIKES)
    key = world.api_key(vendor)
    planted = [*world.planted(vendor).secrets, CANARY, key]
    assert len(planted) >= 3
    folder = tmp_path / "lake"
    folder.mkdir()
    seen: list[str] = []
    for failure in FAILURES:
        world.heal()
        connect("mine", **fields)
        if failure == "echo":
            message = f"The key {key} is not known; {CANARY}-echo-Zx90 neither"
            world.fail(
                vendor, "body", times=None, body={"message": message, "detail": message, "msg": message}, status=422
            )
        elif failure != "none":
            world.fail(vendor, failure, times=None)
        seen += everything("mine", each, folder)
    world.heal()
    proxied = json.loads(json.dumps(fields))
    extra = {**proxied.get("extra", {}), "proxy": f"http://user:{CANARY}-proxy-Zx91@127.0.0.1:9"}
    connect("mine", **{**proxied, "extra": extra})
    seen += everything("mine", each, folder)
    out, err = capfd.readouterr()
    seen += [out, err, all_logs.read_text()]
    seen += [path.read_bytes().decode("utf-8", "replace") for path in folder.iterdir()]
    assert sum(len(text) for text in seen) > 100_000, "there was something to search"
    # An echo that looks like nothing is the vendor's own words: only our key in it is ours to hide.
    hits = [
        text[max(0, found.start() - 80) : found.end() + 40]
        for text in seen
        for canary in planted
        for found in re.finditer(re.escape(canary) + r"[\w-]*", text)
        if not found.group().endswith("-echo-Zx90")
    ]
    print(f"{vendor}: {len(planted)} canaries, {len(seen)} places, {len(hits)} hits")
    assert hits == []


def test_a_watcher_emits_no_secret(world: Sandbox, connect: Callable[..., str]) -> None:
    world.reset()
    connect("mine", **world.connection("burki"))
    each = str(world.rows("burki")[0]["id"])
    world.update("burki", each, clientSecret=f"{CANARY}-one-Zx92")

    async def watch() -> str:
        trigger = AssistantStatusEventTrigger(conn_id="mine", watch="clientSecret", poll_interval=0.05)
        events = trigger.run()
        coming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.3)
        world.update("burki", each, clientSecret=f"{CANARY}-two-Zx93")
        async with asyncio.timeout(20):
            payload = (await coming).payload
        await events.aclose()  # type: ignore[attr-defined]
        return f"{payload} {trigger!r} {trigger.serialize()}"

    shown = asyncio.run(watch())
    assert "sha256:" in shown
    assert CANARY not in shown
