# SPDX-License-Identifier: Apache-2.0
"""A diff that is killed, or finds the disk full, leaves the files of the run before, or its own, and nothing in between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

ROWS = 1_000
SNAPSHOTS, OUTPUTS = {"before.jsonl", "after.jsonl"}, {"changes.jsonl", "report.html"}
MOMENTS = ("spooled", "half", "rename:1", "rename:2")
KILLS = {f"{moment} {was_there}": (moment, was_there) for moment in MOMENTS for was_there in (False, True)}
FULL = {
    "full:65536": "DestinationError: A temporary file cannot be written: File too large",
    "full:300000": "changes.jsonl cannot be written: writing it failed: [Errno 27] File too large",
}


def run(*pairs: tuple[Path, str]) -> dict[str, tuple[int, str]]:
    """Compare in a process for each pair, and return exit codes and errors by the folders' names."""
    arguments = [part for folder, moment in pairs for part in (str(folder), moment)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.operators.diff_crash", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 2]
    return {name: (int(code), error) for name, code, error in lines}


def is_whole(path: Path) -> bool:
    text = path.read_text()
    return len(text.splitlines()) == ROWS if path.name == "changes.jsonl" else text.endswith("</html>")


def test_a_kill_or_a_full_disk_at_any_moment(tmp_path: Path) -> None:
    """All in one: what takes long is to import Airflow."""
    for case in (*KILLS, *FULL):
        folder = tmp_path / case
        folder.mkdir()
        for name, text in (("before", "a"), ("after", "b")):
            rows = [{"id": number, "name": text * 200} for number in range(ROWS)]
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        for name in OUTPUTS if case in FULL or KILLS[case][1] else ():
            (folder / name).write_text("old")

    ends = run(*((tmp_path / case, case.partition(" ")[0]) for case in (*KILLS, *FULL)))
    for case, (moment, was_there) in KILLS.items():
        assert ends[case] == (-signal.SIGKILL, "")
        for name in OUTPUTS:
            path = tmp_path / case / name
            if moment == "rename:2" and name == "report.html":
                assert is_whole(path), "it is published first, once both are complete"
            else:
                assert (path.read_text() == "old") if was_there else not path.exists(), case
        left = {path for path in (tmp_path / case).iterdir() if path.name not in SNAPSHOTS | OUTPUTS}
        assert all(path.name.startswith(".") for path in left), (
            "temporary files have no name, and parts have hidden ones"
        )
    for case, words in FULL.items():
        code, error = ends[case]
        assert code == 1
        assert words in error
        assert [(tmp_path / case / name).read_text() for name in OUTPUTS] == ["old", "old"]
        assert {path.name for path in (tmp_path / case).iterdir()} == SNAPSHOTS | OUTPUTS

    again = run(*((tmp_path / case, "never") for case in KILLS))
    assert {*again.values()} == {(0, "")}
    for case in KILLS:
        assert {path.name for path in (tmp_path / case).iterdir()} == SNAPSHOTS | OUTPUTS, "the next run has cleaned up"
        assert all(is_whole(tmp_path / case / name) for name in OUTPUTS)
