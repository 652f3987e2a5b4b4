# SPDX-License-Identifier: Apache-2.0
"""
What one could take instead, on the same corpus: Airflow's own masking, detect-secrets, secretlint.

The scanners look for secrets in files. They see each row as indented JSON, a field on a line, which is where their rules for
names and values work best, and all that they report is replaced.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from airflow_provider_assistants.redaction.redactor import Redactor
from tests.benchmarks.rows import row_bodies
from tests.redaction_corpus.cases import Case
from tests.redaction_corpus.measure import Engine, redact
from tests.redaction_corpus.shapes import Planted

_REDACTED: Final = "***"
_ROWS, _ROW_SIZE, _PAGES = 100, 4_000, 5
_FILES_A_RUN: Final = 400


def engine_of(name: str, cases: Iterable[Case]) -> Engine:
    """Return what takes secrets out, by its name on the command line."""
    return _ENGINES[name]([case.planted for case in cases])


def seconds_a_page(name: str) -> float:
    """Return the least time for a page of 100 rows of 4 KB that hold no secret, once everything is loaded and has seen a page."""
    rows = [json.loads(b'{"id":1,' + body) for body in row_bodies(_ROW_SIZE)]
    first, *others = (rows[at : at + _ROWS] for at in range(0, _PAGES * _ROWS, _ROWS))
    if name == "secretlint":
        return _seconds(lambda: _secretlint(rows[: 2 * _ROWS])) - _seconds(lambda: _secretlint(first))
    if name == "this":
        clean_page: Callable[[list[Any]], Any] = Redactor("secrets").rows
    else:
        engine = engine_of(name, [])
        clean_page = lambda page: [engine(row) for row in page]  # noqa: E731
    clean_page(first)
    return min(_seconds(lambda page=page: clean_page(page)) for page in others)


def _seconds(work: Callable[[], Any]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _this(_: list[Planted]) -> Engine:
    return redact


def _airflow(_: list[Planted]) -> Engine:
    from airflow.sdk._shared.secrets_masker import redact as mask

    return mask


def _detect_secrets(_: list[Planted]) -> Engine:
    """Its default plugins and filters, on a file for each row."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    settings, folder = default_settings(), tempfile.TemporaryDirectory()
    settings.__enter__()

    def clean(planted: Planted, keep: Any = settings) -> Planted:
        text = _file(planted)
        path = Path(folder.name, "case.txt" if isinstance(planted, str) else "case.json")
        path.write_text(text, encoding="utf-8", newline="")
        for secret in scan_file(str(path)):
            text = text.replace(secret.secret_value, _REDACTED)
        return planted if text == _file(planted) else text

    return clean


def _secretlint(planted: list[Planted]) -> Engine:
    """Many cases in one run of its command, since a run takes half a second to begin."""
    command = shutil.which("secretlint")
    if command is None:
        raise SystemExit(
            "secretlint is not on PATH: npm install secretlint @secretlint/secretlint-rule-preset-recommend"
        )
    rules = '{"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}'
    texts = [_file(each) for each in planted]
    ranges: dict[str, list[list[int]]] = {}
    for first in range(0, len(texts), _FILES_A_RUN):
        with tempfile.TemporaryDirectory() as folder:
            some = texts[first : first + _FILES_A_RUN]
            for number, text in enumerate(some):
                Path(folder, f"{number}.txt").write_text(text, encoding="utf-8", newline="")
            # Into a file: what it writes to a pipe is cut where the pipe is full.
            report = Path(folder, "report.json")
            subprocess.run(
                [command, "--format", "json", "--output", report, "--secretlintrcJSON", rules, f"{folder}/*.txt"],
                check=False,
                stdin=subprocess.DEVNULL,
                cwd=Path(command).parents[2],
            )
            found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else []
        for each in found:
            ranges[some[int(Path(each["filePath"]).stem)]] = [message["range"] for message in each["messages"]]

    def clean(planted: Planted) -> Planted:
        text = _file(planted)
        return _without(text, ranges[text]) if ranges.get(text) else planted

    return clean


def _without(text: str, ranges: list[list[int]]) -> str:
    """Return the text without what stands in the ranges, which count as JavaScript does, in units of UTF-16."""
    units = text.encode("utf-16-le")
    for start, end in sorted(ranges, reverse=True):
        units = units[: 2 * start] + _REDACTED.encode("utf-16-le") + units[2 * end :]
    return units.decode("utf-16-le", errors="replace")


def _file(planted: Planted) -> str:
    return planted if isinstance(planted, str) else json.dumps(planted, ensure_ascii=False, indent=1)


_ENGINES: Final[dict[str, Callable[[list[Planted]], Engine]]] = {
    "this": _this,
    "airflow": _airflow,
    "detect-secrets": _detect_secrets,
    "secretlint": _secretlint,
}
ENGINES: Final = tuple(_ENGINES)
