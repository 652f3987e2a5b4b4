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
    uv = Path(sys.executable).parent / "uv"
    for line, (release, parts) in LINES.items():
        with tempfile.TemporaryDirectory() as folder:
            wanted = Path(folder, "airflow.in")
            wanted.write_text(f"apache-airflow=={release}\n")
            target = ROOT / "constraints" / f"airflow-{line}.txt"
            plain = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
            command = [uv, "pip", "compile", "--quiet", "--upgrade", "--python-version=3.11", *plain, *parts]
            arguments = [str(each) for each in (*command, "pyproject.toml", wanted, "-o", target)]
            subprocess.run(arguments, cwd=ROOT, check=True)
            print(f"{target.relative_to(ROOT)}: {len(target.read_text().splitlines())} pins")


if __name__ == "__main__":
    main()
