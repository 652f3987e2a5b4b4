# SPDX-License-Identifier: Apache-2.0
"""The program in a process of its own: what is on which stream, what ends it, and what is left behind then."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from tests.cli.programs import PROGRAM, Done, finish, start


def until(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert process.poll() is None, "it ended before"
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of whose pages two come, and the others do not."""
    with Sandbox(assistants=1_000) as sandbox:
        sandbox.fail("burki", "slow", times=None, after=2, seconds=600)
        for name, connection in sandbox.connection_env("burki").items():
            monkeypatch.setenv(
                name, json.dumps({**json.loads(connection), "extra": {"page_size": 100, "timeout": 600}})
            )
        yield sandbox


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing_behind(stuck: Sandbox, tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "lake"
    process = start([*PROGRAM, "list", "burki_default", "--to", f"{folder}/burki.jsonl"])
    until(lambda: len(stuck.requests("burki")) > 1 and [*folder.glob("*"), *folder.glob(".*")], process)
    process.send_signal(number)
    done = finish(process)
    assert done == Done(128 + number, "", f"Stopped by {number.name}; nothing was left behind.\n")
    assert list(folder.iterdir()) == []


def test_rows_are_printed_while_others_are_read(stuck: Sandbox) -> None:
    process = start([*PROGRAM, "list", "burki_default", "-o", "json"])
    assert process.stdout is not None
    assert process.stdout.readline() == "[\n"
    assert json.loads(process.stdout.readline().rstrip(",\n"))["id"] == 1_001_000
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert (done.code, done.err) == (130, "Stopped by SIGINT; nothing was left behind.\n")


def test_a_reader_who_has_gone_is_no_error(sandbox: Sandbox) -> None:
    sandbox.set_size("burki", 1_000)
    process = start([*PROGRAM, "list", "burki_default", "-o", "json"])
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    done = finish(process)
    assert (done.code, done.err) == (141, "")


def test_output_into_a_program_that_reads_json(sandbox: Sandbox) -> None:
    listing = start([*PROGRAM, "list", "burki_default", "-o", "json"])
    reader = start([sys.executable, "-c", "import json, sys; print(len(json.load(sys.stdin)))"], stdin=listing.stdout)
    assert listing.stdout is not None
    listing.stdout.close()
    listing.stdout = None
    assert finish(reader) == Done(0, "12\n", "")
    assert finish(listing).code == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_full_disk_is_one_line(sandbox: Sandbox) -> None:
    with open("/dev/full", "wb") as full:
        done = finish(start([*PROGRAM, "list", "burki_default"], stdout=full))
    assert done.code == 2
    assert done.err == "Error: Standard output cannot be written: No space left on device.\n"


def test_closed_streams(sandbox: Sandbox) -> None:
    command = " ".join([*PROGRAM, "list", "burki_default"])
    closed = finish(start(["sh", "-c", f"{command} >&-"]))
    assert (closed.code, closed.err) == (2, "Error: Standard output is closed.\n")
    silent = finish(start(["sh", "-c", f"{command} 2>&-"]))
    assert (silent.code, len(silent.out.splitlines())) == (0, 14)


def on_a_terminal(*arguments: str, env: dict[str, str]) -> str:
    """Run the program where its streams are a terminal, and return what that has received."""
    ours, theirs = pty.openpty()
    process = start([*PROGRAM, *arguments], env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    received = b""
    try:
        while data := os.read(ours, 65_536):
            received += data
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    assert process.wait(timeout=300) == 0
    return received.decode()


def test_colour_and_a_summary_on_a_terminal(sandbox: Sandbox) -> None:
    env = {"TERM": "xterm-256color", "COLUMNS": "", "NO_COLOR": ""}
    shown = on_a_terminal("list", "burki_default", env=env)
    assert "\x1b[1mid\x1b[0m" in shown
    assert "\x1b[32mactive\x1b[0m" in shown
    assert "12 assistants (" in shown
    plain = on_a_terminal("list", "burki_default", env={**env, "NO_COLOR": "1"})
    assert "\x1b" not in plain


def test_a_progress_bar_on_a_terminal(sandbox: Sandbox, tmp_path: Path) -> None:
    env = {"TERM": "xterm-256color", "NO_COLOR": ""}
    shown = on_a_terminal("list", "burki_default", "--to", f"{tmp_path}/burki.jsonl", env=env)
    assert "━" in shown
    assert f"of burki_default to {tmp_path}/burki.jsonl" in shown.replace("\r\n", "")
