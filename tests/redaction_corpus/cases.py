# SPDX-License-Identifier: Apache-2.0
"""The cases of the corpus: what the tables say, in every shape, with secrets made from seeds."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

import yaml

from tests.redaction_corpus.generate import fill
from tests.redaction_corpus.search import surviving_piece
from tests.redaction_corpus.shapes import KINDS, MARK, Planted

Half = Literal["tuned", "held_out"]
HALVES: Final[tuple[Half, ...]] = ("tuned", "held_out")

#: What is planted where a table names no secrets of its own: passwords as people choose them, and keys as programs do.
_SECRETS: Final = ("‹password›", "‹alnum 24›", "‹hex 32›", "‹plain›", "‹base64url 40›")
_REQUIRED, _KNOWN = {"class", "kind", "entries"}, {"class", "kind", "entries", "secrets", "shapes", "about"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    Something that is planted.

    :param group: The class it belongs to.
    :param half: Whether whoever writes the rules may see it.
    :param title: What it is, for a list of misses.
    :param planted: The row, or the text of a log line.
    :param sensitive: What may not survive; None for a look-alike, of which everything must.
    """

    group: str
    half: Half
    title: str
    planted: Planted
    sensitive: str | None


def load_cases(half: Half) -> list[Case]:
    """Return all cases of a half of the corpus, always the same ones."""
    folder = Path(__file__).parent / half
    return [case for path in sorted(folder.glob("*.yaml")) for case in _cases_of(path, half)]


def _cases_of(path: Path, half: Half) -> Iterator[Case]:
    is_look_alike = path.stem.startswith("look_alikes")
    for table in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        if _REQUIRED - set(table) or set(table) - _KNOWN:
            raise ValueError(
                f"{path.name}: expected a table with {_REQUIRED} and at most {_KNOWN}, got {sorted(table)}"
            )
        yield from _look_alikes(table, half) if is_look_alike else _secrets(table, half)


def _secrets(table: dict[str, Any], half: Half) -> Iterator[Case]:
    kind, shapes = table["kind"], _shapes_of(table)
    for number, entry in enumerate(table["entries"]):
        for place, (shape, plant) in enumerate(shapes.items()):
            title = f"{_title(entry)} ({shape})"
            rng = random.Random(zlib.crc32(f"{table['class']}/{title}".encode()))
            templates = [entry] if kind == "token" else table.get("secrets", _SECRETS)
            secret = fill(templates[(number + place) % len(templates)], rng)
            if kind == "token":
                planted, without = plant(secret.text), plant("")
            elif kind == "key":
                planted, without = plant(entry, secret.text), plant(entry, "")
            else:
                planted, without = plant(_replaced(entry, secret.text)), plant(_replaced(entry, ""))
            if surviving_piece(secret.sensitive, without):
                raise ValueError(f"{table['class']}: {title}: a piece of the secret is part of what surrounds it")
            if not surviving_piece(secret.sensitive, planted):
                raise ValueError(f"{table['class']}: {title}: the secret is not in what is planted")
            yield Case(group=table["class"], half=half, title=title, planted=planted, sensitive=secret.sensitive)


def _look_alikes(table: dict[str, Any], half: Half) -> Iterator[Case]:
    for entry in table["entries"]:
        for shape, plant in _shapes_of(table).items():
            title = f"{_title(entry)} ({shape})"
            rng = random.Random(zlib.crc32(f"{table['class']}/{title}".encode()))
            yield Case(group=table["class"], half=half, title=title, planted=plant(_filled(entry, rng)), sensitive=None)


def _shapes_of(table: dict[str, Any]) -> dict[str, Any]:
    shapes = KINDS[table["kind"]]
    return {name: shapes[name] for name in table.get("shapes", shapes)}


def _title(entry: Any) -> str:
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _replaced(part: Any, secret: str) -> Any:
    """Return the part with the secret at its mark; ``%§`` is the secret as a URL writes it."""
    if isinstance(part, str):
        return part.replace(f"%{MARK}", quote(secret, safe="")).replace(MARK, secret)
    if isinstance(part, list):
        return [_replaced(each, secret) for each in part]
    if isinstance(part, dict):
        return {_replaced(key, secret): _replaced(value, secret) for key, value in part.items()}
    return part


def _filled(part: Any, rng: random.Random) -> Any:
    if isinstance(part, str):
        return fill(part, rng).text
    if isinstance(part, list):
        return [_filled(each, rng) for each in part]
    if isinstance(part, dict):
        return {key: _filled(value, rng) for key, value in part.items()}
    return part
