# SPDX-License-Identifier: Apache-2.0
"""
Run the tests that meet Airflow in environments other than the newest one, each installed as its users have it.

An environment is made of nothing but what its date and its resolution say, so no pins have to be kept: uv ignores every
package that was published later.

``python scripts/older_airflows.py 3.1 3.2 with=python3.13 write -- -q`` uses another Python, and writes what ran into
``docs/versions.csv``.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: The tests that depend on Airflow's version; the other tests do not depend on it.
FACING = (
    *("hooks", "operators", "sensors", "triggers", "cli", "ui"),
    *("test_dags.py", "test_get_provider_info.py", "test_metrics.py"),
)
EXTRAS = "[amazon,google,azure,parquet,zstd,openlineage,sandbox]"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """
    What an environment is made of.

    :param airflow: The release of Airflow.
    :param until: The day before which every package in it was published.
    :param resolution: How uv chooses versions of the packages that pyproject.toml names.
    :param all_tests: Whether the slow tests run here too, as they do on the newest Airflow: once on the oldest is enough.
    """

    airflow: str
    until: str
    resolution: str = "highest"
    all_tests: bool = False


def _without(*tests: str) -> tuple[str, ...]:
    return tuple(f"--deselect=tests/{test}" for test in tests)


#: Half a minute or more each, of the engine alone: 10,000 assistants, crashes, all faults. They run on the newest Airflow only.
ENGINE = _without(
    "operators/test_listing.py::test_ten_thousand",
    "operators/test_listing_failures.py",
    "operators/test_diff_crashes.py",
)
#: Half a minute to several each, which start Airflow's programs or run many tasks: every mode of the sensor, signals, hundreds of
#: accounts, other databases. They run on the oldest and on the newest Airflow.
SLOW = _without(
    "sensors/test_parity.py",
    "operators/test_ending.py",
    "operators/test_arguments.py::test_a_real_airflow_does_not_retry",
    "cli/test_streams.py",
    "cli/test_airflow.py::test_a_connection_of_the_database_into_a_file",
    "test_dags.py::test_hundreds_of_accounts_found_while_the_dag_runs",
    "test_dags.py::test_into_postgres",
    "test_dags.py::test_into_duckdb",
)

#: The oldest release of each supported line of Airflow with the packages of the day it came out, and the lower bounds of
#: pyproject.toml with the newest of all else. Raise the date of ``lowest`` together with constraints/.
ENVIRONMENTS = {
    "3.1": Environment(airflow="3.1.8", until="2026-03-12", all_tests=True),
    "3.2": Environment(airflow="3.2.0", until="2026-04-08"),
    "3.3": Environment(airflow="3.3.0", until="2026-07-07"),
    "3.2-newest": Environment(airflow="3.2.2", until="2026-06-01"),
    "3.3-newest": Environment(airflow="3.3.2", until="2026-11-21"),
    "lowest": Environment(airflow="3.1.8", until="2026-11-21", resolution="lowest-direct"),
}


#: What ``make lines`` and ``make lowest`` run; the others are run by name, for the table of docs/reliability.rst.
REGULAR = ("3.1", "3.2", "3.3", "lowest")
TABLE = ROOT / "docs" / "versions.csv"
HEADING = ("Airflow", "Python", "Packages", "Passed", "Skipped", "Failed")


def main() -> None:
    """Install and test the named environments; the arguments after ``--`` go to pytest."""
    named, _, options = " ".join(sys.argv[1:]).partition("--")
    words = named.split()
    base = next((word.removeprefix("with=") for word in words if word.startswith("with=")), sys.executable)
    names = [word for word in words if word != "write" and not word.startswith("with=")] or list(REGULAR)
    unknown = [name for name in names if name not in ENVIRONMENTS]
    if unknown:
        sys.exit(f"There is no environment {', '.join(unknown)}; there are {', '.join(ENVIRONMENTS)}.")
    failed = []
    for name in names:
        environment = ENVIRONMENTS[name]
        python = install(name, environment, base)
        if not test(python, [*options.split(), *ENGINE, *(() if environment.all_tests else SLOW)]):
            failed.append(name)
        if "write" in words:
            write(environment, python)
    if failed:
        sys.exit(f"Failed in: {', '.join(failed)}")


def install(name: str, environment: Environment, base: str) -> Path:
    """Make an environment with a Python, unless it is there already and made of the same; return its Python."""
    folder = ROOT / (f".venv-{name}" if base == sys.executable else f".venv-{name}-{Path(base).name}")
    python, made_of = folder / "bin" / "python", folder / ".made-of"
    recipe = f"{environment}\n{(ROOT / 'pyproject.toml').read_text()}"
    print(
        f"\n== Airflow {environment.airflow}, packages until {environment.until}, {environment.resolution}", flush=True
    )
    if not made_of.exists() or made_of.read_text() != recipe:
        uv("venv", "--quiet", "--clear", "--python", base, str(folder))
        install_with = ["pip", "install", "--quiet", f"--python={python}", f"--exclude-newer={environment.until}"]
        uv(
            *install_with,
            f"--resolution={environment.resolution}",
            f"apache-airflow=={environment.airflow}",
            f"--editable=.{EXTRAS}",
        )
        # Apart, so that the lowest versions of the test tools are not asked for; what is installed stays as it is.
        uv(*install_with, "--group=test")
        made_of.write_text(recipe)
    shown = ("apache-airflow", "apache-airflow-providers-common-compat", "httpx", "pydantic", "s3fs", "pyarrow")
    listed = subprocess.run(
        [str(_uv()), "pip", "freeze", "--quiet", f"--python={python}"], capture_output=True, text=True, check=True
    )
    print(" ".join(line for line in listed.stdout.split() if line.partition("==")[0] in shown), flush=True)
    return python


def test(python: Path, options: Sequence[str]) -> bool:
    """
    Run the tests that meet Airflow, those that fail once more, and return whether they pass.

    Older Airflows warn, and so does what they stand on, so warnings are no errors here.
    """
    paths = [str(path) for name in FACING if (path := ROOT / "tests" / name).exists()]
    settings = ("-o", "filterwarnings=default", "-o", f"cache_dir={python.parent.parent / '.pytest_cache'}")
    command = [str(python), "-m", "pytest", *settings, f"--junitxml={_report(python)}"]
    if subprocess.run([*command, *options, *paths], cwd=ROOT, check=False).returncode == 0:
        return True
    again = [*command[:-1], "-q", "--last-failed", "--last-failed-no-failures=none", *paths]
    return subprocess.run(again, cwd=ROOT, check=False).returncode == 0


def write(environment: Environment, python: Path) -> None:
    """Write the line of an environment into the table: what its last run of all tests counted."""
    suite = ElementTree.parse(_report(python)).getroot()[0]
    tests, skipped = int(suite.attrib["tests"]), int(suite.attrib["skipped"])
    failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    shown = subprocess.run([str(python), "-V"], capture_output=True, text=True, check=True).stdout.split()[-1]
    packages = "lowest versions" if environment.resolution == "lowest-direct" else f"as of {environment.until}"
    line = [environment.airflow, shown, packages, f"{tests - skipped - failed:,}", f"{skipped:,}", f"{failed:,}"]
    lines = list(csv.reader(TABLE.read_text().splitlines()))[1:] if TABLE.exists() else []
    kept = sorted([*(each for each in lines if each[:3] != line[:3]), line])
    with TABLE.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([HEADING, *kept])
    print(",".join(line), flush=True)


def _report(python: Path) -> Path:
    return python.parent.parent / "report.xml"


def uv(*arguments: str) -> None:
    """Run uv."""
    subprocess.run([str(_uv()), *arguments], cwd=ROOT, check=True)


def _uv() -> Path:
    return Path(sys.executable).parent / "uv"


if __name__ == "__main__":
    main()
