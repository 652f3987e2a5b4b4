# SPDX-License-Identifier: Apache-2.0
"""
Every fault at every vendor through every entry, over real sockets: exact data, or the one typed error.

What came of each is compared with ``docs/faults.csv``; ``WRITE_DOCS=1`` writes it.
"""

from __future__ import annotations

import csv
import io
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_assistants.client import client as client_module
from airflow_provider_assistants.client.clock import Clock
from airflow_provider_assistants.exceptions import AssistantsError
from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.triggers import poll_stream as poll_module
from tests.conftest import VENDORS
from tests.reliability.entries import ENTRIES, LIMIT, Seen, within
from tests.reliability.faults import FAULTS, Fault

MATRIX = Path(__file__).parents[2] / "docs" / "faults.csv"
DATA = "data"


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox(assistants=25) as sandbox:
        yield sandbox


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between retries take no time, and count as if they did."""

    def clock() -> Clock:
        skipped = 0.0

        async def sleep(seconds: float) -> None:
            nonlocal skipped
            skipped += seconds
            import asyncio

            await asyncio.sleep(0)

        return Clock(monotonic=lambda: time.monotonic() + skipped, sleep=sleep)

    def lookup(host: Any, *given: Any, **more: Any) -> Any:
        """Without a network a name may take many seconds to be unknown."""
        if host in ("nowhere.invalid", b"nowhere.invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real_lookup(host, *given, **more)

    real_lookup = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    for module in (client_module, poll_module):
        monkeypatch.setattr(module, "Clock", clock)
    monkeypatch.setenv("AIRFLOW__ASSISTANTS__MAX_RESPONSE_BYTES", "2000000")
    monkeypatch.setenv("AIRFLOW__ASSISTANTS__MAX_REQUEST_SECONDS", "1")


def prepared(world: Sandbox, vendor: str, fault: Fault, folder: Path, connect: Callable[..., str]) -> Seen:
    world.reset()
    given = fault.connection()
    extras = {name: value for name, value in given.items() if name != "host"}
    fields = world.connection(vendor, **{"max_retries": 3, "page_size": 10, "timeout": 10, **extras})
    host = given.get("host")
    if host == "https://":
        host = world.url.replace("http://", "https://")
    connect("mine", **{**fields, "host": host or fields["host"]})
    rows = world.rows(vendor)
    ids = [str(row.get("assistant_id") or row["id"]) for row in rows]
    seen = Seen("mine", ids=ids, folder=folder, begin=lambda: fault.begin(world, vendor))

    def heal() -> None:
        well = {name: value for name, value in fields["extra"].items() if name != "proxy"}
        connect("mine", **{**fields, "extra": well})
        world.heal()
        world.set_options(page_cap=None)

    def change() -> str:
        world.update(vendor, ids[3])
        return ids[3]

    seen.heal, seen.change = heal, change
    return seen


def outcome(world: Sandbox, vendor: str, entry: str, seen: Seen) -> str:
    """Run an entry, and return what came of it: ``data``, or the name of the error."""
    raised = within(LIMIT + 15, lambda: ENTRIES[entry](seen))
    requests = world.requests()
    assert len(requests) <= 400, f"{len(requests)} requests"
    if raised is None:
        return DATA
    if not isinstance(raised, AssistantsError):
        raise raised
    message = str(raised)
    assert message.isprintable(), "one line, which says what it seems to say"
    assert world.api_key(vendor) not in message
    assert raised.vendor, message
    assert raised.conn_id == "mine", message
    assert raised.advice, message
    return type(raised).__name__


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", FAULTS)
def test_exact_data_or_the_one_typed_error(
    world: Sandbox, fault: str, tmp_path: Path, connect: Callable[..., str], record_property: Callable[[str, Any], None]
) -> None:
    cells = []
    for entry in ENTRIES:
        came = {}
        for vendor in VENDORS:
            folder = tmp_path / f"{entry}-{vendor}"
            folder.mkdir()
            seen = prepared(world, vendor, FAULTS[fault], folder, connect)
            came[vendor] = outcome(world, vendor, entry, seen)
        cells.append(described(came))
    record_property("cases", len(ENTRIES) * len(VENDORS))
    line = as_csv([fault, *cells])
    print(line)
    if os.environ.get("WRITE_DOCS"):
        write(fault, line)
    assert line in MATRIX.read_text().splitlines(), "run with WRITE_DOCS=1, and look at what has changed"


def described(came: dict[str, str]) -> str:
    """What came of a fault at the vendors, in few words."""
    if len({*came.values()}) == 1:
        return next(iter(came.values()))
    by_outcome: dict[str, list[str]] = {}
    for vendor, result in came.items():
        by_outcome.setdefault(result, []).append(vendor)
    family = ["autocalls", "otonistark", "intellixent"]
    return "; ".join(
        f"{result} ({', '.join(['family', *vendors[3:]] if vendors[:3] == family else vendors)})"
        for result, vendors in by_outcome.items()
    )


def as_csv(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def write(fault: str, line: str) -> None:
    head = as_csv(["fault", *ENTRIES])
    lines = MATRIX.read_text().splitlines()[1:] if MATRIX.exists() else []
    known = {next(csv.reader([each]))[0]: each for each in lines} | {fault: line}
    MATRIX.write_text("\n".join([head, *(known[name] for name in FAULTS if name in known)]) + "\n")


def test_the_matrix_holds_every_fault() -> None:
    rows = list(csv.reader(MATRIX.read_text().splitlines()))
    assert rows[0] == ["fault", *ENTRIES]
    assert [row[0] for row in rows[1:]] == list(FAULTS)
    assert all(cell == DATA for row in rows[1:] for cell in row[-1:]), "a watcher outlives everything"
    print(f"{len(FAULTS)} faults x {len(VENDORS)} vendors x {len(ENTRIES)} entries = ", end="")
    print(f"{len(FAULTS) * len(VENDORS) * len(ENTRIES)} cases")
