# SPDX-License-Identifier: Apache-2.0
"""
Record what an earlier commit leaves in Airflow's database: ``python -m tests.upgrades.record 28a4d82``.

The result is ``tests/fixtures/earlier/<commit>.json``, which the tests give to today's classes. Record the commit of each
release before its successor.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from airflow_provider_assistants.sandbox import Sandbox
from tests.conftest import HOME

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "earlier"


def extract(commit: str, folder: Path) -> None:
    """Put the package of a commit into a folder; a :class:`subprocess.CalledProcessError` if there is no such commit."""
    command = ["git", "archive", commit, "airflow_provider_assistants"]
    archive = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")


def main(commits: list[str]) -> None:
    """Record each of the commits."""
    FOLDER.mkdir(exist_ok=True)
    for commit in commits:
        with tempfile.TemporaryDirectory() as folder, Sandbox(assistants=3) as world:
            extract(commit, Path(folder))
            environment = {**os.environ, **world.connection_env(), "PYTHONPATH": folder, "AIRFLOW_HOME": str(HOME)}
            target = FOLDER / f"{commit}.json"
            script = Path(__file__).with_name("earlier_version.py")
            subprocess.run([sys.executable, script, world.url, target], cwd=folder, env=environment, check=True)
        print(target.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
