# SPDX-License-Identifier: Apache-2.0
"""Pin anew what tests and CI install: ``name==version`` lines for Airflow, deployments, stores and benchmarks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: The newest release of Airflow; older ones are installed as of a date, see older_airflows.py.
NEWEST = "3.3.2"
EXTRAS = ("amazon", "parquet", "zstd", "openlineage", "sandbox")


def main() -> None:
    """Write the files."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "airflow.in")
        wanted.write_text(f"apache-airflow=={NEWEST}\n")
        extras = [f"--extra={name}" for name in EXTRAS]
        _pin("airflow-3.3", "--group", "dev", *extras, "pyproject.toml", str(wanted))
        same = "--constraints=constraints/airflow-3.3.txt"
        _pin("deploy", "--group", "deploy", *extras, same, "pyproject.toml", str(wanted))
        stores = [*extras, "--extra=google", "--extra=azure"]
        _pin("stores", "--group", "test", "--group", "stores", *stores, "pyproject.toml", str(wanted))
    _pin("peers", "--group", "peers")


def _pin(name: str, *wanted: str) -> None:
    uv = Path(sys.executable).parent / "uv"
    target = ROOT / "constraints" / f"{name}.txt"
    plain = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    command = [str(uv), "pip", "compile", "--quiet", "--upgrade", "--python-version=3.11", *plain, *wanted]
    subprocess.run([*command, "-o", str(target)], cwd=ROOT, check=True)
    print(f"{target.relative_to(ROOT)}: {len(target.read_text().splitlines())} pins")


if __name__ == "__main__":
    main()
