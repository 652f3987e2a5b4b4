# SPDX-License-Identifier: Apache-2.0
"""An Airflow of its own below this folder, and a sandbox beside it: what the demo and the UI stand on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def airflow_environment(home: Path) -> dict[str, str]:
    """Give the environment of an Airflow that lives in ``home`` and knows nothing but the example Dags."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {
        **inherited,
        # Airflow calls itself by name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{inherited.get('PATH', '')}",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "example_dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "ASSISTANTS_LAKE": str(home / "lake"),
        "PYTHONWARNINGS": "ignore",
    }


def airflow(environment: dict[str, str], *arguments: str, log: Path, show_errors: bool = True) -> None:
    """Run an ``airflow`` command with its output in a file; show the end of it if the command fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).parent / "airflow"), *arguments]
    with log.open("a") as output:
        done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:]) if show_errors else ""
        sys.exit(f"{tail}\n\nairflow {' '.join(arguments)} failed; the whole output is in {log}")


def migrate(environment: dict[str, str], *, log: Path) -> None:
    """Make the metadata database, unless it was made before."""
    home = Path(environment["AIRFLOW_HOME"])
    made = home / ".migrated"
    if not made.exists():
        airflow(environment, "db", "migrate", log=log)
        made.touch()
