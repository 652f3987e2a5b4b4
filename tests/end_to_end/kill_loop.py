# SPDX-License-Identifier: Apache-2.0
"""
Kill the triggerer over and over, at any moment: ``python -m tests.end_to_end.kill_loop 20``.

In each round five sensors are deferred, assistants change shortly before or after the triggerer is killed, and a new one is
started. Then all sensors have to end, and each watcher has to emit the change once.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import VENDORS
from tests.end_to_end.running_airflow import RunningAirflow, connections, until
from tests.end_to_end.test_airflow import FOLDER, Assistants, emitted, polled_twice, reached, waits


def main(rounds: int) -> None:
    """Kill so many times, and count."""
    chance = random.Random()
    lost = repeated = 0
    with Sandbox(assistants=12) as world, tempfile.TemporaryDirectory() as folder:
        dags = Path(folder) / "dags"
        shutil.copytree(FOLDER, dags, ignore=shutil.ignore_patterns("crowd.py", "__pycache__"))
        with RunningAirflow(Path(folder) / "airflow", dags, connections=connections(world)) as airflow:
            assistants = Assistants(world)
            assistants.switch("inactive")
            until(lambda: polled_twice(world), "all watchers have polled")
            changes = 0
            for number in range(1, rounds + 1):
                run_id = airflow.trigger("waiting", **assistants.ids)
                until(lambda run_id=run_id: waits(airflow, run_id), "all sensors are deferred")  # type: ignore[misc]
                before = chance.choice([None, 0.0, 0.3, 1.0, 2.0])
                if before is not None:
                    assistants.switch("active")
                    time.sleep(before)
                airflow.kill("triggerer")
                if before is None:
                    assistants.switch("active")
                airflow.start("triggerer")
                changes += 1
                until(lambda run_id=run_id: reached(airflow, run_id), "all sensors are done")  # type: ignore[misc]
                until(lambda n=changes: all(len(e) >= n for e in emitted(airflow).values()), "the change was emitted")  # type: ignore[misc]
                assistants.switch("inactive")
                changes += 1
                until(lambda n=changes: all(len(e) >= n for e in emitted(airflow).values()), "the way back was emitted")  # type: ignore[misc]
                time.sleep(2)
                counts = {vendor: len(events) for vendor, events in emitted(airflow).items()}
                raw = {vendor: len(airflow.events(f"{vendor}_assistants")) for vendor in VENDORS}
                lost += sum(changes - count for count in counts.values() if count < changes)
                repeated += sum(count - changes for count in counts.values() if count > changes)
                print(
                    f"round {number}: killed {'before the change' if before is None else f'{before} s after it'}; "
                    f"{changes} changes, emitted {counts}, events as stored {raw}",
                    flush=True,
                )
    print(f"{rounds} kills: {lost} lost, {repeated} emitted twice under different ids")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
