# SPDX-License-Identifier: Apache-2.0
"""Many exports, and whether what they wrote is whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox import Sandbox
from tests.end_to_end.running_airflow import RunningAirflow

__all__ = ["Exports", "most_at_once"]


class Exports:
    """
    A run of a Dag that lists many accounts of one vendor, each into a file of its own.

    :param accounts: The numbers of the accounts.
    """

    def __init__(self, world: Sandbox, lake: Path, *, vendor: str = "burki", accounts: range) -> None:
        self._world = world
        self._vendor = vendor
        self.lake = lake
        self.accounts = {f"{vendor}_{number}": number for number in accounts}

    def connections(self) -> dict[str, dict[str, Any]]:
        """Return the connections to the accounts, by id."""
        return {name: self._world.connection(self._vendor, account=number) for name, number in self.accounts.items()}

    def start(self, airflow: RunningAirflow, dag_id: str = "exports") -> str:
        """Trigger the Dag, and return the run's id."""
        self.lake.mkdir(exist_ok=True)
        return airflow.trigger(dag_id, lake=str(self.lake), connections=list(self.accounts))

    def tasks(self, airflow: RunningAirflow, run_id: str, dag_id: str = "exports") -> list[dict[str, Any]]:
        """Return the mapped task instances, in order."""
        found: list[dict[str, Any]] = []
        while True:
            page = airflow.get(
                f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", task_id="list", limit=100, offset=len(found)
            )
            found += page["task_instances"]
            if len(found) >= page["total_entries"] or not page["task_instances"]:
                return sorted((ti for ti in found if ti["task_id"] == "list"), key=lambda ti: int(ti["map_index"]))

    def are_done(self, airflow: RunningAirflow, run_id: str, dag_id: str = "exports") -> bool:
        """Whether all have succeeded; a failed one is an error."""
        states = Counter(ti["state"] for ti in self.tasks(airflow, run_id, dag_id))
        assert not states["failed"], states
        assert not states["upstream_failed"], states
        return states["success"] == len(self.accounts)

    def check_whole(self) -> int:
        """Check that there is one file for each account, with each row once, and nothing else; return the number of rows."""
        assert {path.name for path in self.lake.iterdir()} == {f"{name}.jsonl" for name in self.accounts}
        rows = 0
        for name, account in self.accounts.items():
            written = [json.loads(line)["id"] for line in (self.lake / f"{name}.jsonl").read_text().splitlines()]
            assert written == [row["id"] for row in self._world.rows(self._vendor, account=account)]
            rows += len(written)
        return rows

    def requests(self, since: float) -> dict[str, list[float]]:
        """Return when the responses to each connection were made since then."""
        found: dict[str, list[float]] = {name: [] for name in self.accounts}
        names = {number: name for name, number in self.accounts.items()}
        for seen in self._world.requests(self._vendor):
            if seen["time"] >= since and seen["account"] in names:
                found[names[seen["account"]]].append(seen["time"])
        return found

    def check_nothing_twice(self, tasks: Iterable[dict[str, Any]], since: float) -> int:
        """Check that only what was tried again was listed again; return how many tasks were tried again."""
        requests = self.requests(since)
        again = 0
        once = set()
        for name, ti in zip(self.accounts, tasks, strict=True):
            if ti["try_number"] > 1:
                again += 1
            else:
                once.add(len(requests[name]))
        assert len(once) <= 1, f"accounts of one size, each listed by one try, got so many requests: {once}"
        return again


def most_at_once(requests: dict[str, list[float]]) -> int:
    """Return how many accounts were listed at the same time, at most: from an account's first response to its last."""
    steps = sorted(step for times in requests.values() if times for step in ((min(times), 1, 1), (max(times), 2, -1)))
    most = now = 0
    for *_, step in steps:
        now += step
        most = max(most, now)
    return most
