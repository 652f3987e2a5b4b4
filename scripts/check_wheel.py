# SPDX-License-Identifier: Apache-2.0
"""Check the built wheel: the package and nothing else, typed, licensed, with its entry points."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

#: What must be in the wheel's metadata, by file.
EXPECTED = {
    "entry_points.txt": (
        "[apache_airflow_provider]",
        "provider_info = airflow_provider_assistants.get_provider_info:get_provider_info",
        "airflow-assistants = airflow_provider_assistants.cli.main:main",
        "assistants-sandbox = airflow_provider_assistants.sandbox.__main__:main",
    ),
    "METADATA": (
        "Name: airflow-provider-assistants",
        "License-Expression: Apache-2.0",
        "Requires-Dist: apache-airflow<4,>=3.1.8",
        "Classifier: Framework :: Apache Airflow :: Provider",
        "Project-URL: Documentation",
    ),
}


def main() -> None:
    """Check the only wheel of a folder."""
    [path] = Path(sys.argv[1]).glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        strays = [
            name
            for name in names
            if not name.startswith(("airflow_provider_assistants/", "airflow_provider_assistants-"))
        ]
        problems = [f"{name} does not belong there" for name in strays]
        if "airflow_provider_assistants/py.typed" not in names:
            problems.append("py.typed is missing")
        for file, lines in EXPECTED.items():
            [name] = [name for name in names if name.endswith(f".dist-info/{file}")]
            text = wheel.read(name).decode()
            problems += [f"{file} lacks {line!r}" for line in lines if line not in text]
    if problems:
        sys.exit(f"{path.name}: " + "; ".join(problems))
    print(f"{path.name}: {len(names)} files, as it should be")


if __name__ == "__main__":
    main()
