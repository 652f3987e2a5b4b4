# SPDX-License-Identifier: Apache-2.0
"""
Take the documentation's pictures of the command line: what the program prints on a terminal, shown in Chromium.

Needs Chromium (``apt-get install chromium``), which the rest of the project does not need; ``make pictures`` calls it.
"""

from __future__ import annotations

import io
import os
import pty
import shlex
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from airflow_provider_assistants.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PROGRAM = Path(sys.executable).parent / "airflow-assistants"
COLUMNS, LINE = 104, 21
PROMPT = """You answer calls for the Riverside dental clinic. Greet the caller, ask for the reason of the call, and offer the
next free appointment. Never give medical advice. {}
Close with the date and the time of the appointment."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 14px 18px; background: #0c0c0c; color: #d9d9d9; font: 15px/{line}px "DejaVu Sans Mono", monospace; }}
pre {{ margin: 0; font: inherit; }}
</style><pre>{shown}</pre>"""


def main() -> None:
    """Run the commands and take the pictures."""
    with Sandbox(assistants=14) as sandbox, tempfile.TemporaryDirectory() as folder:
        env = {
            "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
            "HOME": folder,
            "AIRFLOW_HOME": f"{folder}/airflow",
            "TERM": "xterm-256color",
            **sandbox.connection_env("burki"),
            **sandbox.connection_env("puretalk"),
        }
        edit(sandbox, "Speak slowly.")
        take("terminal_list", [["check", "--all"], ["list", "burki_default"]], env=env, folder=folder)
        run(["list", "burki_default", "--to", "2026-11-20/burki.jsonl"], env=env, folder=folder)
        edit(sandbox, "Speak clearly, and spell the street.", model="gpt-5")
        sandbox.set_status("burki", 1_000_003, "inactive")
        sandbox.delete("burki", 1_000_004)
        sandbox.insert("burki", name="Front desk, evenings")
        run(["list", "burki_default", "--to", "2026-11-21/burki.parquet"], env=env, folder=folder)
        diff = ["diff", "*/burki.jsonl", "2026-11-21/burki.parquet"]
        take("terminal_diff", [diff], env=env, folder=folder)


def edit(sandbox: Sandbox, sentence: str, *, model: str = "gpt-4o") -> None:
    """Give an assistant a prompt that people can read."""
    settings = {"temperature": 0.4, "model": model, "system_prompt": PROMPT.format(sentence)}
    sandbox.update("burki", 1_000_005, name="Front desk", llm_settings=settings)


def run(arguments: list[str], *, env: dict[str, str], folder: str) -> str:
    """Run a command on a terminal of its own, and return what it prints there."""
    ours, theirs = pty.openpty()
    os.set_inheritable(theirs, True)
    subprocess.run(["stty", "cols", str(COLUMNS), "rows", "50"], stdin=theirs, check=True)
    process = subprocess.Popen([PROGRAM, *arguments], env=env, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    try:
        while data := os.read(ours, 65_536):
            printed += data
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    process.wait()
    return printed.decode().replace("\r\n", "\n")


def take(name: str, commands: list[list[str]], *, env: dict[str, str], folder: str) -> None:
    """Take a picture of commands and what they print."""
    shown = ""
    for arguments in commands:
        shown += (
            f"\x1b[1m$ airflow-assistants {shlex.join(arguments)}\x1b[0m\n{run(arguments, env=env, folder=folder)}\n"
        )
    console = Console(record=True, width=COLUMNS + 40, file=io.StringIO(), color_system="standard", force_terminal=True)
    console.print(Text.from_ansi(shown.rstrip("\n")), soft_wrap=True)
    code = console.export_html(theme=MONOKAI, inline_styles=True, code_format="{code}")
    page = Path(folder) / f"{name}.html"
    page.write_text(PAGE.format(shown=code, line=LINE))
    height = LINE * (shown.rstrip("\n").count("\n") + 1) + 28
    window = f"--window-size={COLUMNS * 9 + 60},{height}"
    target = DOCS / f"{name}.png"
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--screenshot={target}",
            window,
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    print(f"{escape(name)}: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
