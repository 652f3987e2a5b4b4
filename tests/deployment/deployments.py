# SPDX-License-Identifier: Apache-2.0
"""The Airflows of these tests: CeleryExecutor and LocalExecutor on PostgreSQL, which notice a killed process within seconds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_provider_assistants.sandbox import Sandbox
from tests.end_to_end.running_airflow import PARTS, RunningAirflow, connections

__all__ = ["NOTICED_SOON", "celery_airflow", "copy_dags", "local_airflow"]

#: With Airflow's defaults a killed worker is noticed after five minutes, a killed scheduler's tasks after as many, and what a
#: killed worker had taken from the queue and not begun after a day. docs/deployment_tests.rst tells what these are for.
NOTICED_SOON = {
    "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "30",
    # Half a second less for each of hundreds of short tasks; logs at DEBUG are read by nobody here.
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
    "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "64",
    "AIRFLOW__CORE__PARALLELISM": "8",
}
_OTHERS = {name: command for name, command in PARTS.items() if name != "triggerer"}


def celery_airflow(
    home: Path,
    world: Sandbox,
    *,
    dags: Path,
    database: str,
    broker: str,
    workers: int = 2,
    triggerers: int = 2,
    concurrency: int = 4,
    further: Mapping[str, dict[str, Any]] | None = None,
) -> RunningAirflow:
    """
    An Airflow with so many Celery workers and triggerers, named ``worker-1`` and ``triggerer-1`` and so on.

    :param concurrency: Tasks that a worker runs at once.
    :param further: Connections besides the sandbox's default ones.
    """
    settings = {
        **NOTICED_SOON,
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CELERY__BROKER_URL": broker,
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database}",
        "AIRFLOW__CELERY__SYNC_PARALLELISM": "1",
    }
    worker = ("celery", "worker", "--skip-serve-logs", "--without-gossip", "--without-mingle", "-c", str(concurrency))
    parts = {
        **_OTHERS,
        **_triggerers(triggerers),
        **{f"worker-{number}": (*worker, "-H", f"worker-{number}@%h") for number in range(1, workers + 1)},
    }
    return RunningAirflow(
        home,
        dags,
        connections=connections(world, **(further or {})),
        database=database,
        settings=settings,
        parts=parts,
    )


def local_airflow(
    home: Path,
    world: Sandbox,
    *,
    dags: Path,
    database: str,
    triggerers: int = 2,
    further: Mapping[str, dict[str, Any]] | None = None,
) -> RunningAirflow:
    """An Airflow whose scheduler runs the tasks, with so many triggerers."""
    return RunningAirflow(
        home,
        dags,
        connections=connections(world, **(further or {})),
        database=database,
        settings={**NOTICED_SOON, "AIRFLOW__CORE__EXECUTOR": "LocalExecutor"},
        parts={**_OTHERS, **_triggerers(triggerers)},
    )


def copy_dags(target: Path) -> Path:
    """Copy the Dags of these tests, and those of the end-to-end tests that wait and react, into a folder; return it."""
    target.mkdir()
    here = Path(__file__).parent
    for path in (
        *sorted((here / "dags").glob("*.py")),
        *(here.parent / "end_to_end" / "dags" / name for name in ("waiting.py", "reacting.py")),
    ):
        shutil.copy(path, target)
    return target


def _triggerers(count: int) -> dict[str, tuple[str, ...]]:
    return {f"triggerer-{number}": ("triggerer", "--skip-serve-logs") for number in range(1, count + 1)}
