# SPDX-License-Identifier: Apache-2.0
"""Pin anew what tests and CI install: one file of ``name==version`` lines for each supported line of Airflow."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: For each line of Airflow its newest release, and what its environment is for.
LINES = {
    "3.3": ("3.3.2", ["--group", "dev", *(f"--extra={name}" for name in ("amazon", "parquet", "zstd", "openlineage"))]),
    "3.1": ("3.1.8", ["--group", "test", *(f"--extra={name}" for name in ("amazon", "parquet", "zstd"))]),
}


def main() -> None:
    """Write the files."""
    for line, (release, parts) in LINES.items():
        with tempfile.TemporaryDirectory() as folder:
            wanted = Path(folder, "airflow.in")
            wanted.write_text(f"apache-airflow=={release}\n")
            _pin(f"airflow-{line}", *parts, "pyproject.toml", str(wanted))
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
